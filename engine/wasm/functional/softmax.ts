/** Softmax and its logarithm over rows of n contiguous elements. */
import { expBelow } from "../math/exponential32";
import { exp } from "../math/exponential64";
import { dotOf, maxOf, sumOf } from "../reduce/row";
import { addPair, storePair, storePartial, sumLanes } from "../simd/lanes";

/** Returns e^x for x ≤ 0. */
// @ts-ignore: decorator
@inline
function power<T>(x: v128): v128 {
  return sizeof<T>() == 8 ? exp(x) : expBelow(x);
}

/** Returns Σ e^(a - most), and stores the terms at c where `keep`. The row's last vector may be read past its end. */
// @ts-ignore: decorator
@inline
function expRow<T>(a: usize, bytes: usize, most: T, c: usize, keep: bool): T {
  const shift = v128.splat<T>(most);
  let s0 = v128.splat<T>(0 as T), s1 = s0;
  let i: usize = 0;
  for (; i + 32 <= bytes; i += 32) {
    const e0 = power<T>(v128.sub<T>(v128.load(a + i), shift)), e1 = power<T>(v128.sub<T>(v128.load(a + i, 16), shift));
    if (keep) storePair(c + i, e0, e1);
    s0 = v128.add<T>(s0, e0);
    s1 = v128.add<T>(s1, e1);
  }
  s0 = addPair<T>(s0, s1);
  if (i + 16 <= bytes) {
    const e = power<T>(v128.sub<T>(v128.load(a + i), shift));
    if (keep) v128.store(c + i, e);
    s0 = v128.add<T>(s0, e);
    i += 16;
  }
  let sum = sumLanes<T>(s0);
  if (i < bytes) {
    const e = power<T>(v128.sub<T>(v128.load(a + i), shift));
    const left = (bytes - i) / sizeof<T>();
    sum = (sum + v128.extract_lane<T>(e, 0)) as T;
    if (sizeof<T>() == 4) {
      if (left > 1) sum = (sum + v128.extract_lane<T>(e, 1)) as T;
      if (left > 2) sum = (sum + v128.extract_lane<T>(e, 2)) as T;
    }
    if (keep) storePartial(c + i, e, bytes - i);
  }
  return sum;
}

/**
 * Computes c = softmax(a) for rows `stride` bytes apart. Where `causal` is not 0, row r has r + `causal` elements and zeros behind them. A row in which all
 * elements are -∞ gives NaN, or 0 where `safe`. c may be a.
 */
export function softmax<T>(rows: i32, n: usize, a: usize, stride: usize, causal: i32, safe: bool, c: usize): void {
  const size = sizeof<T>();
  for (let r = 0; r < rows; r++) {
    const used = (causal > 0 ? min<usize>(n, <usize>(r + causal)) : n) * size;
    const most = maxOf<T>(a, used);
    if (safe && most == <T>-Infinity) {
      memory.fill(c, 0, n * size);
      a += stride;
      c += stride;
      continue;
    }
    const scale = (1 as T) / expRow<T>(a, used, most, c, true);
    const factor = v128.splat<T>(scale);
    let i: usize = 0;
    for (; i + 32 <= used; i += 32) storePair(c + i, v128.mul<T>(v128.load(c + i), factor), v128.mul<T>(v128.load(c + i, 16), factor));
    for (; i < used; i += size) store<T>(c + i, load<T>(c + i) * scale);
    if (used < n * size) memory.fill(c + used, 0, n * size - used);
    a += stride;
    c += stride;
  }
}

/** Computes c = factor y (g - Σ g y) for rows `stride` bytes apart; c may be g. */
export function softmaxGrad<T>(rows: i32, n: usize, y: usize, g: usize, stride: usize, factor: T, c: usize): void {
  const bytes = n * sizeof<T>();
  for (let r = 0; r < rows; r++) {
    const dot = <T>dotOf<T>(y, g, n);
    const v = v128.splat<T>(dot), scale = v128.splat<T>(factor);
    let i: usize = 0;
    for (; i + 32 <= bytes; i += 32) {
      const d0 = v128.mul<T>(v128.mul<T>(v128.load(y + i), scale), v128.sub<T>(v128.load(g + i), v));
      const d1 = v128.mul<T>(v128.mul<T>(v128.load(y + i, 16), scale), v128.sub<T>(v128.load(g + i, 16), v));
      storePair(c + i, d0, d1);
    }
    for (; i < bytes; i += sizeof<T>()) store<T>(c + i, load<T>(y + i) * factor * (load<T>(g + i) - dot));
    y += stride;
    g += stride;
    c += stride;
  }
}

