/** Sine, cosine and tangent of four float32 at once, to within 4 units in the last place (ulp). */
import { constant, isMaddFused, madd, nmadd } from "../simd/lanes";

/** sin r = r + r³ P(r²) and cos r = 1 - r²/2 + r⁴ Q(r²) for |r| ≤ π/4; 1, ½, 1000000; 2/π, 1.5 · 2²³, and π/2 in three parts. */
const S: usize = memory.data<f32>([
  -0.166666549, 0.00833217354, -0.000195166558, 0.0416666467, -0.00138873614, 2.443773e-5, 1, 0.5, 1000000, 0.636619772, 12582912,
  1.5707963705062866, -4.371138828673793e-08, -1.7151245100058819e-15,
], 16);
/** 2/π, and π/2 as a part of 33 bits and a rest. */
const P: usize = memory.data<f64>([0.6366197723675814, 1.5707963267341256, 6.077100506506192e-11], 16);

@external("env", "sin")
declare function hostSin(x: f64): f64;
@external("env", "cos")
declare function hostCos(x: f64): f64;

/** Returns the sine or cosine of n π/2 + r from r and the low bits of n. */
// @ts-ignore: decorator
@inline
function sineOfRemainder(r: v128, n: v128, isCosine: bool): v128 {
  if (isCosine) n = i32x4.add(n, i32x4.splat(1));
  const s = f32x4.mul(r, r);
  const p = madd(madd(s, constant(S, 2), constant(S, 1)), s, constant(S, 0));
  const sin = madd(f32x4.mul(r, s), p, r);
  const q = madd(madd(s, constant(S, 5), constant(S, 4)), s, constant(S, 3));
  const cos = madd(f32x4.mul(s, s), q, nmadd(s, constant(S, 7), constant(S, 6)));
  const odd = i32x4.eq(v128.and(n, i32x4.splat(1)), i32x4.splat(1));
  const sign = i32x4.shl(v128.and(n, i32x4.splat(2)), 30);
  return v128.xor(v128.bitselect(cos, sin, odd), sign);
}

/** P of tan r = r + r³ P(r²) for |r| ≤ π/4, from Cephes. */
const T: usize = memory.data<f32>([0.333331568, 0.133387994, 0.0534112807, 0.0244301354, 0.00311992232, 0.00938540185], 16);

/** Returns the tangent of n π/2 + r from r and the low bits of n. */
// @ts-ignore: decorator
@inline
function tangentOfRemainder(r: v128, n: v128): v128 {
  const s = f32x4.mul(r, r);
  let p = madd(s, constant(T, 5), constant(T, 4));
  p = madd(p, s, constant(T, 3));
  p = madd(p, s, constant(T, 2));
  p = madd(p, s, constant(T, 1));
  p = madd(p, s, constant(T, 0));
  const t = madd(f32x4.mul(r, s), p, r);
  const odd = i32x4.eq(v128.and(n, i32x4.splat(1)), i32x4.splat(1));
  return v128.bitselect(f32x4.div(constant(S, 6), f32x4.neg(t)), t, odd);
}

/** Returns tan x. `isFast` says that |x| ≤ 1000000 and `isFastSineExact()`. */
// @ts-ignore: decorator
@inline
export function tan(x: v128, isFast: bool): v128 {
  if (!isFast) return f32x4.div(sineOfAny(x, false), sineOfAny(x, true));
  const shifted = madd(x, constant(S, 9), constant(S, 10));
  const n = f32x4.sub(shifted, constant(S, 10));
  return tangentOfRemainder(nmadd(n, constant(S, 13), nmadd(n, constant(S, 12), nmadd(n, constant(S, 11), x))), shifted);
}

/** Returns the sine or cosine of |x| ≤ 1000000 by fused multiply-adds: x - n C₁ is exact, and the other two parts of π/2 round by half an ulp each. */
// @ts-ignore: decorator
@inline
function reducedSine(x: v128, isCosine: bool): v128 {
  const shifted = madd(x, constant(S, 9), constant(S, 10));
  const n = f32x4.sub(shifted, constant(S, 10));
  const r = nmadd(n, constant(S, 13), nmadd(n, constant(S, 12), nmadd(n, constant(S, 11), x)));
  return sineOfRemainder(r, shifted, isCosine);
}

/** Returns the sine or cosine of any x: with r in float64 where |x| ≤ 1000000, else by the host. */
function sineOfAny(x: v128, isCosine: bool): v128 {
  if (v128.any_true(f32x4.gt(f32x4.abs(x), constant(S, 8)))) return sineByHost(x, isCosine);
  const low = f64x2.promote_low_f32x4(x);
  const high = f64x2.promote_low_f32x4(i32x4.shuffle(x, x, 2, 3, 2, 3));
  const inverse = v128.load64_splat(P), first = v128.load64_splat(P + 8), second = v128.load64_splat(P + 16);
  const nLow = f64x2.nearest(f64x2.mul(low, inverse));
  const nHigh = f64x2.nearest(f64x2.mul(high, inverse));
  const rLow = f64x2.sub(f64x2.sub(low, f64x2.mul(nLow, first)), f64x2.mul(nLow, second));
  const rHigh = f64x2.sub(f64x2.sub(high, f64x2.mul(nHigh, first)), f64x2.mul(nHigh, second));
  const r = i32x4.shuffle(f32x4.demote_f64x2_zero(rLow), f32x4.demote_f64x2_zero(rHigh), 0, 1, 4, 5);
  const n = i32x4.shuffle(i32x4.trunc_sat_f64x2_s_zero(nLow), i32x4.trunc_sat_f64x2_s_zero(nHigh), 0, 1, 4, 5);
  return sineOfRemainder(r, n, isCosine);
}

/** Returns the sine or cosine by JavaScript's functions. */
function sineByHost(x: v128, isCosine: bool): v128 {
  let y = x;
  const a = <f64>f32x4.extract_lane(x, 0), b = <f64>f32x4.extract_lane(x, 1);
  const c = <f64>f32x4.extract_lane(x, 2), d = <f64>f32x4.extract_lane(x, 3);
  y = f32x4.replace_lane(y, 0, <f32>(isCosine ? hostCos(a) : hostSin(a)));
  y = f32x4.replace_lane(y, 1, <f32>(isCosine ? hostCos(b) : hostSin(b)));
  y = f32x4.replace_lane(y, 2, <f32>(isCosine ? hostCos(c) : hostSin(c)));
  return f32x4.replace_lane(y, 3, <f32>(isCosine ? hostCos(d) : hostSin(d)));
}

/** Whether the faster formula is exact enough for all |x| ≤ 1000000. */
// @ts-ignore: decorator
@inline
export function isFastSineExact(): bool {
  return isMaddFused();
}

/** Returns sin x, or cos x where `isCosine`. `isFast` says that |x| ≤ 1000000 and `isFastSineExact()`. */
// @ts-ignore: decorator
@inline
export function sine(x: v128, isCosine: bool, isFast: bool): v128 {
  return isFast ? reducedSine(x, isCosine) : sineOfAny(x, isCosine);
}
