/**
 * Reduction of a matrix [m, n], m ≥ n, to upper bidiagonal form B = Uᵀ A V by panels of Householder reflections (Dongarra, Sorensen and Hammarling, "Block reduction of matrices to
 * condensed forms", 1989): half of the work is a product of matrices. Uᵀ and Vᵀ are stored, so that the vectors are contiguous.
 */
import { gemm } from "./gemm";
import { panelColumns } from "./qr";
import { addTransposed, balance, multiplyVector, reflect, scale } from "./reflections";

/** Copies every `step`-th element. */
function gather<T>(count: i32, from: usize, step: usize, to: usize): void {
  for (let i = 0; i < count; i++) store<T>(to + <usize>i * sizeof<T>(), load<T>(from + <usize>i * step * sizeof<T>()));
}

/**
 * Reduces `width` columns and rows from j on. The panel A - V Yᵀ - X Uᵀ is kept as rows of `tall`, V and then X, of m elements each, and of `wide`, Y and then U, of n elements. The
 * vectors go to rows of `vt` and `ut`, their factors to `leftTaus` and `rightTaus`.
 */
function reducePanel<T>(m: i32, n: i32, j: i32, width: i32, a: usize, vt: usize, leftTaus: usize, ut: usize, rightTaus: usize, d: usize, e: usize, tall: usize, wide: usize, sums: usize): void {
  const size = sizeof<T>(), high = <usize>m * size, broad = <usize>n * size;
  const other = sums + <usize>(panelColumns + 8) * size;
  const xs = tall + <usize>panelColumns * high, us = wide + <usize>panelColumns * broad;
  for (let c = 0; c < width; c++) {
    const i = j + c, rows = m - i, rest = n - i - 1, at = <usize>i * size, next = at + size;
    // column i of A - V Yᵀ - X Uᵀ
    const vector = vt + <usize>i * high, v = vector + at;
    memory.fill(vector, 0, at);
    gather<T>(rows, a + <usize>i * broad + at, n, v);
    gather<T>(c, wide + at, n, sums);
    gather<T>(c, us + at, n, other);
    addTransposed<T>(c, rows, -1 as T, tall + at, m, sums, v);
    addTransposed<T>(c, rows, -1 as T, xs + at, m, other, v);
    const tau = reflect<T>(rows, v, sums);
    store<T>(leftTaus + at, tau);
    store<f64>(d + (<usize>i << 3), <f64>load<T>(sums));
    if (rest == 0) continue;
    memory.copy(tall + <usize>c * high + at, v, <usize>rows * size);
    // y = τ (A - V Yᵀ - X Uᵀ)ᵀ v
    const y = wide + <usize>c * broad + next;
    memory.fill(y, 0, <usize>rest * size);
    addTransposed<T>(rows, rest, 1 as T, a + <usize>i * broad + next, n, v, y);
    multiplyVector<T>(c, rows, tall + at, m, v, sums);
    multiplyVector<T>(c, rows, xs + at, m, v, other);
    addTransposed<T>(c, rest, -1 as T, wide + next, n, sums, y);
    addTransposed<T>(c, rest, -1 as T, us + next, n, other, y);
    scale<T>(rest, tau, y);
    // row i of A - V Yᵀ - X Uᵀ
    const line = ut + <usize>i * broad, u = line + next;
    memory.fill(line, 0, next);
    memory.copy(u, a + <usize>i * broad + next, <usize>rest * size);
    gather<T>(c + 1, tall + at, m, sums);
    gather<T>(c, xs + at, m, other);
    addTransposed<T>(c + 1, rest, -1 as T, wide + next, n, sums, u);
    addTransposed<T>(c, rest, -1 as T, us + next, n, other, u);
    const factor = reflect<T>(rest, u, sums);
    store<T>(rightTaus + at, factor);
    store<f64>(e + (<usize>i << 3), <f64>load<T>(sums));
    memory.copy(us + <usize>c * broad + next, u, <usize>rest * size);
    if (rows == 1) continue;
    // x = τ (A - V Yᵀ - X Uᵀ) u
    const x = xs + <usize>c * high + next;
    multiplyVector<T>(rows - 1, rest, a + <usize>(i + 1) * broad + next, n, u, x);
    multiplyVector<T>(c + 1, rest, wide + next, n, u, sums);
    multiplyVector<T>(c, rest, us + next, n, u, other);
    addTransposed<T>(c + 1, rows - 1, -1 as T, tall + next, m, sums, x);
    addTransposed<T>(c, rows - 1, -1 as T, xs + next, m, other, x);
    scale<T>(rows - 1, factor, x);
  }
}

/** Reduces A, and returns the factor by which it was multiplied; 0 where an element is not finite. */
// @ts-ignore: decorator
@inline
function reduce<T>(m: i32, n: i32, a: usize, vt: usize, leftTaus: usize, ut: usize, rightTaus: usize, d: usize, e: usize, work: usize): f64 {
  const size = sizeof<T>(), p = panelColumns;
  const factor = balance<T>(m * n, a);
  if (factor == 0) return 0;
  const tall = work, wide = tall + <usize>(2 * p * m) * size, sums = wide + <usize>(2 * p * n) * size;
  for (let j = 0; j < n; j += p) {
    const width = min(p, n - j), end = j + width;
    reducePanel<T>(m, n, j, width, a, vt, leftTaus, ut, rightTaus, d, e, tall, wide, sums);
    // [V X] [Y U]ᵀ is one product
    if (end < n) gemm<T>(m - end, n - end, 2 * p, -1 as T, tall + <usize>end * size, 1, m, wide + <usize>end * size, n, 1, a + (<usize>end * <usize>n + <usize>end) * size, n, true, 0);
  }
  return factor;
}

/**
 * Reduces a contiguous matrix [m, n] of float32, m ≥ n, which is overwritten. vt [n, m] and ut [n, n] receive the vectors of the reflections from the left and the right, d and e the
 * diagonal and the elements above it as float64. `work` has room for 64 (m + n) + 128 elements. Returns the power of two by which the matrix was multiplied, so that no square
 * overflows or underflows; 0 where an element is not finite.
 */
export function bidiagonalize32(m: i32, n: i32, a: usize, vt: usize, leftTaus: usize, ut: usize, rightTaus: usize, d: usize, e: usize, work: usize): f64 {
  return reduce<f32>(m, n, a, vt, leftTaus, ut, rightTaus, d, e, work);
}

/**
 * Reduces a contiguous matrix [m, n] of float64, m ≥ n, which is overwritten. vt [n, m] and ut [n, n] receive the vectors of the reflections from the left and the right, d and e the
 * diagonal and the elements above it as float64. `work` has room for 64 (m + n) + 128 elements. Returns the power of two by which the matrix was multiplied, so that no square
 * overflows or underflows; 0 where an element is not finite.
 */
export function bidiagonalize64(m: i32, n: i32, a: usize, vt: usize, leftTaus: usize, ut: usize, rightTaus: usize, d: usize, e: usize, work: usize): f64 {
  return reduce<f64>(m, n, a, vt, leftTaus, ut, rightTaus, d, e, work);
}
