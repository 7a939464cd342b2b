/**
 * Reduction of a symmetric matrix to tridiagonal form T = Qᵀ A Q by panels of Householder reflections (Dongarra, Sorensen and Hammarling, "Block reduction of matrices to
 * condensed forms", 1989): half of the work is a product of matrices. Vᵀ is stored, so that the vectors are contiguous.
 */
import { dotOf } from "../reduce/row";
import { gemm } from "./gemm";
import { applyPanel, fillTriangle, panelColumns } from "./qr";
import { addScaled, addTransposed, balance, multiplyVector, reflect, scale } from "./reflections";

/**
 * Reduces `width` columns from column j of A [n, n] on, which holds both triangles. `panel` has rows of n elements for V, W and V again. The vectors of the reflections are left
 * in `vt`, their factors in `taus`; d and e receive the diagonal and the elements beside it as float64. `sums` has room for 2 × 32 elements.
 */
function reducePanel<T>(n: i32, j: i32, width: i32, a: usize, vt: usize, taus: usize, d: usize, e: usize, panel: usize, sums: usize): void {
  const size = sizeof<T>(), stride = <usize>n * size;
  const wt = panel + <usize>panelColumns * stride;
  const second = sums + <usize>panelColumns * size;
  for (let c = 0; c < width; c++) {
    const k = j + c, count = n - k, rest = count - 1;
    // the column is the row, as A is symmetric: subtract the reflections of this panel
    const x = a + <usize>k * stride + <usize>k * size;
    for (let p = 0; p < c; p++) {
      const v = panel + <usize>p * stride + <usize>k * size, w = wt + <usize>p * stride + <usize>k * size;
      addScaled<T>(count, -load<T>(w) as T, v, x);
      addScaled<T>(count, -load<T>(v) as T, w, x);
    }
    store<f64>(d + (<usize>k << 3), <f64>load<T>(x));
    if (rest == 0) return;
    const row = vt + <usize>k * stride, v = row + <usize>(k + 1) * size;
    memory.fill(row, 0, <usize>(k + 1) * size);
    memory.copy(v, x + size, <usize>rest * size);
    const tau = reflect<T>(rest, v, sums);
    store<f64>(e + (<usize>k << 3), <f64>load<T>(sums));
    store<T>(taus + <usize>k * size, tau);
    const saved = panel + <usize>c * stride + <usize>(k + 1) * size, w = wt + <usize>c * stride + <usize>(k + 1) * size;
    memory.copy(saved, v, <usize>rest * size);
    // w = τ (A - V Wᵀ - W Vᵀ) v - τ (wᵀ v) v / 2
    multiplyVector<T>(rest, rest, x + stride + size, n, v, w);
    if (c > 0) {
      const before = panel + <usize>(k + 1) * size, after = wt + <usize>(k + 1) * size;
      multiplyVector<T>(c, rest, after, n, v, sums);
      multiplyVector<T>(c, rest, before, n, v, second);
      addTransposed<T>(c, rest, -1 as T, before, n, sums, w);
      addTransposed<T>(c, rest, -1 as T, after, n, second, w);
    }
    scale<T>(rest, tau, w);
    addScaled<T>(rest, (-0.5 * <f64>tau * dotOf<T>(w, v, rest)) as T, v, w);
  }
}

/** Subtracts V Wᵀ + W Vᵀ from the rows and columns of A [n, n] from j on. */
function subtractPanel<T>(n: i32, j: i32, width: i32, a: usize, panel: usize): void {
  const size = sizeof<T>(), rows = n - j, stride = <usize>n * size, at = <usize>j * size;
  // [V W] [W V]ᵀ is one product if the panel has all its columns: V stands behind W once more
  const wt = panel + <usize>panelColumns * stride, corner = a + <usize>j * stride + at;
  memory.copy(wt + <usize>panelColumns * stride, panel, <usize>width * stride);
  if (width == panelColumns) return gemm<T>(rows, rows, 2 * width, -1 as T, panel + at, 1, n, wt + at, n, 1, corner, n, true, 0);
  gemm<T>(rows, rows, width, -1 as T, panel + at, 1, n, wt + at, n, 1, corner, n, true, 0);
  gemm<T>(rows, rows, width, -1 as T, wt + at, 1, n, panel + at, n, 1, corner, n, true, 0);
}

