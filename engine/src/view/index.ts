/** From protocol JSON to lines, lanes, text, HTML and SVG; shared by the kernel and the extension. */
export * from "../protocol/index.ts";
export * from "./format.ts";
export { gradientsHtml } from "./gradients-html.ts";
export { type Lane, type Lanes, lanesOf } from "./lanes.ts";
export { element, escapeText } from "./markup.ts";
export { initiallyFolded, type Line, linesOf, scopeName, scopePath, shownRow } from "./rows.ts";
export { tapeSvg } from "./tape-svg.ts";
export { tensorHtml } from "./tensor-html.ts";
export {
  gradientsHeadline,
  gradientsText,
  gradientWords,
  leavesOf,
  lineTitle,
  siteWords,
  tapeHeadline,
  tapeText,
  tensorHeadline,
  tensorText,
} from "./text.ts";
