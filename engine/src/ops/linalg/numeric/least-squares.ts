/** Least squares problems by singular values (Golub and Van Loan, "Matrix Computations", section 5.5). */
import { svdOf } from "./svd.ts";

/** The solution of least norm, and the rank. */
export interface Solved {
  readonly x: Float64Array;
  readonly rank: number;
}

/**
 * Returns the solution X [n, k] of least norm that minimizes ‖A X - B‖, of A [m, n] and B [m, k]. Singular values up to `rcond` times the largest count as 0. `null` if the
 * iteration does not converge.
 */
export function leastSquares(
  a: Float64Array,
  b: Float64Array,
  [m, n, k]: readonly [m: number, n: number, k: number],
  rcond: number,
): Solved | null {
  const svd = svdOf(a, m, n, "reduced");
  if (svd === null) return null;
  const { values, u, vt } = svd;
  const x = new Float64Array(n * k);
  const count = values.length;
  let rank = 0;
  if (u === null || vt === null) return { x, rank };
  const row = new Float64Array(k);
  for (let p = 0; p < count; p++) {
    if (!(values[p] > rcond * values[0])) continue;
    rank++;
    // the p-th row of Uᵀ B, divided by the singular value
    row.fill(0);
    for (let i = 0; i < m; i++) for (let j = 0; j < k; j++) row[j] += u[i * count + p] * b[i * k + j];
    for (let i = 0; i < n; i++) for (let j = 0; j < k; j++) x[i * k + j] += (vt[p * n + i] / values[p]) * row[j];
  }
  return { x, rank };
}
