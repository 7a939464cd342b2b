/** Cholesky factorization (Golub and Van Loan, "Matrix Computations", section 4.2). */

/**
 * Overwrites the lower triangle of a symmetric matrix [n, n], which alone is read, with the factor L of A = L Lᵀ, and the upper one with zeros. Returns 0, or the
 * order of the first leading minor that is not positive, where the factorization ends.
 */
export function factorCholesky(a: Float64Array, n: number): number {
  let info = 0;
  for (let i = 0; i < n && info === 0; i++) {
    const row = i * n;
    for (let j = 0; j <= i; j++) {
      const other = j * n;
      let sum = a[row + j];
      for (let p = 0; p < j; p++) sum -= a[row + p] * a[other + p];
      if (j < i) a[row + j] = sum / a[other + j];
      else if (sum > 0) a[row + j] = Math.sqrt(sum);
      else info = i + 1;
    }
  }
  for (let i = 0; i < n; i++) a.fill(0, i * n + i + 1, (i + 1) * n);
  return info;
}
