/** The error function and its complement, the normal distribution, GELU and its derivative of four float32 at once, to within 4 units in the last place (ulp), GELU to within 5. `near` says that |x| ≤ 9.8. */
import { exp, sigmoid } from "./exponential32";
import { constant, madd, nmadd } from "../simd/lanes";

/**
 * (t + 3) e^(t²/2) Φ(-t) as a polynomial in (t - 3) / (t + 3), for 0 ≤ t ≤ 14.5, where Φ is the normal distribution function; then 3, 14.5,
 * 1, ½, 1/6, 1/24, 1 / √(2π), -15, and 10.2.
 */
const N: usize = memory.data<f32>([
  0.729083692, -0.509332166, 0.230017693, -0.0472581542, -0.0104622583, 0.0069373314, 0.00101639004, -0.000946831046, -0.000202965101,
  5.24018621e-5, 3, 14.5, 1, 0.5, 0.166666667, 0.0416666667, 0.398942280, -15, 10.2,
], 16);

/** Returns e^(-h t²): t is split in two, so that the square of the first part is exact. `near` says that h t² ≤ 87. */
// @ts-ignore: decorator
@inline
function decay(h: v128, t: v128, near: bool): v128 {
  const high = v128.and(t, i32x4.splat(0xfffff000));
  const d = f32x4.mul(f32x4.mul(f32x4.sub(high, t), f32x4.add(high, t)), h);
  let p = madd(d, constant(N, 15), constant(N, 14));
  p = madd(p, d, constant(N, 13));
  p = madd(p, d, constant(N, 12));
  p = madd(p, d, constant(N, 12));
  return f32x4.mul(exp(f32x4.neg(f32x4.mul(f32x4.mul(high, high), h)), near), p);
}

/** Returns e^(-t²/2). `near` says that t ≤ 13. */
// @ts-ignore: decorator
@inline
function bell(t: v128, near: bool): v128 {
  return decay(constant(N, 13), t, near);
}

/** Returns Φ(-t) e^(t²/2) for t ≥ 0. */
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

/** P of erf x = x + x P(x²) for |x| ≤ 1; then √2, the x from which erf x rounds to 1, 1, and 2. */
const F: usize = memory.data<f32>([
  0.128379166, -0.376126258, 0.112835851, -0.0268538119, 0.00518832768, -0.000801019358, 7.85386122e-5, 1.41421356, 4, 1, 2,
], 16);

/** Returns erf x. */
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
  const far = nmadd(f32x4.mul(bell(t, true), tail(t)), constant(F, 10), constant(F, 9));
  const y = v128.bitselect(near, far, f32x4.le(a, constant(F, 9)));
  return v128.or(y, v128.and(x, i32x4.splat(0x80000000)));
}

/** Returns erfc x = 1 - erf x = 2 Φ(-√2 x). `near` says that |x| ≤ 9.3. */
// @ts-ignore: decorator
@inline
export function erfc(x: v128, near: bool): v128 {
  const a = f32x4.pmin(f32x4.abs(x), constant(N, 18));
  const e = f32x4.mul(decay(constant(N, 12), a, near), tail(f32x4.mul(a, constant(F, 7))));
  const twice = f32x4.add(e, e);
  const y = v128.bitselect(f32x4.sub(constant(F, 10), twice), twice, f32x4.lt(x, i32x4.splat(0)));
  return v128.bitselect(y, x, f32x4.eq(x, x));
}

/** Returns Φ(x), the normal distribution function. `near` says that |x| ≤ 9.8. */
// @ts-ignore: decorator
@inline
export function ndtr(x: v128, near: bool): v128 {
  const t = f32x4.pmin(f32x4.abs(x), constant(N, 11));
  const below = f32x4.mul(bell(t, near), tail(t));
  const y = v128.bitselect(f32x4.sub(constant(N, 12), below), below, f32x4.gt(x, i32x4.splat(0)));
  return v128.bitselect(y, x, f32x4.eq(x, x));
}

/** Returns x Φ(x). x is multiplied by the tail first: the bell may make a product denormal. */
// @ts-ignore: decorator
@inline
export function gelu(x: v128, near: bool): v128 {
  const t = f32x4.pmin(f32x4.abs(x), constant(N, 11));
  const bounded = f32x4.pmin(f32x4.pmax(x, constant(N, 17)), constant(N, 11));
  const w = f32x4.mul(bell(t, near), f32x4.mul(bounded, tail(t)));
  return v128.bitselect(f32x4.sub(x, w), w, f32x4.ge(x, i32x4.splat(0)));
}

/** Returns the derivative Φ(x) + x φ(x) of GELU; NaN at infinities, as ∞ · 0 is. */
// @ts-ignore: decorator
@inline
export function geluSlope(x: v128, near: bool): v128 {
  const t = f32x4.pmin(f32x4.abs(x), constant(N, 11));
  const b = bell(t, near);
  const bounded = f32x4.pmin(f32x4.pmax(x, constant(N, 17)), constant(N, 11));
  const below = f32x4.mul(b, tail(t));
  const cdf = v128.bitselect(f32x4.sub(constant(N, 12), below), below, f32x4.ge(x, i32x4.splat(0)));
  const y = madd(f32x4.mul(bounded, constant(N, 16)), b, cdf);
  return f32x4.add(y, f32x4.sub(x, x));
}

/** √(2/π), 0.044715, 2, 1, 3 · 0.044715 */
const G: usize = memory.data<f32>([0.797884561, 0.044715, 2, 1, 0.134145], 16);

/** Returns x (1 + tanh u) / 2 = x σ(2u), where u = √(2/π) (x + 0.044715 x³). */
// @ts-ignore: decorator
@inline
export function geluTanh(x: v128, near: bool): v128 {
  const u = f32x4.mul(f32x4.mul(x, constant(G, 0)), madd(f32x4.mul(x, x), constant(G, 1), constant(G, 3)));
  return f32x4.mul(f32x4.pmax(x, constant(N, 17)), sigmoid(f32x4.add(u, u), near));
}

/** Returns the derivative σ(2u) + 2 x u' σ(2u) (1 - σ(2u)) of GELU by tanh; NaN at infinities. */
// @ts-ignore: decorator
@inline
export function geluTanhSlope(v: v128, near: bool): v128 {
  const x = f32x4.pmin(f32x4.pmax(v, constant(N, 17)), constant(N, 11));
  const s = f32x4.mul(x, x);
  const u = f32x4.mul(f32x4.mul(x, constant(G, 0)), madd(s, constant(G, 1), constant(G, 3)));
  const y = sigmoid(f32x4.add(u, u), near);
  const du = f32x4.mul(constant(G, 0), madd(s, constant(G, 4), constant(G, 3)));
  const xdu = f32x4.mul(x, du);
  return f32x4.add(madd(f32x4.mul(f32x4.add(xdu, xdu), y), f32x4.sub(constant(G, 3), y), y), f32x4.sub(v, v));
}
