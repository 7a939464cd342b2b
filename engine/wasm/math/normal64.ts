/**
 * The error function, GELU in both forms and their derivatives of two float64 at once, to within 4 units in the last place (ulp). Less exact are derivatives
 * near their zeros, and denormal results of GELU by tanh.
 */
import { constant, exp, sigmoid } from "./exponential64";
import { madd } from "../simd/lanes";

/**
 * (t + 3) e^(t²/2) Φ(-t) as a polynomial in (t - 3) / (t + 3), for 0 ≤ t ≤ 39, where Φ is the normal distribution function: 26 coefficients by
 * interpolation at Chebyshev points, with errors below 2^-56; then 3, 39, 1, ½, 1/6, 1 / √(2π).
 */
const N: usize = memory.data<f64>([
  0.729083690133373, -0.5093319819174894, 0.23001771997460166, -0.047263025142975146, -0.010462867023181572, 0.00697262124058946,
  0.0010275922559294106, -0.001045828624570277, -0.00025657530665358945, 0.00015439447748760067, 7.881238572584272e-05, -1.3246071232989633e-05,
  -2.0687864867339692e-05, -3.517705877729979e-06, 3.636441385447162e-06, 2.256601486811431e-06, 1.4527044522206475e-08, -5.928258567127898e-07,
  -2.808538052298227e-07, 4.106031389544285e-08, 1.0081009271170792e-07, 2.7541905168122665e-08, -1.5802351333796028e-08, -9.232138182366226e-09,
  5.222042937329225e-10, 7.978553714618631e-10,
  3, 39, 1, 0.5, 0.16666666666666666, 0.3989422804014327,
], 16);
const degree: i32 = 25;

/** P of erf x = x + x P(x²) for |x| ≤ 1: 12 coefficients; then √2, and the x from which erf x rounds to 1. */
const F: usize = memory.data<f64>([
  0.12837916709551256, -0.37612638903183543, 0.11283791670945006, -0.02686617064323777, 0.0052239776071164225, -0.0008548325975389692,
  0.00012055294904839707, -1.492473690741966e-05, 1.6447424703317362e-06, -1.6208483801871705e-07, 1.3720064546777686e-08, -7.795898827002142e-10,
  1.4142135623730951, 6,
], 16);

/** 2 √(2/π) and its rounding error, 0.044715 and three times as much, and 2²⁷ + 1. */
const T: usize = memory.data<f64>([1.5957691216057308, -9.96930880911092e-17, 0.044715, 0.134145, 134217729], 16);

/** Returns e^(-t²/2): t is split in two, so that the square of the first part is exact. */
// @ts-ignore: decorator
@inline
export function bell(t: v128): v128 {
  const high = v128.and(t, i64x2.splat(0xfffffffff8000000));
  const d = f64x2.mul(f64x2.mul(f64x2.sub(high, t), f64x2.add(high, t)), constant(N, 29));
  let p = madd<f64>(d, constant(N, 30), constant(N, 29));
  p = madd<f64>(p, d, constant(N, 28));
  p = f64x2.mul(p, d);
  const e = exp(f64x2.neg(f64x2.mul(f64x2.mul(high, high), constant(N, 29))));
  return madd<f64>(e, p, e);
}

/** Returns Φ(-t) e^(t²/2) for t ≥ 0. */
// @ts-ignore: decorator
@inline
export function tail(t: v128): v128 {
  const by = f64x2.add(t, constant(N, 26));
  const u = f64x2.div(f64x2.sub(t, constant(N, 26)), by);
  let p = constant(N, degree);
  for (let i = degree - 1; i >= 0; i--) p = madd<f64>(p, u, constant(N, i));
  return f64x2.div(p, by);
}

const sign: i64 = i64.MIN_VALUE;

/** Returns erf x. */
// @ts-ignore: decorator
@inline
export function erf(x: v128): v128 {
  const a = f64x2.pmin(f64x2.abs(x), constant(F, 13));
  const s = f64x2.mul(a, a);
  let p = constant(F, 11);
  for (let i = 10; i >= 0; i--) p = madd<f64>(p, s, constant(F, i));
  const near = madd<f64>(a, p, a);
  const t = f64x2.mul(a, constant(F, 12));
  const half = f64x2.mul(tail(t), bell(t));
  const far = f64x2.sub(constant(N, 28), f64x2.add(half, half));
  const y = v128.bitselect(near, far, f64x2.le(a, constant(N, 28)));
  // NaN in, NaN out
  return v128.bitselect(v128.bitselect(x, y, i64x2.splat(sign)), x, f64x2.eq(x, x));
}

