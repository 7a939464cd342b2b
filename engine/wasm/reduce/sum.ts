/** Sums of [outer, n, inner] over n, with rounding errors that do not grow with n, as in `row.ts`. */
import { storePair, storeWithin, threadBuffer } from "../simd/lanes";
import { total } from "./row";

/** Rows that are added one after the other in the elements' precision, and how many such sums are added in it. */
const rowsAtOnce: i32 = 16;
const blocksAtOnce: i32 = 16;

/** Adds 64 bytes of elements to as many sums in float64, or sets the sums where `begins`. */
// @ts-ignore: decorator
@inline
function addWide<T>(from: usize, sums: usize, begins: bool): void {
  for (let i: usize = 0; i < 64; i += 16) {
    const v = v128.load(from + i);
    if (sizeof<T>() == 8) v128.store(sums + i, begins ? v : f64x2.add(v128.load(sums + i), v));
    else {
      const p = sums + 2 * i;
      const low = f64x2.promote_low_f32x4(v), high = f64x2.promote_low_f32x4(i32x4.shuffle(v, v, 2, 3, 2, 3));
      v128.store(p, begins ? low : f64x2.add(v128.load(p), low));
      v128.store(p, begins ? high : f64x2.add(v128.load(p, 16), high), 16);
    }
  }
}

/** Returns the i-th vector of sums in float64, over a number, rounded to the elements' precision. */
// @ts-ignore: decorator
@inline
function narrow<T>(sums: usize, i: usize, divisor: v128): v128 {
  if (sizeof<T>() == 8) return f64x2.div(v128.load(sums + 16 * i), divisor);
  const low = f32x4.demote_f64x2_zero(f64x2.div(v128.load(sums + 32 * i), divisor));
  const high = f32x4.demote_f64x2_zero(f64x2.div(v128.load(sums + 32 * i, 16), divisor));
  return i32x4.shuffle(low, high, 0, 1, 4, 5);
}

/** Computes c [inner] = Σ of n rows / divisor, 64 bytes of each at a time. */
function sumColumns<T>(a: usize, n: i32, inner: usize, divisor: f64, c: usize): void {
  const step = inner * sizeof<T>();
  const sums = threadBuffer + 64;
  const v = f64x2.splat(divisor);
  for (let i: usize = 0; i < step; i += 64) {
    let p = a + i;
    for (let from = 0; from < n; ) {
      const begins = from == 0;
      let t0 = v128.splat<T>(0 as T), t1 = t0, t2 = t0, t3 = t0;
      for (const last = min(from + blocksAtOnce * rowsAtOnce, n); from < last; ) {
        let s0 = v128.splat<T>(0 as T), s1 = s0, s2 = s0, s3 = s0;
        for (const to = min(from + rowsAtOnce, last); from < to; from++, p += step) {
          s0 = v128.add<T>(s0, v128.load(p));
          s1 = v128.add<T>(s1, v128.load(p, 16));
          s2 = v128.add<T>(s2, v128.load(p, 32));
          s3 = v128.add<T>(s3, v128.load(p, 48));
        }
        t0 = v128.add<T>(t0, s0);
        t1 = v128.add<T>(t1, s1);
        t2 = v128.add<T>(t2, s2);
        t3 = v128.add<T>(t3, s3);
      }
      storePair(threadBuffer, t0, t1);
      storePair(threadBuffer + 32, t2, t3);
      addWide<T>(threadBuffer, sums, begins);
    }
    const to = c + i;
    const left = step - i;
    storeWithin(to, narrow<T>(sums, 0, v), left);
    if (left > 16) storeWithin(to + 16, narrow<T>(sums, 1, v), left - 16);
    if (left > 32) storeWithin(to + 32, narrow<T>(sums, 2, v), left - 32);
    if (left > 48) storeWithin(to + 48, narrow<T>(sums, 3, v), left - 48);
  }
}

// @ts-ignore: decorator
@inline
function sums<T>(outer: i32, n: i32, inner: usize, a: usize, divisor: f64, c: usize): void {
  for (let o = 0; o < outer; o++) {
    if (inner == 1) store<T>(c, <T>(total<T>(a, a, <usize>n, false) / divisor));
    else sumColumns<T>(a, n, inner, divisor, c);
    c += inner * sizeof<T>();
    a += <usize>n * inner * sizeof<T>();
  }
}

/** Computes c [outer, inner] = Σ a / divisor over n for a [outer, n, inner] in float32. */
export function sum32(outer: i32, n: i32, inner: usize, a: usize, divisor: f64, c: usize): void {
  sums<f32>(outer, n, inner, a, divisor, c);
}

/** Computes c [outer, inner] = Σ a / divisor over n for a [outer, n, inner] in float64. */
export function sum64(outer: i32, n: i32, inner: usize, a: usize, divisor: f64, c: usize): void {
  sums<f64>(outer, n, inner, a, divisor, c);
}
