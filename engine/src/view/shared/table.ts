/** Tables in plain text. */

/** Lines of a table that are written; `limitLines` counts the rest. */
export const maxTextRows = 40;

/** Returns the lines of a table whose columns are aligned: to the left, or to the right for the indices in `right`. */
export function alignColumns(rows: readonly (readonly string[])[], right: ReadonlySet<number> = new Set()): string[] {
  const widths = (rows[0] ?? []).map((_, c) => rows.reduce((most, r) => Math.max(most, r[c].length), 0));
  return rows.map((r) =>
    r
      .map((cell, c) => (right.has(c) ? cell.padStart(widths[c]) : cell.padEnd(widths[c])))
      .join("  ")
      .trimEnd(),
  );
}

/** Returns at most `most` lines, the last of which counts the lines that were left out. */
export const limitLines = (lines: readonly string[], most: number, noun: string): string[] =>
  lines.length <= most ? [...lines] : [...lines.slice(0, most - 1), `… and ${lines.length - most + 1} more ${noun}`];
