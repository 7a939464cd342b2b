/**
 * Elementwise functions of one tensor that are computed in float64: two elements at a time, which float32 are widened to and rounded from. Allocations are multiples of 64
 * bytes, so operand and result may be read and written in whole vectors.
 */
import * as Wide from "../../src/fast/abi/codes/wide";
import { exp2, log } from "../math/exponential64";
import { digamma, lgamma } from "../math/gamma64";
import { all } from "../math/generic";
import { acos, acosh, asin, asinh, atan, atanh } from "../math/inverse64";
import { erfc, erfinv, ndtr, ndtri } from "../math/quantile64";
import { hasLargeLane, sine, sineByHost } from "../math/trigonometric64";

/** Returns sin x / cos x. */
function tan(x: v128): v128 {
  if (hasLargeLane(x)) return f64x2.div(sineByHost(x, false), sineByHost(x, true));
  return f64x2.div(sine(x, false), sine(x, true));
}

/** Returns sin(πx) / (πx), 1 at 0, from the distance of x to the nearest even integer. */
// @ts-ignore: decorator
@inline
function sinc(x: v128): v128 {
  const half = f64x2.mul(x, all<f64>(0.5));
  const r = f64x2.mul(f64x2.sub(half, f64x2.nearest(half)), all<f64>(6.283185307179586));
  const y = f64x2.div(sine(r, false), f64x2.mul(x, all<f64>(3.141592653589793)));
  return v128.bitselect(all<f64>(1), y, f64x2.eq(x, all<f64>(0)));
}

/** Returns the function of a code at x, with the number p. */
// @ts-ignore: decorator
@inline
function apply(op: i32, x: v128, p: v128): v128 {
  if (op == Wide.exp2) return exp2(x);
  if (op == Wide.tan) return tan(x);
  if (op == Wide.asin) return asin(x);
  if (op == Wide.acos) return acos(x);
  if (op == Wide.atan) return atan(x);
  if (op == Wide.asinh) return asinh(x);
  if (op == Wide.acosh) return acosh(x);
  if (op == Wide.atanh) return atanh(x);
  if (op == Wide.erfc) return erfc(x);
  if (op == Wide.ndtr) return ndtr(x);
  if (op == Wide.erfinv) return erfinv(x);
  if (op == Wide.ndtri) return ndtri(x);
  if (op == Wide.lgamma) return lgamma(x);
  if (op == Wide.digamma) return digamma(x);
  if (op == Wide.sinc) return sinc(x);
  if (op == Wide.log2) return f64x2.mul(log(x), all<f64>(1.4426950408889634));
  if (op == Wide.log10) return f64x2.mul(log(x), all<f64>(0.4342944819032518));
  if (op == Wide.roundDecimals) return f64x2.div(f64x2.nearest(f64x2.mul(x, p)), p);
  return x;
}

// @ts-ignore: decorator
@inline
function map<T>(op: i32, n: usize, a: usize, p: f64, c: usize): void {
  const v = all<f64>(p);
  for (let i: usize = 0; i < n * sizeof<T>(); i += 16) {
    const x = v128.load(a + i);
    if (sizeof<T>() == 8) v128.store(c + i, apply(op, x, v));
    else {
      const low = apply(op, f64x2.promote_low_f32x4(x), v), high = apply(op, f64x2.promote_low_f32x4(i32x4.shuffle(x, x, 2, 3, 2, 3)), v);
      v128.store(c + i, i32x4.shuffle(f32x4.demote_f64x2_zero(low), f32x4.demote_f64x2_zero(high), 0, 1, 4, 5));
    }
  }
}

/* c = f(a) for n elements. Each has a function of its own, as V8 compiles the loops of a large function to slower code. */

export function exp2Wide32(n: usize, a: usize, p: f64, c: usize): void {
  map<f32>(Wide.exp2, n, a, p, c);
}

export function tanWide32(n: usize, a: usize, p: f64, c: usize): void {
  map<f32>(Wide.tan, n, a, p, c);
}

export function asinWide32(n: usize, a: usize, p: f64, c: usize): void {
  map<f32>(Wide.asin, n, a, p, c);
}

export function acosWide32(n: usize, a: usize, p: f64, c: usize): void {
  map<f32>(Wide.acos, n, a, p, c);
}

