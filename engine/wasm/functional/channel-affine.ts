/** A scale and a shift of each channel of x [outer, channels, n], and their gradients. */
import { dotOf, sumOf } from "../reduce/row";
import { storePair, storeWithin } from "../simd/lanes";

// @ts-ignore: decorator
@inline
function affine<T>(outer: i32, channels: i32, n: usize, x: usize, w: usize, b: usize, y: usize): void {
  const bytes = n * sizeof<T>();
  for (let o = 0; o < outer; o++)
    for (let c = 0; c < channels; c++) {
      const at = <usize>c * sizeof<T>();
      const scale = v128.splat<T>(load<T>(w + at)), shift = v128.splat<T>(load<T>(b + at));
      let i: usize = 0;
      for (; i + 32 <= bytes; i += 32)
        storePair(y + i, v128.add<T>(v128.mul<T>(v128.load(x + i), scale), shift), v128.add<T>(v128.mul<T>(v128.load(x + i, 16), scale), shift));
      for (; i < bytes; i += 16) storeWithin(y + i, v128.add<T>(v128.mul<T>(v128.load(x + i), scale), shift), bytes - i);
      x += bytes;
      y += bytes;
    }
}

/** Computes y = x w for one w. */
// @ts-ignore: decorator
@inline
function multiples<T>(bytes: usize, x: usize, w: v128, y: usize): void {
  let i: usize = 0;
  for (; i + 32 <= bytes; i += 32) storePair(y + i, v128.mul<T>(v128.load(x + i), w), v128.mul<T>(v128.load(x + i, 16), w));
  for (; i < bytes; i += 16) storeWithin(y + i, v128.mul<T>(v128.load(x + i), w), bytes - i);
}

// @ts-ignore: decorator
@inline
function gradient<T>(outer: i32, channels: i32, n: usize, x: usize, w: usize, g: usize, dx: usize, dw: usize, db: usize): void {
  const bytes = n * sizeof<T>(), step = bytes * channels;
  for (let c = 0; c < channels; c++) {
    const at = <usize>c * sizeof<T>(), scale = v128.splat<T>(dx != 0 ? load<T>(w + at) : (0 as T));
    let ofScale: f64 = 0, ofShift: f64 = 0;
    for (let o = 0; o < outer; o++) {
      const row = <usize>o * step + <usize>c * bytes;
      if (dw != 0) ofScale += <f64>dotOf<T>(g + row, x + row, n);
      if (db != 0) ofShift += sumOf<T>(g + row, n);
      if (dx != 0) multiples<T>(bytes, g + row, scale, dx + row);
    }
    if (dw != 0) store<T>(dw + at, <T>ofScale);
    if (db != 0) store<T>(db + at, <T>ofShift);
  }
}

/** Computes y = x w + b in float32. */
export function channelAffine32(outer: i32, channels: i32, n: usize, x: usize, w: usize, b: usize, y: usize): void {
  affine<f32>(outer, channels, n, x, w, b, y);
}

/** Computes y = x w + b in float64. */
export function channelAffine64(outer: i32, channels: i32, n: usize, x: usize, w: usize, b: usize, y: usize): void {
  affine<f64>(outer, channels, n, x, w, b, y);
}

/** Computes dx = g w, dw = Σ g x and db = Σ g in float32; the addresses of those that are not wanted are 0. */
export function channelAffineGrad32(outer: i32, channels: i32, n: usize, x: usize, w: usize, g: usize, dx: usize, dw: usize, db: usize): void {
  gradient<f32>(outer, channels, n, x, w, g, dx, dw, db);
}

/** Computes dx = g w, dw = Σ g x and db = Σ g in float64; the addresses of those that are not wanted are 0. */
export function channelAffineGrad64(outer: i32, channels: i32, n: usize, x: usize, w: usize, g: usize, dx: usize, dw: usize, db: usize): void {
  gradient<f64>(outer, channels, n, x, w, g, dx, dw, db);
}
