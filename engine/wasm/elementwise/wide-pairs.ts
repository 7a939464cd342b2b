/**
 * Elementwise functions of two tensors that are computed in float64: two elements at a time, which float32 are widened to and rounded from. Allocations are multiples of 64
 * bytes, so operands and result may be read and written in whole vectors.
 */
import * as WidePair from "../../src/fast/abi/codes/wide-pair";
import { exp, exp2, log } from "../math/exponential64";
import { all, log1pOf } from "../math/generic";
import { atan2 } from "../math/inverse64";

// @ts-ignore: decorator
@inline
function choose(mask: v128, x: v128, z: v128): v128 {
  return v128.bitselect(x, z, mask);
}

// @ts-ignore: decorator
@inline
function isNaN(x: v128): v128 {
  return f64x2.ne(x, x);
}

/** Returns the larger of each pair, or the smaller; of a NaN and a number, the number. */
// @ts-ignore: decorator
@inline
function further(smallest: bool, x: v128, z: v128): v128 {
  const y = smallest ? f64x2.pmin(z, x) : f64x2.pmax(z, x);
  return choose(isNaN(z), x, choose(isNaN(x), z, y));
}

/** Returns √(x² + z²), from the larger magnitude, so that nothing overflows or underflows. */
// @ts-ignore: decorator
@inline
function hypot(x: v128, z: v128): v128 {
  const a = f64x2.abs(x), b = f64x2.abs(z), zero = all<f64>(0), most = all<f64>(Infinity);
  const large = f64x2.pmax(a, b), small = f64x2.pmin(a, b);
  const r = f64x2.div(small, large);
  const y = f64x2.mul(large, f64x2.sqrt(f64x2.add(all<f64>(1), f64x2.mul(r, r))));
  const isInfinite = v128.or(f64x2.eq(a, most), f64x2.eq(b, most));
  return choose(isInfinite, most, choose(v128.or(isNaN(x), isNaN(z)), all<f64>(NaN), choose(f64x2.eq(large, zero), zero, y)));
}

/** Returns ln(e^x + e^z), or the logarithm to base 2 of 2^x + 2^z, from the larger of both. */
// @ts-ignore: decorator
@inline
function logSum(isBinary: bool, x: v128, z: v128): v128 {
  const large = f64x2.pmax(x, z);
  const d = f64x2.neg(f64x2.abs(f64x2.sub(x, z)));
  const rest = log1pOf<f64>(isBinary ? exp2(d) : exp(d));
  const y = f64x2.add(large, isBinary ? f64x2.mul(rest, all<f64>(1.4426950408889634)) : rest);
  const isEqual = v128.and(f64x2.eq(x, z), f64x2.eq(f64x2.abs(x), all<f64>(Infinity)));
  return choose(v128.or(isNaN(x), isNaN(z)), all<f64>(NaN), choose(isEqual, x, y));
}

/** Returns x ln z, and 0 where x is 0 and z is not NaN. */
// @ts-ignore: decorator
@inline
function xlogy(x: v128, z: v128): v128 {
  const y = f64x2.mul(x, log(z));
  return choose(isNaN(z), z, choose(f64x2.eq(x, all<f64>(0)), all<f64>(0), y));
}

/** Returns x^z as C's `pow` does, for numbers of float32: e^(z ln |x|), with the sign of x where z is odd, and NaN for x < 0 where z is no integer. */
// @ts-ignore: decorator
@inline
function pow(x: v128, z: v128): v128 {
  const one = all<f64>(1), zero = all<f64>(0);
  const a = f64x2.abs(x);
  const y = exp(f64x2.mul(z, log(a)));
  const isInteger = f64x2.eq(z, f64x2.nearest(z));
  const half = f64x2.mul(z, all<f64>(0.5));
  const isOdd = v128.andnot(isInteger, f64x2.eq(half, f64x2.nearest(half)));
  const sign = v128.and(v128.and(x, i64x2.splat(i64.MIN_VALUE)), isOdd);
  const isNegative = v128.and(f64x2.lt(x, zero), f64x2.gt(x, all<f64>(-Infinity)));
  const signed = choose(v128.andnot(isNegative, isInteger), all<f64>(NaN), v128.or(y, sign));
  const isOne = v128.or(v128.or(f64x2.eq(x, one), f64x2.eq(z, zero)), v128.and(f64x2.eq(a, one), f64x2.eq(f64x2.abs(z), all<f64>(Infinity))));
  return choose(isOne, one, signed);
}

