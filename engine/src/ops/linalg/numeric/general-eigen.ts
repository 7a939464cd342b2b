/** Eigenvalues and eigenvectors of square matrices that need not be symmetric or Hermitian. */
import { complexSchur } from "./complex-schur.ts";
import { reduceToHessenberg } from "./hessenberg.ts";
import { toSchurForm } from "./schur.ts";

/** A complex matrix: its real and imaginary parts. */
interface ComplexMatrix {
  readonly re: Float64Array;
  readonly im: Float64Array;
}

/** Eigenvalues, and eigenvectors in columns; real and imaginary part in turn. */
export interface Eigen {
  readonly values: Float64Array;
  readonly vectors: Float64Array;
}

/** Returns the eigenvalues on the diagonal of a real Schur form. Those of a block of two rows are conjugates, the one with the positive imaginary part first. */
function valuesOf(t: Float64Array, n: number): Float64Array {
  const values = new Float64Array(2 * n);
  for (let k = 0; k < n; k++) {
    values[2 * k] = t[k * n + k];
    if (k + 1 === n || t[(k + 1) * n + k] === 0) continue;
    const [a, b, c, d] = [t[k * n + k], t[k * n + k + 1], t[(k + 1) * n + k], t[(k + 1) * n + k + 1]];
    const p = (a - d) / 2;
    const root = Math.sqrt(Math.max(-(p * p + b * c), 0));
    values.set([d + p, root, d + p, -root], 2 * k);
    k++;
  }
  return values;
}

/** Applies the rotation [[c̄, s], [-s, c]], with s real, to the rows k and k + 1 of T from the left, and its conjugate transpose to the columns of T and Q from the right. */
function rotate(t: ComplexMatrix, q: ComplexMatrix, n: number, k: number, cRe: number, cIm: number, s: number): void {
  for (let j = 0; j < n; j++) {
    const [a, b] = [k * n + j, (k + 1) * n + j];
    const [xr, xi, yr, yi] = [t.re[a], t.im[a], t.re[b], t.im[b]];
    t.re[a] = cRe * xr + cIm * xi + s * yr;
    t.im[a] = cRe * xi - cIm * xr + s * yi;
    t.re[b] = cRe * yr - cIm * yi - s * xr;
    t.im[b] = cRe * yi + cIm * yr - s * xi;
  }
  for (const m of [t, q])
    for (let i = 0; i < n; i++) {
      const [a, b] = [i * n + k, i * n + k + 1];
      const [xr, xi, yr, yi] = [m.re[a], m.im[a], m.re[b], m.im[b]];
      m.re[a] = cRe * xr - cIm * xi + s * yr;
      m.im[a] = cRe * xi + cIm * xr + s * yi;
      m.re[b] = cRe * yr + cIm * yi - s * xr;
      m.im[b] = cRe * yi - cIm * yr - s * xi;
    }
}

/** Makes the blocks of two rows of a Schur form triangular, by complex rotations. */
function toTriangular(t: ComplexMatrix, q: ComplexMatrix, values: Float64Array, n: number): void {
  for (let k = 0; k + 1 < n; k++) {
    const below = t.re[(k + 1) * n + k];
    if (below === 0) continue;
    // (λ - d, c) is an eigenvector of the block [[a, b], [c, d]]
    const re = values[2 * k] - t.re[(k + 1) * n + k + 1];
    const im = values[2 * k + 1];
    const length = Math.hypot(re, im, below);
    rotate(t, q, n, k, re / length, im / length, below / length);
    t.re[(k + 1) * n + k] = 0;
    t.im[(k + 1) * n + k] = 0;
    k++;
  }
}

/** Returns the eigenvector of a triangular matrix for its k-th eigenvalue, by substitution from below. Differences of equal eigenvalues are replaced by small ones. */
function triangularVector(t: ComplexMatrix, n: number, k: number, least: number): ComplexMatrix {
  const [re, im] = [new Float64Array(n), new Float64Array(n)];
  re[k] = 1;
  for (let i = k - 1; i >= 0; i--) {
    let [sumRe, sumIm] = [0, 0];
    for (let j = i + 1; j <= k; j++) {
      const at = i * n + j;
      sumRe += t.re[at] * re[j] - t.im[at] * im[j];
      sumIm += t.re[at] * im[j] + t.im[at] * re[j];
    }
    let [dRe, dIm] = [t.re[k * n + k] - t.re[i * n + i], t.im[k * n + k] - t.im[i * n + i]];
    if (Math.hypot(dRe, dIm) < least) [dRe, dIm] = [least, 0];
    const size = dRe * dRe + dIm * dIm;
    re[i] = (sumRe * dRe + sumIm * dIm) / size;
    im[i] = (sumIm * dRe - sumRe * dIm) / size;
  }
  return { re, im };
}

