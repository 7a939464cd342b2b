/**
 * Elementwise functions of one tensor in float32, and those in float64 that need one instruction or two. Allocations are multiples of 64 bytes, so both
 * operand and result may be read and written two whole vectors at a time.
 */
import * as Unary from "../../src/fast/abi/codes/unary";
import { areNormal, exp, exp2, log, log10, log2, sigmoid, tanh } from "../math/exponential32";
import { acos, acosh, asin, asinh, atan, atanh } from "../math/inverse32";
import { erf, erfc, gelu, geluTanh, ndtr } from "../math/normal32";
import { erfinv, ndtri } from "../math/quantile32";
import { isFastSineExact, sine, tan } from "../math/trigonometric32";
import { allWithin, loadSplat, storePair } from "../simd/lanes";

// @ts-ignore: decorator
@inline
function isTrigonometric(op: i32): bool {
  return op == Unary.sin || op == Unary.cos || op == Unary.tan;
}

// @ts-ignore: decorator
@inline
function isLogarithm(op: i32): bool {
  return op == Unary.log || op == Unary.log2 || op == Unary.log10;
}

/** Returns the |x| up to which a function has a faster formula, or 0 where one formula serves all x. */
// @ts-ignore: decorator
@inline
function fastBound(op: i32): f32 {
  if (op == Unary.exp || op == Unary.sigmoid) return 87;
  if (op == Unary.gelu || op == Unary.geluTanh || op == Unary.ndtr) return 9.8;
  if (op == Unary.exp2) return 126;
  if (op == Unary.erfc) return 9.3;
  return isTrigonometric(op) ? 1000000 : 0;
}

/** 1 and the bit of the sign, in both dtypes. */
const One32: usize = memory.data<f32>([1, -0.0], 16), One64: usize = memory.data<f64>([1, -0.0], 16);

/** Returns 1 with the sign of x by lanes, and 0 for zeros and for NaN. */
// @ts-ignore: decorator
@inline
function sign<T>(x: v128): v128 {
  const table = sizeof<T>() == 8 ? One64 : One32;
  const one = v128.or(v128.and(x, loadSplat<T>(table + sizeof<T>())), loadSplat<T>(table));
  return v128.and(one, v128.gt<T>(v128.abs<T>(x), v128.splat<T>(0 as T)));
}

/** Returns f(x) for lanes within the bound of the faster formula; of logarithms, for normal numbers. */
// @ts-ignore: decorator
@inline
function apply<T>(op: i32, x: v128): v128 {
  if (op == Unary.neg) return v128.neg<T>(x);
  if (op == Unary.abs) return v128.abs<T>(x);
  if (op == Unary.sqrt) return v128.sqrt<T>(x);
  // pmax keeps NaN, and adding 0 makes -0 positive
  if (op == Unary.relu) return v128.add<T>(v128.pmax<T>(x, v128.splat<T>(0)), v128.splat<T>(0));
  if (op == Unary.square) return v128.mul<T>(x, x);
  if (op == Unary.reciprocal) return v128.div<T>(v128.splat<T>(1), x);
  if (op == Unary.rsqrt) return v128.div<T>(v128.splat<T>(1), v128.sqrt<T>(x));
  if (op == Unary.exp) return exp(x, true);
  if (op == Unary.log) return log(x, true);
  if (op == Unary.tanh) return tanh(x);
  if (op == Unary.sigmoid) return sigmoid(x, true);
  if (op == Unary.erf) return erf(x);
  if (op == Unary.gelu) return gelu(x, true);
  if (op == Unary.geluTanh) return geluTanh(x, true);
  if (op == Unary.floor) return v128.floor<T>(x);
  if (op == Unary.ceil) return v128.ceil<T>(x);
  if (op == Unary.trunc) return v128.trunc<T>(x);
  if (op == Unary.round) return v128.nearest<T>(x);
  if (op == Unary.sign) return sign<T>(x);
  if (op == Unary.exp2) return exp2(x, true);
  if (op == Unary.tan) return tan(x, true);
  if (op == Unary.asin) return asin(x);
  if (op == Unary.acos) return acos(x);
  if (op == Unary.atan) return atan(x);
  if (op == Unary.asinh) return asinh(x);
  if (op == Unary.acosh) return acosh(x);
  if (op == Unary.atanh) return atanh(x);
  if (op == Unary.erfc) return erfc(x, true);
  if (op == Unary.ndtr) return ndtr(x, true);
  if (op == Unary.erfinv) return erfinv(x);
  if (op == Unary.ndtri) return ndtri(x);
  if (op == Unary.log2) return log2(x, true);
  if (op == Unary.log10) return log10(x, true);
  return sine(x, op == Unary.cos, true);
}

