/** Turns protocol JSON into lines, lanes, text, HTML and SVG, for the engine, the kernel and the extension. */
export * from "../protocol/index.ts";
export {
  type ClassScore,
  cellShade,
  cellWords,
  confusionFacts,
  countsOf,
  divisorOf,
  formatRatio,
  maxCounted,
  mistakesOf,
  mistakeWords,
  scoresOf,
} from "./confusion/facts.ts";
export { confusionHtml } from "./confusion/html.ts";
export { confusionText } from "./confusion/text.ts";
export { gradientsHtml } from "./gradients/html.ts";
export { gradientsHeadline, gradientsText } from "./gradients/text.ts";
export * from "./outputs.ts";
export * from "./shared/format.ts";
export { gridBytes, squareValue } from "./shared/grid.ts";
export { element, escapeText } from "./shared/markup.ts";
export {
  type Bundle,
  defineOutput,
  type Output,
  type OutputData,
  type OutputMime,
  type OutputSpec,
  type Still,
} from "./shared/output.ts";
export { Arrangement, heatPanels, numberPanels, type Panel, type Panels } from "./shared/panels.ts";
export { foldMark, gradientWords, leavesOf, lineTitle, siteWords, tapeHeadline } from "./tape/labels.ts";
export { type Lane, type Lanes, lanesOf } from "./tape/lanes.ts";
export { initiallyFolded, type Line, linesOf, scopeName, scopePath, shownRow } from "./tape/rows.ts";
export { tapeSvg } from "./tape/svg.ts";
export { tapeText } from "./tape/text.ts";
export { gradientFacts, spreadFacts, tensorHeadline } from "./tensor/facts.ts";
export { tensorHtml } from "./tensor/html.ts";
export { formatElement, isSmall, maxNumbers, numberFormat, tintOf, tintScale } from "./tensor/numbers.ts";
export { tensorSvg } from "./tensor/svg.ts";
export { tensorText } from "./tensor/text.ts";
