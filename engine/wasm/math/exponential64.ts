/**
 * e^x, ln x, tanh x and σ(x) of two float64 at once, to within 3 units in the last place (ulp) of the C library's, with infinities, NaN and denormals. The
 * coefficients of the logarithm are from Sun's fdlibm; e^r is a Taylor polynomial.
 */
import { madd } from "../simd/lanes";

/** 1 / ln 2; ln 2 in two parts; the x beyond which e^x is ∞ or 0; 1.5 · 2⁵²; 1; 2; the x from which e^x + 1 rounds to e^x. */
const E: usize = memory.data<f64>([1.4426950408889634, 6.93147180369123816490e-1, 1.90821492927058770002e-10, 710, -746, 6755399441055744, 1, 2, 44], 16);

/** Coefficients of e^r - 1 - r: 1/13! to 1/2!. */
const P: usize = memory.data<f64>([
  1.6059043836821613e-10, 2.08767569878681e-9, 2.505210838544172e-8, 2.755731922398589e-7, 2.7557319223985893e-6, 2.48015873015873e-5,
  1.984126984126984e-4, 1.388888888888889e-3, 8.333333333333333e-3, 4.1666666666666664e-2, 1.6666666666666666e-1, 0.5,
], 16);

/** Coefficients of ln(1 + f) for s¹⁴ to s², where s = f / (2 + f); then 2⁵⁴, the least normal number, 54, ∞, NaN, -∞, 2⁵² + 1023, 1, 2, ½. */
const L: usize = memory.data<f64>([
  1.479819860511658591e-1, 1.531383769920937332e-1, 1.818357216161805012e-1, 2.222219843214978396e-1, 2.857142874366239149e-1, 3.999999999940941908e-1,
  6.666666666666735130e-1, 18014398509481984, 2.2250738585072014e-308, 54, Infinity, NaN, -Infinity, 4503599627371519, 1, 2, 0.5,
], 16);

/** Returns the i-th float64 of a table in both lanes. */
// @ts-ignore: decorator
@inline
export function constant(table: usize, i: usize): v128 {
  return v128.load64_splat(table + (i << 3));
}

/** Returns 1.5 · 2⁵² + n for x = n ln 2 + r: n is in its low bits. */
// @ts-ignore: decorator
@inline
function shifted(x: v128): v128 {
  return f64x2.add(f64x2.mul(x, constant(E, 0)), constant(E, 5));
}

/** Returns the polynomial in z whose coefficients are every second one of a table. */
// @ts-ignore: decorator
@inline
function everySecond(z: v128, table: usize): v128 {
  let p = madd<f64>(z, constant(table, 0), constant(table, 2));
  p = madd<f64>(p, z, constant(table, 4));
  p = madd<f64>(p, z, constant(table, 6));
  p = madd<f64>(p, z, constant(table, 8));
  return madd<f64>(p, z, constant(table, 10));
}

/** Returns e^r - 1, with even and odd powers summed apart, so that the processor can work on both at once. */
// @ts-ignore: decorator
@inline
function expm1OfRemainder(x: v128, n: v128): v128 {
  const r = f64x2.sub(f64x2.sub(x, f64x2.mul(n, constant(E, 1))), f64x2.mul(n, constant(E, 2)));
  const z = f64x2.mul(r, r);
  return madd<f64>(z, madd<f64>(everySecond(z, P), r, everySecond(z, P + 8)), r);
}

/** Returns 2^n for integers n in int64. */
// @ts-ignore: decorator
@inline
function power(n: v128): v128 {
  return i64x2.add(i64x2.shl(n, 52), constant(E, 6));
}

/** Returns e^x. 2^n is multiplied in two factors, so that denormal results are rounded once. */
// @ts-ignore: decorator
@inline
export function exp(v: v128): v128 {
  const x = f64x2.pmax(f64x2.pmin(v, constant(E, 3)), constant(E, 4));
  const s = shifted(x);
  const y = f64x2.add(expm1OfRemainder(x, f64x2.sub(s, constant(E, 5))), constant(E, 6));
  const whole = i64x2.sub(s, constant(E, 5));
  const first = i64x2.shr_s(whole, 1);
  return f64x2.mul(f64x2.mul(y, power(first)), power(i64x2.sub(whole, first)));
}

/** Returns 2^x = 2^n e^(r ln 2) for x = n + r. */
// @ts-ignore: decorator
@inline
export function exp2(v: v128): v128 {
  const x = f64x2.pmax(f64x2.pmin(v, f64x2.splat(1025)), f64x2.splat(-1080));
  const s = f64x2.add(x, constant(E, 5));
  const r = f64x2.mul(f64x2.sub(x, f64x2.sub(s, constant(E, 5))), f64x2.splat(0.6931471805599453));
  const z = f64x2.mul(r, r);
  const y = f64x2.add(madd<f64>(z, madd<f64>(everySecond(z, P), r, everySecond(z, P + 8)), r), constant(E, 6));
  const whole = i64x2.sub(s, constant(E, 5));
  const first = i64x2.shr_s(whole, 1);
  return f64x2.mul(f64x2.mul(y, power(first)), power(i64x2.sub(whole, first)));
}

