/** Updates of a parameter in one pass over its elements, those of its gradient, and of the optimizer's state. */
import { changeInPlace } from "../ops/inplace.ts";
import type { NumericArray } from "../tensor/dtype.ts";
import { contiguousArray, storeElements } from "../tensor/strided.ts";
import type { Tensor } from "../tensor/tensor.ts";

/** Changes the elements of p and of the states in place; all arrays are in row-major order. Complex elements are two numbers each. */
type Pass = (x: NumericArray, g: NumericArray, ...state: NumericArray[]) => void;

/** Runs a pass over a parameter, its gradient and contiguous states of its shape. */
export function updateElements(op: string, p: Tensor, g: Tensor, state: readonly Tensor[], pass: Pass): void {
  const gradient = contiguousArray(g);
  const arrays = state.map(contiguousArray);
  changeInPlace(op, p, (x) => pass(x, gradient, ...arrays));
  state.forEach((t, k) => {
    storeElements(t, arrays[k]);
  });
}
