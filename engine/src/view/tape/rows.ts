/** Which lines a tape has on screen: its rows, with scopes as headings that fold. */
import type { TapeData } from "../../protocol/index.ts";

/** A line of the table. */
export type Line =
  | {
      readonly kind: "row";
      readonly row: number;
      readonly depth: number /** Name of the scope that this row alone fills. */;
      readonly only: string | null;
    }
  | {
      readonly kind: "scope";
      readonly scope: number;
      readonly folded: boolean;
      readonly depth: number;
      /** The rows inside, first and last. */
      readonly first: number;
      readonly last: number;
    };

/** Scopes from the outermost to that of a row. */
export function scopePath(tape: TapeData, row: number): number[] {
  const path: number[] = [];
  for (let s = tape.rows.scope[row] ?? -1; s >= 0; s = tape.scopes.parent[s] ?? -1) path.unshift(s);
  return path;
}

/** The names of a row's modules below the outermost, as the gradient table writes them: `block.fc1`. */
export function scopeName(tape: TapeData, row: number): string {
  const modules = scopePath(tape, row).filter((s) => tape.scopes.kind[s] === "module");
  return modules
    .slice(1)
    .map((s) => tape.scopes.name[s])
    .join(".");
}

/** What is folded at first: losses and other composites, and in long tapes the modules below the outermost. */
export function initiallyFolded(tape: TapeData): Set<number> {
  const long = tape.rows.op.length > 60;
  return new Set(
    tape.scopes.kind.flatMap((kind, s) => (kind === "op" || (long && (tape.scopes.parent[s] ?? -1) >= 0) ? [s] : [])),
  );
}

/** The lines to show; a scope with one row has no heading of its own. */
export function linesOf(tape: TapeData, folded: ReadonlySet<number>): Line[] {
  const lines: Line[] = [];
  const count = tape.rows.op.length;
  const paths = Array.from({ length: count }, (_, r) => scopePath(tape, r));
  /** The last row of the run of rows from `row` on that are in `scope` at this depth. */
  const runEnd = (row: number, depth: number): number => {
    const scope = paths[row][depth];
    let end = row;
    while (end + 1 < count && paths[end + 1][depth] === scope) end++;
    return end;
  };
  const visit = (from: number, to: number, depth: number, indent: number): void => {
    for (let row = from; row <= to; ) {
      const scope = paths[row][depth];
      if (scope === undefined) {
        lines.push({ kind: "row", row, depth: indent, only: null });
        row++;
        continue;
      }
      const end = Math.min(runEnd(row, depth), to);
      if (end === row) {
        const inner = paths[row].slice(depth).filter((s) => tape.scopes.kind[s] !== "op");
        lines.push({
          kind: "row",
          row,
          depth: indent,
          only: inner.length > 0 ? inner.map((s) => tape.scopes.name[s]).join(".") : null,
        });
      } else {
        const isFolded = folded.has(scope);
        lines.push({ kind: "scope", scope, folded: isFolded, depth: indent, first: row, last: end });
        if (!isFolded) visit(row, end, depth + 1, indent + 1);
      }
      row = end + 1;
    }
  };
  visit(0, count - 1, 0, 0);
  return lines;
}

/** The row whose value and gradient a line shows: a folded scope shows its last. */
export const shownRow = (line: Line): number | null =>
  line.kind === "row" ? line.row : line.folded ? line.last : null;