/** Returns the remainder of x / z for numbers of float32: with the sign of x, or of z where `floored`. It is exact for quotients below 2²⁹, and beyond them by the loop. */
// @ts-ignore: decorator
@inline
function rest(floored: bool, x: v128, z: v128): v128 {
  const a = f64x2.abs(x), b = f64x2.abs(z), zero = all<f64>(0);
  const q = f64x2.trunc(f64x2.div(a, b));
  let r = f64x2.sub(a, f64x2.mul(q, b));
  if (v128.any_true(f64x2.ge(q, all<f64>(536870912)))) r = restByLoop(a, b);
  // the quotient was rounded up to an integer
  r = choose(f64x2.lt(r, zero), f64x2.add(r, b), r);
  // x is the rest of a division by infinity
  r = choose(v128.and(f64x2.eq(b, all<f64>(Infinity)), f64x2.lt(a, b)), a, r);
  const signed = v128.or(r, v128.and(x, i64x2.splat(i64.MIN_VALUE)));
  if (!floored) return signed;
  const isOther = v128.and(f64x2.ne(signed, zero), i64x2.lt_s(v128.xor(signed, z), i64x2.splat(0)));
  return choose(isOther, f64x2.add(signed, z), signed);
}

function restByLoop(a: v128, b: v128): v128 {
  const first = f64x2.extract_lane(a, 0) % f64x2.extract_lane(b, 0), second = f64x2.extract_lane(a, 1) % f64x2.extract_lane(b, 1);
  return f64x2.replace_lane(f64x2.splat(first), 1, second);
}

/** Returns the function of a code at x and z. */
// @ts-ignore: decorator
@inline
function apply(op: i32, x: v128, z: v128): v128 {
  if (op == WidePair.copysign) return v128.bitselect(z, x, i64x2.splat(i64.MIN_VALUE));
  if (op == WidePair.fmax) return further(false, x, z);
  if (op == WidePair.fmin) return further(true, x, z);
  if (op == WidePair.hypot) return hypot(x, z);
  if (op == WidePair.atan2) return atan2(x, z);
  if (op == WidePair.logaddexp) return logSum(false, x, z);
  if (op == WidePair.logaddexp2) return logSum(true, x, z);
  if (op == WidePair.xlogy) return xlogy(x, z);
  if (op == WidePair.pow) return pow(x, z);
  return rest(op == WidePair.remainder, x, z);
}

/** Returns two elements, as float64; `single` says that they are one element, which is repeated. */
// @ts-ignore: decorator
@inline
function two<T>(from: usize, single: bool): v128 {
  if (sizeof<T>() == 8) return single ? v128.load64_splat(from) : v128.load(from);
  return f64x2.promote_low_f32x4(single ? v128.load32_splat(from) : v128.load64_zero(from));
}

// @ts-ignore: decorator
@inline
function map<T>(op: i32, n: usize, a: usize, aSingle: bool, b: usize, bSingle: bool, c: usize): void {
  const step = 2 * sizeof<T>();
  for (let i: usize = 0; i < n * sizeof<T>(); i += step) {
    const y = apply(op, two<T>(aSingle ? a : a + i, aSingle), two<T>(bSingle ? b : b + i, bSingle));
    if (sizeof<T>() == 8) v128.store(c + i, y);
    else v128.store64_lane(c + i, f32x4.demote_f64x2_zero(y), 0);
  }
}

/* c = f(a, b) for n elements, of which either operand may be a single one. Each has a function of its own, as V8 compiles the loops of a large function to slower code. */

