/**
 * e^x, ln x, tanh x and σ(x) of four float32 at once, to within 4 units in the last place (ulp) over the whole range, with infinities, NaN and denormals.
 * Polynomials are weighted least-squares fits with Lawson's reweighting (near minimax), with relative errors below 2^-25.
 */
import { constant, madd, nmadd } from "../simd/lanes";

/** 1 / ln 2; ln 2 in two parts; P of e^r = 1 + r + r² P(r) for |r| ≤ ln 2 / 2; the x beyond which e^x is ∞ or 0; 1.5 · 2²³; 1; ±87; ln 2. */
const E: usize = memory.data<f32>([
  1.44269504, 0.693359375, -2.12194440e-4, 0.499999934, 0.166665201, 0.0416683942, 0.00836878041, 0.00138144669, 89, -104, 12582912, 1, 87, -87, 0.693147181,
], 16);

/** Returns e^r for x = n ln 2 + r. */
// @ts-ignore: decorator
@inline
function expOfRemainder(x: v128, n: v128): v128 {
  const r = nmadd(n, constant(E, 2), nmadd(n, constant(E, 1), x));
  let p = madd(r, constant(E, 7), constant(E, 6));
  p = madd(p, r, constant(E, 5));
  p = madd(p, r, constant(E, 4));
  p = madd(p, r, constant(E, 3));
  return f32x4.add(madd(f32x4.mul(r, r), p, r), constant(E, 11));
}

/** Returns e^x for |x| ≤ 87, where neither 2^n nor the result is denormal or infinite. */
// @ts-ignore: decorator
@inline
function expNear(x: v128): v128 {
  const shifted = madd(x, constant(E, 0), constant(E, 10));
  const y = expOfRemainder(x, f32x4.sub(shifted, constant(E, 10)));
  // n is in the low bits of the shifted number
  return f32x4.mul(y, i32x4.add(i32x4.shl(shifted, 23), constant(E, 11)));
}

/** Returns e^x for any x. 2^n is multiplied in two factors, so that denormal results are rounded once. */
// @ts-ignore: decorator
@inline
export function expAny(v: v128): v128 {
  const x = f32x4.pmax(f32x4.pmin(v, constant(E, 8)), constant(E, 9));
  const shifted = madd(x, constant(E, 0), constant(E, 10));
  const y = expOfRemainder(x, f32x4.sub(shifted, constant(E, 10)));
  const whole = i32x4.sub(shifted, constant(E, 10));
  const half = i32x4.shr_s(whole, 1);
  const first = i32x4.add(i32x4.shl(half, 23), constant(E, 11));
  const second = i32x4.add(i32x4.shl(i32x4.sub(whole, half), 23), constant(E, 11));
  return f32x4.mul(f32x4.mul(y, first), second);
}

/** Returns 2^r for |r| ≤ ½. */
// @ts-ignore: decorator
@inline
function exp2OfFraction(fraction: v128): v128 {
  const r = f32x4.mul(fraction, constant(E, 14));
  let p = madd(r, constant(E, 7), constant(E, 6));
  p = madd(p, r, constant(E, 5));
  p = madd(p, r, constant(E, 4));
  p = madd(p, r, constant(E, 3));
  return f32x4.add(madd(f32x4.mul(r, r), p, r), constant(E, 11));
}

/** Returns 2^x for any x. `near` says that |x| ≤ 126. */
// @ts-ignore: decorator
@inline
export function exp2(v: v128, near: bool): v128 {
  const x = near ? v : f32x4.pmax(f32x4.pmin(v, f32x4.splat(129)), f32x4.splat(-151));
  const shifted = f32x4.add(x, constant(E, 10));
  const y = exp2OfFraction(f32x4.sub(x, f32x4.sub(shifted, constant(E, 10))));
  if (near) return f32x4.mul(y, i32x4.add(i32x4.shl(shifted, 23), constant(E, 11)));
  const whole = i32x4.sub(shifted, constant(E, 10));
  const half = i32x4.shr_s(whole, 1);
  const first = i32x4.add(i32x4.shl(half, 23), constant(E, 11));
  const second = i32x4.add(i32x4.shl(i32x4.sub(whole, half), 23), constant(E, 11));
  return f32x4.mul(f32x4.mul(y, first), second);
}

/** Returns e^x in code that its callers share. */
function expOfAny(v: v128): v128 {
  return expAny(v);
}

