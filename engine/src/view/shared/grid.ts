/** Reading the pictures of tensors. */
import type { Grid } from "../../protocol/index.ts";

declare function atob(text: string): string;

/** One byte for each square, in row-major order. */
export const bytesOf = (grid: Grid): Uint8Array => Uint8Array.from(atob(grid.data), (c) => c.charCodeAt(0));

/** The number that a byte stands for. */
export function valueOf(byte: number, scale: number): number {
  if (byte === 0) return Number.NaN;
  if (byte === 1) return -Infinity;
  if (byte === 255) return Infinity;
  return ((byte - 128) / 126) * scale;
}

/** A picture in numbers. */
export interface Means {
  readonly rows: number;
  readonly columns: number;
  readonly values: readonly number[];
}

/** Decodes a picture, in blocks of squares where it has more than `most`; a block with a square that is not finite is not finite. */
export function meansOf(grid: Grid, most: number): Means {
  const { rows, columns } = grid;
  const all = Array.from(bytesOf(grid), (byte) => valueOf(byte, Number(grid.scale)));
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
