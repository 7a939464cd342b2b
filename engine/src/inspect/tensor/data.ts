/** Encodes a tensor as the JSON that a notebook stores. */
import { encodeElement, encodeNumber, type Num, type Slice, type TensorData } from "../../protocol/index.ts";
import { sizeOf } from "../../tensor/shape.ts";
import { elements } from "../../tensor/strided.ts";
import { peekGrad, type Tensor } from "../../tensor/tensor.ts";
import { maxNumbers } from "../../view/tensor/numbers.ts";
import { gridOfMatrix } from "../shared/grid.ts";
import { nameOf } from "../shared/naming.ts";
import { summarize } from "../shared/statistics.ts";

/** Squares of a grid. A matrix of at most so many elements has a square for each. */
const maxSquares = 8192;
/** Elements that are stored exactly, of all matrices together. */
const maxValues = 10_000;

/** Returns the largest grid of a matrix: a square for each element, or 4096 blocks, 64 by 64 unless one side is shorter. */
function gridLimits(rows: number, columns: number): readonly [number, number] {
  if (rows * columns <= maxSquares) return [rows, columns];
  const across = Math.min(columns, Math.max(64, Math.floor(4096 / Math.min(rows, 64))));
  return [Math.floor(4096 / across), across];
}

/** Returns the number of matrices that are stored: all of a small tensor, else 12 to 64, the more the smaller they are. */
const slicesKept = (t: Tensor, area: number): number =>
  t.numel() <= maxNumbers ? Infinity : Math.min(Math.max(Math.floor(4096 / area), 12), 64);

/** Encodes a tensor: its statistics, and its first matrices as grids and, where they are small, as numbers. */
export function encodeTensor(t: Tensor): TensorData {
  const leading = t.ndim > 2 ? t.shape.slice(0, -2) : [];
  const gradient = peekGrad(t);
  return {
    schema: 1,
    name: nameOf(t),
    shape: t.shape,
    dtype: t.dtype,
    bytes: t.nbytes,
    requiresGrad: t.requiresGrad,
    gradFn: t.gradFn?.name ?? null,
    gradient: gradient === null ? null : encodeNumber(norm(elements(gradient))),
    summary: summarize(t),
    slices: encodeSlices(t, leading),
    sliceCount: sliceCount(t, leading),
  };
}

const sliceCount = (t: Tensor, leading: readonly number[]): number => (t.numel() === 0 ? 0 : sizeOf(leading));

/** Encodes the first matrices of a tensor, whose dimensions before the last two are `leading`. */
function encodeSlices(t: Tensor, leading: readonly number[]): Slice[] {
  const [rows, columns] = t.ndim >= 2 ? [t.shape[t.ndim - 2], t.shape[t.ndim - 1]] : [1, t.numel()];
  const area = rows * columns;
  const limits = gridLimits(rows, columns);
  const all = elements(t);
  const single = t.dtype === "float32" || t.dtype === "float16" || t.dtype === "bfloat16";
  return Array.from({ length: Math.min(sliceCount(t, leading), slicesKept(t, area)) }, (_, k) => {
    const matrix = all.subarray(k * area, (k + 1) * area);
    const grid = gridOfMatrix(matrix, [rows, columns], limits);
    const exact = grid.exact && (k + 1) * area <= maxValues;
    const values = exact ? Array.from<number, Num>(matrix, (v) => encodeElement(v, single)) : null;
    return { index: unravel(k, leading), grid, values };
  });
}

const norm = (x: Float64Array): number => Math.sqrt(x.reduce((sum, v) => sum + v * v, 0));

/** Returns the indices of the k-th element of a shape in row-major order. */
function unravel(k: number, shape: readonly number[]): number[] {
  const index = new Array<number>(shape.length);
  let rest = k;
  for (let d = shape.length - 1; d >= 0; d--) {
    index[d] = rest % shape[d];
    rest = Math.floor(rest / shape[d]);
  }
  return index;
}
