/** A tensor as JSON. */
import { encodeNumber, type Slice, type TensorData } from "../protocol/index.ts";
import { sizeOf } from "../tensor/shape.ts";
import { elements } from "../tensor/strided.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { nameOf } from "./naming.ts";
import { gridOf, matrixAt, summarize } from "./statistics.ts";

const gridRows = 48;
const gridColumns = 64;
/** Elements whose exact values are stored with a matrix. */
const maxValues = 1024;
const maxSlices = 12;

/** A tensor's statistics and pictures. */
export function tensorData(t: Tensor): TensorData {
  const leading = t.ndim > 2 ? t.shape.slice(0, -2) : [];
  const sliceCount = t.numel() === 0 ? 0 : sizeOf(leading);
  const slices: Slice[] = [];
  for (let k = 0; k < Math.min(sliceCount, maxSlices); k++) {
    const index = unravel(k, leading);
    const matrix = t.ndim > 2 ? matrixAt(t, index) : t;
    const grid = gridOf(matrix, gridRows, gridColumns);
    if (grid === null) continue;
    const values =
      matrix.numel() <= maxValues && grid.exact ? Array.from(elements(matrix), (v) => encodeNumber(v, 6)) : null;
    slices.push({ index, grid, values });
  }
  return {
    schema: 1,
    name: nameOf(t),
    shape: t.shape,
    dtype: t.dtype,
    bytes: t.nbytes,
    requiresGrad: t.requiresGrad,
    gradFn: t.gradFn?.name ?? null,
    summary: summarize(t),
    slices,
    sliceCount,
  };
}

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
