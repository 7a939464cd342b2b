/** From protocol JSON to lines, lanes, text, HTML and SVG; shared by the kernel and the extension. */
export * from "../protocol/index.ts";
export {
  cellShade,
  cellWords,
  confusionFacts,
  countsOf,
  divisorOf,
  maxCounted,
  mistakesOf,
  mistakeWords,
  scoresOf,
  showRatio,
} from "./confusion/facts.ts";
export { confusionHtml, confusionText } from "./confusion/text.ts";
export { gradientsHtml } from "./gradients/html.ts";
export { gradientsHeadline, gradientsText } from "./gradients/text.ts";
export * from "./outputs.ts";
export * from "./shared/format.ts";
export { bytesOf, valueOf } from "./shared/grid.ts";
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
export { type Lane, type Lanes, lanesOf } from "./tape/lanes.ts";
export { initiallyFolded, type Line, linesOf, scopeName, scopePath, shownRow } from "./tape/rows.ts";
export { tapeSvg } from "./tape/svg.ts";
export { gradientWords, leavesOf, lineTitle, siteWords, tapeHeadline, tapeText } from "./tape/text.ts";
export { tensorHtml } from "./tensor/html.ts";
export { isSmall, maxNumbers, numberFormat, showElement, tintOf, tintScale } from "./tensor/numbers.ts";
export { tensorSvg } from "./tensor/svg.ts";
export { alarmWords, gradientFacts, spreadFacts, tensorHeadline, tensorText } from "./tensor/text.ts";
