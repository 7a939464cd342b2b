/** Summaries of models as plain text. */
import type { ModelSummaryData } from "../../protocol/index.ts";
import { alignColumns, limitLines } from "../shared/table.ts";
import { heads, numberColumns, rowCells, rowName, totals } from "./facts.ts";

/** Rows of the table in text. */
const maxRows = 400;

/** Returns the summary as text. */
export function summaryText(data: ModelSummaryData): string {
  const rows = data.rows.map((row) => [`${"  ".repeat(row.depth)}${rowName(row)}`, ...rowCells(row)]);
  return [...limitLines(alignColumns([heads, ...rows], numberColumns), maxRows, "modules"), "", ...totals(data)].join(
    "\n",
  );
}
