/** Tiles of a matrix product: the part of C that registers accumulate, from a panel of A and one of B. */
import * as Tiles from "../../src/fast/abi/tiles";
import { madd } from "../simd/lanes";

/** Rows of a tile in float32. */
export const tileRows32: i32 = ASC_FEATURE_RELAXED_SIMD ? Tiles.rowsFused : Tiles.rowsPlain;

/** Stores a vector of sums: accumulated on C, or plus a bias where its address is not 0. */
// @ts-ignore: decorator
@inline
function put<T>(c: usize, v: v128, accumulate: bool, bias: usize): void {
  if (accumulate) v128.store(c, v128.add<T>(v128.load(c), v));
  else if (bias != 0) v128.store(c, v128.add<T>(v128.load(bias), v));
  else v128.store(c, v);
}

/** Stores a row of a tile of two vectors. */
// @ts-ignore: decorator
@inline
function storeRow<T>(c: usize, left: v128, right: v128, accumulate: bool, bias: usize): void {
  put<T>(c, left, accumulate, bias);
  put<T>(c + 16, right, accumulate, bias == 0 ? 0 : bias + 16);
}

/** Copies [rows, columns] of a tile at the right edge of C from a temporary to C. */
// @ts-ignore: decorator
@inline
function moveEdge<T>(edge: usize, tileColumns: i32, c: usize, stride: usize, accumulate: bool, rows: i32, columns: i32): void {
  for (let i = 0; i < rows; i++)
    for (let j = 0; j < columns; j++) {
      const place = c + <usize>i * stride + <usize>j * sizeof<T>();
      const value = load<T>(edge + <usize>(i * tileColumns + j) * sizeof<T>());
      store<T>(place, accumulate ? load<T>(place) + value as T : value);
    }
}

/** Computes a tile of C in float32, of 6 by 8 elements, or 5 by 8 without fused multiply-add; `edge` is the address of a temporary. */
export function tile32(k: i32, alpha: f32, a: usize, b: usize, c: usize, stride: usize, accumulate: bool, bias: usize, rows: i32, columns: i32, edge: usize): void {
  let a0 = f32x4.splat(0), b0 = f32x4.splat(0);
  let a1 = f32x4.splat(0), b1 = f32x4.splat(0);
  let a2 = f32x4.splat(0), b2 = f32x4.splat(0);
  let a3 = f32x4.splat(0), b3 = f32x4.splat(0);
  let a4 = f32x4.splat(0), b4 = f32x4.splat(0);
  let a5 = f32x4.splat(0), b5 = f32x4.splat(0);
  for (let p = 0; p < k; p++) {
    const left = v128.load(b), right = v128.load(b, 16);
    let v = v128.load32_splat(a);
    a0 = madd(v, left, a0); b0 = madd(v, right, b0);
    v = v128.load32_splat(a, 4);
    a1 = madd(v, left, a1); b1 = madd(v, right, b1);
    v = v128.load32_splat(a, 8);
    a2 = madd(v, left, a2); b2 = madd(v, right, b2);
    v = v128.load32_splat(a, 12);
    a3 = madd(v, left, a3); b3 = madd(v, right, b3);
    v = v128.load32_splat(a, 16);
    a4 = madd(v, left, a4); b4 = madd(v, right, b4);
    if (ASC_FEATURE_RELAXED_SIMD) {
      v = v128.load32_splat(a, 20);
      a5 = madd(v, left, a5); b5 = madd(v, right, b5);
    }
    a += tileRows32 << 2;
    b += Tiles.columns << 2;
  }
  if (alpha != 1) {
    const v = f32x4.splat(alpha);
    a0 = f32x4.mul(a0, v); b0 = f32x4.mul(b0, v);
    a1 = f32x4.mul(a1, v); b1 = f32x4.mul(b1, v);
    a2 = f32x4.mul(a2, v); b2 = f32x4.mul(b2, v);
    a3 = f32x4.mul(a3, v); b3 = f32x4.mul(b3, v);
    a4 = f32x4.mul(a4, v); b4 = f32x4.mul(b4, v);
    a5 = f32x4.mul(a5, v); b5 = f32x4.mul(b5, v);
  }
  const whole = columns == Tiles.columns;
  const to = whole ? c : edge;
  const step: usize = whole ? stride : <usize>(Tiles.columns << 2);
  const add = whole && accumulate;
  storeRow<f32>(to, a0, b0, add, bias);
  if (rows > 1) storeRow<f32>(to + step, a1, b1, add, bias);
  if (rows > 2) storeRow<f32>(to + step * 2, a2, b2, add, bias);
  if (rows > 3) storeRow<f32>(to + step * 3, a3, b3, add, bias);
  if (rows > 4) storeRow<f32>(to + step * 4, a4, b4, add, bias);
  if (ASC_FEATURE_RELAXED_SIMD) if (rows > 5) storeRow<f32>(to + step * 5, a5, b5, add, bias);
  if (!whole) moveEdge<f32>(edge, Tiles.columns, c, stride, accumulate, rows, columns);
}

