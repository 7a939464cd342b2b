/** Normalization of the channels of x [outer, channels, n] in float32: each to mean 0 and variance 1, over outer and n. */
import { addPair, madd, storePair, sumLanes } from "./lanes";
import { spreadRow, sumRow } from "./reduce";

// @ts-ignore: decorator
@inline
function meanOf(outer: i32, n: usize, x: usize, step: usize): f32 {
  let sum: f64 = 0;
  for (let o = 0; o < outer; o++) sum += sumRow(x + <usize>o * step, n);
  return <f32>(sum / (<f64>outer * <f64>n));
}

// @ts-ignore: decorator
@inline
function inverseOf(outer: i32, n: usize, x: usize, step: usize, mean: f32, eps: f64): f32 {
  let sum: f64 = 0;
  for (let o = 0; o < outer; o++) sum += spreadRow(x + <usize>o * step, n, mean);
  return <f32>(1 / sqrt(sum / (<f64>outer * <f64>n) + eps));
}

/** y = (x - μ) / √(σ² + ε) */
export function channelNorm32(outer: i32, channels: i32, n: usize, x: usize, eps: f64, y: usize): void {
  const row = n << 2, step = row * channels;
  for (let c = 0; c < channels; c++) {
    const mean = meanOf(outer, n, x, step), inverse = inverseOf(outer, n, x, step, mean, eps);
    const vm = f32x4.splat(mean), vr = f32x4.splat(inverse);
    for (let o = 0; o < outer; o++) {
      const from = x + <usize>o * step, to = y + <usize>o * step;
      let i: usize = 0;
      for (; i + 32 <= row; i += 32)
        storePair(to + i, f32x4.mul(f32x4.sub(v128.load(from + i), vm), vr), f32x4.mul(f32x4.sub(v128.load(from + i, 16), vm), vr));
      for (; i < row; i += 4) store<f32>(to + i, (load<f32>(from + i) - mean) * inverse);
    }
    x += row;
    y += row;
  }
}

/** Σ g (x - μ) over n elements. */
// @ts-ignore: decorator
@inline
function along(n: usize, g: usize, x: usize, mean: f32): f64 {
  const v = f32x4.splat(mean);
  const row = n << 2;
  let s0 = f32x4.splat(0), s1 = s0;
  let i: usize = 0;
  for (; i + 32 <= row; i += 32) {
    s0 = madd(v128.load(g + i), f32x4.sub(v128.load(x + i), v), s0);
    s1 = madd(v128.load(g + i, 16), f32x4.sub(v128.load(x + i, 16), v), s1);
  }
  let sum = <f64>sumLanes(addPair(s0, s1));
  for (; i < row; i += 4) sum += <f64>load<f32>(g + i) * <f64>(load<f32>(x + i) - mean);
  return sum;
}

/** dx = r (g - mean(g) - x̂ mean(g x̂)), where x̂ = (x - μ) r. Source: Ioffe and Szegedy, 2015. */
export function channelNormGrad32(outer: i32, channels: i32, n: usize, x: usize, g: usize, eps: f64, dx: usize): void {
  const row = n << 2, step = row * channels;
  const count = <f64>outer * <f64>n;
  for (let c = 0; c < channels; c++) {
    const mean = meanOf(outer, n, x, step), inverse = inverseOf(outer, n, x, step, mean, eps);
    const level = meanOf(outer, n, g, step);
    let sum: f64 = 0;
    for (let o = 0; o < outer; o++) sum += along(n, g + <usize>o * step, x + <usize>o * step, mean);
    const slope = <f32>((sum / count) * <f64>inverse * <f64>inverse);
    const vm = f32x4.splat(mean), vr = f32x4.splat(inverse), vl = f32x4.splat(level), vs = f32x4.splat(slope);
    for (let o = 0; o < outer; o++) {
      const from = x + <usize>o * step, by = g + <usize>o * step, to = dx + <usize>o * step;
      let i: usize = 0;
      for (; i + 32 <= row; i += 32) {
        const d0 = f32x4.sub(f32x4.sub(v128.load(by + i), vl), f32x4.mul(f32x4.sub(v128.load(from + i), vm), vs));
        const d1 = f32x4.sub(f32x4.sub(v128.load(by + i, 16), vl), f32x4.mul(f32x4.sub(v128.load(from + i, 16), vm), vs));
        storePair(to + i, f32x4.mul(d0, vr), f32x4.mul(d1, vr));
      }
      for (; i < row; i += 4)
        store<f32>(to + i, (load<f32>(by + i) - level - (load<f32>(from + i) - mean) * slope) * inverse);
    }
    x += row;
    g += row;
    dx += row;
  }
}
