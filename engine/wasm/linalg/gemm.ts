/** Matrix products, dot products, and packing of a matrix for several products. */
import { dotOf } from "../reduce/row";
import { multiply, packWhole } from "./multiply";
import { nativeGemm } from "./native";

/**
 * Computes C [m, n] = α A [m, k] B [k, n] + bias, or C += α A B, in float32. `…Row` and `…Column` are strides in elements; `bias` is the address of a row of
 * n elements, or 0.
 */
export function gemm32(m: i32, n: i32, k: i32, alpha: f32, a: usize, aRow: usize, aColumn: usize, b: usize, bRow: usize, bColumn: usize, c: usize, cRow: usize, accumulate: bool, bias: usize): void {
  if (nativeGemm(m, n, k, alpha, a, aRow, aColumn, b, bRow, bColumn, c, cRow, accumulate, bias)) return;
  multiply<f32>(m, n, k, alpha, a, aRow, aColumn, b, bRow, bColumn, c, cRow, accumulate, bias, 0);
}

/**
 * Computes C [m, n] = α A [m, k] B [k, n] + bias, or C += α A B, in float64. `…Row` and `…Column` are strides in elements; `bias` is the address of a row of
 * n elements, or 0.
 */
export function gemm64(m: i32, n: i32, k: i32, alpha: f64, a: usize, aRow: usize, aColumn: usize, b: usize, bRow: usize, bColumn: usize, c: usize, cRow: usize, accumulate: bool, bias: usize): void {
  multiply<f64>(m, n, k, alpha, a, aRow, aColumn, b, bRow, bColumn, c, cRow, accumulate, bias, 0);
}

/** Calls `gemm32` or `gemm64`. */
// @ts-ignore: decorator
@inline
export function gemm<T>(m: i32, n: i32, k: i32, alpha: T, a: usize, aRow: usize, aColumn: usize, b: usize, bRow: usize, bColumn: usize, c: usize, cRow: usize, accumulate: bool, bias: usize): void {
  if (sizeof<T>() == 8) gemm64(m, n, k, <f64>alpha, a, aRow, aColumn, b, bRow, bColumn, c, cRow, accumulate, bias);
  else gemm32(m, n, k, <f32>alpha, a, aRow, aColumn, b, bRow, bColumn, c, cRow, accumulate, bias);
}

/** Stores scale Σ a b over n contiguous float32 at c. */
export function dot32(n: usize, a: usize, b: usize, scale: f64, c: usize): void {
  store<f32>(c, <f32>(dotOf<f32>(a, b, n) * scale));
}

/** Stores scale Σ a b over n contiguous float64 at c. */
export function dot64(n: usize, a: usize, b: usize, scale: f64, c: usize): void {
  store<f64>(c, dotOf<f64>(a, b, n) * scale);
}

/** Packs B [k, n] in float32 as a whole, for `multiplyPacked`. */
export function packWhole32(n: i32, k: i32, b: usize, bRow: usize, bColumn: usize, to: usize): void {
  packWhole<f32>(n, k, b, bRow, bColumn, to);
}

/** Packs B [k, n] in float64 as a whole, for `multiplyPacked`. */
export function packWhole64(n: i32, k: i32, b: usize, bRow: usize, bColumn: usize, to: usize): void {
  packWhole<f64>(n, k, b, bRow, bColumn, to);
}
