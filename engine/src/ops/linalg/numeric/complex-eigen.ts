/** Eigenvalues and eigenvectors of Hermitian matrices: reduction to a real tridiagonal matrix by reflections (LAPACK's zhetd2), whose eigenvalues iterations find. */
import {
  clearColumn,
  columnOf,
  formComplexQ,
  type Reflection,
  reflectionOf,
  reflectLeft,
  reflectRight,
} from "./complex-householder.ts";
import { type Eigen, scaleExtremes, sortAscending } from "./eigen.ts";
import { isFinite64 } from "./matrices.ts";
import { rotatorOf } from "./rotations.ts";
import { diagonalize } from "./tridiagonal-eigen.ts";

/** Fills the upper triangle of a matrix [n, n] with the conjugates of the lower one, and makes the diagonal real. */
function mirrorLower(a: Float64Array, n: number): void {
  for (let i = 0; i < n; i++) {
    a[2 * (i * n + i) + 1] = 0;
    for (let j = 0; j < i; j++) {
      a[2 * (j * n + i)] = a[2 * (i * n + j)];
      a[2 * (j * n + i) + 1] = -a[2 * (i * n + j) + 1];
    }
  }
}

/** Returns the transpose of a complex matrix [m, n], without conjugating. */
export function transposedComplex(a: Float64Array, m: number, n: number): Float64Array {
  const out = new Float64Array(2 * m * n);
  for (let i = 0; i < m; i++)
    for (let j = 0; j < n; j++) {
      out[2 * (j * m + i)] = a[2 * (i * n + j)];
      out[2 * (j * m + i) + 1] = a[2 * (i * n + j) + 1];
    }
  return out;
}

/**
 * Returns the eigenvalues of a Hermitian matrix [n, n], of which the lower triangle is read, in ascending order, and complex eigenvectors in columns, if they are wanted; `null` if the
 * iteration does not converge.
 */
export function hermitianEigen(a: Float64Array, n: number, wantsVectors: boolean): Eigen | null {
  mirrorLower(a, n);
  if (!isFinite64(a)) return null;
  const scale = scaleExtremes(a);
  const list: Reflection[] = [];
  const beside = new Float64Array(Math.max(n - 1, 0));
  for (let k = 0; k < n - 1; k++) {
    const h = reflectionOf(columnOf(a, n, k + 1, k, n - 1 - k));
    clearColumn(a, n, n, k + 1, k, h.beta);
    beside[k] = h.beta;
    // A = Hᴴ A H
    reflectLeft(a, n, k + 1, k + 1, h, true);
    reflectRight(a, n, k + 1, n, k + 1, h);
    list.push(h);
  }
  const diagonal = Float64Array.from({ length: n }, (_, i) => a[2 * (i * n + i)]);
  // rotations are real, so both parts of a row turn alike
  const rows = wantsVectors ? transposedComplex(formComplexQ(list, n, n, 1), n, n) : null;
  const rotator = rotatorOf(rows, 2 * n);
  if (!diagonalize(diagonal, beside, rotator.rotate)) return null;
  rotator.finish();
  sortAscending(diagonal, rows, 2 * n);
  return { values: diagonal.map((v) => v * scale), vectors: rows && transposedComplex(rows, n, n) };
}
