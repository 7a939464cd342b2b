/** Matrices for the tests of linear algebra, and measures of errors. */
import { arange, ones, type Tensor } from "tapelab";

/** Returns the largest absolute value, 0 of no elements. */
export const largest = (x: Tensor): number =>
  Array.from(x.toTypedArray()).reduce((most, v) => Math.max(most, Math.abs(v)), 0);

/** Returns the distance of 1 to the next number of the dtype. */
export const eps = (x: Tensor): number => (x.dtype === "float32" ? 2 ** -23 : 2 ** -52);

/** Returns the Hilbert matrix, whose condition grows exponentially: 1e16 for n = 12. */
export function hilbert(n: number): Tensor {
  const i = arange(1, n + 1, 1, { dtype: "float64" });
  return i.unsqueeze(1).add(i).sub(1).reciprocal();
}

/** Returns a matrix of rank one. */
export function rankOne(n: number): Tensor {
  const i = arange(1, n + 1, 1, { dtype: "float64" });
  return i.unsqueeze(1).mul(ones([n], { dtype: "float64" }).mul(i.sqrt()));
}