/** Returns e^x - 1 = 2 (2^(n - 1) (e^r - 1) + (2^(n - 1) - ½)) for x = n ln 2 + r, exact where x is small. */
// @ts-ignore: decorator
@inline
export function shiftedExp(v: v128): v128 {
  const x = f32x4.pmax(f32x4.pmin(v, constant(E, 8)), constant(E, 13));
  const shifted = madd(x, constant(E, 0), constant(E, 10));
  const n = f32x4.sub(shifted, constant(E, 10));
  const r = nmadd(n, constant(E, 2), nmadd(n, constant(E, 1), x));
  let p = madd(r, constant(E, 7), constant(E, 6));
  p = madd(p, r, constant(E, 5));
  p = madd(p, r, constant(E, 4));
  p = madd(p, r, constant(E, 3));
  const above = madd(f32x4.mul(r, r), p, r);
  const half = i32x4.add(i32x4.shl(i32x4.sub(shifted, constant(E, 10)), 23), i32x4.splat(0x3f000000));
  const y = madd(above, half, f32x4.sub(half, constant(L, 15)));
  const sum = f32x4.add(y, y);
  return v128.bitselect(v, sum, f32x4.eq(v, i32x4.splat(0)));
}

/** Returns e^x. `near` says that |x| ≤ 87. */
// @ts-ignore: decorator
@inline
export function exp(x: v128, near: bool): v128 {
  if (near) return expNear(x);
  return v128.any_true(f32x4.gt(f32x4.abs(x), constant(E, 12))) ? expOfAny(x) : expNear(x);
}

/** Returns e^x for x ≤ 0, and 0 for x < -87. */
// @ts-ignore: decorator
@inline
export function expBelow(x: v128): v128 {
  return v128.andnot(expNear(x), f32x4.lt(x, constant(E, 13)));
}

/** P of ln(1 + f) = f - f²/2 + f³ P(f) for √½ ≤ 1 + f < √2; then ln 2 in two parts, the least normal number, 2²³, ∞, NaN, 23, ½, -∞, 1; 1 / ln 2, 1 / ln 10, and log₁₀ 2 in two parts. */
const L: usize = memory.data<f32>([
  0.333333317, -0.25000821, 0.200012269, -0.166233574, 0.142017579, -0.131601822, 0.127615775, -0.0763449776, 0.693359375, -2.12194440e-4,
  1.17549435e-38, 8388608, Infinity, NaN, 23, 0.5, -Infinity, 1,
  1.44269504, 0.434294482, 0.301025391, 4.60503907e-6,
], 16);

/** Returns the bits of x > 0 from which the exponent n and the significand m of x = 2^n m with √½ ≤ m < √2 are read. */
// @ts-ignore: decorator
@inline
function shiftedBits(x: v128): v128 {
  return i32x4.sub(x, i32x4.splat(0x3f3504f3));
}

// @ts-ignore: decorator
@inline
function exponentOf(bits: v128): v128 {
  return f32x4.convert_i32x4_s(i32x4.shr_s(bits, 23));
}

/** Returns the logarithm of 2^n m to the base e, 2 or 10, where m is in the shifted bits. */
// @ts-ignore: decorator
@inline
function logOfParts(base: i32, n: v128, bits: v128): v128 {
  const m = i32x4.add(v128.and(bits, i32x4.splat(0x7fffff)), i32x4.splat(0x3f3504f3));
  const f = f32x4.sub(m, constant(L, 17));
  let p = madd(f, constant(L, 7), constant(L, 6));
  p = madd(p, f, constant(L, 5));
  p = madd(p, f, constant(L, 4));
  p = madd(p, f, constant(L, 3));
  p = madd(p, f, constant(L, 2));
  p = madd(p, f, constant(L, 1));
  p = madd(p, f, constant(L, 0));
  const ff = f32x4.mul(f, f);
  const y = f32x4.mul(f32x4.mul(ff, f), p);
  if (base == 0) return madd(n, constant(L, 8), f32x4.add(f, nmadd(ff, constant(L, 15), madd(n, constant(L, 9), y))));
  // ln(1 + f) / ln b + n log_b 2, where the first part of log₁₀ 2 has few bits
  const z = f32x4.add(f, nmadd(ff, constant(L, 15), y));
  if (base == 2) return madd(z, constant(L, 18), n);
  return madd(n, constant(L, 20), madd(z, constant(L, 19), f32x4.mul(n, constant(L, 21))));
}

/** Whether all lanes of two vectors are positive, normal and finite: as integers, they are from the least normal number on and below infinity. */
// @ts-ignore: decorator
@inline
export function areNormal(x: v128, z: v128): bool {
  const low = i32x4.sub(i32x4.min_s(x, z), i32x4.splat(0x00800000)), high = i32x4.sub(i32x4.splat(0x7f7fffff), i32x4.max_s(x, z));
  return i32x4.bitmask(v128.or(low, high)) == 0;
}

/** Returns the logarithm of x to the base e, 2 or 10. `isNormal` says that x is positive, normal and finite. */
// @ts-ignore: decorator
@inline
function logTo(base: i32, v: v128, isNormal: bool): v128 {
  if (isNormal) {
    const bits = shiftedBits(v);
    return logOfParts(base, exponentOf(bits), bits);
  }
  const small = f32x4.lt(v, constant(L, 10));
  const bits = shiftedBits(v128.bitselect(f32x4.mul(v, constant(L, 11)), v, small));
  const y = logOfParts(base, f32x4.sub(exponentOf(bits), v128.and(small, constant(L, 14))), bits);
  const zero = i32x4.splat(0);
  const inside = v128.and(f32x4.gt(v, zero), f32x4.lt(v, constant(L, 12)));
  const edge = v128.bitselect(constant(L, 16), v128.bitselect(constant(L, 12), constant(L, 13), f32x4.eq(v, constant(L, 12))), f32x4.eq(v, zero));
  return v128.bitselect(y, edge, inside);
}

