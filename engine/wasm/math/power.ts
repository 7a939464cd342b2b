/**
 * x^z of a vector of either dtype as e^(z ln |x|), to within 1 unit in the last place (ulp). An error of ln x is multiplied by up to 745 (104 in float32), so
 * ln x and z ln x are sums of two numbers, of which the second is called the rest. Polynomials are least-squares fits at Chebyshev nodes, which is near minimax.
 */
import { loadSplat, madd, storePair } from "../simd/lanes";
import { all } from "./generic";

/* P of ln((1 + s) / (1 - s)) = 2s + ⅔s³ + s⁵ P(s²) for √½ ≤ (1 + s) / (1 - s) ≤ √2, the highest power first. */
const P64: usize = memory.data<f64>([
  0.11998571964593452, 0.11673558209672513, 0.1333638627497979, 0.15384554861591845, 0.18181818903899385, 0.2222222221721801, 0.2857142857144668, 0.39999999999999974,
], 16);
const P32: usize = memory.data<f32>([0.19120455, 0.22204763, 0.2857153, 0.4], 16);

/* Q of e^r = 1 + r + r²/2 + r³ Q(r) for |r| ≤ ln 2 / 2, the highest power first; then ½. */
const Q64: usize = memory.data<f64>([
  2.0911236630261545e-9, 2.510038549551032e-8, 2.755728296954995e-7, 2.7557268459997064e-6, 2.4801587317144498e-5, 1.9841269863053618e-4,
  1.3888888888886552e-3, 8.333333333330062e-3, 4.1666666666666664e-2, 1.6666666666666669e-1, 0.5,
], 16);
const Q32: usize = memory.data<f32>([0.00019882698, 0.0013926184, 0.008333321, 0.041666556, 0.16666667, 0.5], 16);

/* 1 and 2; ⅔ and ln 2 as sums of two numbers, where a product of the first part of ln 2 and an exponent is exact; 1 / ln 2; 1.5 times the number from which all
   are integers; the bound of the exponents that `usualPow` takes; the |z ln x| from which x^z is 0 or ∞. */
const C64: usize = memory.data<f64>([
  1, 2, 0.6666666666666666, 3.700743415417188e-17, 6.93147180369123816490e-1, 1.90821492927058770002e-10, 1.4426950408889634, 6755399441055744, 1010, 750,
], 16);
const C32: usize = memory.data<f32>([1, 2, 0.6666667, -1.98682149e-8, 0.693359375, -2.12194440e-4, 1.44269504, 12582912, 120, 110], 16);

// @ts-ignore: decorator
@inline
function constant<T>(i: i32): v128 {
  return loadSplat<T>((sizeof<T>() == 8 ? C64 : C32) + i * sizeof<T>());
}

/** Returns the polynomial of degree 3 whose coefficients begin a table, the highest power first. */
// @ts-ignore: decorator
@inline
function cubic<T>(table: usize, x: v128): v128 {
  let p = madd<T>(x, loadSplat<T>(table), loadSplat<T>(table + sizeof<T>()));
  p = madd<T>(p, x, loadSplat<T>(table + 2 * sizeof<T>()));
  return madd<T>(p, x, loadSplat<T>(table + 3 * sizeof<T>()));
}

/** Returns the polynomial of degree 7 whose coefficients begin a table of float64. */
// @ts-ignore: decorator
@inline
function septic(table: usize, x: v128): v128 {
  let p = madd<f64>(cubic<f64>(table, x), x, loadSplat<f64>(table + 32));
  p = madd<f64>(p, x, loadSplat<f64>(table + 40));
  p = madd<f64>(p, x, loadSplat<f64>(table + 48));
  return madd<f64>(p, x, loadSplat<f64>(table + 56));
}

/** Returns P(q). */
// @ts-ignore: decorator
@inline
function logTail<T>(q: v128): v128 {
  if (sizeof<T>() == 8) return septic(P64, q);
  return cubic<f32>(P32, q);
}

/** Returns ½ + r Q(r). */
// @ts-ignore: decorator
@inline
function expTail<T>(r: v128): v128 {
  if (sizeof<T>() == 4) return madd(madd(cubic<f32>(Q32, r), r, loadSplat<f32>(Q32 + 16)), r, loadSplat<f32>(Q32 + 20));
  const q = madd<f64>(madd<f64>(septic(Q64, r), r, loadSplat<f64>(Q64 + 64)), r, loadSplat<f64>(Q64 + 72));
  return madd<f64>(q, r, loadSplat<f64>(Q64 + 80));
}

