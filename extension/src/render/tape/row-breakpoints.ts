/** Breakpoints at rows of a tape: they stop at the op of the row, by its line and its scope. */
import { type BreakpointSpec, scopePath, type TapeData } from "tapelab/view";
import type { Breakpoints } from "../../lab/breakpoints.js";

type Condition = Omit<BreakpointSpec, "id" | "enabled" | "phase">;

/** Returns the condition of a breakpoint at a row. */
function conditionOf(tape: TapeData, row: number): Condition {
  const site = tape.rows.site[row] ?? null;
  const op = tape.ops.name[tape.rows.op[row] ?? -1] ?? "";
  const scope = scopePath(tape, row)
    .map((s) => tape.scopes.name[s])
    .join("/");
  const named = { op, ...(scope === "" ? {} : { scope }) };
  if (site === null) return named;
  const [cell, line] = site;
  const id = tape.cells.id[cell] ?? null;
  const count = tape.cells.count[cell] ?? null;
  if (id !== null) return { ...named, cell: id, line };
  if (count !== null) return { ...named, cell: count, line };
  return { ...named, line, file: (tape.cells.file[cell] ?? "").replace(/^\.\//, "") };
}

const isSame = (a: Condition, b: Condition): boolean =>
  a.op === b.op && a.scope === b.scope && a.cell === b.cell && a.line === b.line && a.file === b.file;

/** Returns the breakpoint at a row; `undefined` if there is none. */
function breakpointAt(breakpoints: Breakpoints, tape: TapeData, row: number): BreakpointSpec | undefined {
  if (breakpoints.specs.length === 0) return undefined;
  const condition = conditionOf(tape, row);
  return breakpoints.specs.find((spec) => spec.value === undefined && isSame(spec, condition));
}

/** The breakpoints at the rows of a tape, where a notebook is around. */
export class RowBreakpoints {
  readonly #breakpoints: Breakpoints | undefined;
  readonly #changed: () => void;

  /** @param changed Called after breakpoints have changed, until `dispose`. */
  constructor(breakpoints: Breakpoints | undefined, changed: () => void) {
    this.#breakpoints = breakpoints;
    this.#changed = changed;
    breakpoints?.changed.connect(this.#hear, this);
  }

  dispose(): void {
    this.#breakpoints?.changed.disconnect(this.#hear, this);
  }

  /** The key that sets a breakpoint, in words; "" where none can be set. */
  get keys(): string {
    return this.#breakpoints === undefined ? "" : ", b sets a breakpoint";
  }

  /** Whether the breakpoint at a row is on; `null` if there is none. */
  at(tape: TapeData, row: number | null): boolean | null {
    if (this.#breakpoints === undefined || row === null) return null;
    return breakpointAt(this.#breakpoints, tape, row)?.enabled ?? null;
  }

  /** Handles a click on a row: one on its cell of the gutter sets a breakpoint, or removes it. Returns false for any other. */
  clicked(event: MouseEvent, tape: TapeData, row: number | null): boolean {
    const isInGutter = (event.target as Element).closest(".tapelab-gutter-cell") !== null;
    if (this.#breakpoints === undefined || row === null || !isInGutter) return false;
    this.toggle(tape, row);
    return true;
  }

  /** Sets a breakpoint at a row, or removes it. */
  toggle(tape: TapeData, row: number): void {
    const known = this.#breakpoints && breakpointAt(this.#breakpoints, tape, row);
    if (known !== undefined) this.#breakpoints?.remove(known.id);
    else this.#breakpoints?.add({ ...conditionOf(tape, row), phase: "both" });
  }

  #hear(_sender: Breakpoints, event: string): void {
    if (event === "list") this.#changed();
  }
}
