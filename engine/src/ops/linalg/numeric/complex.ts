/** Matrices of complex numbers in row-major order, the real and the imaginary part of each element in turn: copies, LU and Cholesky factorizations, and substitution. */
import type { NumericArray } from "../../../tensor/dtype.ts";
import { exchange } from "./lu.ts";
import type { Triangle } from "./triangular.ts";

/** Returns a copy in float64 of the complex matrix of the given number and size in elements. */
export const complexMatrixOf = (x: NumericArray, index: number, size: number): Float64Array =>
  new Float64Array(x.subarray(2 * index * size, 2 * (index + 1) * size));

/** Returns the conjugate transpose of a matrix [m, n]. */
export function adjointOf(a: Float64Array, m: number, n: number): Float64Array {
  const out = new Float64Array(2 * m * n);
  for (let i = 0; i < m; i++)
    for (let j = 0; j < n; j++) {
      const [from, to] = [2 * (i * n + j), 2 * (j * m + i)];
      out[to] = a[from];
      out[to + 1] = -a[from + 1];
    }
  return out;
}

/** Returns the first columns of the identity, [m, n]. */
export function complexIdentity(m: number, n: number): Float64Array {
  const out = new Float64Array(2 * m * n);
  for (let i = 0; i < Math.min(m, n); i++) out[2 * (i * n + i)] = 1;
  return out;
}

/** Subtracts (re + i im) times `count` elements at `from` from those at `to`. */
function subtractScaled(
  a: Float64Array,
  to: number,
  b: Float64Array,
  from: number,
  count: number,
  re: number,
  im: number,
): void {
  for (let c = 0, p = 2 * to, q = 2 * from; c < count; c++, p += 2, q += 2) {
    const [x, z] = [b[q], b[q + 1]];
    a[p] -= re * x - im * z;
    a[p + 1] -= re * z + im * x;
  }
}

/** Divides `count` elements by re + i im, where |re| and |im| may be large. */
function divideBy(a: Float64Array, start: number, count: number, re: number, im: number): void {
  const scale = Math.max(Math.abs(re), Math.abs(im));
  const [c, d] = [re / scale, im / scale];
  const size = (c * c + d * d) * scale;
  for (let i = 0, p = 2 * start; i < count; i++, p += 2) {
    const [x, z] = [a[p], a[p + 1]];
    a[p] = (x * c + z * d) / size;
    a[p + 1] = (z * c - x * d) / size;
  }
}

/** Exchanges two rows of a matrix with n columns. */
function swapRows(a: NumericArray, i: number, j: number, n: number): void {
  if (i === j) return;
  for (let c = 0, p = 2 * i * n, q = 2 * j * n; c < 2 * n; c++, p++, q++) [a[p], a[q]] = [a[q], a[p]];
}

/**
 * Overwrites a matrix [m, n] with the factors of P A = L U, as `factorLu` does for real ones. A pivot is the element with the largest sum of the magnitudes of both parts, as in LAPACK.
 */
export function factorComplexLu(a: Float64Array, m: number, n: number, pivots: NumericArray): number {
  let info = 0;
  const sizeAt = (i: number, j: number): number => Math.abs(a[2 * (i * n + j)]) + Math.abs(a[2 * (i * n + j) + 1]);
  for (let j = 0; j < Math.min(m, n); j++) {
    let p = j;
    for (let i = j + 1; i < m; i++) if (sizeAt(i, j) > sizeAt(p, j)) p = i;
    pivots[j] = p + 1;
    if (sizeAt(p, j) === 0) {
      if (info === 0) info = j + 1;
      continue;
    }
    swapRows(a, j, p, n);
    const row = j * n + j;
    const [re, im] = [a[2 * row], a[2 * row + 1]];
    for (let i = j + 1; i < m; i++) {
      const at = i * n + j;
      divideBy(a, at, 1, re, im);
      subtractScaled(a, at + 1, a, row + 1, n - j - 1, a[2 * at], a[2 * at + 1]);
    }
  }
  return info;
}

