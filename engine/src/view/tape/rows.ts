/** The lines in which a tape is displayed: its rows, below headings of scopes that fold. */
import type { TapeData } from "../../protocol/index.ts";

/** A line of the display. */
export type Line =
  | {
      readonly kind: "row";
      readonly row: number;
      readonly depth: number;
      /** Name of the scope that has this row alone, and so no heading of its own; else `null`. */
      readonly only: string | null;
    }
  | {
      readonly kind: "scope";
      readonly scope: number;
      readonly folded: boolean;
      readonly depth: number;
      /** First and last of the rows inside. */
      readonly first: number;
      readonly last: number;
    };

/** Rows from which a tape is long, so that its inner modules are folded at first. */
const longTape = 60;

/** Returns a scope and the scopes around it, the outermost first; none for -1. */
function pathOfScope({ scopes }: TapeData, scope: number): number[] {
  const path: number[] = [];
  for (let s = scope; s >= 0; s = scopes.parent[s] ?? -1) path.push(s);
  return path.toReversed();
}

/** Returns the scopes of a row, the outermost first. */
export const scopePath = (tape: TapeData, row: number): number[] => pathOfScope(tape, tape.rows.scope[row] ?? -1);

/** Returns the names of a row's modules below the outermost, as parameters have them: `block.fc1`. */
export function scopeName(tape: TapeData, row: number): string {
  const modules = scopePath(tape, row).filter((s) => tape.scopes.kind[s] === "module");
  return modules
    .slice(1)
    .map((s) => tape.scopes.name[s])
    .join(".");
}

/** Returns the scopes that are folded at first: losses and other composite ops, and in long tapes the modules below the outermost. */
export function initiallyFolded(tape: TapeData): Set<number> {
  const isLong = tape.rows.op.length > longTape;
  return new Set(
    tape.scopes.kind.flatMap((kind, s) => (kind === "op" || (isLong && (tape.scopes.parent[s] ?? -1) >= 0) ? [s] : [])),
  );
}

/** Returns the lines of a tape, without headings of scopes that have a single row. */
export function linesOf(tape: TapeData, folded: ReadonlySet<number>): Line[] {
  const lines: Line[] = [];
  const count = tape.rows.op.length;
  const pathOf: number[][] = [];
  const none: readonly number[] = [];
  const paths = tape.rows.scope.map((s) => (s < 0 ? none : (pathOf[s] ??= pathOfScope(tape, s))));
  /** Returns the last of the rows from `row` on that are in the same scope at this depth. */
  const runEnd = (row: number, depth: number): number => {
    const scope = paths[row][depth];
    let end = row;
    while (end + 1 < count && paths[end + 1][depth] === scope) end++;
    return end;
  };
  const singleRow = (row: number, depth: number, indent: number): Line => {
    const inner =
      depth < paths[row].length ? paths[row].slice(depth).filter((s) => tape.scopes.kind[s] !== "op") : none;
    const only = inner.length > 0 ? inner.map((s) => tape.scopes.name[s]).join(".") : null;
    return { kind: "row", row, depth: indent, only };
  };
  const visit = (from: number, to: number, depth: number, indent: number): void => {
    for (let row = from; row <= to; ) {
      const scope = paths[row][depth];
      const end = scope === undefined ? row : Math.min(runEnd(row, depth), to);
      if (end === row) lines.push(singleRow(row, depth, indent));
      else {
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

/** Returns the row whose value and gradient a line displays: of a folded scope the last; `null` for the heading of an open scope. */
export const shownRow = (line: Line): number | null =>
  line.kind === "row" ? line.row : line.folded ? line.last : null;

/** Returns the memory of the tensors that the row of a line, or all rows of its scope, have saved. */
export function savedBytesOf({ rows }: TapeData, line: Line): number {
  const [first, last] = line.kind === "row" ? [line.row, line.row] : [line.first, line.last];
  return rows.saved.slice(first, last + 1).reduce((sum, bytes) => sum + bytes, 0);
}

/** Returns a line for each of some rows, without headings, under the names of all scopes that they are in. */
export function linesOfRows(tape: TapeData, rows: readonly number[]): Line[] {
  const names: string[] = [];
  const namesOf = (scope: number): string =>
    (names[scope] ??= pathOfScope(tape, scope)
      .map((s) => tape.scopes.name[s])
      .join("."));
  return rows.map((row) => {
    const scope = tape.rows.scope[row] ?? -1;
    return { kind: "row", row, depth: 0, only: scope < 0 ? null : namesOf(scope) };
  });
}
