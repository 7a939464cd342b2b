/** Eigenvalues and eigenvectors of symmetric matrices. */
import { isFinite64, transposed } from "./matrices.ts";
import { exchangeTwoRows, rotatorOf } from "./rotations.ts";
import { tridiagonalBasis, tridiagonalize } from "./tridiagonal.ts";
import { diagonalize } from "./tridiagonal-eigen.ts";

/** Divides elements by the largest magnitude where their products could overflow or underflow, and returns it; 1 where it divides by nothing. */
export function scaleExtremes(a: Float64Array): number {
  let largest = 0;
  for (let i = 0; i < a.length; i++) largest = Math.max(largest, Math.abs(a[i]));
  if (largest === 0 || (largest > 1e-140 && largest < 1e140)) return 1;
  for (let i = 0; i < a.length; i++) a[i] /= largest;
  return largest;
}

/** Copies the lower triangle to the upper one. */
function mirrorLower(a: Float64Array, n: number): void {
  for (let i = 0; i < n; i++) for (let j = 0; j < i; j++) a[j * n + i] = a[i * n + j];
}

/** Sorts eigenvalues in ascending order, with the rows of Vᵀ, of so many numbers each, by selection, which moves each row at most once. */
export function sortAscending(values: Float64Array, rows: Float64Array | null, length: number): void {
  const n = values.length;
  for (let i = 0; i < n - 1; i++) {
    let least = i;
    for (let j = i + 1; j < n; j++) if (values[j] < values[least]) least = j;
    if (least === i) continue;
    [values[i], values[least]] = [values[least], values[i]];
    if (rows !== null) exchangeTwoRows(rows, length, i, least);
  }
}

/** Eigenvalues in ascending order, and V [n, n], whose columns are the eigenvectors, if they are wanted. */
export interface Eigen {
  readonly values: Float64Array;
  readonly vectors: Float64Array | null;
}

/** Returns the eigenvalues of a symmetric matrix [n, n], of which the lower triangle is read and overwritten; `null` if the iteration does not converge. */
export function symmetricEigen(a: Float64Array, n: number, wantsVectors: boolean): Eigen | null {
  mirrorLower(a, n);
  if (!isFinite64(a)) return null;
  const scale = scaleExtremes(a);
  const { diagonal, beside, taus } = tridiagonalize(a, n);
  const rows = wantsVectors ? transposed(tridiagonalBasis(a, taus, n), n, n) : null;
  const rotator = rotatorOf(rows, n);
  if (!diagonalize(diagonal, beside, rotator.rotate)) return null;
  rotator.finish();
  sortAscending(diagonal, rows, n);
  return { values: diagonal.map((v) => v * scale), vectors: rows && transposed(rows, n, n) };
}
