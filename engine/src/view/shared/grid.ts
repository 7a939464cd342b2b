/** Decodes grids: the squares of a matrix, whose values are means of blocks of elements. */
import type { Grid } from "../../protocol/index.ts";

declare function atob(text: string): string;

/** Returns the bytes of a grid, one a square, in row-major order. */
export const gridBytes = (grid: Grid): Uint8Array => Uint8Array.from(atob(grid.data), (c) => c.charCodeAt(0));

/** Returns the value that a byte of a grid encodes. */
export function squareValue(byte: number, scale: number): number {
  if (byte === 0) return Number.NaN;
  if (byte === 1) return -Infinity;
  if (byte === 255) return Infinity;
  return ((byte - 128) / 126) * scale;
}

/** A decoded grid. */
export interface Means {
  readonly rows: number;
  readonly columns: number;
  /** Values in row-major order. */
  readonly values: readonly number[];
}

/** Decodes a grid and, if it has more than `most` squares, merges blocks of them; a block with a square that is not finite is not finite. */
export function decodeGrid(grid: Grid, most: number): Means {
  const { rows, columns } = grid;
  const all = Array.from(gridBytes(grid), (byte) => squareValue(byte, Number(grid.scale)));
  if (all.length <= most) return { rows, columns, values: all };
  const share = Math.sqrt(most / all.length);
  const c = Math.max(Math.min(columns, Math.floor(rows * share < 1 ? most : columns * share)), 1);
  const r = Math.max(Math.min(rows, Math.floor(most / c)), 1);
  const sums = new Array<number>(r * c).fill(0);
  const counts = new Array<number>(r * c).fill(0);
  all.forEach((v, at) => {
    const k = Math.floor((Math.floor(at / columns) * r) / rows) * c + Math.floor(((at % columns) * c) / columns);
    sums[k] += v;
    counts[k]++;
  });
  const values = sums.map((sum, k) => sum / counts[k]);
  return { rows: r, columns: c, values };
}
