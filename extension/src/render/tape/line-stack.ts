/** Positions of the lines of a tape, which are stacked: an opened row is taller by the height of its details. */
import type { Line } from "tapelab/view";

/** Height of a line without details. */
export const rowHeight = 25;

/** Height of details that have not been measured yet. */
const guessedHeight = 150;

/** The stack of the lines, in pixels. */
export class LineStack {
  readonly #opened: ReadonlySet<number>;
  /** Heights of details, by row. */
  readonly #heights = new Map<number, number>();
  #lines: readonly Line[] = [];
  /** Top of each line, and then the height of the stack. */
  #tops = new Float64Array(1);

  /** Makes an empty stack; `opened` holds the opened rows, also those of later lines. */
  constructor(opened: ReadonlySet<number>) {
    this.#opened = opened;
  }

  get height(): number {
    return this.#tops.at(-1) ?? 0;
  }

  /** Stacks the lines anew. */
  place(lines: readonly Line[]): void {
    this.#lines = lines;
    this.#tops = new Float64Array(lines.length + 1);
    lines.forEach((line, i) => {
      this.#tops[i + 1] = this.top(i) + this.#heightOf(line);
    });
  }

  /** Stores the height of a row's details, and returns whether it has changed. */
  measured(row: number, height: number): boolean {
    if (this.#heights.get(row) === height) return false;
    this.#heights.set(row, height);
    return true;
  }

  /** Returns the top of a line; for the number of lines, the height of the stack. */
  top(line: number): number {
    return this.#tops[line] ?? 0;
  }

  /** Returns the middle of a line without its details. */
  middle(line: number): number {
    return this.top(line) + rowHeight / 2;
  }

  /** Returns the line at a height, by binary search. */
  at(y: number): number {
    let lo = 0;
    let hi = this.#lines.length - 1;
    while (lo < hi) {
      const mid = (lo + hi + 1) >> 1;
      if (this.top(mid) <= y) lo = mid;
      else hi = mid - 1;
    }
    return lo;
  }

  #heightOf(line: Line): number {
    const row = line.kind === "row" ? line.row : -1;
    return rowHeight + (this.#opened.has(row) ? (this.#heights.get(row) ?? guessedHeight) : 0);
  }
}
