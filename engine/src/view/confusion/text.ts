/** A confusion matrix as text and as HTML; of many classes, a table with one row for each. */
import type { ConfusionData } from "../../protocol/index.ts";
import { cut } from "../shared/format.ts";
import { element, escapeText } from "../shared/markup.ts";
import {
  type ClassScore,
  cellShade,
  cellWords,
  confusionFacts,
  countsOf,
  divisorOf,
  longestName,
  maxCounted,
  mistakesOf,
  mistakeWords,
  scoresOf,
  showRatio,
} from "./facts.ts";

const maxMistakes = 12;

const headline = (data: ConfusionData): string =>
  [...(data.title === null ? [] : [data.title]), ...confusionFacts(data)].join(" · ");

/** Columns of one width each; names on the left, numbers on the right. */
function aligned(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, c) => rows.reduce((most, r) => Math.max(most, r[c].length), 0));
  return rows.map((r) =>
    r
      .map((text, c) => (c === 0 ? text.padEnd(widths[c]) : text.padStart(widths[c])))
      .join("  ")
      .trimEnd(),
  );
}

const classRows = (scores: readonly ClassScore[]): string[][] => [
  ["class", "true", "predicted", "right", "recall", "precision"],
  ...scores.map((s) => [
    cut(s.name, longestName),
    String(s.count),
    String(s.predicted),
    String(s.right),
    showRatio(s.right, s.count),
    showRatio(s.right, s.predicted),
  ]),
];

const worst = (data: ConfusionData): string[] => mistakesOf(data).slice(0, maxMistakes).map(mistakeWords);

/** Rows are the true class, columns the predicted one. */
export function confusionText(data: ConfusionData): string {
  const scores = scoresOf(data);
  if (data.names.length > maxCounted)
    return [headline(data), "", ...worst(data), "", ...aligned(classRows(scores))].join("\n");
  const rows = data.names.map((name, i) => [
    cut(name, longestName),
    ...countsOf(data, i).map((count, j) => cellWords(count, divisorOf(data, scores, i, j), data)),
    showRatio(scores[i].right, scores[i].count),
  ]);
  const head = ["true \\ predicted", ...data.names.map((name) => cut(name, 12)), "recall"];
  return [headline(data), "", ...aligned([head, ...rows])].join("\n");
}

const th = (text: string, attributes: Readonly<Record<string, string | number>>): string =>
  element("th", attributes, escapeText(text));

/** Green where the prediction is right, red where it is wrong; half transparent, for light and dark pages. */
function shadeStyle(right: boolean, shade: number): Readonly<Record<string, string>> {
  if (shade === 0) return {};
  return {
    style: `background:#${right ? "289650" : "d72832"}${Math.round(shade * 128)
      .toString(16)
      .padStart(2, "0")}`,
  };
}

function counted(data: ConfusionData): string {
  const scores = scoresOf(data);
  const n = data.names.length;
  const body = data.names.map((name, i) =>
    element(
      "tr",
      {},
      ...(i === 0 ? [th("true", { scope: "rowgroup", rowspan: n })] : []),
      th(cut(name, longestName), { scope: "row", align: "right" }),
      ...countsOf(data, i).map((count, j) =>
        element(
          "td",
          { align: "right", ...shadeStyle(i === j, cellShade(count, scores[i].count)) },
          cellWords(count, divisorOf(data, scores, i, j), data),
        ),
      ),
      element("td", { align: "right" }, escapeText(showRatio(scores[i].right, scores[i].count))),
    ),
  );
  const head = [
    element(
      "tr",
      {},
      element("td", { colspan: 2, rowspan: 2 }, ""),
      th("predicted", { scope: "colgroup", colspan: n, align: "center" }),
      th("recall", { scope: "col", rowspan: 2 }),
    ),
    element("tr", {}, ...data.names.map((name) => th(cut(name, longestName), { scope: "col", align: "right" }))),
  ];
  return element("table", {}, element("thead", {}, ...head), element("tbody", {}, ...body));
}

function byClass(data: ConfusionData): string {
  const [head, ...rows] = classRows(scoresOf(data));
  return (
    element("ul", {}, ...worst(data).map((text) => element("li", {}, escapeText(text)))) +
    element(
      "table",
      {},
      element("thead", {}, element("tr", {}, ...head.map((text) => th(text, { scope: "col" })))),
      element(
        "tbody",
        {},
        ...rows.map(([name, ...cells]) =>
          element(
            "tr",
            {},
            th(name, { scope: "row" }),
            ...cells.map((text) => element("td", { align: "right" }, escapeText(text))),
          ),
        ),
      ),
    )
  );
}

export const confusionHtml = (data: ConfusionData): string =>
  element("p", {}, escapeText(headline(data))) + (data.names.length > maxCounted ? byClass(data) : counted(data));
