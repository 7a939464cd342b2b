/**
 * LU factorization with partial pivoting: by panels of columns, which are copied together and factored by halves (Toledo, "Locality of reference in LU decomposition with partial
 * pivoting", 1997), so that most of the work is a matrix product.
 */
import { madd, threadBuffer } from "../simd/lanes";
import { gemm } from "./gemm";
import { copyRows, exchangeRows } from "./moves";
import { solveTriangle } from "./triangular";

/** Columns of a panel, and of the strips in which it is eliminated column by column. */
const panelColumns: i32 = 64;
const stripColumns: i32 = 8;

/** The number of the first pivot that is 0, counted from 1 in the whole matrix, or 0. */
let firstZero: i32 = 0;

/** Returns the row from `column` on with the element of largest magnitude in a column. */
// @ts-ignore: decorator
@inline
function pivotRow<T>(m: i32, a: usize, stride: usize, column: i32): i32 {
  let at = a + <usize>column * (stride + sizeof<T>());
  let best = column, most = abs<T>(load<T>(at));
  for (let i = column + 1; i < m; i++) {
    at += stride;
    const v = abs<T>(load<T>(at));
    if (v > most) {
      best = i;
      most = v;
    }
  }
  return best;
}

/** Factors a strip of `width` ≤ 8 columns, column by column; rows are `row` elements apart, and all 8 columns exist. `first` is the number of the first column in the matrix. */
function factorStrip<T>(m: i32, width: i32, a: usize, row: usize, pivots: usize, first: i32): void {
  const size = sizeof<T>(), stride = row * size, bytes = stripColumns * <i32>size;
  for (let j = 0; j < min(width, m); j++) {
    const p = pivotRow<T>(m, a, stride, j);
    store<i32>(pivots + (<usize>j << 2), p);
    exchangeRows<T>(1, stripColumns, a + <usize>j * stride, row, pivots + (<usize>j << 2), j, false);
    const top = a + <usize>j * stride;
    const diagonal = load<T>(top + <usize>j * size);
    if (diagonal == 0) {
      if (firstZero == 0) firstZero = first + j + 1;
      continue;
    }
    // the row of the pivot, without the columns that are done
    for (let c = 0; c < stripColumns; c++) store<T>(threadBuffer + <usize>c * size, c <= j ? (0 as T) : load<T>(top + <usize>c * size));
    for (let i = j + 1; i < m; i++) {
      const at = a + <usize>i * stride;
      const factor: T = (load<T>(at + <usize>j * size) / diagonal) as T;
      if (factor - factor != 0) {
        // NaN and infinity times 0 would change the columns that are done
        for (let c = j + 1; c < stripColumns; c++) store<T>(at + <usize>c * size, (load<T>(at + <usize>c * size) - factor * load<T>(threadBuffer + <usize>c * size)) as T);
        store<T>(at + <usize>j * size, factor);
        continue;
      }
      const f = v128.splat<T>(-factor as T);
      for (let c = 0; c < bytes; c += 16) v128.store(at + c, madd<T>(f, v128.load(threadBuffer + c), v128.load(at + c)));
      store<T>(at + <usize>j * size, factor);
    }
  }
}

/** Factors a panel whose columns are padded to `n`, a multiple of 8, of which `width` are there. Pivots count rows of the panel from 0. */
function factorPanel<T>(m: i32, n: i32, width: i32, a: usize, row: usize, pivots: usize, first: i32): void {
  if (n <= stripColumns) return factorStrip<T>(m, width, a, row, pivots, first);
  const size = sizeof<T>();
  const half = (n / 2 + stripColumns - 1) / stripColumns * stripColumns;
  const rest = n - half;
  const right = a + <usize>half * size;
  factorPanel<T>(m, half, min(width, half), a, row, pivots, first);
  const count = min(half, m);
  exchangeRows<T>(count, rest, right, row, pivots, 0, false);
  solveTriangle<T>(count, rest, a, row, 1, right, row, false, true);
  if (m <= half || width <= half) return;
  const below = <usize>half * row * size;
  gemm<T>(m - half, rest, half, -1 as T, a + below, row, 1, right, row, 1, right + below, row, true, 0);
  const others = pivots + (<usize>half << 2);
  factorPanel<T>(m - half, rest, width - half, right + below, row, others, first + half);
  const found = min(width, m) - half;
  exchangeRows<T>(found, half, a + below, row, others, 0, false);
  for (let i = 0; i < found; i++) store<i32>(others + (<usize>i << 2), load<i32>(others + (<usize>i << 2)) + half);
}

/** Factors a contiguous matrix [m, n] in place. `work` has room for m × 64 elements. Pivots count rows from 1. Returns the number of the first pivot that is 0, or 0. */
// @ts-ignore: decorator
@inline
function factor<T>(m: i32, n: i32, a: usize, pivots: usize, work: usize): i32 {
  const size = sizeof<T>(), k = min(m, n), row = <usize>n;
  firstZero = 0;
  for (let j = 0; j < k; j += panelColumns) {
    const width = min(panelColumns, k - j), rows = m - j, behind = n - j - width;
    const padded = (width + stripColumns - 1) / stripColumns * stripColumns;
    const corner = a + (<usize>j * row + <usize>j) * size;
    const found = pivots + (<usize>j << 2);
    if (padded != width) memory.fill(work, 0, <usize>(rows * padded) * size);
    copyRows<T>(rows, width, corner, row, work, padded);
    factorPanel<T>(rows, padded, width, work, padded, found, j);
    copyRows<T>(rows, width, work, padded, corner, row);
    const side = corner + <usize>width * size;
    exchangeRows<T>(width, j, a + <usize>j * row * size, row, found, 0, false);
    exchangeRows<T>(width, behind, side, row, found, 0, false);
    if (behind > 0) {
      solveTriangle<T>(width, behind, work, padded, 1, side, row, false, true);
      const below = <usize>width * row * size;
      if (rows > width) gemm<T>(rows - width, behind, width, -1 as T, work + <usize>(width * padded) * size, padded, 1, side, row, 1, side + below, row, true, 0);
    }
    for (let i = 0; i < width; i++) store<i32>(found + (<usize>i << 2), load<i32>(found + (<usize>i << 2)) + j + 1);
  }
  return firstZero;
}

/** Factors a contiguous matrix [m, n] of float32 in place. `work` has room for m × 64 elements. Returns the number of the first pivot that is 0, or 0. */
export function lu32(m: i32, n: i32, a: usize, pivots: usize, work: usize): i32 {
  return factor<f32>(m, n, a, pivots, work);
}

/** Factors a contiguous matrix [m, n] of float64 in place. `work` has room for m × 64 elements. Returns the number of the first pivot that is 0, or 0. */
export function lu64(m: i32, n: i32, a: usize, pivots: usize, work: usize): i32 {
  return factor<f64>(m, n, a, pivots, work);
}
