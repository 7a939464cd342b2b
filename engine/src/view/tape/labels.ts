/** Short texts about a tape and its lines, which text, picture and extension share. */
import { summaryAt, type TapeData } from "../../protocol/index.ts";
import { formatBytes, formatCount, formatNorm, stateWords } from "../shared/format.ts";
import { isStale, locationWords } from "../shared/places.ts";
import type { Line } from "./rows.ts";

/** Returns a sentence with the name of the result, the numbers of ops and parameters, the saved memory and the number of findings. */
export function tapeHeadline({ title, totals }: TapeData): string {
  const { rows, parameters, parameterElements, savedBytes, findings } = totals;
  const found = findings === 0 ? "" : `, ${findings} finding${findings === 1 ? "" : "s"}`;
  return `Tape of ${title}: ${rows} ops, ${parameters} parameters (${formatCount(parameterElements)} elements), ${formatBytes(savedBytes)} saved${found}`;
}

/** Returns the norm of a row's gradient, or the reason why it has none. */
export function gradientWords(tape: TapeData, row: number): string {
  const summary = summaryAt(tape.rows.gradient, row);
  const state = tape.rows.gradientState[row];
  return summary && state !== "zero" ? formatNorm(summary.norm) : stateWords[state];
}

/** Returns the call site of a row as `4:2`, cell and line, or as `file:2`; `stale` if the cell has run again with another text. */
export function siteWords({ rows, cells }: TapeData, row: number): string {
  const site = rows.site[row];
  if (!site) return "";
  return isStale(cells, site) ? `${locationWords(cells, site)} stale` : locationWords(cells, site);
}

/** Returns the leaves that the rows of a line read, each once. A folded scope leaves out its nameless constants. */
export function leavesOf(tape: TapeData, line: Line): number[] {
  const [from, to] = line.kind === "row" ? [line.row, line.row] : [line.first, line.last];
  const found = new Set<number>();
  for (let r = from; r <= to; r++) for (const input of tape.rows.inputs[r]) if (input < 0) found.add(-1 - input);
  return [...found].filter(
    (l) => line.kind === "row" || tape.leaves.kind[l] !== "constant" || /^[\p{L}_$]/u.test(tape.leaves.name[l]),
  );
}

/** Returns the name of a line's op or scope. */
export const lineTitle = (tape: TapeData, line: Line): string =>
  line.kind === "row" ? tape.ops.name[tape.rows.op[line.row]] : tape.scopes.name[line.scope];

/** Returns the sign before the name of a scope, which tells whether it is folded. */
export const foldMark = (line: Line): string => (line.kind !== "scope" ? "" : line.folded ? "▸ " : "▾ ");
