/** Householder reflections H = I - τ v vᵀ, where v begins with 1, and the QR factorization by them (Golub and Van Loan, "Matrix Computations", section 5.2). */
import { identity, lengthOf } from "./matrices.ts";

/**
 * Makes the reflection that maps a vector of `count` elements, which are `step` apart, to a multiple β of its first unit vector. Overwrites the first element
 * with β and the others with those of v, and returns τ. β has the sign opposite to the first element, as in LAPACK; where the others are 0, τ is 0.
 */
export function reflect(a: Float64Array, start: number, step: number, count: number): number {
  const length = count > 1 ? lengthOf(a, start + step, step, count - 1) : 0;
  if (length === 0) return 0;
  const first = a[start];
  const norm = Math.hypot(first, length);
  const beta = first >= 0 ? -norm : norm;
  const scale = first - beta;
  for (let i = 1, at = start + step; i < count; i++, at += step) a[at] /= scale;
  a[start] = beta;
  return (beta - first) / beta;
}

/** A vector v of a reflection in an array: the position of its first element, which is taken as 1, the distance of its elements, and their number. */
export interface Reflector {
  readonly v: Float64Array;
  readonly start: number;
  readonly step: number;
  readonly count: number;
  readonly tau: number;
}

/** Multiplies rows of a matrix with n columns by a reflection from the left, C = H C, in the columns from `column` on; `top` is the row of the first element of v. */
export function reflectRows(c: Float64Array, n: number, top: number, column: number, h: Reflector): void {
  const { v, start, step, count, tau } = h;
  if (tau === 0) return;
  const w = c.slice(top * n, top * n + n);
  for (let i = 1; i < count; i++) {
    const factor = v[start + i * step];
    const row = (top + i) * n;
    for (let j = column; j < n; j++) w[j] += factor * c[row + j];
  }
  for (let i = 0; i < count; i++) {
    const factor = tau * (i === 0 ? 1 : v[start + i * step]);
    const row = (top + i) * n;
    for (let j = column; j < n; j++) c[row + j] -= factor * w[j];
  }
}

/** Multiplies columns of a matrix with n columns by a reflection from the right, C = C H, in the rows from `row` to `rows`; `left` is the column of the first element of v. */
export function reflectColumns(
  c: Float64Array,
  n: number,
  rows: readonly [number, number],
  left: number,
  h: Reflector,
): void {
  const { v, start, step, count, tau } = h;
  if (tau === 0) return;
  for (let i = rows[0]; i < rows[1]; i++) {
    const row = i * n + left;
    let sum = c[row];
    for (let j = 1; j < count; j++) sum += v[start + j * step] * c[row + j];
    sum *= tau;
    c[row] -= sum;
    for (let j = 1; j < count; j++) c[row + j] -= sum * v[start + j * step];
  }
}

/** Overwrites a matrix [m, n] with R on and above the diagonal and the vectors of the reflections below it, and returns the τ of each. */
export function factorQr(a: Float64Array, m: number, n: number): Float64Array {
  const taus = new Float64Array(Math.min(m, n));
  for (let j = 0; j < taus.length; j++) {
    const start = j * n + j;
    const tau = reflect(a, start, n, m - j);
    taus[j] = tau;
    reflectRows(a, n, j, j + 1, { v: a, start, step: n, count: m - j, tau });
  }
  return taus;
}

/** Returns the first `columns` columns of the product of the reflections of `factorQr`, [m, columns]. */
export function formQ(a: Float64Array, taus: Float64Array, m: number, n: number, columns: number): Float64Array {
  const q = identity(m, columns);
  for (let j = taus.length - 1; j >= 0; j--)
    reflectRows(q, columns, j, j, { v: a, start: j * n + j, step: n, count: m - j, tau: taus[j] });
  return q;
}
