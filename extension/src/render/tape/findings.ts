/** The findings of a tape by line. */
import type { Line, TapeData } from "tapelab/view";

/** Texts of the findings, by row. */
export class Findings {
  readonly #byRow = new Map<number, string[]>();

  constructor({ findings }: Pick<TapeData, "findings">) {
    for (const { row, text } of findings) this.#byRow.set(row, [...(this.#byRow.get(row) ?? []), text]);
  }

  /** Whether a line has findings; a folded scope has those of all its rows. */
  has(line: Line): boolean {
    return this.#byRow.size > 0 && this.of(line).length > 0;
  }

  /** Returns the findings of a line; a folded scope has those of all its rows. */
  of(line: Line): string[] {
    if (line.kind === "row") return this.#byRow.get(line.row) ?? [];
    if (!line.folded) return [];
    return [...this.#byRow].filter(([row]) => row >= line.first && row <= line.last).flatMap(([, texts]) => texts);
  }
}
