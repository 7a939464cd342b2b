/**
 * Functions of four float32 at once, to within 4 units in the last place over the whole range, infinities, NaN and denormals included. The
 * polynomials are weighted least-squares fits with Lawson's reweighting (near minimax), to below 2^-25 relative.
 */
import { constant, madd, nmadd } from "./lanes";

/** 1 / ln 2; ln 2 in two parts; e^r = 1 + r + r² P(r) for |r| ≤ ln 2 / 2; bounds of what is neither 0 nor infinite; 1.5 · 2²³; 1; what is near. */
const E: usize = memory.data<f32>([
  1.44269504, 0.693359375, -2.12194440e-4, 0.499999934, 0.166665201, 0.0416683942, 0.00836878041, 0.00138144669, 89, -104, 12582912, 1, 87, -87,
], 16);

/** e^r for x = n ln 2 + r. */
// @ts-ignore: decorator
@inline
function expRest(x: v128, n: v128): v128 {
  const r = nmadd(n, constant(E, 2), nmadd(n, constant(E, 1), x));
  let p = madd(r, constant(E, 7), constant(E, 6));
  p = madd(p, r, constant(E, 5));
  p = madd(p, r, constant(E, 4));
  p = madd(p, r, constant(E, 3));
  return f32x4.add(madd(f32x4.mul(r, r), p, r), constant(E, 11));
}

/** e^x for |x| ≤ 87: the result has an exponent of its own. */
// @ts-ignore: decorator
@inline
function expNear(x: v128): v128 {
  const shifted = madd(x, constant(E, 0), constant(E, 10));
  const y = expRest(x, f32x4.sub(shifted, constant(E, 10)));
  // the low bits of the shifted number are n
  return f32x4.mul(y, i32x4.add(i32x4.shl(shifted, 23), constant(E, 11)));
}

/** Everywhere: 2^n is multiplied in two parts, so that results below 2^-126 are rounded once. */
function expFar(v: v128): v128 {
  const x = f32x4.pmax(f32x4.pmin(v, constant(E, 8)), constant(E, 9));
  const shifted = madd(x, constant(E, 0), constant(E, 10));
  const y = expRest(x, f32x4.sub(shifted, constant(E, 10)));
  const whole = i32x4.sub(shifted, constant(E, 10));
  const half = i32x4.shr_s(whole, 1);
  const first = i32x4.add(i32x4.shl(half, 23), constant(E, 11));
  const second = i32x4.add(i32x4.shl(i32x4.sub(whole, half), 23), constant(E, 11));
  return f32x4.mul(f32x4.mul(y, first), second);
}

/** e^x */
// @ts-ignore: decorator
@inline
export function exp(x: v128): v128 {
  return v128.any_true(f32x4.gt(f32x4.abs(x), constant(E, 12))) ? expFar(x) : expNear(x);
}

/** e^x for x ≤ 0, with 0 for what is smaller than e^-87. */
// @ts-ignore: decorator
@inline
export function expBelow(x: v128): v128 {
  return v128.andnot(expNear(x), f32x4.lt(x, constant(E, 13)));
}

/** ln(1 + f) = f - f²/2 + f³ P(f) for √½ ≤ 1 + f < √2; then ln 2 in two parts, the least normal number, 2²³, ∞, NaN. */
const L: usize = memory.data<f32>([
  0.333333317, -0.25000821, 0.200012269, -0.166233574, 0.142017579, -0.131601822, 0.127615775, -0.0763449776, 0.693359375, -2.12194440e-4,
  1.17549435e-38, 8388608, Infinity, NaN, 23, 0.5, -Infinity, 1,
], 16);