/** Writes Q y as column k of the eigenvectors, of length 1 and with a real largest element, as LAPACK does. */
function writeVector(out: Float64Array, q: ComplexMatrix, y: ComplexMatrix, n: number, k: number): void {
  const [re, im] = [new Float64Array(n), new Float64Array(n)];
  let [length, largest] = [0, 0];
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= k; j++) {
      const at = i * n + j;
      re[i] += q.re[at] * y.re[j] - q.im[at] * y.im[j];
      im[i] += q.re[at] * y.im[j] + q.im[at] * y.re[j];
    }
    length = Math.hypot(length, re[i], im[i]);
    if (Math.hypot(re[i], im[i]) > Math.hypot(re[largest], im[largest])) largest = i;
  }
  const size = Math.hypot(re[largest], im[largest]);
  const [c, s] = size === 0 ? [1, 0] : [re[largest] / size, im[largest] / size];
  for (let i = 0; i < n; i++) {
    out[2 * (i * n + k)] = (re[i] * c + im[i] * s) / length;
    out[2 * (i * n + k) + 1] = i === largest ? 0 : (im[i] * c - re[i] * s) / length;
  }
}

/** Returns the eigenvalues and eigenvectors of the n × n matrix `a`, which is overwritten; `null` if the iteration does not converge. */
export function eigenOf(a: Float64Array, n: number): Eigen | null {
  const schur = reduceToHessenberg(a, n);
  if (!toSchurForm(a, schur, n)) return null;
  const values = valuesOf(a, n);
  const t: ComplexMatrix = { re: a, im: new Float64Array(n * n) };
  const q: ComplexMatrix = { re: schur, im: new Float64Array(n * n) };
  toTriangular(t, q, values, n);
  const norm = a.reduce((most, v) => Math.max(most, Math.abs(v)), 0);
  const least = Math.max(norm * 2 ** -52, Number.MIN_VALUE);
  const vectors = new Float64Array(2 * n * n);
  for (let k = 0; k < n; k++) {
    writeVector(vectors, q, triangularVector(t, n, k, least), n, k);
    if (values[2 * k + 1] <= 0) continue;
    // the eigenvector of the conjugate eigenvalue is the conjugate
    for (let i = 0; i < n; i++) {
      const at = 2 * (i * n + k);
      vectors[at + 2] = vectors[at];
      vectors[at + 3] = -vectors[at + 1];
    }
    k++;
  }
  return { values, vectors };
}

/** Returns the parts of a complex matrix. */
const partsOf = (a: Float64Array): ComplexMatrix => ({
  re: Float64Array.from({ length: a.length / 2 }, (_, i) => a[2 * i]),
  im: Float64Array.from({ length: a.length / 2 }, (_, i) => a[2 * i + 1]),
});

/** Returns the eigenvalues and eigenvectors of a complex matrix [n, n], which is overwritten; `null` if the iteration does not converge. */
export function complexEigenOf(a: Float64Array, n: number): Eigen | null {
  const schur = complexSchur(a, n);
  if (schur === null) return null;
  const [t, q] = [partsOf(a), partsOf(schur)];
  const values = new Float64Array(2 * n);
  for (let k = 0; k < n; k++) values.set([t.re[k * n + k], t.im[k * n + k]], 2 * k);
  const norm = a.reduce((most, v) => Math.max(most, Math.abs(v)), 0);
  const least = Math.max(norm * 2 ** -52, Number.MIN_VALUE);
  const vectors = new Float64Array(2 * n * n);
  for (let k = 0; k < n; k++) writeVector(vectors, q, triangularVector(t, n, k, least), n, k);
  return { values, vectors };
}
