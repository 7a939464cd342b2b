/**
 * The inverse error function and the normal quantile of four float32 at once, by M. Giles, "Approximating the erfinv function" (2010), and beyond its range in float64.
 */
import { constant, madd } from "../simd/lanes";
import { log } from "./exponential32";
import { ndtri as ndtri64 } from "./quantile64";

/** Polynomials in w - 2.5 for w < 5, and in √w - 3 for w < 16, the highest power first; then 2.5, 3, 5, 16, 1, √2, 4, ½. */
const G: usize = memory.data<f32>([
  2.81022636e-8, 3.43273939e-7, -3.5233877e-6, -4.39150654e-6, 0.00021858087, -0.00125372503, -0.00417768164, 0.246640727, 1.50140941,
  -0.000200214257, 0.000100950558, 0.00134934322, -0.00367342844, 0.00573950773, -0.0076224613, 0.00943887047, 1.00167406, 2.83297682,
  2.5, 3, 5, 16, 1, 1.41421356, 4, 0.5,
], 16);

/** Returns erfinv x / x from w = -ln(1 - x²) < 16. */
// @ts-ignore: decorator
@inline
function factor(w: v128): v128 {
  const a = f32x4.sub(w, constant(G, 18)), b = f32x4.sub(f32x4.sqrt(w), constant(G, 19));
  let p = madd(a, constant(G, 0), constant(G, 1)), q = madd(b, constant(G, 9), constant(G, 10));
  p = madd(p, a, constant(G, 2));
  q = madd(q, b, constant(G, 11));
  p = madd(p, a, constant(G, 3));
  q = madd(q, b, constant(G, 12));
  p = madd(p, a, constant(G, 4));
  q = madd(q, b, constant(G, 13));
  p = madd(p, a, constant(G, 5));
  q = madd(q, b, constant(G, 14));
  p = madd(p, a, constant(G, 6));
  q = madd(q, b, constant(G, 15));
  p = madd(p, a, constant(G, 7));
  q = madd(q, b, constant(G, 16));
  p = madd(p, a, constant(G, 8));
  q = madd(q, b, constant(G, 17));
  return v128.bitselect(p, q, f32x4.lt(w, constant(G, 20)));
}

/** Returns the inverse of the error function: ±∞ at ±1, and NaN beyond. */
// @ts-ignore: decorator
@inline
export function erfinv(x: v128): v128 {
  const one = constant(G, 22);
  const rest = f32x4.mul(f32x4.sub(one, x), f32x4.add(one, x));
  const y = f32x4.mul(x, factor(f32x4.neg(log(rest))));
  const most = v128.or(f32x4.splat(Infinity), v128.and(x, i32x4.splat(0x80000000)));
  return v128.bitselect(most, y, f32x4.eq(rest, i32x4.splat(0)));
}

/** Returns the normal quantile √2 erfinv(2p - 1), where 1 - (2p - 1)² = 4 p (1 - p). */
// @ts-ignore: decorator
@inline
export function ndtri(p: v128): v128 {
  const one = constant(G, 22);
  const w = f32x4.neg(log(f32x4.mul(f32x4.mul(p, f32x4.sub(one, p)), constant(G, 24))));
  if (!i32x4.all_true(f32x4.lt(w, constant(G, 21)))) return farNdtri(p);
  const x = f32x4.sub(f32x4.add(p, p), one);
  return f32x4.mul(f32x4.mul(x, constant(G, 23)), factor(w));
}

/** Returns the normal quantile in float64. */
function farNdtri(p: v128): v128 {
  const low = ndtri64(f64x2.promote_low_f32x4(p)), high = ndtri64(f64x2.promote_low_f32x4(i32x4.shuffle(p, p, 2, 3, 2, 3)));
  return i32x4.shuffle(f32x4.demote_f64x2_zero(low), f32x4.demote_f64x2_zero(high), 0, 1, 4, 5);
}
