/** Normalization of rows of n elements: layer norm, or root mean square norm where `centred` is false, in float32. */
import { madd, storePart } from "./lanes";
import { dotRow, sumRow } from "./reduce";

/** Mean of the row and 1 / √(variance + ε). */
// @ts-ignore: decorator
@inline
function meanOf(a: usize, n: usize, centred: bool): f32 {
  return centred ? <f32>(sumRow(a, n) / <f64>n) : 0;
}

// @ts-ignore: decorator
@inline
function inverseOf(a: usize, n: usize, mean: f32, eps: f64): f32 {
  const v = f32x4.splat(mean);
  let s = f32x4.splat(0);
  let i: usize = 0;
  for (; i + 4 <= n; i += 4) {
    const d = f32x4.sub(v128.load(a + (i << 2)), v);
    s = madd(d, d, s);
  }
  let sum: f64 = <f64>f32x4.extract_lane(s, 0) + <f64>f32x4.extract_lane(s, 1) + <f64>f32x4.extract_lane(s, 2) + <f64>f32x4.extract_lane(s, 3);
  for (; i < n; i++) {
    const d = <f64>(load<f32>(a + (i << 2)) - mean);
    sum += d * d;
  }
  return <f32>(1 / sqrt(sum / <f64>n + eps));
}

/** y = (x - μ) r w + b; w and b may be 0 for none. */
export function norm32(rows: i32, n: usize, x: usize, w: usize, b: usize, eps: f64, centred: bool, y: usize): void {
  for (let r = 0; r < rows; r++) {
    const mean = meanOf(x, n, centred);
    const inverse = f32x4.splat(inverseOf(x, n, mean, eps)), vm = f32x4.splat(mean);
    for (let i: usize = 0; i < n << 2; i += 16) {
      let v = f32x4.mul(f32x4.sub(v128.load(x + i), vm), inverse);
      if (w != 0) v = f32x4.mul(v, v128.load(w + i));
      if (b != 0) v = f32x4.add(v, v128.load(b + i));
      if (i + 16 <= n << 2) v128.store(y + i, v);
      else storePart(y + i, v, (n << 2) - i);
    }
    x += n << 2;
    y += n << 2;
  }
}

/**
 * dx = r (h - mean(h) - x̂ mean(h x̂)), where h = g w and x̂ = (x - μ) r; dw += g x̂ and db += g where they are wanted (not 0). `scratch` holds
 * two rows. Source: Ba, Kiros and Hinton, 2016.
 */
export function normGrad32(rows: i32, n: usize, x: usize, w: usize, g: usize, eps: f64, centred: bool, dx: usize, dw: usize, db: usize, scratch: usize): void {
  const h = scratch, hat = scratch + (((n << 2) + 63) & ~63);
  const bytes = n << 2;
  for (let r = 0; r < rows; r++) {
    const mean = meanOf(x, n, centred);
    const inverse = inverseOf(x, n, mean, eps);
    const vi = f32x4.splat(inverse), vm = f32x4.splat(mean);
    for (let i: usize = 0; i < bytes; i += 16) {
      const gi = v128.load(g + i);
      const xi = f32x4.mul(f32x4.sub(v128.load(x + i), vm), vi);
      v128.store(hat + i, xi);
      v128.store(h + i, w != 0 ? f32x4.mul(gi, v128.load(w + i)) : gi);
      if (dw != 0) v128.store(dw + i, madd(gi, xi, v128.load(dw + i)));
      if (db != 0) v128.store(db + i, f32x4.add(gi, v128.load(db + i)));
    }
    const along = f32x4.splat(<f32>(dotRow(h, hat, n) / <f64>n));
    const level = f32x4.splat(centred ? <f32>(sumRow(h, n) / <f64>n) : 0);
    for (let i: usize = 0; i < bytes; i += 16) {
      const v = f32x4.sub(f32x4.sub(v128.load(h + i), level), f32x4.mul(v128.load(hat + i), along));
      if (i + 16 <= bytes) v128.store(dx + i, f32x4.mul(v, vi));
      else storePart(dx + i, f32x4.mul(v, vi), bytes - i);
    }
    x += bytes;
    g += bytes;
    dx += bytes;
  }
}
