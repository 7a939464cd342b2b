/** The tape as plain text, for terminals, graders and screen readers. */
import { summaryAt, type TapeData } from "../../protocol/index.ts";
import { cut, formatShape, summaryWords } from "../shared/format.ts";
import { alignColumns, limitLines, maxTextRows } from "../shared/table.ts";
import { foldMark, gradientWords, leavesOf, lineTitle, siteWords, tapeHeadline } from "./labels.ts";
import { initiallyFolded, type Line, linesOf, shownRow } from "./rows.ts";

const maxFindings = 12;
/** Characters of the names of the tensors that a line reads. */
const maxReads = 48;
const heads: readonly string[] = ["op", "also reads", "shape", "value", "gradient", "cell:line"];

/** Returns the cells of a line, in the order of the heads. */
function cellsOf(tape: TapeData, line: Line): string[] {
  const only = line.kind === "row" && line.only !== null ? ` ${line.only}` : "";
  const name = `${"  ".repeat(line.depth)}${foldMark(line)}${lineTitle(tape, line)}${only}`;
  const row = shownRow(line);
  if (row === null) return [name, ...heads.slice(1).fill("")];
  const reads = leavesOf(tape, line).map((leaf) => tape.leaves.name[leaf]);
  const value = summaryAt(tape.rows.value, row);
  return [
    name,
    cut(reads.join(", "), maxReads),
    formatShape(tape.rows.shape[row]),
    value ? summaryWords(value) : "",
    gradientWords(tape, row),
    siteWords(tape, row),
  ];
}

/** Returns the tape as text: a headline, a table of its lines, and the findings. */
export function tapeText(tape: TapeData): string {
  const lines = linesOf(tape, initiallyFolded(tape));
  const table = alignColumns([heads, ...lines.map((line) => cellsOf(tape, line))]);
  const findings = tape.findings.map((f) => `! row ${f.row + 1}: ${f.text}`);
  return [
    tapeHeadline(tape),
    "",
    ...limitLines(table, maxTextRows, "rows"),
    ...(findings.length > 0 ? ["", ...limitLines(findings, maxFindings, "findings")] : []),
  ].join("\n");
}
