/** Exactness of products of int64 in numbers. */
import type { NumericArray } from "../../tensor/dtype.ts";

/** Whether no sum of k products of the elements leaves the integers that numbers represent. */
export const isExactProduct = (x: NumericArray, z: NumericArray, k: number): boolean =>
  largestMagnitude(x) * largestMagnitude(z) * k < 2 ** 53;

function largestMagnitude(x: NumericArray): number {
  let largest = 0;
  for (let i = 0; i < x.length; i++) largest = Math.max(largest, Math.abs(x[i]));
  return largest;
}
