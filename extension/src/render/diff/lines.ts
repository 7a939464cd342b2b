/** The lines of a comparison: its rows, and folded runs of rows that are equal in all tapes. */
import { beginsLeaves, type DiffData } from "tapelab/view";

/** A line of the table. */
export type DiffLine =
  | { readonly kind: "row"; readonly row: number }
  /** Equal rows that are folded; or, without rows, rows that were not stored. */
  | { readonly kind: "fold"; readonly rows: readonly number[]; readonly count: number; readonly changed: number }
  | { readonly kind: "heading" };

/** Equal rows from which a run is folded, and how many beside other rows stay. */
const longRun = 5;
const context = 1;

/** Returns the lines; with `isOpen`, stored rows are not folded. */
export function linesOfDiff(data: DiffData, isOpen: boolean): DiffLine[] {
  const { rows, totals } = data;
  const lines: DiffLine[] = [];
  const count = rows.name.length;
  let run: number[] = [];
  const endRun = (isLast: boolean): void => {
    const head = lines.length === 0 || lines.at(-1)?.kind === "heading" ? 0 : context;
    const tail = isLast ? 0 : context;
    if (isOpen || run.length < longRun) lines.push(...run.map((row): DiffLine => ({ kind: "row", row })));
    else {
      const folded = run.slice(head, run.length - tail);
      lines.push(...run.slice(0, head).map((row): DiffLine => ({ kind: "row", row })));
      lines.push({ kind: "fold", rows: folded, count: folded.length, changed: 0 });
      lines.push(...run.slice(run.length - tail).map((row): DiffLine => ({ kind: "row", row })));
    }
    run = [];
  };
  for (let row = 0; row < count; row++) {
    const skipped = rows.skipped[row] ?? 0;
    if (skipped > 0 || beginsLeaves(data, row)) endRun(true);
    if (skipped > 0) lines.push({ kind: "fold", rows: [], count: skipped, changed: rows.skippedChanged[row] ?? 0 });
    if (beginsLeaves(data, row)) lines.push({ kind: "heading" });
    if (rows.mark[row] === "same") run.push(row);
    else {
      endRun(false);
      lines.push({ kind: "row", row });
    }
  }
  endRun(true);
  if (totals.skipped > 0) lines.push({ kind: "fold", rows: [], count: totals.skipped, changed: totals.skippedChanged });
  return lines;
}
