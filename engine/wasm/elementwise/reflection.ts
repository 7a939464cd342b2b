/** The reflection formula of the gamma function. */
import { all } from "../math/generic";
import { log } from "../math/exponential64";
import { sine } from "../math/trigonometric64";

/** Returns ln |Γ(x)| = ln(π / |x sin πx|) - ln Γ(-x) for x < 0, and infinity at negative integers, as |sin πx| = sin πb for the distance b from x to the nearest integer is 0 there. */
// @ts-ignore: decorator
@inline
function reflected(x: v128, y: v128): v128 {
  const half = f64x2.mul(x, all<f64>(0.5));
  // the distance to the nearest even integer
  const r = f64x2.abs(f64x2.sub(x, f64x2.mul(f64x2.nearest(half), all<f64>(2))));
  const b = f64x2.pmin(r, f64x2.sub(all<f64>(1), r));
  const pi = all<f64>(3.141592653589793);
  const product = f64x2.mul(f64x2.abs(x), sine(f64x2.mul(b, pi), false));
  return f64x2.sub(log(f64x2.div(pi, product)), y);
}

/** Replaces y = ln Γ(|x|) by ln |Γ(x)| where x < 0, for n elements. */
export function reflectLogGamma(n: usize, x: usize, y: usize): void {
  for (let i: usize = 0; i < n << 3; i += 16) {
    const v = v128.load(x + i), isNegative = f64x2.lt(v, all<f64>(0));
    if (!v128.any_true(isNegative)) continue;
    const w = v128.load(y + i);
    v128.store(y + i, v128.bitselect(reflected(v, w), w, isNegative));
  }
}
