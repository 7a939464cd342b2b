/**
 * Elementwise functions of two tensors. Allocations are multiples of 64 bytes, so operands and results may be read and written two whole vectors at a time.
 */
import * as Pair from "../../src/fast/abi/codes/pair";
import { all, exp2Of, expOf, log1pOf, logOf } from "../math/generic";
import { atan2 as atan2Of32 } from "../math/inverse32";
import { atan2 as atan2Of64 } from "../math/inverse64";
import { loadSplat, storePair } from "../simd/lanes";

// @ts-ignore: decorator
@inline
function choose(mask: v128, x: v128, z: v128): v128 {
  return v128.bitselect(x, z, mask);
}

// @ts-ignore: decorator
@inline
function isNaN<T>(x: v128): v128 {
  return v128.ne<T>(x, x);
}

/** Returns the sign bits of all lanes. */
// @ts-ignore: decorator
@inline
function signBits<T>(): v128 {
  if (sizeof<T>() == 8) return i64x2.splat(i64.MIN_VALUE);
  return i32x4.splat(i32.MIN_VALUE);
}

/** Returns the larger of each pair, or the smaller; of a NaN and a number, the number. */
// @ts-ignore: decorator
@inline
function further<T>(smallest: bool, x: v128, z: v128): v128 {
  const y = smallest ? v128.pmin<T>(z, x) : v128.pmax<T>(z, x);
  return choose(isNaN<T>(z), x, choose(isNaN<T>(x), z, y));
}

/** Returns √(x² + z²), from the larger magnitude, so that nothing overflows or underflows. */
// @ts-ignore: decorator
@inline
function hypot<T>(x: v128, z: v128): v128 {
  const a = v128.abs<T>(x), b = v128.abs<T>(z), zero = all<T>(0), most = all<T>(Infinity);
  const large = v128.pmax<T>(a, b), small = v128.pmin<T>(a, b);
  const r = v128.div<T>(small, large);
  const y = v128.mul<T>(large, v128.sqrt<T>(v128.add<T>(all<T>(1), v128.mul<T>(r, r))));
  const isInfinite = v128.or(v128.eq<T>(a, most), v128.eq<T>(b, most));
  return choose(isInfinite, most, choose(v128.or(isNaN<T>(x), isNaN<T>(z)), all<T>(NaN), choose(v128.eq<T>(large, zero), zero, y)));
}

/** Returns ln(e^x + e^z), or the logarithm to base 2 of 2^x + 2^z, from the larger of both. */
// @ts-ignore: decorator
@inline
function logSum<T>(isBinary: bool, x: v128, z: v128): v128 {
  const large = v128.pmax<T>(x, z);
  const d = v128.neg<T>(v128.abs<T>(v128.sub<T>(x, z)));
  const rest = log1pOf<T>(isBinary ? exp2Of<T>(d) : expOf<T>(d));
  const y = v128.add<T>(large, isBinary ? v128.mul<T>(rest, all<T>(1.4426950408889634)) : rest);
  const isEqual = v128.and(v128.eq<T>(x, z), v128.eq<T>(v128.abs<T>(x), all<T>(Infinity)));
  return choose(v128.or(isNaN<T>(x), isNaN<T>(z)), all<T>(NaN), choose(isEqual, x, y));
}

/** Returns x l, and 0 where x is 0 and z is not NaN. */
// @ts-ignore: decorator
@inline
function timesLog<T>(x: v128, z: v128, l: v128): v128 {
  return choose(isNaN<T>(z), z, choose(v128.eq<T>(x, all<T>(0)), all<T>(0), v128.mul<T>(x, l)));
}

/** Returns 0, z or 1 for negative x and NaN, 0, and positive x. */
// @ts-ignore: decorator
@inline
function heaviside<T>(x: v128, z: v128): v128 {
  const zero = all<T>(0);
  return choose(v128.eq<T>(x, zero), z, v128.and(v128.gt<T>(x, zero), all<T>(1)));
}

