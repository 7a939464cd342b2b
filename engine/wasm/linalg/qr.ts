/**
 * QR factorization by panels of Householder reflections, whose product is I - V T Vᵀ (Schreiber and Van Loan, "A storage-efficient WY representation for products of Householder
 * transformations", 1989). Vᵀ is stored, so that the vectors are contiguous.
 */
import { dotOf } from "../reduce/row";
import { gemm } from "./gemm";
import { copyTransposed } from "./moves";
import { addScaled, reflect } from "./reflections";

/** Reflections of a panel. */
export const panelColumns: i32 = 32;

/** Factors the columns of a panel, the rows of vt, which are `m` elements apart; the i-th begins with i elements of R. Writes R and the diagonal of T. Returns whether all elements are finite. */
function factorPanel<T>(rows: i32, width: i32, vt: usize, m: usize, a: usize, n: usize, t: usize): bool {
  const size = sizeof<T>();
  for (let j = 0; j < width; j++) {
    const column = vt + <usize>j * m * size, x = column + <usize>j * size;
    const tau = reflect<T>(rows - j, x, a + (<usize>j * n + <usize>j) * size);
    if (tau - tau != 0) return false;
    store<T>(t + <usize>(j * panelColumns + j) * size, tau);
    for (let c = j + 1; c < width; c++) {
      const z = vt + (<usize>c * m + <usize>j) * size;
      addScaled<T>(rows - j, (-tau * (dotOf<T>(x, z, rows - j) as T)) as T, x, z);
    }
    for (let i = 0; i < j; i++) {
      store<T>(a + (<usize>i * n + <usize>j) * size, load<T>(column + <usize>i * size));
      store<T>(column + <usize>i * size, 0 as T);
    }
    for (let i = j + 1; i < rows; i++) store<T>(a + (<usize>i * n + <usize>j) * size, 0 as T);
  }
  return true;
}

/** Fills the upper triangle of T from its diagonal and the products of the vectors, for which `work` has room. */
export function fillTriangle<T>(rows: i32, width: i32, vt: usize, m: usize, t: usize, work: usize): void {
  const size = sizeof<T>(), p = panelColumns;
  gemm<T>(width, width, rows, 1 as T, vt, m, 1, vt, 1, m, work, p, false, 0);
  for (let j = 1; j < width; j++) {
    const tau = load<T>(t + <usize>(j * p + j) * size);
    for (let i = 0; i < j; i++) {
      let sum: T = 0 as T;
      for (let q = i; q < j; q++) sum = (sum + load<T>(t + <usize>(i * p + q) * size) * load<T>(work + <usize>(q * p + j) * size)) as T;
      store<T>(t + <usize>(i * p + j) * size, (-tau * sum) as T);
    }
  }
}

/** Multiplies C [rows, n], whose rows are `row` elements apart, by I - V T Vᵀ, or by I - V Tᵀ Vᵀ. */
export function applyPanel<T>(rows: i32, n: i32, width: i32, vt: usize, m: usize, t: usize, transpose: bool, c: usize, row: usize, work: usize): void {
  if (n <= 0) return;
  const p: usize = panelColumns, second = work + <usize>(width * n) * sizeof<T>();
  gemm<T>(width, n, rows, 1 as T, vt, m, 1, c, row, 1, work, n, false, 0);
  gemm<T>(width, n, width, 1 as T, t, transpose ? 1 : p, transpose ? p : 1, work, n, 1, second, n, false, 0);
  gemm<T>(rows, n, width, -1 as T, vt, 1, m, second, n, 1, c, row, true, 0);
}

/**
 * Overwrites a contiguous matrix [m, n] with R, and Q [m, columns], unless that is 0, with the first columns of Q. `vt` has room for k × m elements, k = min(m, n), and `work` for
 * (k + 32) × 32 + 64 max(n, columns, 32). Returns whether all elements are finite.
 */
// @ts-ignore: decorator
@inline
function factor<T>(m: i32, n: i32, a: usize, columns: i32, q: usize, vt: usize, work: usize): bool {
  const size = sizeof<T>(), k = min(m, n), p = panelColumns;
  const triangles = work, rest = work + <usize>((k + p) * p) * size;
  memory.fill(triangles, 0, <usize>((k + p) * p) * size);
  for (let j = 0; j < k; j += p) {
    const width = min(p, k - j), rows = m - j;
    const corner = a + (<usize>j * n + <usize>j) * size, v = vt + (<usize>j * m + <usize>j) * size, t = triangles + <usize>(j * p) * size;
    copyTransposed<T>(rows, width, corner, n, v, m);
    if (!factorPanel<T>(rows, width, v, m, corner, n, t)) return false;
    fillTriangle<T>(rows, width, v, m, t, rest);
    applyPanel<T>(rows, n - j - width, width, v, m, t, true, corner + <usize>width * size, n, rest);
  }
  if (columns == 0) return true;
  memory.fill(q, 0, <usize>(m * columns) * size);
  for (let i = 0; i < min(m, columns); i++) store<T>(q + <usize>(i * columns + i) * size, 1 as T);
  for (let j = (k - 1) / p * p; j >= 0; j -= p) {
    const v = vt + (<usize>j * m + <usize>j) * size;
    applyPanel<T>(m - j, columns - j, min(p, k - j), v, m, triangles + <usize>(j * p) * size, false, q + (<usize>j * columns + <usize>j) * size, columns, rest);
  }
  return true;
}

/** Overwrites a matrix [m, n] of float32 with R, and Q [m, columns] with the first columns of Q. Returns whether all elements are finite. */
export function qr32(m: i32, n: i32, a: usize, columns: i32, q: usize, vt: usize, work: usize): bool {
  return factor<f32>(m, n, a, columns, q, vt, work);
}

/** Overwrites a matrix [m, n] of float64 with R, and Q [m, columns] with the first columns of Q. Returns whether all elements are finite. */
export function qr64(m: i32, n: i32, a: usize, columns: i32, q: usize, vt: usize, work: usize): bool {
  return factor<f64>(m, n, a, columns, q, vt, work);
}
