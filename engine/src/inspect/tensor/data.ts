/** A tensor as JSON. */
import { encodeElement, encodeNumber, type Num, type Slice, type TensorData } from "../../protocol/index.ts";
import { sizeOf } from "../../tensor/shape.ts";
import { elements } from "../../tensor/strided.ts";
import { peekGrad, type Tensor } from "../../tensor/tensor.ts";
import { maxNumbers } from "../../view/tensor/numbers.ts";
import { gridOfMatrix } from "../shared/grid.ts";
import { nameOf } from "../shared/naming.ts";
import { summarize } from "../shared/statistics.ts";

/** Squares of a picture; a matrix of no more has one for each element. */
const maxCells = 8192;
/** Elements of all matrices whose exact values are stored. */
const maxValues = 10_000;

/** Returns the largest picture of a matrix: all of it, or 64 by 64 blocks, or as many blocks along one side where the other is short. */
function gridLimits(rows: number, columns: number): readonly [number, number] {
  if (rows * columns <= maxCells) return [rows, columns];
  const across = Math.min(columns, Math.max(64, Math.floor(4096 / Math.min(rows, 64))));
  return [Math.floor(4096 / across), across];
}

/** Returns how many matrices are stored: all of a small tensor, else more of smaller ones. */
const slicesKept = (t: Tensor, area: number): number =>
  t.numel() <= maxNumbers ? Infinity : Math.min(Math.max(Math.floor(4096 / area), 12), 64);

/** A tensor's statistics, and its matrices as pictures and numbers. */
export function encodeTensor(t: Tensor): TensorData {
  const leading = t.ndim > 2 ? t.shape.slice(0, -2) : [];
  const [rows, columns] = t.ndim >= 2 ? [t.shape[t.ndim - 2], t.shape[t.ndim - 1]] : [1, t.numel()];
  const area = rows * columns;
  const sliceCount = t.numel() === 0 ? 0 : sizeOf(leading);
  const limits = gridLimits(rows, columns);
  const all = elements(t);
  const slices: Slice[] = [];
  const single = t.dtype === "float32";
  for (let k = 0; k < Math.min(sliceCount, slicesKept(t, area)); k++) {
    const matrix = all.subarray(k * area, (k + 1) * area);
    const grid = gridOfMatrix(matrix, [rows, columns], limits);
    const exact = grid.exact && (k + 1) * area <= maxValues;
    const values = exact ? Array.from<number, Num>(matrix, (v) => encodeElement(v, single)) : null;
    slices.push({ index: unravel(k, leading), grid, values });
  }
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
    slices,
    sliceCount,
  };
}

const norm = (x: Float64Array): number => Math.sqrt(x.reduce((sum, v) => sum + v * v, 0));

/** The indices of the k-th entry of a shape in row-major order. */
function unravel(k: number, shape: readonly number[]): number[] {
  const index = new Array<number>(shape.length);
  let rest = k;
  for (let d = shape.length - 1; d >= 0; d--) {
    index[d] = rest % shape[d];
    rest = Math.floor(rest / shape[d]);
  }
  return index;
}
