/** The cells that have not declared all of their names because they did not compile, threw, or were interrupted. */
import type { DeclaredValue, UnfinishedCell } from "../../shared/compilation.ts";

/** A run of a cell of the notebook. */
export interface CellRun {
  readonly count: number;
  /** JupyterLab's id of the cell. */
  readonly id: string | null;
}

type Unfinished = CellRun & UnfinishedCell;

/** Number of cells that are kept; front ends that send no ids never replace an entry. */
const maxCells = 100;

/** The list of unfinished cells of a notebook. */
export class UnfinishedCells {
  readonly #variables: Readonly<Record<string, unknown>>;
  #cells: readonly Unfinished[] = [];

  constructor(variables: Readonly<Record<string, unknown>>) {
    this.#variables = variables;
  }

  /** Begins a run of a cell, which makes the entry of an earlier run obsolete. */
  begin({ id }: CellRun): void {
    if (id !== null) this.#cells = this.#cells.filter((cell) => cell.id !== id);
  }

  /** Records a cell that did not compile, with all names that it declares. */
  didNotCompile(run: CellRun, names: readonly string[]): void {
    this.#add({ ...run, reason: "compile", names });
  }

  /**
   * Records a cell that stopped. Its variables that have a value were declared; for one whose value is `undefined`, the source offset at which the cell
   * stopped decides, where known.
   */
  stopped(run: CellRun, reason: "error" | "interrupt", values: readonly DeclaredValue[], offset: number | null): void {
    const missing = values.filter((v) => this.#variables[v.name] === undefined && (offset === null || v.end > offset));
    this.#add({ ...run, reason, names: missing.map((v) => v.name) });
  }

  #add(cell: Unfinished): void {
    if (cell.names.length > 0) this.#cells = [...this.#cells, cell].slice(-maxCells);
  }

  /** Removes the variables of a cell that ran to its end from the names that are missing. */
  finished(values: readonly DeclaredValue[]): void {
    const declared = new Set(values.map((v) => v.name));
    this.#cells = this.#cells
      .map((cell) =>
        cell.reason === "compile" ? cell : { ...cell, names: cell.names.filter((name) => !declared.has(name)) },
      )
      .filter((cell) => cell.names.length > 0);
  }

  /** Returns the unfinished cells, oldest first, with the names that still have no value. */
  list(): UnfinishedCell[] {
    return this.#cells.map(({ count, reason, names }) => ({
      count,
      reason,
      names: reason === "compile" ? names : names.filter((name) => this.#variables[name] === undefined),
    }));
  }
}