export function copysignPair32(n: usize, a: usize, aSingle: bool, b: usize, bSingle: bool, c: usize): void {
  map<f32>(WidePair.copysign, n, a, aSingle, b, bSingle, c);
}

export function fmaxPair32(n: usize, a: usize, aSingle: bool, b: usize, bSingle: bool, c: usize): void {
  map<f32>(WidePair.fmax, n, a, aSingle, b, bSingle, c);
}

export function fminPair32(n: usize, a: usize, aSingle: bool, b: usize, bSingle: bool, c: usize): void {
  map<f32>(WidePair.fmin, n, a, aSingle, b, bSingle, c);
}

export function hypotPair32(n: usize, a: usize, aSingle: bool, b: usize, bSingle: bool, c: usize): void {
  map<f32>(WidePair.hypot, n, a, aSingle, b, bSingle, c);
}

export function atan2Pair32(n: usize, a: usize, aSingle: bool, b: usize, bSingle: bool, c: usize): void {
  map<f32>(WidePair.atan2, n, a, aSingle, b, bSingle, c);
}

export function logaddexpPair32(n: usize, a: usize, aSingle: bool, b: usize, bSingle: bool, c: usize): void {
  map<f32>(WidePair.logaddexp, n, a, aSingle, b, bSingle, c);
}

export function logaddexp2Pair32(n: usize, a: usize, aSingle: bool, b: usize, bSingle: bool, c: usize): void {
  map<f32>(WidePair.logaddexp2, n, a, aSingle, b, bSingle, c);
}

export function xlogyPair32(n: usize, a: usize, aSingle: bool, b: usize, bSingle: bool, c: usize): void {
  map<f32>(WidePair.xlogy, n, a, aSingle, b, bSingle, c);
}

export function powPair32(n: usize, a: usize, aSingle: bool, b: usize, bSingle: bool, c: usize): void {
  map<f32>(WidePair.pow, n, a, aSingle, b, bSingle, c);
}

export function fmodPair32(n: usize, a: usize, aSingle: bool, b: usize, bSingle: bool, c: usize): void {
  map<f32>(WidePair.fmod, n, a, aSingle, b, bSingle, c);
}

export function remainderPair32(n: usize, a: usize, aSingle: bool, b: usize, bSingle: bool, c: usize): void {
  map<f32>(WidePair.remainder, n, a, aSingle, b, bSingle, c);
}

export function copysignPair64(n: usize, a: usize, aSingle: bool, b: usize, bSingle: bool, c: usize): void {
  map<f64>(WidePair.copysign, n, a, aSingle, b, bSingle, c);
}

export function fmaxPair64(n: usize, a: usize, aSingle: bool, b: usize, bSingle: bool, c: usize): void {
  map<f64>(WidePair.fmax, n, a, aSingle, b, bSingle, c);
}

export function fminPair64(n: usize, a: usize, aSingle: bool, b: usize, bSingle: bool, c: usize): void {
  map<f64>(WidePair.fmin, n, a, aSingle, b, bSingle, c);
}

export function hypotPair64(n: usize, a: usize, aSingle: bool, b: usize, bSingle: bool, c: usize): void {
  map<f64>(WidePair.hypot, n, a, aSingle, b, bSingle, c);
}

export function atan2Pair64(n: usize, a: usize, aSingle: bool, b: usize, bSingle: bool, c: usize): void {
  map<f64>(WidePair.atan2, n, a, aSingle, b, bSingle, c);
}

export function logaddexpPair64(n: usize, a: usize, aSingle: bool, b: usize, bSingle: bool, c: usize): void {
  map<f64>(WidePair.logaddexp, n, a, aSingle, b, bSingle, c);
}

export function logaddexp2Pair64(n: usize, a: usize, aSingle: bool, b: usize, bSingle: bool, c: usize): void {
  map<f64>(WidePair.logaddexp2, n, a, aSingle, b, bSingle, c);
}

export function xlogyPair64(n: usize, a: usize, aSingle: bool, b: usize, bSingle: bool, c: usize): void {
  map<f64>(WidePair.xlogy, n, a, aSingle, b, bSingle, c);
}
