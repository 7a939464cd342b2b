/** Summaries of models as HTML: a table, whose indentation is the tree of modules. */
import type { ModelSummaryData, ModuleRow } from "../../protocol/index.ts";
import { element, escapeText } from "../shared/markup.ts";
import { heads, numberColumns, rowCells, rowName, totals } from "./facts.ts";

/** Rows of the table. */
const maxRows = 400;

const align = (column: number): string => (numberColumns.has(column) ? "right" : "left");

const cell = (text: string, column: number): string =>
  element("td", { align: align(column), style: "white-space: nowrap" }, escapeText(text));

function tableRow(row: ModuleRow): string {
  // spaces, as some front ends take styles out
  const name = `${"\u00a0".repeat(4 * row.depth)}${rowName(row)}`;
  return element("tr", {}, ...[name, ...rowCells(row)].map(cell));
}

/** Returns the summary as a table, with the totals below it. */
export function summaryHtml(data: ModelSummaryData): string {
  const head = element("tr", {}, ...heads.map((h, i) => element("th", { scope: "col", align: align(i) }, h)));
  const rows = data.rows.slice(0, maxRows).map(tableRow);
  const table = element("table", {}, element("thead", {}, head), element("tbody", {}, ...rows));
  const rest = data.rows.length - rows.length;
  const lines = [...(rest > 0 ? [`… and ${rest} more modules`] : []), ...totals(data)];
  return `${element("div", { style: "overflow-x: auto" }, table)}${lines.map((line) => element("p", {}, escapeText(line))).join("")}`;
}
