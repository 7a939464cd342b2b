/** A numeric check as plain text. */
import type { NumericsData } from "../../protocol/index.ts";
import { alignColumns, limitLines, maxTextRows } from "../shared/table.ts";
import { numericCells, numericHeadline, numericHeads, rowSentences, worstWords } from "./words.ts";

/** Returns the headline, the reasons of rows that do not agree, and the table. */
export function numericsText(data: NumericsData): string {
  const reasons = data.rows.flatMap((row) =>
    row.state === "right"
      ? []
      : [
          `${row.op}${row.input === "" ? "" : `, gradient of ${row.input}`}${worstWords(row) === "" ? "" : ` at ${worstWords(row)}`}`,
          ...rowSentences(row).map((t) => `  ${t}`),
        ],
  );
  const table = alignColumns([numericHeads, ...data.rows.map(numericCells)]);
  return [
    numericHeadline(data),
    ...(reasons.length > 0 ? ["", ...limitLines(reasons, maxTextRows, "lines")] : []),
    "",
    ...limitLines(table, maxTextRows, "rows"),
    ...(data.totals.omitted > 0 ? [`${data.totals.omitted} rows are left out.`] : []),
  ].join("\n");
}
