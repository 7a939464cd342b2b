/** The lines that declared the notebook's variables, by which a value is traced to the cell that made it. */
import type { DeclaredValue } from "../../shared/compilation.ts";
import { positionOf } from "../../shared/positions.ts";

/** The source of a run of a cell. */
interface CellSource {
  readonly name: string;
  readonly id: string | null;
  readonly count: number;
  readonly code: string;
}

/** A line of a cell. */
interface CellLine {
  readonly file: string;
  readonly cellId: string | null;
  readonly count: number;
  readonly line: number;
  readonly column: number;
}

/** The declarations of all variables. */
export class Declarations {
  readonly #sites = new Map<string, CellLine>();

  /** Adds the variables that a cell has declared. */
  add({ name: file, id: cellId, count, code }: CellSource, values: readonly DeclaredValue[]): void {
    for (const { name, end } of values) {
      const { line } = positionOf(code, end);
      this.#sites.set(name, { file, cellId, count, line: line + 1, column: 1 });
    }
  }

  /** Returns the line that declared a variable; `null` if no cell did. */
  find = (name: string): CellLine | null => this.#sites.get(name) ?? null;
}
