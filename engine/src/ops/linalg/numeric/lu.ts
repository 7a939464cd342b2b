/** LU factorization with partial pivoting (Golub and Van Loan, "Matrix Computations", section 3.4). */
import type { NumericArray } from "../../../tensor/dtype.ts";

/** Exchanges two rows of a matrix with n columns. */
function swapRows(a: NumericArray, i: number, j: number, n: number): void {
  if (i === j) return;
  for (let c = 0, p = i * n, q = j * n; c < n; c++, p++, q++) [a[p], a[q]] = [a[q], a[p]];
}

/** Returns the row from `column` on that has the element of largest magnitude in a column. */
function pivotRow(a: Float64Array, m: number, n: number, column: number): number {
  let best = column;
  let most = Math.abs(a[column * n + column]);
  for (let i = column + 1; i < m; i++) {
    const v = Math.abs(a[i * n + column]);
    if (v > most) [best, most] = [i, v];
  }
  return best;
}

/**
 * Overwrites a matrix [m, n] with the factors of P A = L U: U on and above the diagonal, and below it L, whose diagonal is 1. Writes the rows that each row was
 * exchanged with, counted from 1 as in LAPACK. Returns the number of the first pivot that is 0, counted from 1, or 0.
 */
export function factorLu(a: Float64Array, m: number, n: number, pivots: NumericArray): number {
  let info = 0;
  for (let j = 0; j < Math.min(m, n); j++) {
    const p = pivotRow(a, m, n, j);
    pivots[j] = p + 1;
    if (a[p * n + j] === 0) {
      if (info === 0) info = j + 1;
      continue;
    }
    swapRows(a, j, p, n);
    const row = j * n;
    const pivot = a[row + j];
    for (let i = j + 1; i < m; i++) {
      const at = i * n;
      const factor = a[at + j] / pivot;
      a[at + j] = factor;
      for (let c = j + 1; c < n; c++) a[at + c] -= factor * a[row + c];
    }
  }
  return info;
}

/** Exchanges the rows of a matrix with n columns as the pivots say, in their order or in reverse, which undoes it. */
export function exchange(a: NumericArray, n: number, pivots: NumericArray, reverse: boolean): void {
  for (let i = 0; i < pivots.length; i++) {
    const row = reverse ? pivots.length - 1 - i : i;
    swapRows(a, row, pivots[row] - 1, n);
  }
}