/** ln x */
// @ts-ignore: decorator
@inline
export function log(v: v128): v128 {
  const small = f32x4.lt(v, constant(L, 10));
  const x = v128.bitselect(f32x4.mul(v, constant(L, 11)), v, small);
  const bits = i32x4.sub(x, i32x4.splat(0x3f3504f3));
  const whole = i32x4.shr_s(bits, 23);
  const m = i32x4.add(v128.and(bits, i32x4.splat(0x7fffff)), i32x4.splat(0x3f3504f3));
  const n = f32x4.sub(f32x4.convert_i32x4_s(whole), v128.and(small, constant(L, 14)));
  const f = f32x4.sub(m, constant(L, 17));
  let p = madd(f, constant(L, 7), constant(L, 6));
  p = madd(p, f, constant(L, 5));
  p = madd(p, f, constant(L, 4));
  p = madd(p, f, constant(L, 3));
  p = madd(p, f, constant(L, 2));
  p = madd(p, f, constant(L, 1));
  p = madd(p, f, constant(L, 0));
  const ff = f32x4.mul(f, f);
  let y = f32x4.mul(f32x4.mul(ff, f), p);
  y = madd(n, constant(L, 9), y);
  y = nmadd(ff, constant(L, 15), y);
  y = madd(n, constant(L, 8), f32x4.add(f, y));
  const zero = i32x4.splat(0);
  const inside = v128.and(f32x4.gt(v, zero), f32x4.lt(v, constant(L, 12)));
  const edge = v128.bitselect(constant(L, 16), v128.bitselect(constant(L, 12), constant(L, 13), f32x4.eq(v, constant(L, 12))), f32x4.eq(v, zero));
  return v128.bitselect(y, edge, inside);
}

/** tanh x = x + x³ P(x²) for |x| ≤ 0.625; then that bound, the x from which it is 1, and 2. */
const T: usize = memory.data<f32>([-0.333332598, 0.133308303, -0.0536880231, 0.0204694199, -0.00551516389, 0.625, 10, 2, 1], 16);

// @ts-ignore: decorator
@inline
export function tanh(x: v128): v128 {
  const a = f32x4.pmin(f32x4.abs(x), constant(T, 6));
  const s = f32x4.mul(a, a);
  let p = madd(s, constant(T, 4), constant(T, 3));
  p = madd(p, s, constant(T, 2));
  p = madd(p, s, constant(T, 1));
  p = madd(p, s, constant(T, 0));
  const near = madd(f32x4.mul(a, s), p, a);
  const e = expNear(f32x4.mul(a, constant(T, 7)));
  const far = f32x4.sub(constant(T, 8), f32x4.div(constant(T, 7), f32x4.add(e, constant(T, 8))));
  const y = v128.bitselect(near, far, f32x4.le(a, constant(T, 5)));
  return v128.or(y, v128.and(x, i32x4.splat(0x80000000)));
}

/** 1 / (1 + e^-x), from e^-|x| so that nothing overflows. */
// @ts-ignore: decorator
@inline
export function sigmoid(x: v128): v128 {
  const e = exp(f32x4.neg(f32x4.abs(x)));
  const r = f32x4.div(constant(T, 8), f32x4.add(constant(T, 8), e));
  return v128.bitselect(r, f32x4.mul(e, r), f32x4.ge(x, i32x4.splat(0)));
}

/**
 * (t + 3) e^(t²/2) Φ(-t) as a polynomial in (t - 3) / (t + 3), for 0 ≤ t ≤ 14.5, where Φ is the normal distribution function; then 3, 14.5,
 * 1, ½, 1/6, 1/24, and 1 / √(2π).
 */
const N: usize = memory.data<f32>([
  0.729083692, -0.509332166, 0.230017693, -0.0472581542, -0.0104622583, 0.0069373314, 0.00101639004, -0.000946831046, -0.000202965101,
  5.24018621e-5, 3, 14.5, 1, 0.5, 0.166666667, 0.0416666667, 0.398942280, -15,
], 16);

/** e^(-t²/2): t is cut in two so that the square of the first part is exact. */
// @ts-ignore: decorator
@inline
function bell(t: v128): v128 {
  const high = v128.and(t, i32x4.splat(0xfffff000));
  const d = f32x4.mul(f32x4.mul(f32x4.sub(high, t), f32x4.add(high, t)), constant(N, 13));
  let p = madd(d, constant(N, 15), constant(N, 14));
  p = madd(p, d, constant(N, 13));
  p = madd(p, d, constant(N, 12));
  p = madd(p, d, constant(N, 12));
  return f32x4.mul(exp(f32x4.neg(f32x4.mul(f32x4.mul(high, high), constant(N, 13)))), p);
}

/** Φ(-t) e^(t²/2) for t ≥ 0 */
// @ts-ignore: decorator
@inline
function tail(t: v128): v128 {
  const inverse = f32x4.div(constant(N, 12), f32x4.add(t, constant(N, 10)));
  const u = f32x4.mul(f32x4.sub(t, constant(N, 10)), inverse);
  let p = madd(u, constant(N, 9), constant(N, 8));
  p = madd(p, u, constant(N, 7));
  p = madd(p, u, constant(N, 6));
  p = madd(p, u, constant(N, 5));
  p = madd(p, u, constant(N, 4));
  p = madd(p, u, constant(N, 3));
  p = madd(p, u, constant(N, 2));
  p = madd(p, u, constant(N, 1));
  p = madd(p, u, constant(N, 0));
  return f32x4.mul(p, inverse);
}