/** Returns x with the sign, the exponent and the upper half of the significand. */
// @ts-ignore: decorator
@inline
function upperHalf<T>(x: v128): v128 {
  return v128.and(x, sizeof<T>() == 8 ? i64x2.splat(-134217728) : i32x4.splat(-4096));
}

/** Returns p - a b for the rounded product p: by one fused multiply-add, or by products of halves of the significands, which are exact (Dekker). */
// @ts-ignore: decorator
@inline
function excess<T>(isFused: bool, a: v128, b: v128, p: v128): v128 {
  if (ASC_FEATURE_RELAXED_SIMD && isFused) return v128.relaxed_nmadd<T>(a, b, p);
  const aHigh = upperHalf<T>(a), bHigh = upperHalf<T>(b), aLow = v128.sub<T>(a, aHigh), bLow = v128.sub<T>(b, bHigh);
  const cross = v128.add<T>(v128.mul<T>(aHigh, bLow), v128.mul<T>(aLow, bHigh));
  return v128.sub<T>(v128.sub<T>(v128.sub<T>(p, v128.mul<T>(aHigh, bHigh)), cross), v128.mul<T>(aLow, bLow));
}

/** Returns the bits of x > 0 from which the exponent n and the significand m of x = 2^n m with √½ ≤ m < √2 are read. */
// @ts-ignore: decorator
@inline
function shiftedBits<T>(x: v128): v128 {
  if (sizeof<T>() == 8) return i64x2.add(x, i64x2.splat(0x3ff0000000000000 - 0x3fe6a09e667f3bcd));
  return i32x4.add(x, i32x4.splat(0x3f800000 - 0x3f3504f3));
}

// @ts-ignore: decorator
@inline
function exponentOf<T>(bits: v128): v128 {
  if (sizeof<T>() == 8) return f64x2.sub(v128.or(i64x2.shr_u(bits, 52), i64x2.splat(0x4330000000000000)), f64x2.splat(4503599627371519));
  return f32x4.sub(v128.or(i32x4.shr_u(bits, 23), i32x4.splat(0x4b000000)), f32x4.splat(8388735));
}

// @ts-ignore: decorator
@inline
function significandOf<T>(bits: v128): v128 {
  if (sizeof<T>() == 8) return i64x2.add(v128.and(bits, i64x2.splat(0xfffffffffffff)), i64x2.splat(0x3fe6a09e667f3bcd));
  return i32x4.add(v128.and(bits, i32x4.splat(0x7fffff)), i32x4.splat(0x3f3504f3));
}

/** Returns the bits of 2^k y from those of y, where k is in the low bits of `shifted`. */
// @ts-ignore: decorator
@inline
function scaledBits<T>(shifted: v128, y: v128): v128 {
  if (sizeof<T>() == 8) return i64x2.add(i64x2.shl(shifted, 52), y);
  return i32x4.add(i32x4.shl(shifted, 23), y);
}

/** Whether x is positive, normal and finite, and x^z neither overflows nor is denormal, so that `usualPow` serves. False for some other x and z too. */
// @ts-ignore: decorator
@inline
function isUsual<T>(x: v128, z: v128): v128 {
  // |log₂ x| ≤ |⌊log₂ x⌋| + 1; the sign bit makes it larger than the bound
  const n = v128.add<T>(v128.abs<T>(exponentOf<T>(x)), constant<T>(0));
  return v128.le<T>(v128.mul<T>(n, v128.pmax<T>(v128.abs<T>(z), constant<T>(0))), constant<T>(8));
}

