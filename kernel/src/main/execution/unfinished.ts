/** Cells that did not come to declare what they would have declared: they did not compile, threw, or were interrupted. */
import type { DeclaredValue, UnfinishedCell } from "../../shared/messages.ts";

/** A cell of the notebook, as it ran. */
export interface CellRun {
  readonly count: number;
  /** JupyterLab's id of the cell. */
  readonly id: string | null;
}

type Unfinished = CellRun & UnfinishedCell;

/** So many are known at a time; without ids, a notebook that runs for days would collect them. */
const maxCells = 100;

export class UnfinishedCells {
  readonly #variables: Readonly<Record<string, unknown>>;
  #cells: readonly Unfinished[] = [];

  constructor(variables: Readonly<Record<string, unknown>>) {
    this.#variables = variables;
  }

  /** Notes that a cell is run: what was known of an earlier run of it no longer counts. */
  begin({ id }: CellRun): void {
    if (id !== null) this.#cells = this.#cells.filter((cell) => cell.id !== id);
  }

  /** Notes a cell that did not compile, with the names that it would have declared. */
  didNotCompile(run: CellRun, names: readonly string[]): void {
    this.#add({ ...run, reason: "compile", names });
  }

  /**
   * Notes a cell that stopped at an offset of its text, where that is known. Variables that have a value are declared; one that was declared with the value
   * `undefined` is told by the offset.
   */
  stopped(run: CellRun, reason: "error" | "interrupt", values: readonly DeclaredValue[], offset: number | null): void {
    const left = values.filter((v) => this.#variables[v.name] === undefined && (offset === null || v.end > offset));
    this.#add({ ...run, reason, names: left.map((v) => v.name) });
  }

  #add(cell: Unfinished): void {
    if (cell.names.length > 0) this.#cells = [...this.#cells, cell].slice(-maxCells);
  }

  /** Notes the variables of a cell that ran to its end. */
  finished(values: readonly DeclaredValue[]): void {
    const declared = new Set(values.map((v) => v.name));
    this.#cells = this.#cells
      .map((cell) =>
        cell.reason === "compile" ? cell : { ...cell, names: cell.names.filter((name) => !declared.has(name)) },
      )
      .filter((cell) => cell.names.length > 0);
  }

  /** Returns the unfinished cells, oldest first, with the names that have not got a value since. */
  list(): UnfinishedCell[] {
    return this.#cells.map(({ count, reason, names }) => ({
      count,
      reason,
      names: reason === "compile" ? names : names.filter((name) => this.#variables[name] === undefined),
    }));
  }
}
