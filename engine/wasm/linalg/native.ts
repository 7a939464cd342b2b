/** Matrix products by a native BLAS of the host. */

@external("env", "product")
declare function hostProduct(transA: bool, transB: bool, m: i32, n: i32, k: i32, alpha: f32, a: usize, aStride: usize, b: usize, bStride: usize, beta: i32, c: usize, cStride: usize): void;

@external("env", "product64")
declare function hostProduct64(transA: bool, transB: bool, m: i32, n: i32, k: i32, alpha: f64, a: usize, aStride: usize, b: usize, bStride: usize, beta: i32, c: usize, cStride: usize): void;

/** With fewer multiplications, a call takes longer than the product. */
const minNativeProducts: i64 = 8192;
let hasNative: bool = false;

/** Sets whether the host has a native BLAS for large products. */
export function useNativeBlas(on: bool): void {
  hasNative = on;
}

/**
 * Computes a product by the host's BLAS if it can, and returns whether it did: rows or columns of both operands must be contiguous. A bias is copied to C
 * first, and accumulated on.
 */
export function nativeGemm<T>(m: i32, n: i32, k: i32, alpha: T, a: usize, aRow: usize, aColumn: usize, b: usize, bRow: usize, bColumn: usize, c: usize, cRow: usize, accumulate: bool, bias: usize): bool {
  if (!hasNative || <i64>m * <i64>n * <i64>k < minNativeProducts) return false;
  const transA = aColumn != 1, transB = bColumn != 1;
  if ((transA && aRow != 1) || (transB && bRow != 1)) return false;
  if (bias != 0 && !accumulate) for (let i = 0; i < m; i++) memory.copy(c + <usize>i * cRow * sizeof<T>(), bias, <usize>n * sizeof<T>());
  // BLAS wants a stride of at least a row's length, even of a single row
  const aStride = max(transA ? aColumn : aRow, <usize>(transA ? m : k));
  const bStride = max(transB ? bColumn : bRow, <usize>(transB ? k : n));
  const beta = i32(accumulate || bias != 0);
  if (sizeof<T>() == 8) hostProduct64(transA, transB, m, n, k, <f64>alpha, a, aStride, b, bStride, beta, c, cRow);
  else hostProduct(transA, transB, m, n, k, <f32>alpha, a, aStride, b, bStride, beta, c, cRow);
  return true;
}

/** Multiplies a contiguous A [m, k] by a contiguous B [k, n] by the host's BLAS. */
export function multiplyNatively(m: i32, n: i32, k: i32, a: usize, b: usize, c: usize, accumulate: bool): void {
  hostProduct(false, false, m, n, k, 1, a, k, b, n, i32(accumulate), c, n);
}