/** Returns the neighbour of x in the direction of z: its bits as an integer, one more or less. */
// @ts-ignore: decorator
@inline
function nextafter<T>(x: v128, z: v128): v128 {
  const zero = all<T>(0), sign = signBits<T>();
  const isUp = v128.lt<T>(x, z), isNegative = v128.lt<T>(x, zero);
  // away from 0 where z is above a positive x, or below a negative one
  const isAway = v128.xor(isUp, isNegative);
  const step = sizeof<T>() == 8 ? v128.or(isAway, i64x2.splat(1)) : v128.or(isAway, i32x4.splat(1));
  const next = sizeof<T>() == 8 ? i64x2.sub(x, step) : i32x4.sub(x, step);
  const least = sizeof<T>() == 8 ? i64x2.splat(1) : i32x4.splat(1);
  const ofZero = v128.or(least, v128.and(z, sign));
  const y = choose(v128.eq<T>(x, zero), ofZero, next);
  return choose(v128.or(isNaN<T>(x), isNaN<T>(z)), all<T>(NaN), choose(v128.eq<T>(x, z), z, y));
}

/** Returns the function of a code at x and z. */
// @ts-ignore: decorator
@inline
function apply<T>(op: i32, x: v128, z: v128): v128 {
  if (op == Pair.copysign) return v128.bitselect(z, x, signBits<T>());
  if (op == Pair.fmax) return further<T>(false, x, z);
  if (op == Pair.fmin) return further<T>(true, x, z);
  if (op == Pair.hypot) return hypot<T>(x, z);
  if (op == Pair.atan2) return sizeof<T>() == 8 ? atan2Of64(x, z) : atan2Of32(x, z);
  if (op == Pair.logaddexp) return logSum<T>(false, x, z);
  if (op == Pair.logaddexp2) return logSum<T>(true, x, z);
  if (op == Pair.xlogy) return timesLog<T>(x, z, logOf<T>(z));
  if (op == Pair.xlog1py) return timesLog<T>(x, z, log1pOf<T>(z));
  if (op == Pair.heaviside) return heaviside<T>(x, z);
  if (op == Pair.preluKernel) return choose(v128.gt<T>(x, all<T>(0)), x, v128.mul<T>(z, x));
  return nextafter<T>(x, z);
}

/** Computes c = f(a, b) one vector at a time, of which V8 joins two wrongly in some functions. */
// @ts-ignore: decorator
@inline
function mapOne<T>(op: i32, n: usize, a: usize, aSingle: bool, b: usize, bSingle: bool, c: usize): void {
  const x = loadSplat<T>(a), z = loadSplat<T>(b);
  for (let i: usize = 0; i < n * sizeof<T>(); i += 16)
    v128.store(c + i, apply<T>(op, aSingle ? x : v128.load(a + i), bSingle ? z : v128.load(b + i)));
}

/** Computes c = f(a, b) two vectors at a time; the stores come last, so that V8 pairs the vectors. */
// @ts-ignore: decorator
@inline
function map<T>(op: i32, n: usize, a: usize, aSingle: bool, b: usize, bSingle: bool, c: usize): void {
  if (bSingle && !aSingle && op == Pair.preluKernel) {
    const z = loadSplat<T>(b);
    for (let i: usize = 0; i < n * sizeof<T>(); i += 32) storePair(c + i, apply<T>(op, v128.load(a + i), z), apply<T>(op, v128.load(a + i, 16), z));
  } else if (aSingle || bSingle) mapOne<T>(op, n, a, aSingle, b, bSingle, c);
  else
    for (let i: usize = 0; i < n * sizeof<T>(); i += 32)
      storePair(c + i, apply<T>(op, v128.load(a + i), v128.load(b + i)), apply<T>(op, v128.load(a + i, 16), v128.load(b + i, 16)));
}

/* c = f(a, b) for n elements, of which either operand may be a single one. Each has a function of its own, as V8 compiles the loops of a large function to slower code. */

export function copysignPair32(n: usize, a: usize, aSingle: bool, b: usize, bSingle: bool, c: usize): void {
  map<f32>(Pair.copysign, n, a, aSingle, b, bSingle, c);
}

export function fmaxPair32(n: usize, a: usize, aSingle: bool, b: usize, bSingle: bool, c: usize): void {
  map<f32>(Pair.fmax, n, a, aSingle, b, bSingle, c);
}

export function fminPair32(n: usize, a: usize, aSingle: bool, b: usize, bSingle: bool, c: usize): void {
  map<f32>(Pair.fmin, n, a, aSingle, b, bSingle, c);
}

export function hypotPair32(n: usize, a: usize, aSingle: bool, b: usize, bSingle: bool, c: usize): void {
  map<f32>(Pair.hypot, n, a, aSingle, b, bSingle, c);
}