/** Returns x^z for x = 2^n m ≥ 0. `isAny` says that x may be 0, infinite or NaN, and that x^z may overflow or be denormal. */
// @ts-ignore: decorator
@inline
function powOf<T>(isFused: bool, isAny: bool, n: v128, m: v128, z: v128, x: v128): v128 {
  const one = constant<T>(0), two = constant<T>(1);
  // s = (m - 1) / (m + 1)
  const f = v128.sub<T>(m, one), d = v128.add<T>(m, one);
  const dRest = v128.sub<T>(m, v128.sub<T>(d, one));
  const inverse = v128.div<T>(one, d);
  const s = v128.mul<T>(f, inverse);
  const p = v128.mul<T>(s, d);
  const remainder = v128.sub<T>(v128.add<T>(v128.sub<T>(f, p), excess<T>(isFused, s, d, p)), v128.mul<T>(s, dRest));
  const sRest = v128.mul<T>(remainder, inverse);
  // w = s² (⅔ + s² P)
  const q = v128.mul<T>(s, s);
  const qRest = v128.sub<T>(v128.mul<T>(v128.add<T>(s, s), sRest), excess<T>(isFused, s, s, q));
  const tail = v128.mul<T>(q, logTail<T>(q));
  const c = v128.add<T>(constant<T>(2), tail);
  const cRest = v128.add<T>(v128.add<T>(v128.sub<T>(constant<T>(2), c), tail), constant<T>(3));
  const w = v128.mul<T>(q, c);
  const wRest = madd<T>(q, cRest, v128.sub<T>(v128.mul<T>(qRest, c), excess<T>(isFused, q, c, w)));
  // ln m = s (2 + w)
  const b = v128.add<T>(two, w);
  const bRest = v128.add<T>(v128.add<T>(v128.sub<T>(two, b), w), wRest);
  const l = v128.mul<T>(s, b);
  const lRest = madd<T>(s, bRest, v128.sub<T>(v128.mul<T>(sRest, b), excess<T>(isFused, s, b, l)));
  // ln x = n ln 2 + ln m
  const whole = v128.mul<T>(n, constant<T>(4));
  let log = v128.add<T>(whole, l);
  const logRest = v128.add<T>(v128.add<T>(v128.sub<T>(whole, log), l), madd<T>(n, constant<T>(5), lRest));
  if (isAny) {
    log = v128.bitselect(all<T>(-Infinity), log, v128.eq<T>(x, all<T>(0)));
    log = v128.bitselect(x, log, v128.eq<T>(x, all<T>(Infinity)));
  }
  // z ln x = k ln 2 + r
  let t = v128.mul<T>(z, log);
  let tRest = v128.sub<T>(v128.mul<T>(z, logRest), excess<T>(isFused, z, log, t));
  if (isAny) {
    // the rest may be NaN where the result is 0 or ∞
    tRest = v128.and(tRest, v128.lt<T>(v128.abs<T>(t), constant<T>(9)));
    t = v128.pmax<T>(v128.pmin<T>(t, constant<T>(9)), v128.neg<T>(constant<T>(9)));
  }
  const shifted = madd<T>(t, constant<T>(6), constant<T>(7));
  const k = v128.sub<T>(shifted, constant<T>(7));
  const r = v128.sub<T>(t, v128.mul<T>(k, constant<T>(4)));
  const rRest = v128.sub<T>(tRest, v128.mul<T>(k, constant<T>(5)));
  // e^r
  const u = v128.add<T>(r, rRest);
  const y = v128.add<T>(one, v128.add<T>(r, madd<T>(v128.mul<T>(u, u), expTail<T>(u), rRest)));
  if (!isAny) return scaledBits<T>(shifted, y);
  // 2^k in two factors, so that denormal results are rounded once
  const half = madd<T>(k, all<T>(0.5), constant<T>(7));
  const rest = v128.add<T>(v128.sub<T>(k, v128.sub<T>(half, constant<T>(7))), constant<T>(7));
  return v128.mul<T>(v128.mul<T>(y, scaledBits<T>(half, one)), scaledBits<T>(rest, one));
}

/** Returns x^z for lanes of which `isUsual` holds. `isFused` says that multiply-adds round once. */
// @ts-ignore: decorator
@inline
function usualPow<T>(isFused: bool, x: v128, z: v128): v128 {
  const bits = shiftedBits<T>(x);
  return powOf<T>(isFused, false, exponentOf<T>(bits), significandOf<T>(bits), z, x);
}

/** Whether numbers that have a fractional part are integers: adding the number from which all are integers rounds to one. V8 joins these operations of two vectors, but not `nearest`. */
// @ts-ignore: decorator
@inline
function isWhole<T>(x: v128): v128 {
  const large = all<T>(sizeof<T>() == 8 ? 4503599627370496 : 8388608);
  return v128.or(v128.eq<T>(x, v128.sub<T>(v128.add<T>(x, large), large)), v128.ge<T>(x, large));
}