/** erf x = x + x P(x²) for |x| ≤ 1; then √2, and the x from which it is 1. */
const F: usize = memory.data<f32>([
  0.128379166, -0.376126258, 0.112835851, -0.0268538119, 0.00518832768, -0.000801019358, 7.85386122e-5, 1.41421356, 4, 1, 2,
], 16);

// @ts-ignore: decorator
@inline
export function erf(x: v128): v128 {
  const a = f32x4.pmin(f32x4.abs(x), constant(F, 8));
  const s = f32x4.mul(a, a);
  let p = madd(s, constant(F, 6), constant(F, 5));
  p = madd(p, s, constant(F, 4));
  p = madd(p, s, constant(F, 3));
  p = madd(p, s, constant(F, 2));
  p = madd(p, s, constant(F, 1));
  p = madd(p, s, constant(F, 0));
  const near = madd(a, p, a);
  const t = f32x4.mul(a, constant(F, 7));
  const far = nmadd(f32x4.mul(bell(t), tail(t)), constant(F, 10), constant(F, 9));
  const y = v128.bitselect(near, far, f32x4.le(a, constant(F, 9)));
  return v128.or(y, v128.and(x, i32x4.splat(0x80000000)));
}

/** Φ(x) = ½ + x H(x²) for |x| ≤ 1 */
const H: usize = memory.data<f32>([0.398942278, -0.0664903144, 0.00997307838, -0.00118578499, 0.000112952173, -7.46289479e-06], 16);

/** x Φ(x); x goes into the tail before the bell does, which may make it too small for all its bits. */
// @ts-ignore: decorator
@inline
export function gelu(x: v128): v128 {
  const t = f32x4.pmin(f32x4.abs(x), constant(N, 11));
  const bounded = f32x4.pmin(f32x4.pmax(x, constant(N, 17)), constant(N, 11));
  const w = f32x4.mul(bell(t), f32x4.mul(bounded, tail(t)));
  const far = v128.bitselect(f32x4.sub(x, w), w, f32x4.ge(x, i32x4.splat(0)));
  const s = f32x4.mul(t, t);
  let p = madd(s, constant(H, 5), constant(H, 4));
  p = madd(p, s, constant(H, 3));
  p = madd(p, s, constant(H, 2));
  p = madd(p, s, constant(H, 1));
  p = madd(p, s, constant(H, 0));
  const near = f32x4.mul(x, madd(x, p, constant(N, 13)));
  return v128.bitselect(near, far, f32x4.le(t, constant(N, 12)));
}

/** Φ(x) + x φ(x); NaN at infinities, as ∞ · 0 is. */
// @ts-ignore: decorator
@inline
export function geluSlope(x: v128): v128 {
  const t = f32x4.pmin(f32x4.abs(x), constant(N, 11));
  const b = bell(t);
  const bounded = f32x4.pmin(f32x4.pmax(x, constant(N, 17)), constant(N, 11));
  const below = f32x4.mul(b, tail(t));
  const cdf = v128.bitselect(f32x4.sub(constant(N, 12), below), below, f32x4.ge(x, i32x4.splat(0)));
  const y = madd(f32x4.mul(bounded, constant(N, 16)), b, cdf);
  return f32x4.add(y, f32x4.sub(x, x));
}

/** √(2/π), 0.044715, 2, 1, 3 · 0.044715 */
const G: usize = memory.data<f32>([0.797884561, 0.044715, 2, 1, 0.134145], 16);

/** x (1 + tanh u) / 2 = x σ(2u), where u = √(2/π) (x + 0.044715 x³) */
// @ts-ignore: decorator
@inline
export function geluTanh(x: v128): v128 {
  const u = f32x4.mul(f32x4.mul(x, constant(G, 0)), madd(f32x4.mul(x, x), constant(G, 1), constant(G, 3)));
  return f32x4.mul(f32x4.pmax(x, constant(N, 17)), sigmoid(f32x4.add(u, u)));
}