/** Computes two vectors of which the faster formula does not serve a lane. */
function applySlowly(op: i32, a: usize, c: usize): void {
  for (const end = a + 32; a < end; a += 16, c += 16) {
    const x = v128.load(a);
    if (op == Unary.exp) v128.store(c, exp(x, false));
    else if (op == Unary.sigmoid) v128.store(c, sigmoid(x, false));
    else if (op == Unary.gelu) v128.store(c, gelu(x, false));
    else if (op == Unary.geluTanh) v128.store(c, geluTanh(x, false));
    else if (op == Unary.exp2) v128.store(c, exp2(x, false));
    else if (op == Unary.erfc) v128.store(c, erfc(x, false));
    else if (op == Unary.ndtr) v128.store(c, ndtr(x, false));
    else if (op == Unary.tan) v128.store(c, tan(x, false));
    else if (op == Unary.log) v128.store(c, log(x, false));
    else if (op == Unary.log2) v128.store(c, log2(x, false));
    else if (op == Unary.log10) v128.store(c, log10(x, false));
    else v128.store(c, sine(x, op == Unary.cos, false));
  }
}

/** Computes c = f(a) two vectors at a time. One index serves both addresses, which the processor adds while it loads; the stores come last, so that V8 pairs the vectors. */
// @ts-ignore: decorator
@inline
function map<T>(op: i32, bytes: usize, a: usize, c: usize): void {
  const isFast = !isTrigonometric(op) || isFastSineExact();
  for (let i: usize = 0; i < bytes; i += 32) {
    const x = v128.load(a + i), z = v128.load(a + i, 16);
    if (isLogarithm(op) ? areNormal(x, z) : fastBound(op) == 0 || (isFast && allWithin(x, z, fastBound(op)))) storePair(c + i, apply<T>(op, x), apply<T>(op, z));
    else applySlowly(op, a + i, c + i);
  }
}

/* c = f(a) for n elements. Each has a function of its own, as V8 compiles the loops of a large function to slower code. */

export function neg32(n: usize, a: usize, c: usize): void {
  map<f32>(Unary.neg, n << 2, a, c);
}

export function abs32(n: usize, a: usize, c: usize): void {
  map<f32>(Unary.abs, n << 2, a, c);
}

export function sqrt32(n: usize, a: usize, c: usize): void {
  map<f32>(Unary.sqrt, n << 2, a, c);
}

export function relu32(n: usize, a: usize, c: usize): void {
  map<f32>(Unary.relu, n << 2, a, c);
}

export function square32(n: usize, a: usize, c: usize): void {
  map<f32>(Unary.square, n << 2, a, c);
}

export function reciprocal32(n: usize, a: usize, c: usize): void {
  map<f32>(Unary.reciprocal, n << 2, a, c);
}

export function rsqrt32(n: usize, a: usize, c: usize): void {
  map<f32>(Unary.rsqrt, n << 2, a, c);
}

export function exp32(n: usize, a: usize, c: usize): void {
  map<f32>(Unary.exp, n << 2, a, c);
}

export function log32(n: usize, a: usize, c: usize): void {
  map<f32>(Unary.log, n << 2, a, c);
}

export function tanh32(n: usize, a: usize, c: usize): void {
  map<f32>(Unary.tanh, n << 2, a, c);
}

export function sigmoid32(n: usize, a: usize, c: usize): void {
  map<f32>(Unary.sigmoid, n << 2, a, c);
}

export function erf32(n: usize, a: usize, c: usize): void {
  map<f32>(Unary.erf, n << 2, a, c);
}

export function gelu32(n: usize, a: usize, c: usize): void {
  map<f32>(Unary.gelu, n << 2, a, c);
}

export function geluTanh32(n: usize, a: usize, c: usize): void {
  map<f32>(Unary.geluTanh, n << 2, a, c);
}

