/**
 * Inverse trigonometric and hyperbolic functions of two float64 at once, to within a few units in the last place (ulp). The rational approximation of the arctangent is
 * from Cephes.
 */
import { madd } from "../simd/lanes";
import { constant, log } from "./exponential64";
import { all, log1pOf } from "./generic";

/** P and Q of atan x = x + x s P(s) / Q(s) for s = x² and |x| ≤ 0.66; then tan(3π/8), 0.66, π/2, π/4, the low bits of π/2, 1. */
const A: usize = memory.data<f64>([
  -8.750608600031904122785e-1, -1.615753718733365076637e1, -7.500855792314704667340e1, -1.228866684490136173410e2, -6.485021904942025371773e1,
  2.485846490142306297962e1, 1.650270098316988542046e2, 4.328810604912902668951e2, 4.853903996359136964868e2, 1.945506571482613964425e2,
  2.414213562373095, 0.66, 1.5707963267948966, 0.7853981633974483, 6.123233995736766e-17, 1,
], 16);

const sign: i64 = i64.MIN_VALUE;

/** Returns atan x: of -1 / x beyond 3π/8, of (x - 1) / (x + 1) beyond 0.66. */
// @ts-ignore: decorator
@inline
export function atan(v: v128): v128 {
  const a = f64x2.abs(v), one = constant(A, 15);
  const isFar = f64x2.gt(a, constant(A, 10)), isNear = f64x2.le(a, constant(A, 11));
  const top = v128.bitselect(a, v128.bitselect(f64x2.neg(one), f64x2.sub(a, one), isFar), isNear);
  const bottom = v128.bitselect(one, v128.bitselect(a, f64x2.add(a, one), isFar), isNear);
  const x = f64x2.div(top, bottom);
  const s = f64x2.mul(x, x);
  let p = madd<f64>(s, constant(A, 0), constant(A, 1));
  p = madd<f64>(p, s, constant(A, 2));
  p = madd<f64>(p, s, constant(A, 3));
  p = madd<f64>(p, s, constant(A, 4));
  let q = f64x2.add(s, constant(A, 5));
  q = madd<f64>(q, s, constant(A, 6));
  q = madd<f64>(q, s, constant(A, 7));
  q = madd<f64>(q, s, constant(A, 8));
  q = madd<f64>(q, s, constant(A, 9));
  const z = madd<f64>(f64x2.mul(x, s), f64x2.div(p, q), x);
  const low = v128.bitselect(constant(A, 14), f64x2.mul(constant(A, 14), all<f64>(0.5)), isFar);
  const high = v128.bitselect(constant(A, 12), constant(A, 13), isFar);
  const y = v128.bitselect(z, f64x2.add(high, f64x2.add(z, low)), isNear);
  return v128.or(v128.andnot(y, i64x2.splat(sign)), v128.and(v, i64x2.splat(sign)));
}

/** Returns asin x. */
// @ts-ignore: decorator
@inline
export function asin(x: v128): v128 {
  const one = constant(A, 15);
  return atan(f64x2.div(x, f64x2.sqrt(f64x2.mul(f64x2.sub(one, x), f64x2.add(one, x)))));
}

/** Returns acos x = 2 atan √((1 - x) / (1 + x)). */
// @ts-ignore: decorator
@inline
export function acos(x: v128): v128 {
  const one = constant(A, 15);
  const y = atan(f64x2.sqrt(f64x2.div(f64x2.sub(one, x), f64x2.add(one, x))));
  return f64x2.add(y, y);
}

/** Returns atan2(y, x), the angle of the point (x, y). */
// @ts-ignore: decorator
@inline
export function atan2(y: v128, x: v128): v128 {
  const a = f64x2.abs(y), b = f64x2.abs(x), zero = f64x2.splat(0), most = f64x2.splat(Infinity);
  const isSteep = f64x2.gt(a, b);
  const ratio = f64x2.div(v128.bitselect(b, a, isSteep), v128.bitselect(a, b, isSteep));
  // equal zeros have the angle 0, equal infinities π/4
  const equal = v128.bitselect(zero, f64x2.splat(1), f64x2.eq(a, zero));
  const isEdge = v128.and(f64x2.eq(a, b), v128.or(f64x2.eq(a, zero), f64x2.eq(a, most)));
  let angle = atan(v128.bitselect(equal, ratio, isEdge));
  angle = v128.bitselect(f64x2.sub(constant(A, 12), angle), angle, isSteep);
  const isLeft = i64x2.lt_s(x, i64x2.splat(0));
  angle = v128.bitselect(f64x2.sub(f64x2.splat(3.141592653589793), angle), angle, isLeft);
  const result = v128.or(v128.andnot(angle, i64x2.splat(sign)), v128.and(y, i64x2.splat(sign)));
  const isNumber = v128.and(f64x2.eq(x, x), f64x2.eq(y, y));
  return v128.bitselect(result, f64x2.splat(NaN), isNumber);
}

/** Returns atanh x = ½ ln(1 + 2 |x| / (1 - |x|)) with the sign of x. */
// @ts-ignore: decorator
@inline
export function atanh(x: v128): v128 {
  const a = f64x2.abs(x);
  const y = f64x2.mul(log1pOf<f64>(f64x2.div(f64x2.add(a, a), f64x2.sub(constant(A, 15), a))), all<f64>(0.5));
  return v128.xor(y, v128.xor(x, a));
}

/** Returns asinh x = ln(1 + |x| + x² / (1 + √(1 + x²))) with the sign of x; for large |x| it is ln 2|x|. */
// @ts-ignore: decorator
@inline
export function asinh(x: v128): v128 {
  const a = f64x2.abs(x), one = constant(A, 15);
  const s = f64x2.mul(a, a);
  const near = log1pOf<f64>(f64x2.add(a, f64x2.div(s, f64x2.add(one, f64x2.sqrt(f64x2.add(one, s))))));
  const far = f64x2.add(log(a), all<f64>(0.6931471805599453));
  return v128.xor(v128.bitselect(far, near, f64x2.gt(a, all<f64>(1e9))), v128.xor(x, a));
}

/** Returns acosh x = ln(1 + t + √(t (t + 2))) for t = x - 1; for large x it is ln 2x. */
// @ts-ignore: decorator
@inline
export function acosh(x: v128): v128 {
  const t = f64x2.sub(x, constant(A, 15));
  const near = log1pOf<f64>(f64x2.add(t, f64x2.sqrt(f64x2.mul(t, f64x2.add(t, all<f64>(2))))));
  const far = f64x2.add(log(x), all<f64>(0.6931471805599453));
  const y = v128.bitselect(far, near, f64x2.gt(x, all<f64>(1e9)));
  return v128.bitselect(f64x2.splat(NaN), y, f64x2.lt(t, f64x2.splat(0)));
}
