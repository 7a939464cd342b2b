/** Normalization of rows of n elements: layer norm where `centred`, else root mean square norm. */
import { dotOf, squaredDeviationsOf, sumOf } from "../reduce/row";
import { madd, storeWithin } from "../simd/lanes";

/** Returns the mean of a row, or 0 where it is not subtracted. */
// @ts-ignore: decorator
@inline
function meanOf<T>(a: usize, n: usize, centred: bool): T {
  return centred ? <T>(sumOf<T>(a, n) / <f64>n) : (0 as T);
}

/** Returns 1 / √(variance + ε) of a row. */
// @ts-ignore: decorator
@inline
function inverseOf<T>(a: usize, n: usize, mean: T, eps: f64): T {
  return <T>(1 / sqrt(squaredDeviationsOf<T>(a, n, mean) / <f64>n + eps));
}

// @ts-ignore: decorator
@inline
function norm<T>(rows: i32, n: usize, x: usize, w: usize, b: usize, eps: f64, centred: bool, y: usize): void {
  const bytes = n * sizeof<T>();
  for (let r = 0; r < rows; r++) {
    const mean = meanOf<T>(x, n, centred);
    const inverse = v128.splat<T>(inverseOf<T>(x, n, mean, eps)), vm = v128.splat<T>(mean);
    for (let i: usize = 0; i < bytes; i += 16) {
      let v = v128.mul<T>(v128.sub<T>(v128.load(x + i), vm), inverse);
      if (w != 0) v = v128.mul<T>(v, v128.load(w + i));
      if (b != 0) v = v128.add<T>(v, v128.load(b + i));
      storeWithin(y + i, v, bytes - i);
    }
    x += bytes;
    y += bytes;
  }
}

/** Rows whose contributions to the gradients of weight and bias are added in float32 before they are added in float64. */
const rowsAtOnce: i32 = 32;

/** Adds n sums in float32 to sums in float64, and resets them to 0. */
function flushSum(n: usize, from: usize, sums: usize): void {
  for (let i: usize = 0; i < n; i++) {
    store<f64>(sums + (i << 3), load<f64>(sums + (i << 3)) + <f64>load<f32>(from + (i << 2)));
    store<f32>(from + (i << 2), 0);
  }
}

/** Flushes the sums of the gradients of weight and bias. */
function flushSums(n: usize, dw: usize, db: usize, sumsOfW: usize, sumsOfB: usize): void {
  if (dw != 0) flushSum(n, dw, sumsOfW);
  if (db != 0) flushSum(n, db, sumsOfB);
}

// @ts-ignore: decorator
@inline
function normGrad<T>(rows: i32, n: usize, x: usize, w: usize, g: usize, eps: f64, centred: bool, dx: usize, dw: usize, db: usize, buffer: usize): void {
  const bytes = n * sizeof<T>(), whole = (bytes + 63) & ~63;
  const h = buffer, hat = h + whole;
  const sums = sizeof<T>() == 4 && rows > rowsAtOnce ? hat + whole : 0;
  if (sums != 0) memory.fill(sums, 0, 4 * whole);
  for (let r = 0; r < rows; r++) {
    if (sums != 0 && r % rowsAtOnce == 0) flushSums(n, dw, db, sums, sums + 2 * whole);
    const mean = meanOf<T>(x, n, centred);
    const inverse = inverseOf<T>(x, n, mean, eps);
    const vi = v128.splat<T>(inverse), vm = v128.splat<T>(mean);
    for (let i: usize = 0; i < bytes; i += 16) {
      const gi = v128.load(g + i);
      const xi = v128.mul<T>(v128.sub<T>(v128.load(x + i), vm), vi);
      v128.store(hat + i, xi);
      v128.store(h + i, w != 0 ? v128.mul<T>(gi, v128.load(w + i)) : gi);
      if (dw != 0) v128.store(dw + i, madd<T>(gi, xi, v128.load(dw + i)));
      if (db != 0) v128.store(db + i, v128.add<T>(gi, v128.load(db + i)));
    }
    const along = v128.splat<T>(<T>(dotOf<T>(h, hat, n) / <f64>n));
    const level = v128.splat<T>(centred ? <T>(sumOf<T>(h, n) / <f64>n) : (0 as T));
    for (let i: usize = 0; i < bytes; i += 16) {
      const v = v128.sub<T>(v128.sub<T>(v128.load(h + i), level), v128.mul<T>(v128.load(hat + i), along));
      storeWithin(dx + i, v128.mul<T>(v, vi), bytes - i);
    }
    x += bytes;
    g += bytes;
    dx += bytes;
  }
  if (sums == 0) return;
  flushSums(n, dw, db, sums, sums + 2 * whole);
  if (dw != 0) for (let i: usize = 0; i < n; i++) store<f32>(dw + (i << 2), <f32>load<f64>(sums + (i << 3)));
  if (db != 0) for (let i: usize = 0; i < n; i++) store<f32>(db + (i << 2), <f32>load<f64>(sums + 2 * whole + (i << 3)));
}

/** Computes y = (x - μ) r w + b in float32, where r = 1 / √(σ² + ε); the addresses of w and b may be 0 for none. */
export function norm32(rows: i32, n: usize, x: usize, w: usize, b: usize, eps: f64, centred: bool, y: usize): void {
  norm<f32>(rows, n, x, w, b, eps, centred, y);
}

/** Computes y = (x - μ) r w + b in float64, where r = 1 / √(σ² + ε); the addresses of w and b may be 0 for none. */
export function norm64(rows: i32, n: usize, x: usize, w: usize, b: usize, eps: f64, centred: bool, y: usize): void {
  norm<f64>(rows, n, x, w, b, eps, centred, y);
}

/** Returns the bytes of the buffer that `normGrad32` and `normGrad64` need: two rows, and for float32 two rows of sums in float64. */
export function normGradBufferBytes(n: usize, elementBytes: usize): usize {
  return (2 * elementBytes + 16) * n + 384;
}

/**
 * Computes dx = r (h - mean(h) - x̂ mean(h x̂)) in float32, where h = g w and x̂ = (x - μ) r, and adds dw += g x̂ and db += g where their addresses are not 0.
 * Source: Ba, Kiros and Hinton, 2016.
 */
export function normGrad32(rows: i32, n: usize, x: usize, w: usize, g: usize, eps: f64, centred: bool, dx: usize, dw: usize, db: usize, buffer: usize): void {
  normGrad<f32>(rows, n, x, w, g, eps, centred, dx, dw, db, buffer);
}

/**
 * Computes dx = r (h - mean(h) - x̂ mean(h x̂)) in float64, where h = g w and x̂ = (x - μ) r, and adds dw += g x̂ and db += g where their addresses are not 0.
 * Source: Ba, Kiros and Hinton, 2016.
 */
export function normGrad64(rows: i32, n: usize, x: usize, w: usize, g: usize, eps: f64, centred: bool, dx: usize, dw: usize, db: usize, buffer: usize): void {
  normGrad<f64>(rows, n, x, w, g, eps, centred, dx, dw, db, buffer);
}