export function atan2Pair32(n: usize, a: usize, aSingle: bool, b: usize, bSingle: bool, c: usize): void {
  map<f32>(Pair.atan2, n, a, aSingle, b, bSingle, c);
}

export function logaddexpPair32(n: usize, a: usize, aSingle: bool, b: usize, bSingle: bool, c: usize): void {
  map<f32>(Pair.logaddexp, n, a, aSingle, b, bSingle, c);
}

export function logaddexp2Pair32(n: usize, a: usize, aSingle: bool, b: usize, bSingle: bool, c: usize): void {
  map<f32>(Pair.logaddexp2, n, a, aSingle, b, bSingle, c);
}

export function xlogyPair32(n: usize, a: usize, aSingle: bool, b: usize, bSingle: bool, c: usize): void {
  map<f32>(Pair.xlogy, n, a, aSingle, b, bSingle, c);
}

export function xlog1pyPair32(n: usize, a: usize, aSingle: bool, b: usize, bSingle: bool, c: usize): void {
  map<f32>(Pair.xlog1py, n, a, aSingle, b, bSingle, c);
}

export function heavisidePair32(n: usize, a: usize, aSingle: bool, b: usize, bSingle: bool, c: usize): void {
  map<f32>(Pair.heaviside, n, a, aSingle, b, bSingle, c);
}

export function nextafterPair32(n: usize, a: usize, aSingle: bool, b: usize, bSingle: bool, c: usize): void {
  map<f32>(Pair.nextafter, n, a, aSingle, b, bSingle, c);
}

export function preluKernelPair32(n: usize, a: usize, aSingle: bool, b: usize, bSingle: bool, c: usize): void {
  map<f32>(Pair.preluKernel, n, a, aSingle, b, bSingle, c);
}

export function copysignPair64(n: usize, a: usize, aSingle: bool, b: usize, bSingle: bool, c: usize): void {
  map<f64>(Pair.copysign, n, a, aSingle, b, bSingle, c);
}

export function fmaxPair64(n: usize, a: usize, aSingle: bool, b: usize, bSingle: bool, c: usize): void {
  map<f64>(Pair.fmax, n, a, aSingle, b, bSingle, c);
}

export function fminPair64(n: usize, a: usize, aSingle: bool, b: usize, bSingle: bool, c: usize): void {
  map<f64>(Pair.fmin, n, a, aSingle, b, bSingle, c);
}

export function hypotPair64(n: usize, a: usize, aSingle: bool, b: usize, bSingle: bool, c: usize): void {
  map<f64>(Pair.hypot, n, a, aSingle, b, bSingle, c);
}

export function atan2Pair64(n: usize, a: usize, aSingle: bool, b: usize, bSingle: bool, c: usize): void {
  mapOne<f64>(Pair.atan2, n, a, aSingle, b, bSingle, c);
}

export function logaddexpPair64(n: usize, a: usize, aSingle: bool, b: usize, bSingle: bool, c: usize): void {
  map<f64>(Pair.logaddexp, n, a, aSingle, b, bSingle, c);
}

export function logaddexp2Pair64(n: usize, a: usize, aSingle: bool, b: usize, bSingle: bool, c: usize): void {
  map<f64>(Pair.logaddexp2, n, a, aSingle, b, bSingle, c);
}

export function xlogyPair64(n: usize, a: usize, aSingle: bool, b: usize, bSingle: bool, c: usize): void {
  map<f64>(Pair.xlogy, n, a, aSingle, b, bSingle, c);
}

export function xlog1pyPair64(n: usize, a: usize, aSingle: bool, b: usize, bSingle: bool, c: usize): void {
  map<f64>(Pair.xlog1py, n, a, aSingle, b, bSingle, c);
}

export function heavisidePair64(n: usize, a: usize, aSingle: bool, b: usize, bSingle: bool, c: usize): void {
  map<f64>(Pair.heaviside, n, a, aSingle, b, bSingle, c);
}

export function nextafterPair64(n: usize, a: usize, aSingle: bool, b: usize, bSingle: bool, c: usize): void {
  map<f64>(Pair.nextafter, n, a, aSingle, b, bSingle, c);
}

export function preluKernelPair64(n: usize, a: usize, aSingle: bool, b: usize, bSingle: bool, c: usize): void {
  map<f64>(Pair.preluKernel, n, a, aSingle, b, bSingle, c);
}
