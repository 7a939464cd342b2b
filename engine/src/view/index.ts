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
} from "./confusion.ts";
export { confusionBundle } from "./confusion-bundle.ts";
export { confusionHtml, confusionText } from "./confusion-text.ts";
export * from "./format.ts";
export { gradientsHtml } from "./gradients-html.ts";
export { bytesOf, valueOf } from "./grid.ts";
export { type Lane, type Lanes, lanesOf } from "./lanes.ts";
export { element, escapeText } from "./markup.ts";
export { isSmall, maxNumbers, numberFormat, showElement, tintOf, tintScale } from "./numbers.ts";
export { Arrangement, heatPanels, numberPanels, type Panel, type Panels } from "./panels.ts";
export { initiallyFolded, type Line, linesOf, scopeName, scopePath, shownRow } from "./rows.ts";
export { tapeSvg } from "./tape-svg.ts";
export { tensorHtml } from "./tensor-html.ts";
export { tensorSvg } from "./tensor-svg.ts";
export {
  alarmWords,
  gradientFacts,
  gradientsHeadline,
  gradientsText,
  gradientWords,
  leavesOf,
  lineTitle,
  siteWords,
  spreadFacts,
  tapeHeadline,
  tapeText,
  tensorHeadline,
  tensorText,
} from "./text.ts";