/** Returns x^z from |x|^z as C's `pow`: with the sign of x where z is odd, NaN for a finite x < 0 where z is no integer, and 1 for z = 0, for x = 1, and for x = -1 where z is infinite. */
// @ts-ignore: decorator
@inline
function withSpecialCases<T>(x: v128, z: v128, y: v128): v128 {
  const one = all<T>(1), zero = all<T>(0), size = v128.abs<T>(z);
  const isInteger = isWhole<T>(size);
  // from the number on whose half has no fractional part, all are even
  const isEven = v128.or(isWhole<T>(v128.mul<T>(size, all<T>(0.5))), v128.ge<T>(size, all<T>(sizeof<T>() == 8 ? 9007199254740992 : 16777216)));
  const signBits = sizeof<T>() == 8 ? i64x2.splat(i64.MIN_VALUE) : i32x4.splat(i32.MIN_VALUE);
  const sign = v128.and(v128.and(x, signBits), v128.andnot(isInteger, isEven));
  const isNegative = v128.and(v128.lt<T>(x, zero), v128.gt<T>(x, all<T>(-Infinity)));
  const isNaN = v128.or(v128.andnot(isNegative, isInteger), v128.or(v128.ne<T>(x, x), v128.ne<T>(z, z)));
  const signed = v128.bitselect(all<T>(NaN), v128.or(y, sign), isNaN);
  const isUnit = v128.and(v128.eq<T>(v128.abs<T>(x), one), v128.eq<T>(size, all<T>(Infinity)));
  return v128.bitselect(one, signed, v128.or(v128.or(v128.eq<T>(x, one), v128.eq<T>(z, zero)), isUnit));
}

// @ts-ignore: decorator
@inline
function anyPow<T>(isFused: bool, x: v128, z: v128): v128 {
  const a = v128.abs<T>(x);
  // denormal numbers times 2⁵⁴ or 2²⁴
  const isSmall = v128.lt<T>(a, all<T>(sizeof<T>() == 8 ? 2.2250738585072014e-308 : 1.1754943508222875e-38));
  const scaled = v128.mul<T>(a, all<T>(sizeof<T>() == 8 ? 18014398509481984 : 16777216));
  const bits = shiftedBits<T>(v128.bitselect(scaled, a, isSmall));
  const n = v128.sub<T>(exponentOf<T>(bits), v128.and(isSmall, all<T>(sizeof<T>() == 8 ? 54 : 24)));
  return withSpecialCases<T>(x, z, powOf<T>(isFused, true, n, significandOf<T>(bits), z, a));
}

/* Stores any x^z for the two vectors at x and at z. Each has a function of its own, so that the loops of usual numbers stay small. */

// @ts-ignore: decorator
@inline
function storeAny<T>(isFused: bool, x: usize, z: usize, to: usize): void {
  storePair(to, anyPow<T>(isFused, v128.load(x), v128.load(z)), anyPow<T>(isFused, v128.load(x, 16), v128.load(z, 16)));
}

function storeFused<T>(x: usize, z: usize, to: usize): void {
  storeAny<T>(true, x, z, to);
}

function storeExact<T>(x: usize, z: usize, to: usize): void {
  storeAny<T>(false, x, z, to);
}

/**
 * Computes c = a^b for n elements two vectors at a time. Operands are at `a` and `b` plus the bits of the position that a mask lets through: none for an operand of two equal vectors,
 * all for one of n elements. `isFused` says that multiply-adds round once, which relaxed SIMD leaves to the processor.
 */
// @ts-ignore: decorator
@inline
export function mapPow<T>(isFused: bool, n: usize, a: usize, aMask: usize, b: usize, bMask: usize, c: usize): void {
  for (let i: usize = 0; i < n * sizeof<T>(); i += 32) {
    const p = a + (i & aMask), q = b + (i & bMask);
    const x0 = v128.load(p), x1 = v128.load(p, 16), z0 = v128.load(q), z1 = v128.load(q, 16);
    const areUsual = v128.and(isUsual<T>(x0, z0), isUsual<T>(x1, z1));
    if (sizeof<T>() == 8 ? i64x2.all_true(areUsual) : i32x4.all_true(areUsual)) storePair(c + i, usualPow<T>(isFused, x0, z0), usualPow<T>(isFused, x1, z1));
    else if (ASC_FEATURE_RELAXED_SIMD && isFused) storeFused<T>(p, q, c + i);
    else storeExact<T>(p, q, c + i);
  }
}