/** Returns e^x - 1 for 0 ≤ x ≤ 44. */
// @ts-ignore: decorator
@inline
function expm1(x: v128): v128 {
  const s = shifted(x);
  const scale = power(i64x2.sub(s, constant(E, 5)));
  return madd<f64>(expm1OfRemainder(x, f64x2.sub(s, constant(E, 5))), scale, f64x2.sub(scale, constant(E, 6)));
}

/** Returns e^x - 1 = 2 (2^(n - 1) (e^r - 1) + (2^(n - 1) - ½)) for x = n ln 2 + r, exact where x is small. */
// @ts-ignore: decorator
@inline
export function shiftedExp(v: v128): v128 {
  const x = f64x2.pmax(f64x2.pmin(v, constant(E, 3)), f64x2.splat(-44));
  const s = shifted(x);
  const half = i64x2.add(i64x2.shl(i64x2.sub(s, constant(E, 5)), 52), i64x2.splat(0x3fe0000000000000));
  const y = madd<f64>(expm1OfRemainder(x, f64x2.sub(s, constant(E, 5))), half, f64x2.sub(half, constant(L, 16)));
  return v128.bitselect(v, f64x2.add(y, y), f64x2.eq(v, f64x2.splat(0)));
}

/** Returns tanh x: y / (y + 2) for y = e^(2|x|) - 1, with the sign of x. */
// @ts-ignore: decorator
@inline
export function tanh(x: v128): v128 {
  const y = expm1(f64x2.pmin(f64x2.mul(f64x2.abs(x), constant(E, 7)), constant(E, 8)));
  return v128.bitselect(x, f64x2.div(y, f64x2.add(y, constant(E, 7))), i64x2.splat(i64.MIN_VALUE));
}

/** Returns σ(x): 1 / (1 + e) for e = e^-|x|, or e / (1 + e) where x < 0. */
// @ts-ignore: decorator
@inline
export function sigmoid(x: v128): v128 {
  const e = exp(f64x2.neg(f64x2.abs(x)));
  const above = v128.bitselect(e, constant(E, 6), f64x2.lt(x, f64x2.splat(0)));
  return f64x2.div(above, f64x2.add(e, constant(E, 6)));
}

/** Returns ln x: x = 2^n (1 + f) with √½ ≤ 1 + f < √2, and ln(1 + f) = f - (f²/2 - s (f²/2 + R(s))). */
// @ts-ignore: decorator
@inline
export function log(v: v128): v128 {
  const small = f64x2.lt(v, constant(L, 8));
  const x = v128.bitselect(f64x2.mul(v, constant(L, 7)), v, small);
  // the exponent of x / √½, rounded down
  const bits = i64x2.add(x, i64x2.splat(0x3ff0000000000000 - 0x3fe6a09e667f3bcd));
  const exponent = v128.or(i64x2.shr_u(bits, 52), i64x2.splat(0x4330000000000000));
  const m = i64x2.add(v128.and(bits, i64x2.splat(0xfffffffffffff)), i64x2.splat(0x3fe6a09e667f3bcd));
  const n = f64x2.sub(f64x2.sub(exponent, constant(L, 13)), v128.and(small, constant(L, 9)));
  const f = f64x2.sub(m, constant(L, 14));
  const s = f64x2.div(f, f64x2.add(f, constant(L, 15)));
  const z = f64x2.mul(s, s);
  let r = madd<f64>(z, constant(L, 0), constant(L, 1));
  r = madd<f64>(r, z, constant(L, 2));
  r = madd<f64>(r, z, constant(L, 3));
  r = madd<f64>(r, z, constant(L, 4));
  r = madd<f64>(r, z, constant(L, 5));
  r = f64x2.mul(madd<f64>(r, z, constant(L, 6)), z);
  const square = f64x2.mul(f64x2.mul(f, f), constant(L, 16));
  const tail = madd<f64>(s, f64x2.add(square, r), f64x2.mul(n, constant(E, 2)));
  const y = f64x2.sub(f64x2.mul(n, constant(E, 1)), f64x2.sub(f64x2.sub(square, tail), f));
  const zero = f64x2.splat(0);
  let result = v128.bitselect(constant(L, 12), y, f64x2.eq(v, zero));
  result = v128.bitselect(v, result, f64x2.eq(v, constant(L, 10)));
  // below 0, and NaN
  return v128.bitselect(result, constant(L, 11), f64x2.ge(v, zero));
}
