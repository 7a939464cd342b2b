/** The lines of a tape as they are displayed: which scopes are folded and which rows are opened, and where each line is. */
import {
  initiallyFolded,
  type Lanes,
  type Line,
  lanesOf,
  linesOf,
  linesOfRows,
  scopePath,
  type TapeData,
} from "tapelab/view";
import type { Findings } from "./findings.js";
import { LineStack } from "./line-stack.js";

/** The displayed lines. */
export class TapeLines {
  readonly #tape: TapeData;
  readonly #folded: Set<number>;
  readonly #opened = new Set<number>();
  readonly stack: LineStack = new LineStack(this.#opened);
  #lines: readonly Line[] = [];
  #lanes: Lanes = { lanes: [], width: 0 };

  constructor(tape: TapeData) {
    this.#tape = tape;
    this.#folded = initiallyFolded(tape);
  }

  get all(): readonly Line[] {
    return this.#lines;
  }

  get lanes(): Lanes {
    return this.#lanes;
  }

  get hasOpened(): boolean {
    return this.#opened.size > 0;
  }

  /** Lays the lines out anew: all of them, or those of the rows that match a search. */
  layOut(matching: readonly number[] | null): void {
    this.#lines = matching === null ? linesOf(this.#tape, this.#folded) : linesOfRows(this.#tape, matching);
    this.#lanes = lanesOf(this.#tape, this.#lines);
    this.stack.place(this.#lines);
  }

  /** Positions the lines anew, after a row was opened or closed or its details changed their height. */
  place(): void {
    this.stack.place(this.#lines);
  }

  /** Whether a scope is unfolded, or a row opened. */
  isOpen(line: Line): boolean {
    return line.kind === "scope" ? !line.folded : this.#opened.has(line.row);
  }

  /** Folds or unfolds a scope, after which the lines have to be laid out; opens or closes a row. */
  toggle(line: Line): void {
    const [set, key] = line.kind === "scope" ? [this.#folded, line.scope] : [this.#opened, line.row];
    if (!set.delete(key)) set.add(key);
  }

  /** Opens a row, and unfolds its scopes. */
  open(row: number): void {
    for (const scope of scopePath(this.#tape, row)) this.#folded.delete(scope);
    this.#opened.add(row);
  }

  /** Returns the index of the line that shows a row, or -1. */
  indexOf(row: number): number {
    return this.#lines.findIndex((line) =>
      line.kind === "row" ? line.row === row : line.folded && line.first <= row && line.last >= row,
    );
  }

  /** Returns the index of the heading of the scope that encloses a line, or of the line itself. */
  parentOf(i: number): number {
    const depth = this.#lines[i]?.depth ?? 0;
    for (let k = i - 1; k >= 0; k--) if ((this.#lines[k]?.depth ?? 0) < depth) return k;
    return i;
  }

  /** Returns the index of the next or previous line for which `has` returns true, and from the last to the first; -1 if there is none. */
  next(from: number, step: 1 | -1, has: (line: Line) => boolean): number {
    const n = this.#lines.length;
    for (let k = 1; k <= n; k++) {
      const at = (from + step * k + n * n) % n;
      const line = this.#lines[at];
      if (line !== undefined && has(line)) return at;
    }
    return -1;
  }
}

/** The tape that the view displays. */
export interface Shown {
  readonly tape: TapeData;
  readonly lines: TapeLines;
  readonly findings: Findings;
}