/** σ(2u) + 2 x u' σ(2u) (1 - σ(2u)); NaN at infinities. */
// @ts-ignore: decorator
@inline
export function geluTanhSlope(v: v128): v128 {
  const x = f32x4.pmin(f32x4.pmax(v, constant(N, 17)), constant(N, 11));
  const s = f32x4.mul(x, x);
  const u = f32x4.mul(f32x4.mul(x, constant(G, 0)), madd(s, constant(G, 1), constant(G, 3)));
  const y = sigmoid(f32x4.add(u, u));
  const du = f32x4.mul(constant(G, 0), madd(s, constant(G, 4), constant(G, 3)));
  const xdu = f32x4.mul(x, du);
  return f32x4.add(madd(f32x4.mul(f32x4.add(xdu, xdu), y), f32x4.sub(constant(G, 3), y), y), f32x4.sub(v, v));
}

/** sin r = r + r³ P(r²) and cos r = 1 - r²/2 + r⁴ Q(r²) for |r| ≤ π/4; then 1, ½, and the |x| beyond which the host works it out. */
const S: usize = memory.data<f32>([-0.166666549, 0.00833217354, -0.000195166558, 0.0416666467, -0.00138873614, 2.443773e-5, 1, 0.5, 1000000], 16);
/** 2/π, and π/2 in a part of 33 bits and the rest. */
const P: usize = memory.data<f64>([0.6366197723675814, 1.5707963267341256, 6.077100506506192e-11], 16);

@external("env", "sin")
declare function hostSin(x: f64): f64;
@external("env", "cos")
declare function hostCos(x: f64): f64;

/** Sine of x, or cosine where `turned`: x = n π/2 + r in float64. */
// @ts-ignore: decorator
@inline
function sine(x: v128, turned: bool): v128 {
  if (v128.any_true(f32x4.gt(f32x4.abs(x), constant(S, 8)))) return far(x, turned);
  const low = f64x2.promote_low_f32x4(x);
  const high = f64x2.promote_low_f32x4(i32x4.shuffle(x, x, 2, 3, 2, 3));
  const inverse = v128.load64_splat(P), first = v128.load64_splat(P + 8), second = v128.load64_splat(P + 16);
  const nLow = f64x2.nearest(f64x2.mul(low, inverse));
  const nHigh = f64x2.nearest(f64x2.mul(high, inverse));
  const rLow = f64x2.sub(f64x2.sub(low, f64x2.mul(nLow, first)), f64x2.mul(nLow, second));
  const rHigh = f64x2.sub(f64x2.sub(high, f64x2.mul(nHigh, first)), f64x2.mul(nHigh, second));
  const r = i32x4.shuffle(f32x4.demote_f64x2_zero(rLow), f32x4.demote_f64x2_zero(rHigh), 0, 1, 4, 5);
  let n = i32x4.shuffle(i32x4.trunc_sat_f64x2_s_zero(nLow), i32x4.trunc_sat_f64x2_s_zero(nHigh), 0, 1, 4, 5);
  if (turned) n = i32x4.add(n, i32x4.splat(1));
  const s = f32x4.mul(r, r);
  const p = madd(madd(s, constant(S, 2), constant(S, 1)), s, constant(S, 0));
  const sin = madd(f32x4.mul(r, s), p, r);
  const q = madd(madd(s, constant(S, 5), constant(S, 4)), s, constant(S, 3));
  const cos = madd(f32x4.mul(s, s), q, nmadd(s, constant(S, 7), constant(S, 6)));
  const odd = i32x4.eq(v128.and(n, i32x4.splat(1)), i32x4.splat(1));
  const sign = i32x4.shl(v128.and(n, i32x4.splat(2)), 30);
  return v128.xor(v128.bitselect(cos, sin, odd), sign);
}

function far(x: v128, turned: bool): v128 {
  let y = x;
  const a = <f64>f32x4.extract_lane(x, 0), b = <f64>f32x4.extract_lane(x, 1);
  const c = <f64>f32x4.extract_lane(x, 2), d = <f64>f32x4.extract_lane(x, 3);
  y = f32x4.replace_lane(y, 0, <f32>(turned ? hostCos(a) : hostSin(a)));
  y = f32x4.replace_lane(y, 1, <f32>(turned ? hostCos(b) : hostSin(b)));
  y = f32x4.replace_lane(y, 2, <f32>(turned ? hostCos(c) : hostSin(c)));
  return f32x4.replace_lane(y, 3, <f32>(turned ? hostCos(d) : hostSin(d)));
}

// @ts-ignore: decorator
@inline
export function sin(x: v128): v128 {
  return sine(x, false);
}

// @ts-ignore: decorator
@inline
export function cos(x: v128): v128 {
  return sine(x, true);
}
