/** In-place updates of some rows of a parameter. */
import { changeInPlace } from "../ops/inplace.ts";
import type { NumericArray } from "../tensor/dtype.ts";
import { contiguousArray } from "../tensor/strided.ts";
import type { Tensor } from "../tensor/tensor.ts";

/** Calls `change(row, k)` with the elements of row `index[k]` of p, to be changed in place, for each k. */
export function changeRows(op: string, p: Tensor, index: Tensor, change: (row: NumericArray, k: number) => void): void {
  const rows = contiguousArray(index);
  const width = p.numel() / Math.max(1, p.shape[0]);
  changeInPlace(op, p, (all) => {
    rows.forEach((row: number, k: number) => change(all.subarray(row * width, (row + 1) * width), k));
  });
}