/** Returns ln x. `isNormal` says that x is positive, normal and finite. */
// @ts-ignore: decorator
@inline
export function log(x: v128, isNormal: bool = false): v128 {
  return logTo(0, x, isNormal);
}

/** Returns log₂ x. `isNormal` says that x is positive, normal and finite. */
// @ts-ignore: decorator
@inline
export function log2(x: v128, isNormal: bool): v128 {
  return logTo(2, x, isNormal);
}

/** Returns log₁₀ x. `isNormal` says that x is positive, normal and finite. */
// @ts-ignore: decorator
@inline
export function log10(x: v128, isNormal: bool): v128 {
  return logTo(10, x, isNormal);
}

/** P of tanh x = x + x³ P(x²) for |x| ≤ 0.625; then that bound, the x from which tanh x rounds to 1, 2, and 1. */
const T: usize = memory.data<f32>([-0.333332598, 0.133308303, -0.0536880231, 0.0204694199, -0.00551516389, 0.625, 10, 2, 1], 16);

/** Returns tanh x. */
// @ts-ignore: decorator
@inline
export function tanh(x: v128): v128 {
  const a = f32x4.pmin(f32x4.abs(x), constant(T, 6));
  const s = f32x4.mul(a, a);
  let p = madd(s, constant(T, 4), constant(T, 3));
  p = madd(p, s, constant(T, 2));
  p = madd(p, s, constant(T, 1));
  p = madd(p, s, constant(T, 0));
  const near = madd(f32x4.mul(a, s), p, a);
  const e = expNear(f32x4.mul(a, constant(T, 7)));
  const far = f32x4.sub(constant(T, 8), f32x4.div(constant(T, 7), f32x4.add(e, constant(T, 8))));
  const y = v128.bitselect(near, far, f32x4.le(a, constant(T, 5)));
  return v128.or(y, v128.and(x, i32x4.splat(0x80000000)));
}

/** Returns σ(x) = 1 / (1 + e^-x), from e^-|x| so that nothing overflows. `near` says that |x| ≤ 87. */
// @ts-ignore: decorator
@inline
export function sigmoid(x: v128, near: bool): v128 {
  const e = exp(f32x4.neg(f32x4.abs(x)), near);
  const r = f32x4.div(constant(T, 8), f32x4.add(constant(T, 8), e));
  return v128.bitselect(r, f32x4.mul(e, r), f32x4.ge(x, i32x4.splat(0)));
}

/** Returns σ(x) for the gate of an LSTM: that of ±87 for |x| > 87. */
// @ts-ignore: decorator
@inline
export function gate(x: v128): v128 {
  return sigmoid(f32x4.pmax(f32x4.pmin(x, constant(E, 12)), constant(E, 13)), true);
}

/** Returns σ(x) for the gate of an LSTM, that of ±87 for |x| > 87, with fewer instructions than `gate`. */
// @ts-ignore: decorator
@inline
export function fastGate(x: v128): v128 {
  const near = f32x4.pmax(f32x4.pmin(x, constant(E, 12)), constant(E, 13));
  return f32x4.div(constant(T, 8), f32x4.add(constant(T, 8), exp(f32x4.neg(near), true)));
}

/** P and Q of tanh x = x P(x²) / Q(x²) for |x| ≤ 7.905, a fit from Eigen; then ±7.905. */
const R: usize = memory.data<f32>([
  4.89352455891786e-3, 6.37261928875436e-4, 1.48572235717979e-5, 5.12229709037114e-8, -8.60467152213735e-11, 2.00018790482477e-13,
  -2.76076847742355e-16, 4.89352518554385e-3, 2.26843463243900e-3, 1.18534705686654e-4, 1.19825839466702e-6, 7.90531110763549805, -7.90531110763549805,
], 16);

/** Returns tanh x to within 5 ulp, that of ±7.905 for |x| > 7.905. */
// @ts-ignore: decorator
@inline
export function rationalTanh(v: v128): v128 {
  const x = f32x4.pmax(f32x4.pmin(v, constant(R, 11)), constant(R, 12));
  const s = f32x4.mul(x, x);
  let p = madd(s, constant(R, 6), constant(R, 5));
  p = madd(p, s, constant(R, 4));
  p = madd(p, s, constant(R, 3));
  p = madd(p, s, constant(R, 2));
  p = madd(p, s, constant(R, 1));
  p = madd(p, s, constant(R, 0));
  let q = madd(s, constant(R, 10), constant(R, 9));
  q = madd(q, s, constant(R, 8));
  q = madd(q, s, constant(R, 7));
  return f32x4.div(f32x4.mul(x, p), q);
}