/** Fills the upper triangle of A [n, n] from the lower one, or the lower from the upper. */
function mirror<T>(n: i32, a: usize, upper: bool): void {
  const size = sizeof<T>(), tile = 16;
  for (let i0 = 0; i0 < n; i0 += tile)
    for (let j0 = 0; j0 <= i0; j0 += tile)
      for (let i = i0; i < min(i0 + tile, n); i++)
        for (let j = j0; j < min(j0 + tile, i); j++) {
          const low = a + <usize>(i * n + j) * size, high = a + <usize>(j * n + i) * size;
          if (upper) store<T>(low, load<T>(high));
          else store<T>(high, load<T>(low));
        }
}

/** Reduces A [n, n], of which one triangle is given, and returns the factor by which it was multiplied; 0 where an element is not finite. */
// @ts-ignore: decorator
@inline
function reduce<T>(n: i32, a: usize, upper: bool, vt: usize, taus: usize, d: usize, e: usize, work: usize): f64 {
  mirror<T>(n, a, upper);
  const factor = balance<T>(n * n, a);
  if (factor == 0) return 0;
  const sums = work + <usize>(3 * panelColumns * n) * sizeof<T>();
  for (let j = 0; j < n; ) {
    const width = min(panelColumns, n - j);
    reducePanel<T>(n, j, width, a, vt, taus, d, e, work, sums);
    j += width;
    if (j < n) subtractPanel<T>(n, j, width, a, work);
  }
  return factor;
}

/**
 * Overwrites C [n, columns] with Q C. The vectors begin with a 1 after `shift` + j zeros in row j, of `count` rows of n elements. `work` has room for 2 × 32 columns +
 * 2 × 32 × 32 elements.
 */
export function applyReflections<T>(n: i32, count: i32, shift: i32, vt: usize, taus: usize, columns: i32, c: usize, row: usize, work: usize): void {
  const size = sizeof<T>(), p = panelColumns, t = work, rest = work + <usize>(p * p) * size;
  for (let j = (count - 1) / p * p; j >= 0; j -= p) {
    const width = min(p, count - j), top = j + shift;
    const v = vt + (<usize>j * <usize>n + <usize>top) * size;
    memory.fill(t, 0, <usize>(p * p) * size);
    for (let i = 0; i < width; i++) store<T>(t + <usize>(i * p + i) * size, load<T>(taus + <usize>(j + i) * size));
    fillTriangle<T>(n - top, width, v, n, t, rest);
    applyPanel<T>(n - top, columns, width, v, n, t, false, c + <usize>top * row * size, row, rest);
  }
}

/**
 * Reduces a contiguous symmetric matrix [n, n] of float32, of which the upper or lower triangle is read, and which is overwritten. vt [n, n] receives the vectors of the
 * reflections, d and e the diagonal and the elements beside it as float64. `work` has room for 96 n + 64 elements.
 * Returns the power of two by which the matrix was multiplied, so that no square overflows or underflows; 0 where an element is not finite.
 */
export function tridiagonalize32(n: i32, a: usize, upper: bool, vt: usize, taus: usize, d: usize, e: usize, work: usize): f64 {
  return reduce<f32>(n, a, upper, vt, taus, d, e, work);
}

/**
 * Reduces a contiguous symmetric matrix [n, n] of float64, of which the upper or lower triangle is read, and which is overwritten. vt [n, n] receives the vectors of the
 * reflections, d and e the diagonal and the elements beside it as float64. `work` has room for 96 n + 64 elements.
 * Returns the power of two by which the matrix was multiplied, so that no square overflows or underflows; 0 where an element is not finite.
 */
export function tridiagonalize64(n: i32, a: usize, upper: bool, vt: usize, taus: usize, d: usize, e: usize, work: usize): f64 {
  return reduce<f64>(n, a, upper, vt, taus, d, e, work);
}

/** Overwrites C [n, columns] of float32 with the product of `count` reflections and C. `work` has room for 64 columns + 2048 elements. */
export function reflections32(n: i32, count: i32, shift: i32, vt: usize, taus: usize, columns: i32, c: usize, work: usize): void {
  applyReflections<f32>(n, count, shift, vt, taus, columns, c, columns, work);
}

/** Overwrites C [n, columns] of float64 with the product of `count` reflections and C. `work` has room for 64 columns + 2048 elements. */
export function reflections64(n: i32, count: i32, shift: i32, vt: usize, taus: usize, columns: i32, c: usize, work: usize): void {
  applyReflections<f64>(n, count, shift, vt, taus, columns, c, columns, work);
}
