/** Steps as HTML, for tapes that are too large for a picture of the graph: tables that are read without styles. */
import type { StepsData } from "../../protocol/index.ts";
import { element, escapeText, leftAligned } from "../shared/markup.ts";
import { type StepTable, stepTable } from "./table.ts";
import { omittedStepWords, stepsHeadline } from "./words.ts";

const maxLines = 100;

function table({ heads, lines }: StepTable): string {
  const shown = lines.slice(0, maxLines);
  const head = element(
    "tr",
    {},
    ...heads.map((text) => element("th", { scope: "col", ...leftAligned }, escapeText(text))),
  );
  const body = shown.map((cells) =>
    element("tr", {}, ...cells.map((text) => element("td", leftAligned, escapeText(text)))),
  );
  const more = lines.length - shown.length;
  return (
    element("table", {}, element("thead", {}, head), element("tbody", {}, ...body)) +
    (more > 0 ? element("p", {}, `… and ${more} more lines`) : "")
  );
}

/** Returns the headline, a table of the backward pass, or of the forward pass where there is none, and what was left out. */
export function stepsHtml(data: StepsData): string {
  return [
    element("p", {}, escapeText(stepsHeadline(data))),
    table(stepTable(data)),
    ...omittedStepWords(data).map((sentence) => element("p", {}, escapeText(sentence))),
  ].join("");
}
