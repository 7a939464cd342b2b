/** Normalization of the channels of x [outer, channels, n] to mean 0 and variance 1 over outer and n, as in batch norm. */
import { productsAtOnce, squaredDeviationsOf, sumOf } from "../reduce/row";
import { addPair, madd, storePair, sumLanes } from "../simd/lanes";

/** Returns the mean of a channel, whose rows are `step` bytes apart. */
// @ts-ignore: decorator
@inline
function meanOf<T>(outer: i32, n: usize, x: usize, step: usize): T {
  let sum: f64 = 0;
  for (let o = 0; o < outer; o++) sum += sumOf<T>(x + <usize>o * step, n);
  return <T>(sum / (<f64>outer * <f64>n));
}

/** Returns 1 / √(σ² + ε) of a channel. */
// @ts-ignore: decorator
@inline
function inverseOf<T>(outer: i32, n: usize, x: usize, step: usize, mean: T, eps: f64): T {
  let sum: f64 = 0;
  for (let o = 0; o < outer; o++) sum += squaredDeviationsOf<T>(x + <usize>o * step, n, mean);
  return <T>(1 / sqrt(sum / (<f64>outer * <f64>n) + eps));
}

// @ts-ignore: decorator
@inline
function normalize<T>(outer: i32, channels: i32, n: usize, x: usize, eps: f64, y: usize): void {
  const row = n * sizeof<T>(), step = row * channels;
  for (let c = 0; c < channels; c++) {
    const mean = meanOf<T>(outer, n, x, step), inverse = inverseOf<T>(outer, n, x, step, mean, eps);
    const vm = v128.splat<T>(mean), vr = v128.splat<T>(inverse);
    for (let o = 0; o < outer; o++) {
      const from = x + <usize>o * step, to = y + <usize>o * step;
      let i: usize = 0;
      for (; i + 32 <= row; i += 32)
        storePair(to + i, v128.mul<T>(v128.sub<T>(v128.load(from + i), vm), vr), v128.mul<T>(v128.sub<T>(v128.load(from + i, 16), vm), vr));
      for (; i < row; i += sizeof<T>()) store<T>(to + i, (load<T>(from + i) - mean) * inverse);
    }
    x += row;
    y += row;
  }
}

/** Returns Σ g (x - μ) over n elements. */
// @ts-ignore: decorator
@inline
function along<T>(n: usize, g: usize, x: usize, mean: T): f64 {
  const v = v128.splat<T>(mean);
  const row = n * sizeof<T>();
  let sum: f64 = 0;
  let i: usize = 0;
  while (i + 32 <= row) {
    let s0 = v128.splat<T>(0 as T), s1 = s0;
    for (const last = min(i + productsAtOnce * sizeof<T>(), row); i + 32 <= last; i += 32) {
      s0 = madd<T>(v128.load(g + i), v128.sub<T>(v128.load(x + i), v), s0);
      s1 = madd<T>(v128.load(g + i, 16), v128.sub<T>(v128.load(x + i, 16), v), s1);
    }
    sum += <f64>sumLanes<T>(addPair<T>(s0, s1));
  }
  for (; i < row; i += sizeof<T>()) sum += <f64>load<T>(g + i) * <f64>(load<T>(x + i) - mean);
  return sum;
}

// @ts-ignore: decorator
@inline
function gradient<T>(outer: i32, channels: i32, n: usize, x: usize, g: usize, eps: f64, dx: usize): void {
  const row = n * sizeof<T>(), step = row * channels;
  const count = <f64>outer * <f64>n;
  for (let c = 0; c < channels; c++) {
    const mean = meanOf<T>(outer, n, x, step), inverse = inverseOf<T>(outer, n, x, step, mean, eps);
    const level = meanOf<T>(outer, n, g, step);
    let sum: f64 = 0;
    for (let o = 0; o < outer; o++) sum += along<T>(n, g + <usize>o * step, x + <usize>o * step, mean);
    const slope = <T>((sum / count) * <f64>inverse * <f64>inverse);
    const vm = v128.splat<T>(mean), vr = v128.splat<T>(inverse), vl = v128.splat<T>(level), vs = v128.splat<T>(slope);
    for (let o = 0; o < outer; o++) {
      const from = x + <usize>o * step, by = g + <usize>o * step, to = dx + <usize>o * step;
      let i: usize = 0;
      for (; i + 32 <= row; i += 32) {
        const d0 = v128.sub<T>(v128.sub<T>(v128.load(by + i), vl), v128.mul<T>(v128.sub<T>(v128.load(from + i), vm), vs));
        const d1 = v128.sub<T>(v128.sub<T>(v128.load(by + i, 16), vl), v128.mul<T>(v128.sub<T>(v128.load(from + i, 16), vm), vs));
        storePair(to + i, v128.mul<T>(d0, vr), v128.mul<T>(d1, vr));
      }
      for (; i < row; i += sizeof<T>())
        store<T>(to + i, (load<T>(by + i) - level - (load<T>(from + i) - mean) * slope) * inverse);
    }
    x += row;
    g += row;
    dx += row;
  }
}

/** Computes y = (x - μ) / √(σ² + ε) in float32. */
export function channelNorm32(outer: i32, channels: i32, n: usize, x: usize, eps: f64, y: usize): void {
  normalize<f32>(outer, channels, n, x, eps, y);
}

/** Computes y = (x - μ) / √(σ² + ε) in float64. */
export function channelNorm64(outer: i32, channels: i32, n: usize, x: usize, eps: f64, y: usize): void {
  normalize<f64>(outer, channels, n, x, eps, y);
}

/** Computes dx = r (g - mean(g) - x̂ mean(g x̂)) in float32, where r = 1 / √(σ² + ε) and x̂ = (x - μ) r. Source: Ioffe and Szegedy, 2015. */
export function channelNormGrad32(outer: i32, channels: i32, n: usize, x: usize, g: usize, eps: f64, dx: usize): void {
  gradient<f32>(outer, channels, n, x, g, eps, dx);
}

/** Computes dx = r (g - mean(g) - x̂ mean(g x̂)) in float64, where r = 1 / √(σ² + ε) and x̂ = (x - μ) r. Source: Ioffe and Szegedy, 2015. */
export function channelNormGrad64(outer: i32, channels: i32, n: usize, x: usize, g: usize, eps: f64, dx: usize): void {
  gradient<f64>(outer, channels, n, x, g, eps, dx);
}
