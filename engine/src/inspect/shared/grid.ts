/** Encodes tensors as grids, whose squares are means of blocks of elements. */
import { encodeNumber, type Grid } from "../../protocol/index.ts";
import { sizeOf } from "../../tensor/shape.ts";
import { elements } from "../../tensor/strided.ts";
import type { Tensor } from "../../tensor/tensor.ts";

declare function btoa(text: string): string;

const base64 = (bytes: Uint8Array): string => btoa(String.fromCharCode(...bytes));

type Sizes = readonly [rows: number, columns: number];

/** Returns the sizes of a tensor as a matrix: all dimensions but the last become rows, a vector is one row. */
const matrixSizes = (t: Tensor): Sizes =>
  t.ndim >= 2 ? [sizeOf(t.shape.slice(0, -1)), t.shape[t.ndim - 1]] : [1, t.numel()];

/** Encodes a tensor in at most `maxRows` by `maxColumns` squares, a vector in one row of as many; `null` without elements. */
export function gridOf(t: Tensor, maxRows: number, maxColumns: number): Grid | null {
  const [rows, columns] = matrixSizes(t);
  if (rows === 0 || columns === 0) return null;
  return gridOfMatrix(elements(t), [rows, columns], [maxRows, rows === 1 ? maxRows * maxColumns : maxColumns]);
}

/** Encodes a matrix that is given by its elements in row-major order. */
export function gridOfMatrix(x: Float64Array, [rows, columns]: Sizes, [maxRows, maxColumns]: Sizes): Grid {
  const r = Math.min(rows, maxRows);
  const c = Math.min(columns, maxColumns);
  const means = new Float64Array(r * c);
  for (let i = 0; i < r; i++)
    for (let j = 0; j < c; j++) {
      const [top, bottom] = [Math.floor((i * rows) / r), Math.floor(((i + 1) * rows) / r)];
      const [left, right] = [Math.floor((j * columns) / c), Math.floor(((j + 1) * columns) / c)];
      let sum = 0;
      for (let a = top; a < bottom; a++) for (let b = left; b < right; b++) sum += x[a * columns + b];
      means[i * c + j] = sum / ((bottom - top) * (right - left));
    }
  return encodeMeans(means, r, c, r === rows && c === columns);
}

function encodeMeans(means: Float64Array, rows: number, columns: number, exact: boolean): Grid {
  let scale = 0;
  for (const v of means) if (Number.isFinite(v)) scale = Math.max(scale, Math.abs(v));
  const bytes = Uint8Array.from(means, (v) => {
    if (Number.isNaN(v)) return 0;
    if (!Number.isFinite(v)) return v < 0 ? 1 : 255;
    return scale === 0 ? 128 : 128 + Math.round((126 * v) / scale);
  });
  return { rows, columns, scale: encodeNumber(scale), data: base64(bytes), exact };
}
