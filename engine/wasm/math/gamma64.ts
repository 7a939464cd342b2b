/** ln |Γ(x)| and its derivative of two float64 at once, by Stirling's series at x ≥ 10, to which smaller x are moved, and by reflection for x < ½. */
import { madd } from "../simd/lanes";
import { constant, log } from "./exponential64";
import { all } from "./generic";
import { sine } from "./trigonometric64";

/** B₂ₖ / (2k (2k - 1)) from k = 8 down to 1, then B₂ₖ / 2k. */
const B: usize = memory.data<f64>([
  -2.955065359477124e-2, 6.410256410256410e-3, -1.9175269175269176e-3, 8.417508417508417e-4, -5.952380952380953e-4, 7.936507936507937e-4, -2.777777777777778e-3, 8.333333333333333e-2,
  -4.432598039215686e-1, 8.333333333333333e-2, -2.109279609279609e-2, 7.575757575757576e-3, -4.166666666666667e-3, 3.968253968253968e-3, -8.333333333333333e-3, 8.333333333333333e-2,
], 16);

/** Returns the polynomial in z with eight coefficients of the table. */
// @ts-ignore: decorator
@inline
function series(z: v128, table: usize): v128 {
  let p = madd<f64>(z, constant(table, 0), constant(table, 1));
  for (let i = 2; i < 8; i++) p = madd<f64>(p, z, constant(table, i));
  return p;
}

/** Returns x - n for the nearest integer n. */
// @ts-ignore: decorator
@inline
function fraction(x: v128): v128 {
  return f64x2.sub(x, f64x2.nearest(x));
}

const pi: f64 = 3.141592653589793;

/** Returns ln |Γ(x)|; ∞ at 0, at negative integers and at infinities. */
// @ts-ignore: decorator
@inline
export function lgamma(v: v128): v128 {
  const one = all<f64>(1);
  const isReflected = f64x2.lt(v, all<f64>(0.5));
  const x = v128.bitselect(f64x2.sub(one, v), v, isReflected);
  // Γ(x) = Γ(x + 10) / (x (x + 1) … (x + 9)) for x < 10
  let product = x;
  for (let k = 1; k < 10; k++) product = f64x2.mul(product, f64x2.add(x, all<f64>(<f64>k)));
  const isSmall = f64x2.lt(x, all<f64>(10));
  const y = v128.bitselect(f64x2.add(x, all<f64>(10)), x, isSmall);
  const inverse = f64x2.div(one, y);
  const tail = f64x2.mul(series(f64x2.mul(inverse, inverse), B), inverse);
  const l = log(y);
  const stirling = f64x2.add(f64x2.sub(f64x2.mul(f64x2.sub(y, all<f64>(0.5)), l), y), f64x2.add(tail, all<f64>(0.9189385332046727)));
  let result = f64x2.sub(stirling, log(v128.bitselect(product, one, isSmall)));
  // ln π - ln |sin πv| - ln Γ(1 - v)
  const s = f64x2.abs(sine(f64x2.mul(fraction(v), all<f64>(pi)), false));
  result = v128.bitselect(f64x2.sub(log(f64x2.div(all<f64>(pi), s)), result), result, isReflected);
  result = v128.bitselect(all<f64>(Infinity), result, f64x2.eq(f64x2.abs(v), all<f64>(Infinity)));
  return v128.bitselect(result, v, f64x2.eq(v, v));
}

/** Returns the derivative of ln Γ(x): NaN at negative integers, ∓∞ at ±0. */
// @ts-ignore: decorator
@inline
export function digamma(v: v128): v128 {
  const one = all<f64>(1), zero = all<f64>(0);
  const isReflected = f64x2.lt(v, zero);
  const x = v128.bitselect(f64x2.sub(one, v), v, isReflected);
  let moved = zero;
  // pairs of reciprocals have one division: 1/a + 1/b = (a + b) / (a b)
  for (let k = 0; k < 10; k += 2) {
    const a = f64x2.add(x, all<f64>(<f64>k)), b = f64x2.add(x, all<f64>(<f64>(k + 1)));
    moved = f64x2.add(moved, f64x2.div(f64x2.add(a, b), f64x2.mul(a, b)));
  }
  const isSmall = f64x2.lt(x, all<f64>(10));
  const y = v128.bitselect(f64x2.add(x, all<f64>(10)), x, isSmall);
  const inverse = f64x2.div(one, y);
  const z = f64x2.mul(inverse, inverse);
  let result = f64x2.sub(f64x2.sub(log(y), f64x2.mul(inverse, all<f64>(0.5))), f64x2.mul(series(z, B + 64), z));
  result = f64x2.sub(result, v128.and(moved, isSmall));
  // ψ(v) = ψ(1 - v) - π / tan πv
  const r = f64x2.mul(fraction(v), all<f64>(pi));
  const cotangent = f64x2.div(f64x2.mul(all<f64>(pi), sine(r, true)), sine(r, false));
  result = v128.bitselect(f64x2.sub(result, cotangent), result, isReflected);
  const isInteger = v128.and(f64x2.eq(v, f64x2.nearest(v)), isReflected);
  result = v128.bitselect(all<f64>(NaN), result, isInteger);
  result = v128.bitselect(f64x2.neg(f64x2.div(one, v)), result, f64x2.eq(v, zero));
  result = v128.bitselect(v, result, f64x2.eq(v, all<f64>(Infinity)));
  return v128.bitselect(result, v, f64x2.eq(v, v));
}
