/** Reduction of a matrix to upper bidiagonal form by reflections from both sides (Golub and Van Loan, "Matrix Computations", section 5.4). */
import { reflect, reflectColumns, reflectRows } from "./householder.ts";
import { identity } from "./matrices.ts";

/** An upper bidiagonal matrix B = Uᵀ A V: its diagonal, the elements above it, and the factors of the reflections from the left and the right. */
export interface Bidiagonal {
  readonly diagonal: Float64Array;
  readonly above: Float64Array;
  readonly leftTaus: Float64Array;
  readonly rightTaus: Float64Array;
}

/** Reduces a matrix [m, n], m ≥ n, in which it leaves the vectors of the reflections. */
export function bidiagonalize(a: Float64Array, m: number, n: number): Bidiagonal {
  const [diagonal, leftTaus] = [new Float64Array(n), new Float64Array(n)];
  const [above, rightTaus] = [new Float64Array(Math.max(n - 1, 0)), new Float64Array(Math.max(n - 1, 0))];
  for (let k = 0; k < n; k++) {
    const start = k * n + k;
    leftTaus[k] = reflect(a, start, n, m - k);
    diagonal[k] = a[start];
    reflectRows(a, n, k, k + 1, { v: a, start, step: n, count: m - k, tau: leftTaus[k] });
    if (k === n - 1) continue;
    rightTaus[k] = reflect(a, start + 1, 1, n - 1 - k);
    above[k] = a[start + 1];
    const h = { v: a, start: start + 1, step: 1, count: n - 1 - k, tau: rightTaus[k] };
    reflectColumns(a, n, [k + 1, m], k + 1, h);
  }
  return { diagonal, above, leftTaus, rightTaus };
}

/** Returns Vᵀ [n, n] of the reduction. */
export function rightBasis(a: Float64Array, taus: Float64Array, n: number): Float64Array {
  const rows = identity(n, n);
  for (let k = n - 2; k >= 0; k--)
    reflectColumns(rows, n, [k + 1, n], k + 1, {
      v: a,
      start: k * n + k + 1,
      step: 1,
      count: n - 1 - k,
      tau: taus[k],
    });
  return rows;
}
