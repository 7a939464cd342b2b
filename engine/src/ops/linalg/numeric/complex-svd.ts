/** The singular value decomposition of complex matrices: reduction to a real bidiagonal matrix by reflections (LAPACK's zgebd2), which is decomposed as that of a real matrix. */
import type { Bidiagonal } from "./bidiagonal.ts";
import { adjointOf } from "./complex.ts";
import { transposedComplex } from "./complex-eigen.ts";
import {
  clearColumn,
  columnOf,
  formComplexQ,
  type Reflection,
  reflectionOf,
  reflectLeft,
  reflectRight,
} from "./complex-householder.ts";
import { scaleExtremes } from "./eigen.ts";
import { isFinite64 } from "./matrices.ts";
import { arrange, decompose, type Svd, type SvdVectors } from "./svd.ts";

/** Returns the conjugates of a row from a column on. */
function conjugateRow(a: Float64Array, n: number, row: number, column: number): Float64Array {
  const x = a.slice(2 * (row * n + column), 2 * (row + 1) * n);
  for (let i = 1; i < x.length; i += 2) x[i] = -x[i];
  return x;
}

/** Returns the decomposition of a matrix [m, n], m ≥ n, which is overwritten, with `columns` columns of U, 0 for no vectors; `null` if the iteration does not converge. */
function tallSvd(a: Float64Array, m: number, n: number, columns: number): Svd | null {
  const [left, right]: [Reflection[], Reflection[]] = [[], []];
  const [diagonal, above] = [new Float64Array(n), new Float64Array(Math.max(n - 1, 0))];
  for (let k = 0; k < n; k++) {
    const h = reflectionOf(columnOf(a, n, k, k, m - k));
    diagonal[k] = h.beta;
    clearColumn(a, n, m, k, k, h.beta);
    reflectLeft(a, n, k, k + 1, h, true);
    left.push(h);
    if (k === n - 1) continue;
    const g = reflectionOf(conjugateRow(a, n, k, k + 1));
    above[k] = g.beta;
    reflectRight(a, n, k + 1, m, k + 1, g);
    right.push(g);
  }
  const reduced: Bidiagonal = { diagonal, above, leftTaus: diagonal, rightTaus: above };
  // rows of Uᵀ and of Vᴴ; rotations are real, so both parts of a row turn alike
  const ut = columns > 0 ? transposedComplex(formComplexQ(left, m, columns), m, columns) : null;
  const vh = columns > 0 ? adjointOf(formComplexQ(right, n, n, 1), n, n) : null;
  if (!decompose(reduced, ut, vh, 2 * m, 2 * n, false)) return null;
  arrange(diagonal, ut, vh, 2 * m, 2 * n, false);
  return { values: diagonal, u: ut && transposedComplex(ut, columns, m), vt: vh };
}

/** Returns the singular values of a complex matrix [m, n], which is overwritten, and U and Vᴴ, as `svdOf` does for real ones. */
export function complexSvdOf(a: Float64Array, m: number, n: number, vectors: SvdVectors): Svd | null {
  if (!isFinite64(a)) return null;
  const isTall = m >= n;
  const [rows, k] = isTall ? [m, n] : [n, m];
  const scale = scaleExtremes(a);
  const columns = vectors === "none" ? 0 : vectors === "full" ? rows : k;
  const result = tallSvd(isTall ? a : adjointOf(a, m, n), rows, k, columns);
  if (result === null) return null;
  const { u, vt } = result;
  const values = result.values.map((v) => v * scale);
  if (isTall || u === null || vt === null) return { values, u, vt };
  return { values, u: adjointOf(vt, k, k), vt: adjointOf(u, rows, columns) };
}
