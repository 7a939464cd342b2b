/** Cuts tall and wide matrices into panels, so that they fill the space that they are given. */

/** Part of a matrix: ranges of rows and columns, without their ends. */
export interface Panel {
  readonly rows: readonly [number, number];
  readonly columns: readonly [number, number];
}

/** The panels of a matrix: to the right of each other where its rows are cut, below each other where its columns are, or a single one. */
export interface Panels {
  readonly panels: readonly Panel[];
  readonly direction: "right" | "down";
  /** A note for the reader about the cut; empty for a single panel. */
  readonly note: string;
}

/** Cuts a matrix into panels of `size` rows or columns. */
function cut(rows: number, columns: number, size: number, direction: "right" | "down"): Panels {
  const total = direction === "right" ? rows : columns;
  const panels = Array.from({ length: Math.ceil(total / size) }, (_, i): Panel => {
    const part = [i * size, Math.min((i + 1) * size, total)] as const;
    return direction === "right" ? { rows: part, columns: [0, columns] } : { rows: [0, rows], columns: part };
  });
  const what = direction === "right" ? "rows, side by side" : rows === 1 ? "a line" : "columns, one below the other";
  return { panels, direction, note: panels.length > 1 ? `wrapped: ${size} ${what}` : "" };
}

/** Returns a number close to `n` that is easy to count in. */
function roundSize(n: number): number {
  if (n < 7) return Math.max(Math.round(n), 1);
  return n < 15 ? 10 : Math.round(n / 20) * 20 || 20;
}

/** Width of a panel's row numbers and of the gap after it, in widths of a number. */
const side = 0.65;

/** Returns the panels of a matrix of numbers, where `room` numbers fit beside the row numbers. */
export function numberPanels(rows: number, columns: number, room: number): Panels {
  const tall = 16;
  const fit = Math.max(Math.floor(room), 1);
  if (columns > fit) {
    const size = fit >= 10 ? Math.floor(fit / 10) * 10 : Math.ceil(columns / Math.ceil(columns / fit));
    return cut(rows, columns, size, "down");
  }
  const beside = Math.max(Math.min(Math.ceil(rows / tall), Math.floor((room + side) / (columns + side))), 1);
  return rows > 1.5 * tall && beside > 1
    ? cut(rows, columns, Math.ceil(rows / beside), "right")
    : cut(rows, columns, rows, "right");
}

/** Returns the panels of a heat map, which together are about `aspect` times as wide as tall. */
export function heatPanels(rows: number, columns: number, aspect = 1.7): Panels {
  if (rows === 1) return cut(1, columns, columns <= 32 ? columns : roundSize(Math.sqrt(columns * aspect)), "down");
  if (rows > 2.5 * columns && rows > 8)
    return cut(
      rows,
      columns,
      Math.ceil(rows / Math.max(Math.round(Math.sqrt((aspect * rows) / (columns + 1))), 1)),
      "right",
    );
  if (columns > 128 && columns > 2 * aspect * rows)
    return cut(rows, columns, Math.max(roundSize(Math.sqrt(columns * aspect * (rows + 1))), 1), "down");
  return cut(rows, columns, rows, "right");
}

/** Positions of a matrix's elements on a plane of unit squares, on which its panels have gaps between them. */
export class Arrangement {
  readonly panels: Panels;
  readonly width: number;
  readonly height: number;
  readonly #step: number;
  readonly #size: number;

  constructor(rows: number, columns: number, panels: Panels = heatPanels(rows, columns)) {
    const [first] = panels.panels;
    const n = panels.panels.length;
    const gap = rows === 1 ? 0 : 1;
    const right = panels.direction === "right";
    this.panels = panels;
    this.#size = first === undefined ? 1 : right ? first.rows[1] : first.columns[1];
    this.#step = (right ? columns : rows) + gap;
    this.width = right ? n * this.#step - gap : this.#size;
    this.height = right ? this.#size : n * this.#step - gap;
  }

  /** Returns the position of an element on the plane. */
  place(row: number, column: number): readonly [x: number, y: number] {
    const [n, rest] = this.panels.direction === "right" ? split(row, this.#size) : split(column, this.#size);
    return this.panels.direction === "right" ? [n * this.#step + column, rest] : [rest, n * this.#step + row];
  }

  /** Returns the element at a point of the plane; in a gap its indices can be out of range. */
  find(x: number, y: number): readonly [row: number, column: number] {
    const right = this.panels.direction === "right";
    const [n, rest] = split(Math.floor(right ? x : y), this.#step);
    return right ? [n * this.#size + Math.floor(y), rest] : [rest, n * this.#size + Math.floor(x)];
  }
}

const split = (n: number, size: number): readonly [number, number] => [Math.floor(n / size), n % size];
