/** Softmax and its logarithm over rows of n elements side by side, in float32. */
import { expBelow } from "./exponential";
import { dotRow, sumRow, top } from "./reduce";
import { addPair, storePair, storePart, sumLanes } from "./lanes";

/** c = e^(a - most), and its sum; the row's last vector may reach past its end. */
// @ts-ignore: decorator
@inline
function expRow(a: usize, n: usize, most: f32, c: usize, keep: bool): f32 {
  const shift = f32x4.splat(most);
  const bytes = n << 2;
  let s0 = f32x4.splat(0), s1 = s0;
  let i: usize = 0;
  for (; i + 32 <= bytes; i += 32) {
    const e0 = expBelow(f32x4.sub(v128.load(a + i), shift)), e1 = expBelow(f32x4.sub(v128.load(a + i, 16), shift));
    if (keep) storePair(c + i, e0, e1);
    s0 = f32x4.add(s0, e0);
    s1 = f32x4.add(s1, e1);
  }
  s0 = addPair(s0, s1);
  if (i + 16 <= bytes) {
    const e = expBelow(f32x4.sub(v128.load(a + i), shift));
    if (keep) v128.store(c + i, e);
    s0 = f32x4.add(s0, e);
    i += 16;
  }
  let sum = sumLanes(s0);
  if (i < bytes) {
    const e = expBelow(f32x4.sub(v128.load(a + i), shift));
    const left = (bytes - i) >> 2;
    sum += f32x4.extract_lane(e, 0);
    if (left > 1) sum += f32x4.extract_lane(e, 1);
    if (left > 2) sum += f32x4.extract_lane(e, 2);
    if (keep) storePart(c + i, e, bytes - i);
  }
  return sum;
}

/** c = softmax of each row; where `causal`, row r ends after the element r + `causal` - 1 and the rest is 0. c may be a. */
export function softmax32(rows: i32, n: usize, a: usize, stride: usize, causal: i32, c: usize): void {
  for (let r = 0; r < rows; r++) {
    const used = causal > 0 ? min<usize>(n, <usize>(r + causal)) : n;
    const scale: f32 = 1 / expRow(a, used, top(a, used), c, true);
    const factor = f32x4.splat(scale);
    let i: usize = 0;
    for (; i + 8 <= used; i += 8) {
      const at = c + (i << 2);
      storePair(at, f32x4.mul(v128.load(at), factor), f32x4.mul(v128.load(at, 16), factor));
    }
    for (; i < used; i++) store<f32>(c + (i << 2), load<f32>(c + (i << 2)) * scale);
    if (used < n) memory.fill(c + (used << 2), 0, (n - used) << 2);
    a += stride;
    c += stride;
  }
}

/** c = y (g - Σ g y) for each row, times a factor; c may be g. */
export function softmaxGrad32(rows: i32, n: usize, y: usize, g: usize, stride: usize, factor: f32, c: usize): void {
  for (let r = 0; r < rows; r++) {
    const dot = <f32>dotRow(y, g, n);
    const v = f32x4.splat(dot), scale = f32x4.splat(factor);
    let i: usize = 0;
    for (; i + 8 <= n; i += 8) {
      const p = y + (i << 2), q = g + (i << 2);
      const d0 = f32x4.mul(f32x4.mul(v128.load(p), scale), f32x4.sub(v128.load(q), v));
      const d1 = f32x4.mul(f32x4.mul(v128.load(p, 16), scale), f32x4.sub(v128.load(q, 16), v));
      storePair(c + (i << 2), d0, d1);
    }
    for (; i < n; i++) store<f32>(c + (i << 2), load<f32>(y + (i << 2)) * factor * (load<f32>(g + (i << 2)) - dot));
    y += stride;
    g += stride;
    c += stride;
  }
}

@external("env", "log")
declare function hostLog(x: f64): f64;

/** c = a - most - ln Σ e^(a - most), where most is the largest */
export function logSoftmax32(rows: i32, n: usize, a: usize, c: usize): void {
  const bytes = n << 2;
  for (let r = 0; r < rows; r++) {
    const most = top(a, n);
    const shift = <f32>hostLog(<f64>expRow(a, n, most, c, false));
    const first = f32x4.splat(most), second = f32x4.splat(shift);
    let i: usize = 0;
    for (; i + 32 <= bytes; i += 32)
      storePair(c + i, f32x4.sub(f32x4.sub(v128.load(a + i), first), second), f32x4.sub(f32x4.sub(v128.load(a + i, 16), first), second));
    for (; i + 16 <= bytes; i += 16) v128.store(c + i, f32x4.sub(f32x4.sub(v128.load(a + i), first), second));
    if (i < bytes) storePart(c + i, f32x4.sub(f32x4.sub(v128.load(a + i), first), second), bytes - i);
    a += bytes;
    c += bytes;
  }
}

/** c = g - e^y Σ g */
export function logSoftmaxGrad32(rows: i32, n: usize, y: usize, g: usize, c: usize): void {
  const bytes = n << 2;
  for (let r = 0; r < rows; r++) {
    const sum = f32x4.splat(<f32>sumRow(g, n));
    let i: usize = 0;
    for (; i + 32 <= bytes; i += 32) {
      const e0 = expBelow(v128.load(y + i)), e1 = expBelow(v128.load(y + i, 16));
      storePair(c + i, f32x4.sub(v128.load(g + i), f32x4.mul(e0, sum)), f32x4.sub(v128.load(g + i, 16), f32x4.mul(e1, sum)));
    }
    for (; i + 16 <= bytes; i += 16) v128.store(c + i, f32x4.sub(v128.load(g + i), f32x4.mul(expBelow(v128.load(y + i)), sum)));
    if (i < bytes) storePart(c + i, f32x4.sub(v128.load(g + i), f32x4.mul(expBelow(v128.load(y + i)), sum)), bytes - i);
    y += bytes;
    g += bytes;
    c += bytes;
  }
}
