/** Cholesky factorization by halves, so that most of the work is a matrix product. */
import { gemm } from "./gemm";
import { copyTransposed } from "./moves";
import { solveTriangle } from "./triangular";

/** Rows up to which a matrix is factored element by element, and up to which a symmetric product is computed as a whole. */
const plainRows: i32 = 16;
const productRows: i32 = 64;

/** Factors a small matrix. */
function factorPlain<T>(n: i32, a: usize, row: usize): i32 {
  const size = sizeof<T>(), stride = row * size;
  for (let i = 0; i < n; i++) {
    const at = a + <usize>i * stride;
    for (let j = 0; j <= i; j++) {
      const other = a + <usize>j * stride;
      let sum = load<T>(at + <usize>j * size);
      for (let p: usize = 0; p < <usize>j; p++) sum = (sum - load<T>(at + p * size) * load<T>(other + p * size)) as T;
      if (j < i) store<T>(at + <usize>j * size, (sum / load<T>(other + <usize>j * size)) as T);
      else if (sum > 0) store<T>(at + <usize>j * size, sqrt<T>(sum));
      else return i + 1;
    }
  }
  return 0;
}

/** Subtracts Wᵀ W from the lower triangle of C [n, n], of W [k, n] whose rows are `wRow` elements apart. */
function subtractSquare<T>(n: i32, k: i32, w: usize, wRow: usize, c: usize, row: usize): void {
  if (n <= productRows) return gemm<T>(n, n, k, -1 as T, w, 1, wRow, w, wRow, 1, c, row, true, 0);
  const size = sizeof<T>(), half = n / 2, right = w + <usize>half * size, below = c + <usize>half * row * size;
  subtractSquare<T>(half, k, w, wRow, c, row);
  gemm<T>(n - half, half, k, -1 as T, right, 1, wRow, w, wRow, 1, below, row, true, 0);
  subtractSquare<T>(n - half, k, right, wRow, below + <usize>half * size, row);
}

/** Factors the lower triangle of a matrix whose rows are `row` elements apart. */
function factor<T>(n: i32, a: usize, row: usize, work: usize): i32 {
  if (n <= plainRows) return factorPlain<T>(n, a, row);
  const size = sizeof<T>();
  const half = (n / 2 + plainRows - 1) / plainRows * plainRows;
  const rest = n - half;
  const below = a + <usize>half * row * size;
  const failed = factor<T>(half, a, row, work);
  if (failed != 0) return failed;
  // L₂₁ L₁₁ᵀ = A₂₁, transposed
  copyTransposed<T>(rest, half, below, row, work, rest);
  solveTriangle<T>(half, rest, a, row, 1, work, rest, false, false);
  copyTransposed<T>(half, rest, work, rest, below, row);
  const corner = below + <usize>half * size;
  subtractSquare<T>(rest, half, work, rest, corner, row);
  const later = factor<T>(rest, corner, row, work);
  return later == 0 ? 0 : later + half;
}

/** Factors a contiguous matrix and clears the triangle above the factor. */
// @ts-ignore: decorator
@inline
function factorWhole<T>(n: i32, a: usize, work: usize): i32 {
  const failed = factor<T>(n, a, n, work);
  for (let i = 0; i < n - 1; i++) memory.fill(a + (<usize>(i * n + i) + 1) * sizeof<T>(), 0, <usize>(n - 1 - i) * sizeof<T>());
  return failed;
}

/** Overwrites a matrix [n, n] of float32 with its lower Cholesky factor. `work` has room for n² / 4 + 16 n elements. Returns the order of the minor that is not positive, or 0. */
export function cholesky32(n: i32, a: usize, work: usize): i32 {
  return factorWhole<f32>(n, a, work);
}

/** Overwrites a matrix [n, n] of float64 with its lower Cholesky factor. `work` has room for n² / 4 + 16 n elements. Returns the order of the minor that is not positive, or 0. */
export function cholesky64(n: i32, a: usize, work: usize): i32 {
  return factorWhole<f64>(n, a, work);
}