@external("env", "log")
declare function hostLog(x: f64): f64;

// @ts-ignore: decorator
@inline
function logSoftmax<T>(rows: i32, n: usize, a: usize, c: usize): void {
  const bytes = n * sizeof<T>();
  for (let r = 0; r < rows; r++) {
    const most = maxOf<T>(a, bytes);
    const shift = <T>hostLog(<f64>expRow<T>(a, bytes, most, c, false));
    const first = v128.splat<T>(most), second = v128.splat<T>(shift);
    let i: usize = 0;
    for (; i + 32 <= bytes; i += 32)
      storePair(
        c + i,
        v128.sub<T>(v128.sub<T>(v128.load(a + i), first), second),
        v128.sub<T>(v128.sub<T>(v128.load(a + i, 16), first), second),
      );
    for (; i + 16 <= bytes; i += 16) v128.store(c + i, v128.sub<T>(v128.sub<T>(v128.load(a + i), first), second));
    if (i < bytes) storePartial(c + i, v128.sub<T>(v128.sub<T>(v128.load(a + i), first), second), bytes - i);
    a += bytes;
    c += bytes;
  }
}

// @ts-ignore: decorator
@inline
function logSoftmaxGrad<T>(rows: i32, n: usize, y: usize, g: usize, c: usize): void {
  const bytes = n * sizeof<T>();
  for (let r = 0; r < rows; r++) {
    const sum = v128.splat<T>(<T>sumOf<T>(g, n));
    let i: usize = 0;
    for (; i + 32 <= bytes; i += 32) {
      const e0 = power<T>(v128.load(y + i)), e1 = power<T>(v128.load(y + i, 16));
      storePair(c + i, v128.sub<T>(v128.load(g + i), v128.mul<T>(e0, sum)), v128.sub<T>(v128.load(g + i, 16), v128.mul<T>(e1, sum)));
    }
    for (; i + 16 <= bytes; i += 16) v128.store(c + i, v128.sub<T>(v128.load(g + i), v128.mul<T>(power<T>(v128.load(y + i)), sum)));
    if (i < bytes) storePartial(c + i, v128.sub<T>(v128.load(g + i), v128.mul<T>(power<T>(v128.load(y + i)), sum)), bytes - i);
    y += bytes;
    g += bytes;
    c += bytes;
  }
}

/** Computes `softmax` in float32, where a row of -∞ gives NaN. */
export function softmax32(rows: i32, n: usize, a: usize, stride: usize, causal: i32, c: usize): void {
  softmax<f32>(rows, n, a, stride, causal, false, c);
}

/** Computes `softmax` in float64, where a row of -∞ gives NaN. */
export function softmax64(rows: i32, n: usize, a: usize, stride: usize, causal: i32, c: usize): void {
  softmax<f64>(rows, n, a, stride, causal, false, c);
}

/** Computes `softmaxGrad` in float32. */
export function softmaxGrad32(rows: i32, n: usize, y: usize, g: usize, stride: usize, factor: f32, c: usize): void {
  softmaxGrad<f32>(rows, n, y, g, stride, factor, c);
}

/** Computes `softmaxGrad` in float64. */
export function softmaxGrad64(rows: i32, n: usize, y: usize, g: usize, stride: usize, factor: f64, c: usize): void {
  softmaxGrad<f64>(rows, n, y, g, stride, factor, c);
}

/** Computes c = a - max(a) - ln Σ e^(a - max(a)) in float32. */
export function logSoftmax32(rows: i32, n: usize, a: usize, c: usize): void {
  logSoftmax<f32>(rows, n, a, c);
}

/** Computes c = a - max(a) - ln Σ e^(a - max(a)) in float64. */
export function logSoftmax64(rows: i32, n: usize, a: usize, c: usize): void {
  logSoftmax<f64>(rows, n, a, c);
}

/** Computes c = g - e^y Σ g in float32. */
export function logSoftmaxGrad32(rows: i32, n: usize, y: usize, g: usize, c: usize): void {
  logSoftmaxGrad<f32>(rows, n, y, g, c);
}

/** Computes c = g - e^y Σ g in float64. */
export function logSoftmaxGrad64(rows: i32, n: usize, y: usize, g: usize, c: usize): void {
  logSoftmaxGrad<f64>(rows, n, y, g, c);
}
