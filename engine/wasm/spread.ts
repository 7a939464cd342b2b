/** Sums of squared differences from a mean. At most 256 of them are added in float32, and those sums in float64. */
import { addPair, madd, sumLanes } from "./lanes";

/** Elements whose products are added in float32 before they are added in float64. */
export const productsAtOnce: usize = 256;

/** Σ (x - mean)² over n elements side by side. */
export function spreadOf<T>(from: usize, n: usize, mean: T): f64 {
  const v = v128.splat<T>(mean);
  let p = from;
  const end = from + n * sizeof<T>();
  let sum: f64 = 0;
  while (p + 32 <= end) {
    let s0 = v128.splat<T>(0 as T), s1 = s0;
    for (const last = min(p + productsAtOnce * sizeof<T>(), end); p + 32 <= last; p += 32) {
      const d = v128.sub<T>(v128.load(p), v), e = v128.sub<T>(v128.load(p, 16), v);
      s0 = madd<T>(d, d, s0);
      s1 = madd<T>(e, e, s1);
    }
    sum += <f64>sumLanes<T>(addPair<T>(s0, s1));
  }
  for (; p < end; p += sizeof<T>()) {
    const d = <f64>(load<T>(p) - mean);
    sum += d * d;
  }
  return sum;
}

/** The mean is rounded, so Σ (x - mean) is not 0, and its square over the count is taken off. */
// @ts-ignore: decorator
@inline
function spreads<T>(outer: i32, kept: i32, n: usize, x: usize, mean: usize, scale: f64, c: usize): void {
  const count = <f64>outer * <f64>n;
  for (let k = 0; k < kept; k++) {
    const m = load<T>(mean + <usize>k * sizeof<T>());
    const v = v128.splat<T>(m);
    let sum: f64 = 0, left: f64 = 0;
    for (let o = 0; o < outer; o++) {
      let p = x + <usize>(o * kept + k) * n * sizeof<T>();
      const end = p + n * sizeof<T>();
      while (p + 32 <= end) {
        let s0 = v128.splat<T>(0 as T), s1 = s0, t0 = s0, t1 = s0;
        for (const last = min(p + productsAtOnce * sizeof<T>(), end); p + 32 <= last; p += 32) {
          const d = v128.sub<T>(v128.load(p), v), e = v128.sub<T>(v128.load(p, 16), v);
          s0 = madd<T>(d, d, s0);
          s1 = madd<T>(e, e, s1);
          t0 = v128.add<T>(t0, d);
          t1 = v128.add<T>(t1, e);
        }
        sum += <f64>sumLanes<T>(addPair<T>(s0, s1));
        left += <f64>sumLanes<T>(addPair<T>(t0, t1));
      }
      for (; p < end; p += sizeof<T>()) {
        const d = <f64>(load<T>(p) - m);
        sum += d * d;
        left += d;
      }
    }
    if (sum < Infinity) sum = max<f64>(sum - left * left / count, 0);
    store<T>(c + <usize>k * sizeof<T>(), <T>(sum * scale));
  }
}

/** c [kept] = scale Σ (x - mean)² for x [outer, kept, n], where mean [kept]; n elements lie side by side. */
export function spread32(outer: i32, kept: i32, n: usize, x: usize, mean: usize, scale: f64, c: usize): void {
  spreads<f32>(outer, kept, n, x, mean, scale, c);
}
export function spread64(outer: i32, kept: i32, n: usize, x: usize, mean: usize, scale: f64, c: usize): void {
  spreads<f64>(outer, kept, n, x, mean, scale, c);
}
