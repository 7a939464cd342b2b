/** Variances: sums of squared differences from a mean, over a number. */
import { addPair, madd, sumLanes } from "../simd/lanes";
import { productsAtOnce } from "./row";

/** Computes c [kept]. As the mean is rounded, Σ (x - mean) is not 0: its square over the count is subtracted. */
// @ts-ignore: decorator
@inline
function variances<T>(outer: i32, kept: i32, n: usize, x: usize, mean: usize, divisor: f64, c: usize): void {
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
    store<T>(c + <usize>k * sizeof<T>(), <T>(sum / divisor));
  }
}

/** Computes c [kept] = Σ (x - mean)² / divisor for x [outer, kept, n] and mean [kept] in float32. */
export function variance32(outer: i32, kept: i32, n: usize, x: usize, mean: usize, divisor: f64, c: usize): void {
  variances<f32>(outer, kept, n, x, mean, divisor, c);
}

/** Computes c [kept] = Σ (x - mean)² / divisor for x [outer, kept, n] and mean [kept] in float64. */
export function variance64(outer: i32, kept: i32, n: usize, x: usize, mean: usize, divisor: f64, c: usize): void {
  variances<f64>(outer, kept, n, x, mean, divisor, c);
}
