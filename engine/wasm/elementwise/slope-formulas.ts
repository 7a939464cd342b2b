/**
 * Gradients of elementwise functions of one tensor: a cotangent g times the derivative at s, which is what the op saved, with the numbers p, q and r. Operands that could make
 * 0 ∞ where the derivative is 0 are selected and not multiplied, as in the records of the ops. Allocations are multiples of 64 bytes, so operands and results may be
 * read and written two whole vectors at a time.
 */
import * as SlopeFormula from "../../src/fast/abi/codes/slope-formula";
import { all, expOf, sigmoidOf } from "../math/generic";
import { storePair } from "../simd/lanes";

// @ts-ignore: decorator
@inline
function choose(mask: v128, x: v128, z: v128): v128 {
  return v128.bitselect(x, z, mask);
}

/** Returns the derivative t + x σ(x) (1 - t²) of mish for t = tanh(ln(1 + e^x)) = w / (w + 2) with w = e^x (e^x + 2). */
// @ts-ignore: decorator
@inline
function mish<T>(x: v128): v128 {
  const one = all<T>(1), two = all<T>(2);
  const e = expOf<T>(v128.pmin<T>(x, all<T>(40)));
  const w = v128.mul<T>(e, v128.add<T>(e, two));
  const t = v128.div<T>(w, v128.add<T>(w, two));
  const xs = v128.mul<T>(x, v128.div<T>(e, v128.add<T>(e, one)));
  return v128.add<T>(t, v128.mul<T>(xs, v128.sub<T>(one, v128.mul<T>(t, t))));
}

/** Returns g times the derivative of hardswish: 0 up to -3, x / 3 + ½ up to 3, and 1 beyond. */
// @ts-ignore: decorator
@inline
function hardswish<T>(g: v128, x: v128): v128 {
  const three = all<T>(3);
  const middle = v128.mul<T>(g, v128.add<T>(v128.div<T>(x, three), all<T>(0.5)));
  return v128.andnot(choose(v128.lt<T>(x, three), middle, g), v128.le<T>(x, v128.neg<T>(three)));
}

/** Returns 1 / √x. */
// @ts-ignore: decorator
@inline
function rsqrt<T>(x: v128): v128 {
  return v128.div<T>(all<T>(1), v128.sqrt<T>(x));
}

