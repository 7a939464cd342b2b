/** Reduction of a symmetric matrix to tridiagonal form by reflections (Golub and Van Loan, "Matrix Computations", section 8.3). */
import { reflect, reflectRows } from "./householder.ts";
import { identity } from "./matrices.ts";

/** A tridiagonal matrix T = Qᵀ A Q: its diagonal and the elements beside it. */
export interface Tridiagonal {
  readonly diagonal: Float64Array;
  readonly beside: Float64Array;
  /** The factors of the reflections. */
  readonly taus: Float64Array;
}

/** Subtracts v wᵀ + w vᵀ from the lower triangle behind column k. */
function updateLower(a: Float64Array, n: number, k: number, v: Float64Array, w: Float64Array): void {
  for (let i = k + 1; i < n; i++) {
    const [vi, wi, row] = [v[i], w[i], i * n];
    for (let j = k + 1; j <= i; j++) a[row + j] -= vi * w[j] + wi * v[j];
  }
}

/** Writes τ A v to w, for the lower triangle behind column k. */
function multiplySymmetric(a: Float64Array, n: number, k: number, v: Float64Array, w: Float64Array, tau: number): void {
  w.fill(0);
  for (let i = k + 1; i < n; i++) {
    const [vi, row] = [v[i], i * n];
    let sum = a[row + i] * vi;
    for (let j = k + 1; j < i; j++) {
      sum += a[row + j] * v[j];
      w[j] += a[row + j] * vi;
    }
    w[i] += sum;
  }
  for (let i = k + 1; i < n; i++) w[i] *= tau;
}

/** Reduces the lower triangle of a symmetric matrix [n, n], below whose diagonal it leaves the vectors of the reflections. */
export function tridiagonalize(a: Float64Array, n: number): Tridiagonal {
  const beside = new Float64Array(Math.max(n - 1, 0));
  const taus = new Float64Array(Math.max(n - 1, 0));
  const [v, w] = [new Float64Array(n), new Float64Array(n)];
  for (let k = 0; k < n - 1; k++) {
    const start = (k + 1) * n + k;
    const tau = reflect(a, start, n, n - 1 - k);
    [taus[k], beside[k]] = [tau, a[start]];
    if (tau === 0) continue;
    for (let i = k + 1; i < n; i++) v[i] = i === k + 1 ? 1 : a[i * n + k];
    multiplySymmetric(a, n, k, v, w, tau);
    let dot = 0;
    for (let i = k + 1; i < n; i++) dot += w[i] * v[i];
    for (let i = k + 1; i < n; i++) w[i] -= 0.5 * tau * dot * v[i];
    updateLower(a, n, k, v, w);
  }
  return { diagonal: Float64Array.from({ length: n }, (_, i) => a[i * n + i]), beside, taus };
}

/** Returns Q of the reduction, [n, n]. */
export function tridiagonalBasis(a: Float64Array, taus: Float64Array, n: number): Float64Array {
  const q = identity(n, n);
  for (let k = n - 2; k >= 0; k--)
    reflectRows(q, n, k + 1, k + 1, { v: a, start: (k + 1) * n + k, step: n, count: n - 1 - k, tau: taus[k] });
  return q;
}
