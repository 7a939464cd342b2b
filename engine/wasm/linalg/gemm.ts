/** Matrix products, dot products, and packing of a matrix for several products. */
import { dotOf } from "../reduce/row";
import { multiply, packWhole } from "./multiply";
import { loadSplat, madd } from "../simd/lanes";
import { nativeGemm } from "./native";

/**
 * Computes C [m, n] = α A [m, k] B [k, n] + bias, or C += α A B, in float32. `…Row` and `…Column` are strides in elements; `bias` is the address of a row of
 * n elements, or 0.
 */
export function gemm32(m: i32, n: i32, k: i32, alpha: f32, a: usize, aRow: usize, aColumn: usize, b: usize, bRow: usize, bColumn: usize, c: usize, cRow: usize, accumulate: bool, bias: usize): void {
  if (nativeGemm<f32>(m, n, k, alpha, a, aRow, aColumn, b, bRow, bColumn, c, cRow, accumulate, bias)) return;
  multiply<f32>(m, n, k, alpha, a, aRow, aColumn, b, bRow, bColumn, c, cRow, accumulate, bias, 0);
}

/**
 * Computes C [m, n] = α A [m, k] B [k, n] + bias, or C += α A B, in float64. `…Row` and `…Column` are strides in elements; `bias` is the address of a row of
 * n elements, or 0.
 */
export function gemm64(m: i32, n: i32, k: i32, alpha: f64, a: usize, aRow: usize, aColumn: usize, b: usize, bRow: usize, bColumn: usize, c: usize, cRow: usize, accumulate: bool, bias: usize): void {
  if (nativeGemm<f64>(m, n, k, alpha, a, aRow, aColumn, b, bRow, bColumn, c, cRow, accumulate, bias)) return;
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

/** Computes c = Σ w_i a_i in n columns, of m rows whose distances `row` and `step` are in elements: four rows at a time. */
// @ts-ignore: decorator
@inline
function weightedSum<T>(m: usize, n: usize, a: usize, row: usize, w: usize, step: usize, c: usize): void {
  const line = row * sizeof<T>(), next = step * sizeof<T>(), whole = (n * sizeof<T>()) & ~15;
  memory.fill(c, 0, n * sizeof<T>());
  let i: usize = 0;
  for (; i + 4 <= m; i += 4, a += 4 * line, w += 4 * next) {
    const w0 = loadSplat<T>(w), w1 = loadSplat<T>(w + next), w2 = loadSplat<T>(w + 2 * next), w3 = loadSplat<T>(w + 3 * next);
    for (let j: usize = 0; j < whole; j += 16) {
      const p = a + j;
      const first = madd<T>(v128.load(p), w0, madd<T>(v128.load(p + line), w1, v128.load(c + j)));
      v128.store(c + j, madd<T>(v128.load(p + 2 * line), w2, madd<T>(v128.load(p + 3 * line), w3, first)));
    }
    for (let j = whole; j < n * sizeof<T>(); j += sizeof<T>()) {
      const p = a + j, first = load<T>(p) * load<T>(w) + load<T>(p + line) * load<T>(w + next);
      store<T>(c + j, load<T>(c + j) + first + load<T>(p + 2 * line) * load<T>(w + 2 * next) + load<T>(p + 3 * line) * load<T>(w + 3 * next));
    }
  }
  for (; i < m; i++, a += line, w += next)
    for (let j: usize = 0; j < n * sizeof<T>(); j += sizeof<T>()) store<T>(c + j, load<T>(c + j) + load<T>(a + j) * load<T>(w));
}

/** Computes the sum of m rows of n float32, each times its weight; distances of rows and weights are in elements. */
export function weightedSum32(m: usize, n: usize, a: usize, row: usize, w: usize, step: usize, c: usize): void {
  weightedSum<f32>(m, n, a, row, w, step, c);
}

/** Computes the sum of m rows of n float64, each times its weight; distances of rows and weights are in elements. */
export function weightedSum64(m: usize, n: usize, a: usize, row: usize, w: usize, step: usize, c: usize): void {
  weightedSum<f64>(m, n, a, row, w, step, c);
}