/** Stores a row of a wide tile. Its four stores are in one basic block, as V8 pairs no vectors where a branch lies between the stores of a row. */
// @ts-ignore: decorator
@inline
function storeWide(c: usize, v0: v128, v1: v128, v2: v128, v3: v128, accumulate: bool, bias: usize): void {
  if (accumulate) {
    v128.store(c, f32x4.add(v128.load(c), v0));
    v128.store(c, f32x4.add(v128.load(c, 16), v1), 16);
    v128.store(c, f32x4.add(v128.load(c, 32), v2), 32);
    v128.store(c, f32x4.add(v128.load(c, 48), v3), 48);
  } else if (bias != 0) {
    v128.store(c, f32x4.add(v128.load(bias), v0));
    v128.store(c, f32x4.add(v128.load(bias, 16), v1), 16);
    v128.store(c, f32x4.add(v128.load(bias, 32), v2), 32);
    v128.store(c, f32x4.add(v128.load(bias, 48), v3), 48);
  } else {
    v128.store(c, v0);
    v128.store(c, v1, 16);
    v128.store(c, v2, 32);
    v128.store(c, v3, 48);
  }
}

/**
 * Computes a tile of C in float32, of 6 by 16 elements, where V8 joins pairs of vectors into 256-bit ones: 12 accumulators of 8 elements. V8 starts from
 * the stores, which come in pairs.
 */
export function tileWide32(k: i32, alpha: f32, a: usize, b: usize, c: usize, stride: usize, accumulate: bool, bias: usize, rows: i32, columns: i32, edge: usize): void {
  let c00 = f32x4.splat(0), c01 = f32x4.splat(0), c02 = f32x4.splat(0), c03 = f32x4.splat(0);
  let c10 = f32x4.splat(0), c11 = f32x4.splat(0), c12 = f32x4.splat(0), c13 = f32x4.splat(0);
  let c20 = f32x4.splat(0), c21 = f32x4.splat(0), c22 = f32x4.splat(0), c23 = f32x4.splat(0);
  let c30 = f32x4.splat(0), c31 = f32x4.splat(0), c32 = f32x4.splat(0), c33 = f32x4.splat(0);
  let c40 = f32x4.splat(0), c41 = f32x4.splat(0), c42 = f32x4.splat(0), c43 = f32x4.splat(0);
  let c50 = f32x4.splat(0), c51 = f32x4.splat(0), c52 = f32x4.splat(0), c53 = f32x4.splat(0);
  for (let p = 0; p < k; p++) {
    const b0 = v128.load(b), b1 = v128.load(b, 16), b2 = v128.load(b, 32), b3 = v128.load(b, 48);
    let v = v128.load32_splat(a);
    c00 = madd(v, b0, c00); c01 = madd(v, b1, c01); c02 = madd(v, b2, c02); c03 = madd(v, b3, c03);
    v = v128.load32_splat(a, 4);
    c10 = madd(v, b0, c10); c11 = madd(v, b1, c11); c12 = madd(v, b2, c12); c13 = madd(v, b3, c13);
    v = v128.load32_splat(a, 8);
    c20 = madd(v, b0, c20); c21 = madd(v, b1, c21); c22 = madd(v, b2, c22); c23 = madd(v, b3, c23);
    v = v128.load32_splat(a, 12);
    c30 = madd(v, b0, c30); c31 = madd(v, b1, c31); c32 = madd(v, b2, c32); c33 = madd(v, b3, c33);
    v = v128.load32_splat(a, 16);
    c40 = madd(v, b0, c40); c41 = madd(v, b1, c41); c42 = madd(v, b2, c42); c43 = madd(v, b3, c43);
    v = v128.load32_splat(a, 20);
    c50 = madd(v, b0, c50); c51 = madd(v, b1, c51); c52 = madd(v, b2, c52); c53 = madd(v, b3, c53);
    a += Tiles.rowsFused << 2;
    b += Tiles.wideColumns << 2;
  }
  if (alpha != 1) {
    const v = f32x4.splat(alpha);
    c00 = f32x4.mul(c00, v); c01 = f32x4.mul(c01, v); c02 = f32x4.mul(c02, v); c03 = f32x4.mul(c03, v);
    c10 = f32x4.mul(c10, v); c11 = f32x4.mul(c11, v); c12 = f32x4.mul(c12, v); c13 = f32x4.mul(c13, v);
    c20 = f32x4.mul(c20, v); c21 = f32x4.mul(c21, v); c22 = f32x4.mul(c22, v); c23 = f32x4.mul(c23, v);
    c30 = f32x4.mul(c30, v); c31 = f32x4.mul(c31, v); c32 = f32x4.mul(c32, v); c33 = f32x4.mul(c33, v);
    c40 = f32x4.mul(c40, v); c41 = f32x4.mul(c41, v); c42 = f32x4.mul(c42, v); c43 = f32x4.mul(c43, v);
    c50 = f32x4.mul(c50, v); c51 = f32x4.mul(c51, v); c52 = f32x4.mul(c52, v); c53 = f32x4.mul(c53, v);
  }
  const whole = columns == Tiles.wideColumns;
  const to = whole ? c : edge;
  const step: usize = whole ? stride : <usize>(Tiles.wideColumns << 2);
  const add = whole && accumulate;
  storeWide(to, c00, c01, c02, c03, add, bias);
  if (rows > 1) storeWide(to + step, c10, c11, c12, c13, add, bias);
  if (rows > 2) storeWide(to + step * 2, c20, c21, c22, c23, add, bias);
  if (rows > 3) storeWide(to + step * 3, c30, c31, c32, c33, add, bias);
  if (rows > 4) storeWide(to + step * 4, c40, c41, c42, c43, add, bias);
  if (rows > 5) storeWide(to + step * 5, c50, c51, c52, c53, add, bias);
  if (!whole) moveEdge<f32>(edge, Tiles.wideColumns, c, stride, accumulate, rows, columns);
}

