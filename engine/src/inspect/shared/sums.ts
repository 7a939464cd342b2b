/** Sums of squares over many elements, by plain loops: a callback for each of millions of elements takes ten times as long. */
import type { NumericArray } from "../../tensor/dtype.ts";

/** Returns the square of the Euclidean norm, in float64. */
export function sumOfSquares(x: NumericArray): number {
  let sum = 0;
  for (let i = 0; i < x.length; i++) sum += x[i] * x[i];
  return sum;
}

/** Returns the square of the Euclidean norm of a difference, in float64. */
export function squaredDistance(x: NumericArray, y: NumericArray): number {
  let sum = 0;
  for (let i = 0; i < x.length; i++) {
    const d = x[i] - y[i];
    sum += d * d;
  }
  return sum;
}