/** Overwrites B [n, k] with the solution X of T X = B; `transposed` does not conjugate. */
export function substituteComplex(
  t: Float64Array,
  b: Float64Array,
  n: number,
  k: number,
  { upper, unit, transposed = false }: Triangle,
): void {
  const [down, across] = transposed ? [1, n] : [n, 1];
  const isForward = upper === transposed;
  for (let step = 0; step < n; step++) {
    const i = isForward ? step : n - 1 - step;
    const [from, to] = isForward ? [0, i] : [i + 1, n];
    for (let p = from; p < to; p++) {
      const at = 2 * (i * down + p * across);
      if (t[at] !== 0 || t[at + 1] !== 0) subtractScaled(b, i * k, b, p * k, k, t[at], t[at + 1]);
    }
    const diagonal = 2 * (i * n + i);
    if (!unit) divideBy(b, i * k, k, t[diagonal], t[diagonal + 1]);
  }
}

/** Overwrites B [n, k] with the solution X of A X = B, where A has been factored by `factorComplexLu`. */
export function solveComplexFactored(
  lu: Float64Array,
  pivots: Int32Array,
  b: Float64Array,
  n: number,
  k: number,
): void {
  exchange(b, 2 * k, pivots, false);
  substituteComplex(lu, b, n, k, { upper: false, unit: true });
  substituteComplex(lu, b, n, k, { upper: true, unit: false });
}

/**
 * Overwrites the lower triangle of a Hermitian matrix [n, n], which alone is read, with the factor L of A = L Lᴴ, and the upper one with zeros. The imaginary parts of the diagonal
 * are taken as 0. Returns 0, or the order of the first leading minor that is not positive, where the factorization ends.
 */
export function factorComplexCholesky(a: Float64Array, n: number): number {
  let info = 0;
  for (let i = 0; i < n && info === 0; i++)
    for (let j = 0; j <= i; j++) {
      const at = 2 * (i * n + j);
      let [re, im] = [a[at], i === j ? 0 : a[at + 1]];
      for (let p = 0; p < j; p++) {
        const [q, r] = [2 * (i * n + p), 2 * (j * n + p)];
        re -= a[q] * a[r] + a[q + 1] * a[r + 1];
        im -= a[q + 1] * a[r] - a[q] * a[r + 1];
      }
      if (j < i) [a[at], a[at + 1]] = [re / a[2 * (j * n + j)], im / a[2 * (j * n + j)]];
      else if (re > 0) [a[at], a[at + 1]] = [Math.sqrt(re), 0];
      else info = i + 1;
    }
  for (let i = 0; i < n; i++) a.fill(0, 2 * (i * n + i + 1), 2 * (i + 1) * n);
  return info;
}

/** Returns the real matrix [[Re A, -Im A], [Im A, Re A]] of a complex one [m, n], whose sums, products and inverses are those of the complex ones. */
export function realForm(a: Float64Array, m: number, n: number): Float64Array {
  const out = new Float64Array(4 * m * n);
  for (let i = 0; i < m; i++)
    for (let j = 0; j < n; j++) {
      const [re, im] = [a[2 * (i * n + j)], a[2 * (i * n + j) + 1]];
      out[i * 2 * n + j] = re;
      out[(m + i) * 2 * n + n + j] = re;
      out[(m + i) * 2 * n + j] = im;
      out[i * 2 * n + n + j] = -im;
    }
  return out;
}

/** Returns the complex matrix [m, n] of such a real one. */
export function complexForm(a: Float64Array, m: number, n: number): Float64Array {
  const out = new Float64Array(2 * m * n);
  for (let i = 0; i < m; i++)
    for (let j = 0; j < n; j++) {
      out[2 * (i * n + j)] = a[i * 2 * n + j];
      out[2 * (i * n + j) + 1] = a[(m + i) * 2 * n + j];
    }
  return out;
}