export function atanWide32(n: usize, a: usize, p: f64, c: usize): void {
  map<f32>(Wide.atan, n, a, p, c);
}

export function asinhWide32(n: usize, a: usize, p: f64, c: usize): void {
  map<f32>(Wide.asinh, n, a, p, c);
}

export function acoshWide32(n: usize, a: usize, p: f64, c: usize): void {
  map<f32>(Wide.acosh, n, a, p, c);
}

export function atanhWide32(n: usize, a: usize, p: f64, c: usize): void {
  map<f32>(Wide.atanh, n, a, p, c);
}

export function erfcWide32(n: usize, a: usize, p: f64, c: usize): void {
  map<f32>(Wide.erfc, n, a, p, c);
}

export function ndtrWide32(n: usize, a: usize, p: f64, c: usize): void {
  map<f32>(Wide.ndtr, n, a, p, c);
}

export function erfinvWide32(n: usize, a: usize, p: f64, c: usize): void {
  map<f32>(Wide.erfinv, n, a, p, c);
}

export function ndtriWide32(n: usize, a: usize, p: f64, c: usize): void {
  map<f32>(Wide.ndtri, n, a, p, c);
}

export function lgammaWide32(n: usize, a: usize, p: f64, c: usize): void {
  map<f32>(Wide.lgamma, n, a, p, c);
}

export function digammaWide32(n: usize, a: usize, p: f64, c: usize): void {
  map<f32>(Wide.digamma, n, a, p, c);
}

export function sincWide32(n: usize, a: usize, p: f64, c: usize): void {
  map<f32>(Wide.sinc, n, a, p, c);
}

export function log2Wide32(n: usize, a: usize, p: f64, c: usize): void {
  map<f32>(Wide.log2, n, a, p, c);
}

export function log10Wide32(n: usize, a: usize, p: f64, c: usize): void {
  map<f32>(Wide.log10, n, a, p, c);
}

export function roundDecimalsWide32(n: usize, a: usize, p: f64, c: usize): void {
  map<f32>(Wide.roundDecimals, n, a, p, c);
}

export function exp2Wide64(n: usize, a: usize, p: f64, c: usize): void {
  map<f64>(Wide.exp2, n, a, p, c);
}

export function tanWide64(n: usize, a: usize, p: f64, c: usize): void {
  map<f64>(Wide.tan, n, a, p, c);
}

export function asinWide64(n: usize, a: usize, p: f64, c: usize): void {
  map<f64>(Wide.asin, n, a, p, c);
}

export function acosWide64(n: usize, a: usize, p: f64, c: usize): void {
  map<f64>(Wide.acos, n, a, p, c);
}

export function atanWide64(n: usize, a: usize, p: f64, c: usize): void {
  map<f64>(Wide.atan, n, a, p, c);
}

export function asinhWide64(n: usize, a: usize, p: f64, c: usize): void {
  map<f64>(Wide.asinh, n, a, p, c);
}

export function acoshWide64(n: usize, a: usize, p: f64, c: usize): void {
  map<f64>(Wide.acosh, n, a, p, c);
}

export function atanhWide64(n: usize, a: usize, p: f64, c: usize): void {
  map<f64>(Wide.atanh, n, a, p, c);
}

export function erfcWide64(n: usize, a: usize, p: f64, c: usize): void {
  map<f64>(Wide.erfc, n, a, p, c);
}

export function ndtrWide64(n: usize, a: usize, p: f64, c: usize): void {
  map<f64>(Wide.ndtr, n, a, p, c);
}

export function erfinvWide64(n: usize, a: usize, p: f64, c: usize): void {
  map<f64>(Wide.erfinv, n, a, p, c);
}

export function ndtriWide64(n: usize, a: usize, p: f64, c: usize): void {
  map<f64>(Wide.ndtri, n, a, p, c);
}

export function lgammaWide64(n: usize, a: usize, p: f64, c: usize): void {
  map<f64>(Wide.lgamma, n, a, p, c);
}

export function digammaWide64(n: usize, a: usize, p: f64, c: usize): void {
  map<f64>(Wide.digamma, n, a, p, c);
}

export function sincWide64(n: usize, a: usize, p: f64, c: usize): void {
  map<f64>(Wide.sinc, n, a, p, c);
}
