/** The tape as plain text, for terminals, graders and screen readers. */
import { summaryAt, type TapeData } from "../../protocol/index.ts";
import { showBytes, showCount, showNorm, showShape, stateWords, summaryWords } from "../shared/format.ts";
import { capped, columns, maxTextRows } from "../shared/table.ts";
import { initiallyFolded, type Line, linesOf, shownRow } from "./rows.ts";

const maxFindings = 12;

/** One sentence: what, how much, what is wrong. */
export function tapeHeadline(tape: TapeData): string {
  const { rows, parameters, parameterElements, savedBytes } = tape.totals;
  const findings =
    tape.totals.findings === 0 ? "" : `, ${tape.totals.findings} finding${tape.totals.findings === 1 ? "" : "s"}`;
  return `Tape of ${tape.title}: ${rows} ops, ${parameters} parameters (${showCount(parameterElements)} elements), ${showBytes(savedBytes)} saved${findings}`;
}

/** The words for a row's gradient. */
export function gradientWords(tape: TapeData, row: number): string {
  const summary = summaryAt(tape.rows.gradient, row);
  if (summary) return tape.rows.gradientState[row] === "zero" ? stateWords.zero : showNorm(summary.norm);
  return stateWords[tape.rows.gradientState[row]];
}

/** Cell and line as `[4] 2`. */
export function siteWords(tape: TapeData, row: number): string {
  const site = tape.rows.site[row];
  if (!site) return "";
  const count = tape.cells.count[site[0]];
  return count === null ? `${tape.cells.file[site[0]]}:${site[1]}` : `${count}:${site[1]}`;
}

/** Leaves that a line reads besides the rows above, each once. */
export function leavesOf(tape: TapeData, line: Line): number[] {
  const [from, to] = line.kind === "row" ? [line.row, line.row] : [line.first, line.last];
  const found = new Set<number>();
  for (let r = from; r <= to; r++) for (const input of tape.rows.inputs[r]) if (input < 0) found.add(-1 - input);
  // inside a folded scope, numbers and nameless constants are its own business
  return [...found].filter(
    (l) => line.kind === "row" || tape.leaves.kind[l] !== "constant" || /^[\p{L}_$]/u.test(tape.leaves.name[l]),
  );
}

/** Op name, or name of the scope. */
export const lineTitle = (tape: TapeData, line: Line): string =>
  line.kind === "row" ? tape.ops.name[tape.rows.op[line.row]] : tape.scopes.name[line.scope];

export function tapeText(tape: TapeData): string {
  const rows = linesOf(tape, initiallyFolded(tape)).map((line) => {
    const row = shownRow(line);
    const title = `${"  ".repeat(line.depth)}${line.kind === "scope" ? (line.folded ? "▸ " : "▾ ") : ""}${lineTitle(tape, line)}`;
    const scope = line.kind === "row" && line.only !== null ? ` ${line.only}` : "";
    const reads =
      row === null
        ? ""
        : leavesOf(tape, line)
            .map((l) => tape.leaves.name[l])
            .join(", ");
    const value = row === null ? null : summaryAt(tape.rows.value, row);
    return [
      title + scope,
      reads,
      row === null ? "" : showShape(tape.rows.shape[row]),
      value ? summaryWords(value) : "",
      row === null ? "" : gradientWords(tape, row),
      row === null ? "" : siteWords(tape, row),
    ];
  });
  const table = columns([["op", "also reads", "shape", "value", "gradient", "cell:line"], ...rows]);
  const findings = tape.findings.map((f) => `! row ${f.row + 1}: ${f.text}`);
  return [
    tapeHeadline(tape),
    "",
    ...capped(table, maxTextRows, "rows"),
    ...(findings.length > 0 ? ["", ...capped(findings, maxFindings, "findings")] : []),
  ].join("\n");
}
