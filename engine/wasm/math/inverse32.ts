/** Inverse trigonometric and hyperbolic functions of four float32 at once, to within 4 units in the last place (ulp). */
import { constant, madd } from "../simd/lanes";
import { log } from "./exponential32";
import { log1pOf } from "./generic";

/** P of atan x = x + x³ P(x²) for |x| ≤ 1, from Sleef; then 1, π/2, π, the low bits of π/2. */
const A: usize = memory.data<f32>([
  -0.333331019, 0.199926957, -0.142027363, 0.106347933, -0.07489009, 0.0425049886, -0.0159569029, 0.00282363896, 1, 1.57079633, 3.14159265, -4.37113883e-8,
], 16);
/** P of asin x = x + x³ P(x²) for |x| ≤ ½, from Cephes; then ½, ln 2, and a bound of large numbers. */
const B: usize = memory.data<f32>([0.166667522, 0.074953003, 0.045470026, 0.0241813110, 0.0421631990, 0.5, 0.693147181, 1e4, 2], 16);

/** Returns the sign bits. */
// @ts-ignore: decorator
@inline
function signOf(x: v128): v128 {
  return v128.and(x, i32x4.splat(0x80000000));
}

/** Returns atan t for 0 ≤ t ≤ 1. */
// @ts-ignore: decorator
@inline
function nearAtan(t: v128): v128 {
  const s = f32x4.mul(t, t);
  let p = madd(s, constant(A, 7), constant(A, 6));
  p = madd(p, s, constant(A, 5));
  p = madd(p, s, constant(A, 4));
  p = madd(p, s, constant(A, 3));
  p = madd(p, s, constant(A, 2));
  p = madd(p, s, constant(A, 1));
  p = madd(p, s, constant(A, 0));
  return madd(f32x4.mul(t, s), p, t);
}

/** Returns atan x, by π/2 - atan 1/x beyond 1. */
// @ts-ignore: decorator
@inline
export function atan(x: v128): v128 {
  const a = f32x4.abs(x), one = constant(A, 8);
  const isFar = f32x4.gt(a, one);
  const y = nearAtan(v128.bitselect(f32x4.div(one, a), a, isFar));
  return v128.or(v128.bitselect(f32x4.sub(constant(A, 9), y), y, isFar), signOf(x));
}

/** Returns atan2(y, x), the angle of the point (x, y). */
// @ts-ignore: decorator
@inline
export function atan2(y: v128, x: v128): v128 {
  const a = f32x4.abs(y), b = f32x4.abs(x), zero = i32x4.splat(0), one = constant(A, 8);
  const isSteep = f32x4.gt(a, b);
  const ratio = f32x4.div(v128.bitselect(b, a, isSteep), v128.bitselect(a, b, isSteep));
  // equal zeros have the angle 0, equal infinities π/4
  const equal = v128.and(one, f32x4.gt(a, zero));
  let angle = nearAtan(v128.bitselect(equal, ratio, f32x4.eq(a, b)));
  angle = v128.bitselect(f32x4.sub(constant(A, 9), angle), angle, isSteep);
  angle = v128.bitselect(f32x4.sub(constant(A, 10), angle), angle, i32x4.lt_s(x, zero));
  const isNumber = v128.and(f32x4.eq(x, x), f32x4.eq(y, y));
  return v128.bitselect(v128.or(angle, signOf(y)), f32x4.splat(NaN), isNumber);
}

/** Returns asin of 0 ≤ x ≤ ½ from x and its square. */
// @ts-ignore: decorator
@inline
function nearAsin(x: v128, s: v128): v128 {
  let p = madd(s, constant(B, 4), constant(B, 3));
  p = madd(p, s, constant(B, 2));
  p = madd(p, s, constant(B, 1));
  p = madd(p, s, constant(B, 0));
  return madd(f32x4.mul(x, s), p, x);
}

/** Returns asin |x| for |x| ≤ ½, else asin √((1 - |x|) / 2), which is half the distance to π/2. */
// @ts-ignore: decorator
@inline
function halfAngle(a: v128, isFar: v128): v128 {
  const rest = f32x4.mul(f32x4.sub(constant(A, 8), a), constant(B, 5));
  const s = v128.bitselect(rest, f32x4.mul(a, a), isFar);
  return nearAsin(v128.bitselect(f32x4.sqrt(rest), a, isFar), s);
}

/** Returns asin x. */
// @ts-ignore: decorator
@inline
export function asin(x: v128): v128 {
  const a = f32x4.abs(x);
  const isFar = f32x4.gt(a, constant(B, 5));
  const y = halfAngle(a, isFar);
  return v128.or(v128.bitselect(f32x4.sub(constant(A, 9), f32x4.add(y, y)), y, isFar), signOf(x));
}

/** Returns acos x. */
// @ts-ignore: decorator
@inline
export function acos(x: v128): v128 {
  const a = f32x4.abs(x);
  const isFar = f32x4.gt(a, constant(B, 5));
  const y = halfAngle(a, isFar), twice = f32x4.add(y, y);
  const far = v128.bitselect(f32x4.sub(constant(A, 10), twice), twice, f32x4.lt(x, i32x4.splat(0)));
  const near = f32x4.sub(constant(A, 9), f32x4.add(v128.or(y, signOf(x)), constant(A, 11)));
  return v128.bitselect(far, near, isFar);
}

/** Returns atanh x = ½ ln(1 + 2 |x| / (1 - |x|)) with the sign of x. */
// @ts-ignore: decorator
@inline
export function atanh(x: v128): v128 {
  const a = f32x4.abs(x);
  const y = f32x4.mul(log1pOf<f32>(f32x4.div(f32x4.add(a, a), f32x4.sub(constant(A, 8), a))), constant(B, 5));
  return v128.xor(y, signOf(x));
}

/** Returns asinh x = ln(1 + |x| + x² / (1 + √(1 + x²))) with the sign of x; for large |x| it is ln |x| + ln 2. */
// @ts-ignore: decorator
@inline
export function asinh(x: v128): v128 {
  const a = f32x4.abs(x), one = constant(A, 8);
  const s = f32x4.mul(a, a);
  const near = log1pOf<f32>(f32x4.add(a, f32x4.div(s, f32x4.add(one, f32x4.sqrt(f32x4.add(one, s))))));
  const far = f32x4.add(log(a), constant(B, 6));
  return v128.xor(v128.bitselect(far, near, f32x4.gt(a, constant(B, 7))), signOf(x));
}

/** Returns acosh x = ln(1 + t + √(t (t + 2))) for t = x - 1; for large x it is ln x + ln 2. */
// @ts-ignore: decorator
@inline
export function acosh(x: v128): v128 {
  const t = f32x4.sub(x, constant(A, 8));
  const near = log1pOf<f32>(f32x4.add(t, f32x4.sqrt(f32x4.mul(t, f32x4.add(t, constant(B, 8))))));
  const far = f32x4.add(log(x), constant(B, 6));
  const y = v128.bitselect(far, near, f32x4.gt(x, constant(B, 7)));
  return v128.bitselect(f32x4.splat(NaN), y, f32x4.lt(t, i32x4.splat(0)));
}