/** Returns g f'. */
// @ts-ignore: decorator
@inline
function slope<T>(op: i32, g: v128, s: v128, p: v128, q: v128, r: v128): v128 {
  const zero = all<T>(0), one = all<T>(1);
  if (op == SlopeFormula.silu) {
    const y = sigmoidOf<T>(s);
    return v128.mul<T>(g, v128.mul<T>(y, v128.add<T>(v128.mul<T>(s, v128.sub<T>(one, y)), one)));
  }
  if (op == SlopeFormula.mish) return v128.mul<T>(g, mish<T>(s));
  if (op == SlopeFormula.softplus) {
    const z = v128.mul<T>(s, p);
    return choose(v128.gt<T>(z, q), g, v128.mul<T>(g, sigmoidOf<T>(z)));
  }
  if (op == SlopeFormula.logSigmoid) return v128.mul<T>(g, sigmoidOf<T>(v128.neg<T>(s)));
  if (op == SlopeFormula.exponentialLinear) {
    const e = v128.mul<T>(expOf<T>(v128.mul<T>(v128.min<T>(s, zero), r)), q);
    return v128.mul<T>(g, choose(v128.le<T>(s, zero), e, p));
  }
  if (op == SlopeFormula.leakyRelu) return choose(v128.gt<T>(s, zero), g, v128.mul<T>(g, p));
  if (op == SlopeFormula.between) return v128.andnot(g, v128.or(v128.le<T>(s, p), v128.ge<T>(s, q)));
  if (op == SlopeFormula.hardsigmoid) return v128.and(v128.div<T>(g, all<T>(6)), v128.lt<T>(v128.abs<T>(s), all<T>(3)));
  if (op == SlopeFormula.hardswish) return hardswish<T>(g, s);
  if (op == SlopeFormula.outside) return v128.andnot(g, v128.le<T>(v128.abs<T>(s), p));
  if (op == SlopeFormula.threshold) return v128.andnot(g, v128.le<T>(s, p));
  if (op == SlopeFormula.abs) {
    // the sign bit of s changes that of g; NaN has the sign 0
    const sign = v128.xor(s, v128.abs<T>(s));
    const isNumber = v128.ne<T>(s, zero);
    return v128.and(choose(v128.eq<T>(s, s), v128.xor(g, sign), v128.mul<T>(g, zero)), isNumber);
  }
  if (op == SlopeFormula.huber) return v128.mul<T>(g, v128.pmin<T>(v128.pmax<T>(s, q), p));
  if (op == SlopeFormula.quotient) return v128.div<T>(g, v128.mul<T>(s, p));
  if (op == SlopeFormula.log1p) return v128.div<T>(g, v128.add<T>(s, one));
  if (op == SlopeFormula.product) return v128.mul<T>(g, v128.mul<T>(s, p));
  if (op == SlopeFormula.reciprocal) return v128.mul<T>(g, v128.neg<T>(v128.mul<T>(s, s)));
  if (op == SlopeFormula.sqrt) return v128.div<T>(g, v128.add<T>(s, s));
  if (op == SlopeFormula.rsqrt) return v128.mul<T>(g, v128.mul<T>(v128.mul<T>(v128.mul<T>(s, s), s), all<T>(-0.5)));
  if (op == SlopeFormula.gaussian) return v128.mul<T>(g, v128.mul<T>(expOf<T>(v128.mul<T>(v128.mul<T>(s, s), q)), p));
  if (op == SlopeFormula.increment) return v128.mul<T>(g, v128.add<T>(s, one));
  if (op == SlopeFormula.squareIncrement) return v128.mul<T>(g, v128.add<T>(v128.mul<T>(s, s), one));
  if (op == SlopeFormula.arcsine) return v128.mul<T>(g, v128.mul<T>(p, rsqrt<T>(v128.sub<T>(one, v128.mul<T>(s, s)))));
  if (op == SlopeFormula.atan) return v128.div<T>(g, v128.add<T>(v128.mul<T>(s, s), one));
  if (op == SlopeFormula.atanh) return v128.div<T>(g, v128.sub<T>(one, v128.mul<T>(s, s)));
  if (op == SlopeFormula.asinh) return v128.mul<T>(g, rsqrt<T>(v128.add<T>(v128.mul<T>(s, s), one)));
  if (op == SlopeFormula.acosh) {
    const a = v128.abs<T>(s);
    return v128.mul<T>(g, v128.mul<T>(rsqrt<T>(v128.sub<T>(a, one)), rsqrt<T>(v128.add<T>(a, one))));
  }
  if (op == SlopeFormula.logit) {
    const isOutside = v128.or(v128.lt<T>(s, p), v128.gt<T>(s, q));
    return choose(isOutside, r, v128.div<T>(g, v128.mul<T>(s, v128.sub<T>(one, s))));
  }
  return v128.and(g, v128.lt<T>(v128.abs<T>(s), all<T>(Infinity)));
}

// @ts-ignore: decorator
@inline
export function map<T>(op: i32, n: usize, g: usize, s: usize, p: f64, q: f64, r: f64, c: usize): void {
  const vp = all<T>(p), vq = all<T>(q), vr = all<T>(r);
  for (let i: usize = 0; i < n * sizeof<T>(); i += 32)
    storePair(c + i, slope<T>(op, v128.load(g + i), v128.load(s + i), vp, vq, vr), slope<T>(op, v128.load(g + i, 16), v128.load(s + i, 16), vp, vq, vr));
}
