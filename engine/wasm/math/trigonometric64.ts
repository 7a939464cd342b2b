/** Sine and cosine of two float64 at once, to within 1 unit in the last place (ulp) of the C library's. Polynomials and parts of π/2 are from Sun's fdlibm. */
import { constant } from "./exponential64";

/** Coefficients of sine, for r⁵ to r¹³ and r³, and of cosine, for r⁴ to r¹⁴; then ½, 1, 1000000, 1.5 · 2⁵². */
const S: usize = memory.data<f64>([
  8.33333333332248946124e-3, -1.98412698298579493134e-4, 2.75573137070700676789e-6, -2.50507602534068634195e-8, 1.58969099521155010221e-10,
  -1.66666666666666324348e-1, 4.16666666666666019037e-2, -1.38888888888741095749e-3, 2.48015872894767294178e-5, -2.75573143513906633035e-7,
  2.0875723212981748279e-9, -1.13596475577881948265e-11, 0.5, 1, 1000000, 6755399441055744,
], 16);

/** 2/π, and π/2 as three parts of 33 bits and a rest: products of a part and an integer below 2²⁰ are exact. */
const P: usize = memory.data<f64>([
  6.36619772367581382433e-1, 1.57079632673412561417, 6.0771005063039659766e-11, 2.0222662487111664558e-21, 8.47842766036889956997e-32,
], 16);

@external("env", "sin")
declare function hostSin(x: f64): f64;
@external("env", "cos")
declare function hostCos(x: f64): f64;

/** Returns the polynomial in z whose coefficients are the first five of the table, for sine. */
// @ts-ignore: decorator
@inline
function sineTail(z: v128): v128 {
  let p = f64x2.add(f64x2.mul(constant(S, 4), z), constant(S, 3));
  p = f64x2.add(f64x2.mul(p, z), constant(S, 2));
  p = f64x2.add(f64x2.mul(p, z), constant(S, 1));
  return f64x2.add(f64x2.mul(p, z), constant(S, 0));
}

/** Returns the polynomial in z whose coefficients are those from 6 to 11, for cosine. */
// @ts-ignore: decorator
@inline
function cosineTail(z: v128): v128 {
  let p = f64x2.add(f64x2.mul(constant(S, 11), z), constant(S, 10));
  p = f64x2.add(f64x2.mul(p, z), constant(S, 9));
  p = f64x2.add(f64x2.mul(p, z), constant(S, 8));
  p = f64x2.add(f64x2.mul(p, z), constant(S, 7));
  return f64x2.add(f64x2.mul(p, z), constant(S, 6));
}

/** Returns sin x, or cos x where `isCosine`, for |x| ≤ 1000000, from r + rest = |x| - n π/2. */
// @ts-ignore: decorator
@inline
export function sine(x: v128, isCosine: bool): v128 {
  const a = f64x2.abs(x);
  const shifted = f64x2.add(f64x2.mul(a, constant(P, 0)), constant(S, 15));
  const n = f64x2.sub(shifted, constant(S, 15));
  const r0 = f64x2.sub(a, f64x2.mul(n, constant(P, 1)));
  const w = f64x2.mul(n, constant(P, 2));
  const r1 = f64x2.sub(r0, w);
  const left = f64x2.sub(f64x2.sub(f64x2.sub(f64x2.sub(r0, r1), w), f64x2.mul(n, constant(P, 3))), f64x2.mul(n, constant(P, 4)));
  const r = f64x2.add(r1, left);
  const rest = f64x2.add(f64x2.sub(r1, r), left);
  const z = f64x2.mul(r, r);
  // r + r³ S + rest (1 - r²/2)
  const v = f64x2.mul(z, r);
  const inner = f64x2.sub(f64x2.mul(z, f64x2.sub(f64x2.mul(rest, constant(S, 12)), f64x2.mul(v, sineTail(z)))), rest);
  const sin = f64x2.sub(r, f64x2.sub(inner, f64x2.mul(v, constant(S, 5))));
  // 1 - r²/2 + r⁴ C - r rest
  const half = f64x2.mul(z, constant(S, 12));
  const top = f64x2.sub(constant(S, 13), half);
  const lost = f64x2.sub(f64x2.sub(constant(S, 13), top), half);
  const tail = f64x2.sub(f64x2.mul(f64x2.mul(z, z), cosineTail(z)), f64x2.mul(r, rest));
  const cos = f64x2.add(top, f64x2.add(lost, tail));
  const quadrant = isCosine ? i64x2.add(shifted, i64x2.splat(1)) : shifted;
  const y = v128.bitselect(cos, sin, i64x2.neg(v128.and(quadrant, i64x2.splat(1))));
  const signed = v128.xor(y, i64x2.shl(v128.and(quadrant, i64x2.splat(2)), 62));
  return isCosine ? signed : v128.xor(signed, v128.and(x, i64x2.splat(i64.MIN_VALUE)));
}

/** Whether a lane is larger than 1000000 in magnitude, where reducing it by multiples of π/2 would lose digits. */
// @ts-ignore: decorator
@inline
export function hasLargeLane(x: v128): bool {
  return v128.any_true(f64x2.gt(f64x2.abs(x), constant(S, 14)));
}

/** Returns sin x, or cos x where `isCosine`, by JavaScript's functions. */
export function sineByHost(x: v128, isCosine: bool): v128 {
  const a = f64x2.extract_lane(x, 0), b = f64x2.extract_lane(x, 1);
  return f64x2.replace_lane(f64x2.splat(isCosine ? hostCos(a) : hostSin(a)), 1, isCosine ? hostCos(b) : hostSin(b));
}
