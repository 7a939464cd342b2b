/** The factorization P A Pᵀ = L D Lᵀ of symmetric and Hermitian matrices with pivots of one and two rows (Bunch and Kaufman, 1977), in LAPACK's layout (sytf2, hetf2, sytrs, hetrs). */
import type { NumericArray } from "../../../tensor/dtype.ts";

/** A matrix [n, n] by its parts; a real one has no imaginary part. Its lower triangle is read. */
export interface LdlMatrix {
  readonly re: Float64Array;
  readonly im: Float64Array | null;
  /** Whether it is Hermitian rather than symmetric, where it is complex. */
  readonly hermitian: boolean;
}

type Complex = readonly [re: number, im: number];

/** The threshold of the growth of elements. */
const alpha = (1 + Math.sqrt(17)) / 8;

const at = ({ re, im }: LdlMatrix, i: number): Complex => [re[i], im === null ? 0 : im[i]];
const put = ({ re, im }: LdlMatrix, i: number, [x, z]: Complex): void => {
  re[i] = x;
  if (im !== null) im[i] = z;
};
const sizeOf = ([x, z]: Complex): number => Math.abs(x) + Math.abs(z);
const times = ([a, b]: Complex, [c, d]: Complex): Complex => [a * c - b * d, a * d + b * c];
const minus = ([a, b]: Complex, [c, d]: Complex): Complex => [a - c, b - d];
const conj = ([a, b]: Complex): Complex => [a, -b];
function over([a, b]: Complex, [c, d]: Complex): Complex {
  if (d === 0) return [a / c, b / c];
  const scale = Math.max(Math.abs(c), Math.abs(d));
  const [p, q] = [c / scale, d / scale];
  const size = (p * p + q * q) * scale;
  return [(a * p + b * q) / size, (b * p - a * q) / size];
}

/** Exchanges two elements, and conjugates both where `adjoint`. */
function swap(a: LdlMatrix, i: number, j: number, adjoint = false): void {
  const [x, z] = [at(a, i), at(a, j)];
  put(a, i, adjoint ? conj(z) : z);
  put(a, j, adjoint ? conj(x) : x);
}

/** Exchanges rows and columns kk and kp > kk of what is left of the matrix. */
function exchange(a: LdlMatrix, n: number, k: number, kk: number, kp: number): void {
  for (let i = kp + 1; i < n; i++) swap(a, i * n + kk, i * n + kp);
  for (let i = kk + 1; i < kp; i++) swap(a, i * n + kk, kp * n + i, a.hermitian);
  if (a.hermitian) put(a, kp * n + kk, conj(at(a, kp * n + kk)));
  swap(a, kk * n + kk, kp * n + kp);
  if (kk > k) swap(a, kk * n + k, kp * n + k);
}

/** Subtracts x w from the row of an element from column `first` to it, where x are elements of columns and w of rows. */
function subtractRow(a: LdlMatrix, n: number, i: number, first: number, x: Complex, w: LdlMatrix): void {
  const { re, im } = a;
  const [p, q] = x;
  for (let j = first, to = i * n + first; j <= i; j++, to++) {
    if (im === null || w.im === null) re[to] -= p * w.re[j];
    else {
      re[to] -= p * w.re[j] - q * w.im[j];
      im[to] -= p * w.im[j] + q * w.re[j];
    }
  }
}

/** Returns the row of the pivot and whether it has two rows; `null` for a column of zeros. */
function pivotOf(a: LdlMatrix, n: number, k: number): { readonly row: number; readonly isPair: boolean } | null {
  const diagonal = (i: number): number => (a.hermitian ? Math.abs(a.re[i * n + i]) : sizeOf(at(a, i * n + i)));
  const own = diagonal(k);
  let [row, column] = [k, 0];
  for (let i = k + 1; i < n; i++) {
    const size = sizeOf(at(a, i * n + k));
    if (size > column) [row, column] = [i, size];
  }
  if (Math.max(own, column) === 0) return null;
  if (own >= alpha * column) return { row: k, isPair: false };
  let widest = 0;
  for (let j = k; j < row; j++) widest = Math.max(widest, sizeOf(at(a, row * n + j)));
  for (let i = row + 1; i < n; i++) widest = Math.max(widest, sizeOf(at(a, i * n + row)));
  if (own >= alpha * column * (column / widest)) return { row: k, isPair: false };
  return { row, isPair: diagonal(row) < alpha * widest };
}

/** Eliminates a pivot of one row. */
function eliminateOne(a: LdlMatrix, n: number, k: number, w: LdlMatrix): void {
  const d = at(a, k * n + k);
  for (let i = k + 1; i < n; i++) {
    const scaled = over(at(a, i * n + k), d);
    put(w, i, a.hermitian ? conj(scaled) : scaled);
  }
  for (let i = k + 1; i < n; i++) {
    subtractRow(a, n, i, k + 1, at(a, i * n + k), w);
    if (a.hermitian && a.im !== null) a.im[i * n + i] = 0;
  }
  for (let i = k + 1; i < n; i++) put(a, i * n + k, a.hermitian ? conj(at(w, i)) : at(w, i));
}