/** Returns x Φ(x). */
// @ts-ignore: decorator
@inline
export function gelu(x: v128): v128 {
  const t = f64x2.pmin(f64x2.abs(x), constant(N, 27));
  const p = tail(t), e = bell(t);
  const above = f64x2.lt(f64x2.splat(0), x);
  // e comes last, as it may be denormal
  const y = v128.bitselect(f64x2.mul(x, f64x2.sub(constant(N, 28), f64x2.mul(p, e))), f64x2.mul(f64x2.mul(x, p), e), above);
  // -∞ · 0 is NaN, and Φ(-39) is 0 already
  return v128.bitselect(f64x2.neg(f64x2.splat(0)), y, f64x2.lt(x, f64x2.neg(constant(N, 27))));
}

/** Returns the derivative Φ(x) + x φ(x) of GELU. */
// @ts-ignore: decorator
@inline
export function geluSlope(x: v128): v128 {
  const t = f64x2.pmin(f64x2.abs(x), constant(N, 27));
  const e = bell(t);
  const below = f64x2.mul(tail(t), e);
  const cdf = v128.bitselect(f64x2.sub(constant(N, 28), below), below, f64x2.lt(f64x2.splat(0), x));
  const y = madd<f64>(v128.bitselect(x, t, i64x2.splat(sign)), f64x2.mul(e, constant(N, 31)), cdf);
  return v128.bitselect(y, x, f64x2.eq(x, x));
}

/** Returns the upper half of a number's significant bits. */
// @ts-ignore: decorator
@inline
function upper(a: v128): v128 {
  const c = f64x2.mul(a, constant(T, 4));
  return f64x2.sub(c, f64x2.sub(c, a));
}

/** Returns the rounding error a b - p of the product p = a b. Source: Dekker, 1971. */
// @ts-ignore: decorator
@inline
function productError(a: v128, b: v128, p: v128): v128 {
  const ah = upper(a), bh = upper(b);
  const al = f64x2.sub(a, ah), bl = f64x2.sub(b, bh);
  const cross = f64x2.add(f64x2.add(f64x2.sub(f64x2.mul(ah, bh), p), f64x2.mul(ah, bl)), f64x2.mul(al, bh));
  return f64x2.add(cross, f64x2.mul(al, bl));
}

/** Returns σ(v) for v = 2 √(2/π) (x + 0.044715 x³); GELU by tanh is x σ(v). v is computed with twice the digits, as e^v multiplies its error. */
// @ts-ignore: decorator
@inline
function gate(x: v128): v128 {
  const k = constant(T, 2), factor = constant(T, 0), one = constant(N, 28);
  const s = f64x2.mul(x, x);
  const m = f64x2.mul(k, s);
  const mLow = f64x2.add(productError(k, s, m), f64x2.mul(k, productError(x, x, s)));
  // 1 + m and its rounding error, whichever of the two is larger
  const q = f64x2.add(one, m);
  const back = f64x2.sub(q, one);
  const qLow = f64x2.add(f64x2.add(f64x2.sub(one, f64x2.sub(q, back)), f64x2.sub(m, back)), mLow);
  const r = f64x2.mul(x, q);
  const rLow = f64x2.add(productError(x, q, r), f64x2.mul(x, qLow));
  const v = f64x2.mul(factor, r);
  const vLow = f64x2.add(f64x2.add(productError(factor, r, v), f64x2.mul(factor, rLow)), f64x2.mul(constant(T, 1), r));
  const y = sigmoid(v);
  return madd<f64>(f64x2.mul(y, f64x2.sub(one, y)), vLow, y);
}

/** Returns x, clamped to where the gate is neither 0 nor 1. */
// @ts-ignore: decorator
@inline
function bounded(x: v128): v128 {
  return f64x2.pmax(f64x2.pmin(x, constant(N, 27)), f64x2.neg(constant(N, 27)));
}

/** Returns x σ(v), GELU by tanh. */
// @ts-ignore: decorator
@inline
export function geluTanh(x: v128): v128 {
  const y = f64x2.mul(x, gate(bounded(x)));
  return v128.bitselect(f64x2.neg(f64x2.splat(0)), y, f64x2.lt(x, f64x2.neg(constant(N, 27))));
}

/** Returns the derivative σ(v) + x σ(v) σ(-v) v' of GELU by tanh. */
// @ts-ignore: decorator
@inline
export function geluTanhSlope(v: v128): v128 {
  const x = bounded(v);
  const s = gate(x);
  const d = f64x2.mul(madd<f64>(f64x2.mul(x, x), constant(T, 3), constant(N, 28)), constant(T, 0));
  const y = madd<f64>(f64x2.mul(f64x2.mul(x, d), s), gate(f64x2.neg(x)), s);
  return v128.bitselect(y, v, f64x2.eq(v, v));
}
