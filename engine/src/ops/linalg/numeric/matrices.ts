/** Matrices of a batch as arrays of float64, in row-major order, in which the factorizations compute whatever the dtype of the tensor is. */
import type { NumericArray } from "../../../tensor/dtype.ts";
import { type Shape, sizeOf } from "../../../tensor/shape.ts";

/** Returns the number of matrices of a shape [..., m, n]. */
export const countMatrices = (shape: Shape): number => sizeOf(shape.slice(0, -2));

/** Returns a copy in float64 of the matrix of the given number and size in elements. */
export const matrixOf = (x: NumericArray, index: number, size: number): Float64Array =>
  new Float64Array(x.subarray(index * size, (index + 1) * size));

/** Returns the transpose of a matrix [m, n]. */
export function transposed(a: Float64Array, m: number, n: number): Float64Array {
  const out = new Float64Array(m * n);
  for (let i = 0; i < m; i++) for (let j = 0; j < n; j++) out[j * m + i] = a[i * n + j];
  return out;
}

/** Returns the identity, or the first columns of it, [m, n]. */
export function identity(m: number, n: number): Float64Array {
  const out = new Float64Array(m * n);
  for (let i = 0; i < Math.min(m, n); i++) out[i * n + i] = 1;
  return out;
}

/** Returns the product of matrices [m, k] and [k, n]. */
export function product(a: Float64Array, b: Float64Array, m: number, k: number, n: number): Float64Array {
  const out = new Float64Array(m * n);
  for (let i = 0; i < m; i++)
    for (let p = 0; p < k; p++) {
      const v = a[i * k + p];
      for (let j = 0; j < n; j++) out[i * n + j] += v * b[p * n + j];
    }
  return out;
}

/** Returns whether all elements are finite. */
export function isFinite64(a: Float64Array): boolean {
  for (let i = 0; i < a.length; i++) if (!Number.isFinite(a[i])) return false;
  return true;
}

/** Returns the Euclidean norm of `count` elements that are `step` apart, without overflow and underflow of their squares. */
export function lengthOf(a: Float64Array, start: number, step: number, count: number): number {
  let sum = 0;
  for (let i = 0, at = start; i < count; i++, at += step) sum += a[at] * a[at];
  if (Number.isNaN(sum) || (sum > 1e-290 && sum < Infinity)) return Math.sqrt(sum);
  let largest = 0;
  for (let i = 0, at = start; i < count; i++, at += step) largest = Math.max(largest, Math.abs(a[at]));
  if (largest === 0 || largest === Infinity) return largest;
  sum = 0;
  for (let i = 0, at = start; i < count; i++, at += step) sum += (a[at] / largest) ** 2;
  return largest * Math.sqrt(sum);
}