export function sin32(n: usize, a: usize, c: usize): void {
  map<f32>(Unary.sin, n << 2, a, c);
}

export function cos32(n: usize, a: usize, c: usize): void {
  map<f32>(Unary.cos, n << 2, a, c);
}

export function floor32(n: usize, a: usize, c: usize): void {
  map<f32>(Unary.floor, n << 2, a, c);
}

export function ceil32(n: usize, a: usize, c: usize): void {
  map<f32>(Unary.ceil, n << 2, a, c);
}

export function trunc32(n: usize, a: usize, c: usize): void {
  map<f32>(Unary.trunc, n << 2, a, c);
}

export function round32(n: usize, a: usize, c: usize): void {
  map<f32>(Unary.round, n << 2, a, c);
}

export function sign32(n: usize, a: usize, c: usize): void {
  map<f32>(Unary.sign, n << 2, a, c);
}

export function exp232(n: usize, a: usize, c: usize): void {
  map<f32>(Unary.exp2, n << 2, a, c);
}

export function tan32(n: usize, a: usize, c: usize): void {
  map<f32>(Unary.tan, n << 2, a, c);
}

export function asin32(n: usize, a: usize, c: usize): void {
  map<f32>(Unary.asin, n << 2, a, c);
}

export function acos32(n: usize, a: usize, c: usize): void {
  map<f32>(Unary.acos, n << 2, a, c);
}

export function atan32(n: usize, a: usize, c: usize): void {
  map<f32>(Unary.atan, n << 2, a, c);
}

export function asinh32(n: usize, a: usize, c: usize): void {
  map<f32>(Unary.asinh, n << 2, a, c);
}

export function acosh32(n: usize, a: usize, c: usize): void {
  map<f32>(Unary.acosh, n << 2, a, c);
}

export function atanh32(n: usize, a: usize, c: usize): void {
  map<f32>(Unary.atanh, n << 2, a, c);
}

export function erfc32(n: usize, a: usize, c: usize): void {
  map<f32>(Unary.erfc, n << 2, a, c);
}

export function ndtr32(n: usize, a: usize, c: usize): void {
  map<f32>(Unary.ndtr, n << 2, a, c);
}

export function erfinv32(n: usize, a: usize, c: usize): void {
  map<f32>(Unary.erfinv, n << 2, a, c);
}

export function ndtri32(n: usize, a: usize, c: usize): void {
  map<f32>(Unary.ndtri, n << 2, a, c);
}

export function log232(n: usize, a: usize, c: usize): void {
  map<f32>(Unary.log2, n << 2, a, c);
}

export function log1032(n: usize, a: usize, c: usize): void {
  map<f32>(Unary.log10, n << 2, a, c);
}

export function neg64(n: usize, a: usize, c: usize): void {
  map<f64>(Unary.neg, n << 3, a, c);
}

export function abs64(n: usize, a: usize, c: usize): void {
  map<f64>(Unary.abs, n << 3, a, c);
}

export function sqrt64(n: usize, a: usize, c: usize): void {
  map<f64>(Unary.sqrt, n << 3, a, c);
}

export function relu64(n: usize, a: usize, c: usize): void {
  map<f64>(Unary.relu, n << 3, a, c);
}

export function square64(n: usize, a: usize, c: usize): void {
  map<f64>(Unary.square, n << 3, a, c);
}

export function reciprocal64(n: usize, a: usize, c: usize): void {
  map<f64>(Unary.reciprocal, n << 3, a, c);
}

export function rsqrt64(n: usize, a: usize, c: usize): void {
  map<f64>(Unary.rsqrt, n << 3, a, c);
}

export function floor64(n: usize, a: usize, c: usize): void {
  map<f64>(Unary.floor, n << 3, a, c);
}

export function ceil64(n: usize, a: usize, c: usize): void {
  map<f64>(Unary.ceil, n << 3, a, c);
}

export function trunc64(n: usize, a: usize, c: usize): void {
  map<f64>(Unary.trunc, n << 3, a, c);
}

export function round64(n: usize, a: usize, c: usize): void {
  map<f64>(Unary.round, n << 3, a, c);
}

export function sign64(n: usize, a: usize, c: usize): void {
  map<f64>(Unary.sign, n << 3, a, c);
}
