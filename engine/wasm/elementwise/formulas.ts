/**
 * Elementwise functions of one tensor and up to three numbers: activations, and others that are short formulas of exponentials and comparisons. Allocations are
 * multiples of 64 bytes, so operand and result may be read and written two whole vectors at a time.
 */
import * as Formula from "../../src/fast/abi/codes/formula";
import { all, expm1Of, expOf, log1pOf, logOf, sigmoidOf } from "../math/generic";
import { storePair } from "../simd/lanes";

/** Returns x where the mask is set, else z. */
// @ts-ignore: decorator
@inline
function choose(mask: v128, x: v128, z: v128): v128 {
  return v128.bitselect(x, z, mask);
}

/** Returns x limited to [low, high]; NaN stays. */
// @ts-ignore: decorator
@inline
function limited<T>(x: v128, low: v128, high: v128): v128 {
  return v128.pmin<T>(v128.pmax<T>(x, low), high);
}

/** Returns x tanh(ln(1 + e^x)) = x w / (w + 2) for w = e^x (e^x + 2), which is x from 20 on. */
// @ts-ignore: decorator
@inline
function mish<T>(x: v128): v128 {
  const e = expOf<T>(v128.pmin<T>(x, all<T>(20)));
  const w = v128.mul<T>(e, v128.add<T>(e, all<T>(2)));
  return v128.mul<T>(x, v128.div<T>(w, v128.add<T>(w, all<T>(2))));
}

/** Returns max(z, 0) + ln(1 + e^-|z|). */
// @ts-ignore: decorator
@inline
function softplus<T>(z: v128): v128 {
  const e = expOf<T>(v128.neg<T>(v128.abs<T>(z)));
  return v128.add<T>(v128.max<T>(z, all<T>(0)), log1pOf<T>(e));
}

/** Returns (e^|x| - e^-|x|) / 2 with the sign of x, from m = e^(|x| / 2) - 1, so that e^|x| may overflow. */
// @ts-ignore: decorator
@inline
function sinh<T>(x: v128): v128 {
  const a = v128.abs<T>(x);
  const m = expm1Of<T>(v128.mul<T>(a, all<T>(0.5)));
  const h = v128.add<T>(m, all<T>(1));
  // e^|x| - 1 = m (m + 2), and sinh = (e^|x| - 1) (1 + e^-|x|) / 2
  const inverse = v128.div<T>(all<T>(1), h);
  const near = v128.mul<T>(v128.mul<T>(m, all<T>(0.5)), v128.mul<T>(v128.add<T>(m, all<T>(2)), v128.add<T>(all<T>(1), v128.mul<T>(inverse, inverse))));
  const far = v128.mul<T>(v128.mul<T>(h, all<T>(0.5)), h);
  const y = choose(v128.lt<T>(a, all<T>(40)), near, far);
  const sign = v128.xor(x, a);
  return v128.xor(y, sign);
}

/** Returns (e^|x| + e^-|x|) / 2 from e^(|x| / 2), so that e^|x| may overflow. */
// @ts-ignore: decorator
@inline
function cosh<T>(x: v128): v128 {
  const h = expOf<T>(v128.mul<T>(v128.abs<T>(x), all<T>(0.5)));
  const inverse = v128.div<T>(all<T>(1), h);
  return v128.add<T>(v128.mul<T>(v128.mul<T>(h, all<T>(0.5)), h), v128.mul<T>(v128.mul<T>(inverse, all<T>(0.5)), inverse));
}

/** Returns the function of a code at x, with the numbers p, q and r. */
// @ts-ignore: decorator
@inline
function apply<T>(op: i32, x: v128, p: v128, q: v128, r: v128): v128 {
  const zero = all<T>(0);
  if (op == Formula.silu) return v128.mul<T>(x, sigmoidOf<T>(x));
  if (op == Formula.mish) return mish<T>(x);
  if (op == Formula.softplus) {
    const z = v128.mul<T>(x, p);
    return choose(v128.gt<T>(z, q), x, v128.div<T>(softplus<T>(z), p));
  }
  if (op == Formula.logSigmoid) return v128.neg<T>(softplus<T>(v128.neg<T>(x)));
  if (op == Formula.exponentialLinear) return choose(v128.le<T>(x, zero), v128.mul<T>(q, expm1Of<T>(v128.mul<T>(r, v128.min<T>(x, zero)))), v128.mul<T>(p, x));
  if (op == Formula.expm1) return expm1Of<T>(x);
  if (op == Formula.log1p) return log1pOf<T>(x);
  if (op == Formula.logit) {
    const z = limited<T>(x, p, q);
    return logOf<T>(v128.div<T>(z, v128.sub<T>(all<T>(1), z)));
  }
  if (op == Formula.leakyRelu) return choose(v128.gt<T>(x, zero), x, v128.mul<T>(x, p));
  if (op == Formula.limit) return limited<T>(x, p, q);
  if (op == Formula.hardsigmoid) return v128.div<T>(limited<T>(v128.add<T>(x, all<T>(3)), zero, all<T>(6)), all<T>(6));
  if (op == Formula.hardswish) return v128.div<T>(v128.mul<T>(x, limited<T>(v128.add<T>(x, all<T>(3)), zero, all<T>(6))), all<T>(6));
  if (op == Formula.softshrink) {
    const y = choose(v128.gt<T>(x, zero), v128.sub<T>(x, p), v128.add<T>(x, p));
    return v128.andnot(y, v128.le<T>(v128.abs<T>(x), p));
  }
  if (op == Formula.hardshrink) return v128.andnot(x, v128.le<T>(v128.abs<T>(x), p));
  if (op == Formula.threshold) return choose(v128.le<T>(x, p), q, x);
  if (op == Formula.frac) return v128.sub<T>(x, v128.trunc<T>(x));
  if (op == Formula.scale) return v128.mul<T>(x, p);
  if (op == Formula.nanToNum) {
    const most = all<T>(Infinity);
    return choose(v128.ne<T>(x, x), p, choose(v128.eq<T>(x, most), q, choose(v128.eq<T>(x, v128.neg<T>(most)), r, x)));
  }
  if (op == Formula.angle) return choose(v128.lt<T>(x, zero), all<T>(3.141592653589793), v128.and(x, v128.ne<T>(x, x)));
  if (op == Formula.entr) {
    const y = v128.neg<T>(v128.mul<T>(x, logOf<T>(x)));
    return choose(v128.lt<T>(x, zero), all<T>(-Infinity), choose(v128.eq<T>(x, zero), zero, y));
  }
  if (op == Formula.huber) {
    const a = v128.abs<T>(x), half = all<T>(0.5);
    const far = v128.mul<T>(p, v128.sub<T>(a, v128.mul<T>(half, p)));
    return choose(v128.lt<T>(a, p), v128.mul<T>(v128.mul<T>(half, x), x), far);
  }
  return op == Formula.sinh ? sinh<T>(x) : cosh<T>(x);
}

/** Computes c = f(a) two vectors at a time; the stores come last, so that V8 pairs the vectors. */
// @ts-ignore: decorator
@inline
export function map<T>(op: i32, n: usize, a: usize, p: f64, q: f64, r: f64, c: usize): void {
  const vp = all<T>(p), vq = all<T>(q), vr = all<T>(r);
  for (let i: usize = 0; i < n * sizeof<T>(); i += 32)
    storePair(c + i, apply<T>(op, v128.load(a + i), vp, vq, vr), apply<T>(op, v128.load(a + i, 16), vp, vq, vr));
}