/** Computes a tile of C in float64, of 4 by 4 elements. */
export function tile64(k: i32, alpha: f64, a: usize, b: usize, c: usize, stride: usize, accumulate: bool, bias: usize, rows: i32, columns: i32, edge: usize): void {
  let a0 = f64x2.splat(0), b0 = f64x2.splat(0);
  let a1 = f64x2.splat(0), b1 = f64x2.splat(0);
  let a2 = f64x2.splat(0), b2 = f64x2.splat(0);
  let a3 = f64x2.splat(0), b3 = f64x2.splat(0);
  for (let p = 0; p < k; p++) {
    const left = v128.load(b), right = v128.load(b, 16);
    let v = v128.load64_splat(a);
    a0 = madd<f64>(v, left, a0); b0 = madd<f64>(v, right, b0);
    v = v128.load64_splat(a, 8);
    a1 = madd<f64>(v, left, a1); b1 = madd<f64>(v, right, b1);
    v = v128.load64_splat(a, 16);
    a2 = madd<f64>(v, left, a2); b2 = madd<f64>(v, right, b2);
    v = v128.load64_splat(a, 24);
    a3 = madd<f64>(v, left, a3); b3 = madd<f64>(v, right, b3);
    a += Tiles.rows64 << 3;
    b += Tiles.columns64 << 3;
  }
  if (alpha != 1) {
    const v = f64x2.splat(alpha);
    a0 = f64x2.mul(a0, v); b0 = f64x2.mul(b0, v);
    a1 = f64x2.mul(a1, v); b1 = f64x2.mul(b1, v);
    a2 = f64x2.mul(a2, v); b2 = f64x2.mul(b2, v);
    a3 = f64x2.mul(a3, v); b3 = f64x2.mul(b3, v);
  }
  const whole = columns == Tiles.columns64;
  const to = whole ? c : edge;
  const step: usize = whole ? stride : <usize>(Tiles.columns64 << 3);
  const add = whole && accumulate;
  storeRow<f64>(to, a0, b0, add, bias);
  if (rows > 1) storeRow<f64>(to + step, a1, b1, add, bias);
  if (rows > 2) storeRow<f64>(to + step * 2, a2, b2, add, bias);
  if (rows > 3) storeRow<f64>(to + step * 3, a3, b3, add, bias);
  if (!whole) moveEdge<f64>(edge, Tiles.columns64, c, stride, accumulate, rows, columns);
}