/** Eliminates a pivot of two rows. */
function eliminateTwo(a: LdlMatrix, n: number, k: number, w: LdlMatrix, v: LdlMatrix): void {
  const [first, beside, second] = [at(a, k * n + k), at(a, (k + 1) * n + k), at(a, (k + 1) * n + k + 1)];
  const mirrored = a.hermitian ? conj(beside) : beside;
  const determinant = minus(times(first, second), times(beside, mirrored));
  for (let i = k + 2; i < n; i++) {
    const [x, z] = [at(a, i * n + k), at(a, i * n + k + 1)];
    // (x, z) D⁻¹
    const left = over(minus(times(x, second), times(z, beside)), determinant);
    const right = over(minus(times(z, first), times(x, mirrored)), determinant);
    put(w, i, a.hermitian ? conj(left) : left);
    put(v, i, a.hermitian ? conj(right) : right);
  }
  for (let i = k + 2; i < n; i++) {
    subtractRow(a, n, i, k + 2, at(a, i * n + k), w);
    subtractRow(a, n, i, k + 2, at(a, i * n + k + 1), v);
    if (a.hermitian && a.im !== null) a.im[i * n + i] = 0;
  }
  for (let i = k + 2; i < n; i++) {
    put(a, i * n + k, a.hermitian ? conj(at(w, i)) : at(w, i));
    put(a, i * n + k + 1, a.hermitian ? conj(at(v, i)) : at(v, i));
  }
}

/**
 * Overwrites the lower triangle with L and D, and the upper one with zeros. Writes the rows that each row was exchanged with, counted from 1, for a pivot of two rows twice and negative.
 * Returns the number of the first pivot that is 0, or 0.
 */
export function factorLdl(a: LdlMatrix, n: number, pivots: NumericArray): number {
  const blank = (): LdlMatrix => ({
    re: new Float64Array(n),
    im: a.im === null ? null : new Float64Array(n),
    hermitian: a.hermitian,
  });
  const [w, v] = [blank(), blank()];
  let info = 0;
  if (a.hermitian && a.im !== null) for (let i = 0; i < n; i++) a.im[i * n + i] = 0;
  for (let k = 0; k < n; ) {
    const pivot = pivotOf(a, n, k);
    if (pivot === null) {
      if (info === 0) info = k + 1;
      pivots[k] = k + 1;
      k++;
      continue;
    }
    const { row, isPair } = pivot;
    const kk = isPair ? k + 1 : k;
    if (row !== kk) exchange(a, n, k, kk, row);
    if (isPair) {
      eliminateTwo(a, n, k, w, v);
      pivots[k] = -(row + 1);
      pivots[k + 1] = -(row + 1);
    } else {
      eliminateOne(a, n, k, w);
      pivots[k] = row + 1;
    }
    k = kk + 1;
  }
  for (let i = 0; i < n; i++) {
    a.re.fill(0, i * n + i + 1, (i + 1) * n);
    a.im?.fill(0, i * n + i + 1, (i + 1) * n);
  }
  return info;
}

/** Subtracts f times row j of B from row i. */
function subtractFrom(b: LdlMatrix, k: number, i: number, j: number, [p, q]: Complex): void {
  const { re, im } = b;
  for (let c = 0, to = i * k, from = j * k; c < k; c++, to++, from++) {
    if (im === null) re[to] -= p * re[from];
    else {
      re[to] -= p * re[from] - q * im[from];
      im[to] -= p * im[from] + q * re[from];
    }
  }
}

function swapRows(b: LdlMatrix, k: number, i: number, j: number): void {
  if (i !== j) for (let c = 0; c < k; c++) swap(b, i * k + c, j * k + c);
}

/** Overwrites B [n, k] with the solution of A X = B from the factors and pivots of `factorLdl`. */
export function solveLdl(a: LdlMatrix, n: number, pivots: NumericArray, b: LdlMatrix, k: number): void {
  for (let i = 0; i < n; ) {
    if (pivots[i] > 0) {
      swapRows(b, k, i, pivots[i] - 1);
      for (let r = i + 1; r < n; r++) subtractFrom(b, k, r, i, at(a, r * n + i));
      for (let c = 0; c < k; c++) put(b, i * k + c, over(at(b, i * k + c), at(a, i * n + i)));
      i++;
      continue;
    }
    swapRows(b, k, i + 1, -pivots[i] - 1);
    for (let r = i + 2; r < n; r++) {
      subtractFrom(b, k, r, i, at(a, r * n + i));
      subtractFrom(b, k, r, i + 1, at(a, r * n + i + 1));
    }
    const [first, beside, second] = [at(a, i * n + i), at(a, (i + 1) * n + i), at(a, (i + 1) * n + i + 1)];
    const mirrored = a.hermitian ? conj(beside) : beside;
    const determinant = minus(times(first, second), times(beside, mirrored));
    for (let c = 0; c < k; c++) {
      const [x, z] = [at(b, i * k + c), at(b, (i + 1) * k + c)];
      put(b, i * k + c, over(minus(times(second, x), times(mirrored, z)), determinant));
      put(b, (i + 1) * k + c, over(minus(times(first, z), times(beside, x)), determinant));
    }
    i += 2;
  }
  for (let i = n - 1; i >= 0; ) {
    const isPair = pivots[i] < 0;
    for (const row of isPair ? [i, i - 1] : [i])
      for (let r = i + 1; r < n; r++) {
        const factor = at(a, r * n + row);
        subtractFrom(b, k, row, r, a.hermitian ? conj(factor) : factor);
      }
    swapRows(b, k, i, Math.abs(pivots[i]) - 1);
    i -= isPair ? 2 : 1;
  }
}
