/** Reading the pictures of tensors. */
import type { Grid } from "../protocol/index.ts";

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
