/** Where the lines of a tape are: each of one height, and taller where its row is open. */
import type { Line } from "tapelab/view";

export const rowHeight = 25;

/** Of an opened row that has not been measured yet. */
const guessed = 150;

export class LineStack {
  readonly #opened: ReadonlySet<number>;
  /** Heights of what opened rows show, by number of the row. */
  readonly #heights = new Map<number, number>();
  #lines: readonly Line[] = [];
  /** Where each line begins, and the height of all. */
  #tops: readonly number[] = [0];

  constructor(opened: ReadonlySet<number>) {
    this.#opened = opened;
  }

  get height(): number {
    return this.#tops.at(-1) ?? 0;
  }

  place(lines: readonly Line[]): void {
    this.#lines = lines;
    const tops = [0];
    for (const line of lines) tops.push((tops.at(-1) as number) + this.#heightOf(line));
    this.#tops = tops;
  }

  /** Notes how tall the inside of an opened row is; whether that is news. */
  measured(row: number, height: number): boolean {
    if (this.#heights.get(row) === height) return false;
    this.#heights.set(row, height);
    return true;
  }

  /** Where a line begins; the number of lines gives the end of the last. */
  top(line: number): number {
    return this.#tops[line] ?? 0;
  }

  /** The middle of a line's first row. */
  middle(line: number): number {
    return this.top(line) + rowHeight / 2;
  }

  /** The line at a height. */
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
    return rowHeight + (this.#opened.has(row) ? (this.#heights.get(row) ?? guessed) : 0);
  }
}
