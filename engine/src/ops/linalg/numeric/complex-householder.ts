/** Complex Householder reflections H = I - τ v vᴴ, where v begins with 1, and the factorizations by them (LAPACK's zlarfg, zgeqr2, zhetd2 and zgebd2). */
import { complexIdentity } from "./complex.ts";

/** A reflection: its vector, both parts of each element in turn, and both parts of τ. */
export interface Reflection {
  readonly v: Float64Array;
  readonly re: number;
  readonly im: number;
  /** The real number that the first element of Hᴴ x becomes. */
  readonly beta: number;
}

/** Returns the reflection whose adjoint maps x to a real multiple of the first unit vector. */
export function reflectionOf(x: Float64Array): Reflection {
  const v = Float64Array.from(x);
  let largest = 0;
  for (let i = 2; i < x.length; i++) largest = Math.max(largest, Math.abs(x[i]));
  const [a, b] = [x[0], x[1]];
  v[0] = 1;
  v[1] = 0;
  if (largest === 0 && b === 0) return { v, re: 0, im: 0, beta: a };
  const scale = Math.max(largest, Math.abs(a), Math.abs(b));
  let sum = 0;
  for (const e of x) sum += (e / scale) ** 2;
  const length = scale * Math.sqrt(sum);
  const beta = a >= 0 ? -length : length;
  // v = x / (x₀ - β)
  const [p, q] = [(a - beta) / scale, b / scale];
  const size = (p * p + q * q) * scale;
  for (let i = 2; i < v.length; i += 2) {
    const [r, s] = [x[i], x[i + 1]];
    v[i] = (r * p + s * q) / size;
    v[i + 1] = (s * p - r * q) / size;
  }
  return { v, re: (beta - a) / beta, im: -b / beta, beta };
}

/** Multiplies rows of a matrix with n columns by H from the left, or by Hᴴ, in the columns from `column` on; `top` is the row of the first element of v. */
export function reflectLeft(
  c: Float64Array,
  n: number,
  top: number,
  column: number,
  { v, re, im }: Reflection,
  adjoint: boolean,
): void {
  const count = v.length / 2;
  const [t, u] = [re, adjoint ? -im : im];
  for (let j = column; j < n; j++) {
    let [x, z] = [0, 0];
    for (let i = 0; i < count; i++) {
      const at = 2 * ((top + i) * n + j);
      x += v[2 * i] * c[at] + v[2 * i + 1] * c[at + 1];
      z += v[2 * i] * c[at + 1] - v[2 * i + 1] * c[at];
    }
    const [p, q] = [t * x - u * z, t * z + u * x];
    for (let i = 0; i < count; i++) {
      const at = 2 * ((top + i) * n + j);
      c[at] -= v[2 * i] * p - v[2 * i + 1] * q;
      c[at + 1] -= v[2 * i] * q + v[2 * i + 1] * p;
    }
  }
}

/** Multiplies columns of a matrix with n columns by H from the right, in the rows from `row` to `rows`; `left` is the column of the first element of v. */
export function reflectRight(
  c: Float64Array,
  n: number,
  row: number,
  rows: number,
  left: number,
  { v, re, im }: Reflection,
): void {
  const count = v.length / 2;
  for (let i = row; i < rows; i++) {
    let [x, z] = [0, 0];
    for (let j = 0; j < count; j++) {
      const at = 2 * (i * n + left + j);
      x += c[at] * v[2 * j] - c[at + 1] * v[2 * j + 1];
      z += c[at] * v[2 * j + 1] + c[at + 1] * v[2 * j];
    }
    const [p, q] = [re * x - im * z, re * z + im * x];
    for (let j = 0; j < count; j++) {
      const at = 2 * (i * n + left + j);
      c[at] -= p * v[2 * j] + q * v[2 * j + 1];
      c[at + 1] -= q * v[2 * j] - p * v[2 * j + 1];
    }
  }
}

/** Returns `count` elements of a column from a row on. */
export function columnOf(a: Float64Array, n: number, row: number, column: number, count: number): Float64Array {
  const x = new Float64Array(2 * count);
  for (let i = 0; i < count; i++) {
    const at = 2 * ((row + i) * n + column);
    x[2 * i] = a[at];
    x[2 * i + 1] = a[at + 1];
  }
  return x;
}

/** Overwrites the part of a column from a row on with β and zeros. */
export function clearColumn(a: Float64Array, n: number, m: number, row: number, column: number, beta: number): void {
  for (let i = row; i < m; i++) a.fill(0, 2 * (i * n + column), 2 * (i * n + column) + 2);
  a[2 * (row * n + column)] = beta;
}

/** Overwrites a matrix [m, n] with R, and returns the reflections whose product is Q. */
export function factorComplexQr(a: Float64Array, m: number, n: number): readonly Reflection[] {
  const list: Reflection[] = [];
  for (let j = 0; j < Math.min(m, n); j++) {
    const h = reflectionOf(columnOf(a, n, j, j, m - j));
    clearColumn(a, n, m, j, j, h.beta);
    reflectLeft(a, n, j, j + 1, h, true);
    list.push(h);
  }
  return list;
}

/** Returns the first columns [m, columns] of the product of reflections, the first elements of whose vectors stand in rows `shift`, `shift` + 1, …. */
export function formComplexQ(list: readonly Reflection[], m: number, columns: number, shift: number = 0): Float64Array {
  const q = complexIdentity(m, columns);
  for (let j = list.length - 1; j >= 0; j--) reflectLeft(q, columns, j + shift, 0, list[j], false);
  return q;
}
