/** Reduction of a square matrix to Hessenberg form, with zeros below the first subdiagonal. */

/**
 * Replaces the n × n matrix `h` by H = Qᵀ A Q, and returns Q, by Householder reflections. Source: EISPACK `orthes` and `ortran`, after Martin and Wilkinson, "Similarity
 * reduction of a general matrix to Hessenberg form" (1968).
 */
export function reduceToHessenberg(h: Float64Array, n: number): Float64Array {
  const u = new Float64Array(n);
  const q = new Float64Array(n * n);
  for (let i = 0; i < n; i++) q[i * n + i] = 1;
  for (let m = 1; m < n - 1; m++) {
    let scale = 0;
    for (let i = m; i < n; i++) scale += Math.abs(h[i * n + m - 1]);
    if (scale === 0) continue;
    let size = 0;
    for (let i = m; i < n; i++) {
      u[i] = h[i * n + m - 1] / scale;
      size += u[i] * u[i];
    }
    const g = u[m] > 0 ? -Math.sqrt(size) : Math.sqrt(size);
    size -= u[m] * g;
    u[m] -= g;
    // H ← (I - u uᵀ / s) H (I - u uᵀ / s), Q ← Q (I - u uᵀ / s)
    reflectRows(h, n, m, u, size);
    reflectColumns(h, n, m, u, size);
    reflectColumns(q, n, m, u, size);
    h[m * n + m - 1] = scale * g;
    for (let i = m + 1; i < n; i++) h[i * n + m - 1] = 0;
  }
  return q;
}

function reflectRows(a: Float64Array, n: number, m: number, u: Float64Array, size: number): void {
  for (let j = m; j < n; j++) {
    let f = 0;
    for (let i = m; i < n; i++) f += u[i] * a[i * n + j];
    f /= size;
    for (let i = m; i < n; i++) a[i * n + j] -= f * u[i];
  }
}

function reflectColumns(a: Float64Array, n: number, m: number, u: Float64Array, size: number): void {
  for (let i = 0; i < n; i++) {
    let f = 0;
    for (let j = m; j < n; j++) f += u[j] * a[i * n + j];
    f /= size;
    for (let j = m; j < n; j++) a[i * n + j] -= f * u[j];
  }
}
