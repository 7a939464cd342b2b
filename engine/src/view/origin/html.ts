/** An origin as plain semantic HTML, without styles and scripts. */
import type { OriginData } from "../../protocol/index.ts";
import { formatShape } from "../shared/format.ts";
import { element, escapeText, leftAligned } from "../shared/markup.ts";
import {
  declaredWords,
  originHeadline,
  originPlace,
  originStack,
  readsOfStep,
  sourceKindWords,
  sourceName,
  sourceShape,
  sourceValue,
  stepScope,
  stepValue,
} from "./words.ts";

const maxRows = 60;

/** Returns the origin as HTML: sentences, a table of the ops from the value back, and one of the sources. */
export function originHtml(data: OriginData): string {
  const { steps, sources, totals } = data;
  const stack = originStack(data);
  const paragraphs = [...data.sentences, ...(stack === "" ? [] : [`Called from ${stack}`])];
  return [
    element("p", {}, element("strong", {}, escapeText(originHeadline(data)))),
    ...paragraphs.map((text) => element("p", {}, escapeText(text))),
    table(
      ["op", "reads", "shape", "value", "cell : line"],
      steps.op.map((op, i) => [
        `${op} ${stepScope(data, i)}`.trimEnd(),
        readsOfStep(data, i).join(", "),
        formatShape(steps.shape[i]),
        stepValue(data, i),
        originPlace(data, steps.site[i]),
      ]),
      totals.steps,
    ),
    table(
      ["source", "kind", "shape", "value", "declared"],
      sources.name.map((name, i) => [
        sourceName(name),
        sourceKindWords(data, i),
        sourceShape(data, i),
        sourceValue(data, i),
        declaredWords(data, i),
      ]),
      totals.sources,
    ),
  ].join("");
}

/** Returns a table whose first column has the heads of the rows; nothing without rows. */
function table(heads: readonly string[], rows: readonly (readonly string[])[], total: number): string {
  if (rows.length === 0) return "";
  const head = heads.map((text) => element("th", { scope: "col", ...leftAligned }, escapeText(text)));
  const body = rows
    .slice(0, maxRows)
    .map(([first, ...others]) =>
      element(
        "tr",
        {},
        element("th", { scope: "row", ...leftAligned }, escapeText(first)),
        ...others.map((text) => element("td", leftAligned, escapeText(text))),
      ),
    );
  const more = total - Math.min(rows.length, maxRows);
  return [
    element("table", {}, element("thead", {}, element("tr", {}, ...head)), element("tbody", {}, ...body)),
    more > 0 ? element("p", {}, `… and ${more} more`) : "",
  ].join("");
}
