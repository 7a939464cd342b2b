/** Tables in plain text. */

/** Lines of a table that are written; the rest is counted. */
export const maxTextRows = 40;

/** Columns of equal width, ends trimmed. */
export function columns(rows: readonly (readonly string[])[], right: ReadonlySet<number> = new Set()): string[] {
  const widths = (rows[0] ?? []).map((_, c) => rows.reduce((most, r) => Math.max(most, r[c].length), 0));
  return rows.map((r) =>
    r
      .map((cell, c) => (right.has(c) ? cell.padStart(widths[c]) : cell.padEnd(widths[c])))
      .join("  ")
      .trimEnd(),
  );
}

/** Cuts a list of lines to `most`, and says how many were left out. */
export const capped = (lines: readonly string[], most: number, what: string): string[] =>
  lines.length <= most ? [...lines] : [...lines.slice(0, most - 1), `… and ${lines.length - most + 1} more ${what}`];
