/** The singular value decomposition. */
import { type Bidiagonal, bidiagonalize, rightBasis } from "./bidiagonal.ts";
import { bidiagonalValues, toUpper } from "./bidiagonal-svd.ts";
import { scaleExtremes } from "./eigen.ts";
import { factorQr, formQ } from "./householder.ts";
import { isFinite64, product, transposed } from "./matrices.ts";
import { exchangeTwoRows, rotatorOf } from "./rotations.ts";

/** Singular values in descending order, U [m, columns] and Vᵀ [n, n], if they are wanted. */
export interface Svd {
  readonly values: Float64Array;
  readonly u: Float64Array | null;
  readonly vt: Float64Array | null;
}

/** Makes singular values positive, by the signs of right vectors, and sorts them in descending order, with the rows of Uᵀ, of m numbers, and Vᵀ, of `width`; with `isWide` U has the right ones. */
export function arrange(
  values: Float64Array,
  ut: Float64Array | null,
  vt: Float64Array | null,
  m: number,
  width: number,
  isWide: boolean,
): void {
  const n = values.length;
  const [negated, length] = isWide ? [ut, m] : [vt, width];
  for (let i = 0; i < n; i++) {
    if (values[i] < 0 && negated !== null) for (let j = i * length; j < (i + 1) * length; j++) negated[j] = -negated[j];
    values[i] = Math.abs(values[i]);
  }
  for (let end = n - 1; end > 0; end--) {
    let least = 0;
    for (let j = 1; j <= end; j++) if (values[j] <= values[least]) least = j;
    if (least === end) continue;
    [values[least], values[end]] = [values[end], values[least]];
    if (vt !== null) exchangeTwoRows(vt, width, least, end);
    if (ut !== null) exchangeTwoRows(ut, m, least, end);
  }
}

/** Decomposes the bidiagonal matrix of a reduction; returns whether the iteration converged. With `isWide` it is lower bidiagonal, of a matrix whose transpose was reduced. */
export function decompose(
  { diagonal, above }: Bidiagonal,
  ut: Float64Array | null,
  vt: Float64Array | null,
  m: number,
  width: number,
  isWide: boolean,
): boolean {
  const n = diagonal.length;
  if (n === 0) return true;
  const [columns, rows] = [rotatorOf(ut, m), rotatorOf(vt, width)];
  if (isWide) toUpper(diagonal, above, rows.rotate);
  const [left, right] = isWide ? [rows, columns] : [columns, rows];
  const converged = bidiagonalValues(diagonal, above, left.rotate, right.rotate);
  columns.finish();
  rows.finish();
  return converged;
}

/** Returns the decomposition of a matrix [m, n], m ≥ n, which is overwritten, with `columns` columns of U, 0 for no vectors; `null` if the iteration does not converge. */
function tallSvd(a: Float64Array, m: number, n: number, columns: number, isWide: boolean): Svd | null {
  // for many rows, the triangle of a QR factorization is decomposed instead
  if (m > n && m >= Math.floor(1.6 * n) && columns <= n) {
    const taus = factorQr(a, m, n);
    const r = a.slice(0, n * n);
    for (let i = 1; i < n; i++) r.fill(0, i * n, i * n + i);
    const inner = squareSvd(r, n, columns, isWide);
    if (inner === null || inner.u === null) return inner;
    return { ...inner, u: product(formQ(a, taus, m, n, n), inner.u, m, n, n) };
  }
  const reduced = bidiagonalize(a, m, n);
  const ut = columns > 0 ? transposed(formQ(a, reduced.leftTaus, m, n, columns), m, columns) : null;
  const vt = columns > 0 ? rightBasis(a, reduced.rightTaus, n) : null;
  if (!decompose(reduced, ut, vt, m, n, isWide)) return null;
  arrange(reduced.diagonal, ut, vt, m, n, isWide);
  return { values: reduced.diagonal, u: ut && transposed(ut, columns, m), vt };
}

/** Returns the decomposition of a triangle; with `isWide` by way of its transpose. */
function squareSvd(r: Float64Array, n: number, columns: number, isWide: boolean): Svd | null {
  if (!isWide) return tallSvd(r, n, n, columns, false);
  const inner = tallSvd(transposed(r, n, n), n, n, columns, false);
  if (inner === null) return null;
  const { values, u, vt } = inner;
  return { values, u: vt && transposed(vt, n, n), vt: u && transposed(u, n, n) };
}

/** The vectors that are computed: none, min(m, n) of each side, or all. */
export type SvdVectors = "none" | "reduced" | "full";

/**
 * Returns the singular values of a matrix [m, n], which is overwritten, and U [m, k] and Vᵀ [k, n], or [m, m] and [n, n] for `"full"`; `null` if elements are not finite or the
 * iteration does not converge.
 */
export function svdOf(a: Float64Array, m: number, n: number, vectors: SvdVectors): Svd | null {
  if (!isFinite64(a)) return null;
  const isTall = m >= n;
  const [rows, k] = isTall ? [m, n] : [n, m];
  const scale = scaleExtremes(a);
  const columns = vectors === "none" ? 0 : vectors === "full" ? rows : k;
  const result = tallSvd(isTall ? a : transposed(a, m, n), rows, k, columns, !isTall);
  if (result === null) return null;
  const { u, vt } = result;
  const values = result.values.map((v) => v * scale);
  if (isTall || u === null || vt === null) return { values, u, vt };
  return { values, u: transposed(vt, k, k), vt: transposed(u, rows, columns) };
}
