/** Substitution: the solution of triangular systems. */
import { exchange } from "./lu.ts";

/** A triangular matrix [n, n] inside an array: which triangle is read, and whether the diagonal is taken as 1. */
export interface Triangle {
  readonly upper: boolean;
  readonly unit: boolean;
  /** Whether the transpose of the triangle is meant. */
  readonly transposed?: boolean;
}

/** Overwrites B [n, k] with the solution X of T X = B. */
export function substitute(
  t: Float64Array,
  b: Float64Array,
  n: number,
  k: number,
  { upper, unit, transposed = false }: Triangle,
): void {
  const [down, across] = transposed ? [1, n] : [n, 1];
  // the rows of X are known from the first to the last for a lower triangle
  const isForward = upper === transposed;
  for (let step = 0; step < n; step++) {
    const i = isForward ? step : n - 1 - step;
    const row = i * k;
    const [from, to] = isForward ? [0, i] : [i + 1, n];
    for (let p = from; p < to; p++) {
      const factor = t[i * down + p * across];
      if (factor !== 0) for (let c = 0; c < k; c++) b[row + c] -= factor * b[p * k + c];
    }
    const diagonal = t[i * n + i];
    if (!unit) for (let c = 0; c < k; c++) b[row + c] /= diagonal;
  }
}

/** Overwrites B [n, k] with the solution X of A X = B, where A has been factored by `factorLu`. */
export function solveFactored(lu: Float64Array, pivots: Int32Array, b: Float64Array, n: number, k: number): void {
  exchange(b, k, pivots, false);
  substitute(lu, b, n, k, { upper: false, unit: true });
  substitute(lu, b, n, k, { upper: true, unit: false });
}
