/** A confusion matrix as HTML: its counts, tinted, or for many classes the scores by class. */
import type { ConfusionData } from "../../protocol/index.ts";
import { cut } from "../shared/format.ts";
import { type Attributes, element, escapeText } from "../shared/markup.ts";
import {
  cellShade,
  cellWords,
  classRows,
  confusionHeadline,
  countsOf,
  divisorOf,
  formatRatio,
  longestName,
  maxCounted,
  scoresOf,
  worstMistakes,
} from "./facts.ts";

const th = (text: string, attributes: Attributes): string => element("th", attributes, escapeText(text));

const td = (text: string, attributes: Attributes = {}): string =>
  element("td", { align: "right", ...attributes }, escapeText(text));

/** Returns the tint of a cell: green for right predictions, red for mistakes, half transparent for light and dark pages. */
function tint(right: boolean, shade: number): Attributes {
  if (shade === 0) return {};
  const alpha = Math.round(shade * 128)
    .toString(16)
    .padStart(2, "0");
  return { style: `background:#${right ? "289650" : "d72832"}${alpha}` };
}

/** Returns the table of counts. */
function countTable(data: ConfusionData): string {
  const { names } = data;
  const scores = scoresOf(data);
  const body = names.map((name, i) =>
    element(
      "tr",
      {},
      ...(i === 0 ? [th("true", { scope: "rowgroup", rowspan: names.length })] : []),
      th(cut(name, longestName), { scope: "row", align: "right" }),
      ...countsOf(data, i).map((count, j) =>
        td(cellWords(count, divisorOf(data, scores, i, j), data), tint(i === j, cellShade(count, scores[i].count))),
      ),
      td(formatRatio(scores[i].right, scores[i].count)),
    ),
  );
  const head = [
    element(
      "tr",
      {},
      element("td", { colspan: 2, rowspan: 2 }, ""),
      th("predicted", { scope: "colgroup", colspan: names.length, align: "center" }),
      th("recall", { scope: "col", rowspan: 2 }),
    ),
    element("tr", {}, ...names.map((name) => th(cut(name, longestName), { scope: "col", align: "right" }))),
  ];
  return element("table", {}, element("thead", {}, ...head), element("tbody", {}, ...body));
}

/** Returns the worst mistakes as a list, and a table with a row for each class. */
function classTable(data: ConfusionData): string {
  const [heads, ...rows] = classRows(data);
  const head = element("tr", {}, ...heads.map((text) => th(text, { scope: "col" })));
  const body = rows.map(([name, ...cells]) =>
    element("tr", {}, th(name, { scope: "row" }), ...cells.map((text) => td(text))),
  );
  const mistakes = worstMistakes(data).map((text) => element("li", {}, escapeText(text)));
  const table = element("table", {}, element("thead", {}, head), element("tbody", {}, ...body));
  return element("ul", {}, ...mistakes) + table;
}

/** Returns the headline and a table. */
export const confusionHtml = (data: ConfusionData): string =>
  element("p", {}, escapeText(confusionHeadline(data))) +
  (data.names.length > maxCounted ? classTable(data) : countTable(data));
