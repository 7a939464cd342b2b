/**
 * The complementary error function, the normal distribution function, and the quantiles of both, of two float64 at once. Quantiles are by M. J. Wichura's algorithm AS 241
 * (1988), whose relative error is about 10^-16.
 */
import { madd } from "../simd/lanes";
import { constant, log } from "./exponential64";
import { all } from "./generic";
import { bell, tail } from "./normal64";

/** Numerators and denominators of degree 7, from the highest power: for |p - ½| ≤ 0.425, for √(-ln r) ≤ 5, and beyond. */
const Q: usize = memory.data<f64>([
  2509.0809287301226727, 33430.575583588128105, 67265.770927008700853, 45921.953931549871457, 13731.693765509461125, 1971.5909503065514427, 133.14166789178437745, 3.387132872796366608,
  5226.495278852545925, 28729.085735721942674, 39307.89580009271061, 21213.794301586595867, 5394.1960214247511077, 687.1870074920579083, 42.313330701600911252, 1,
  7.7454501427834140764e-4, 0.0227238449892691845833, 0.24178072517745061177, 1.27045825245236838258, 3.64784832476320460504, 5.7694972214606914055, 4.6303378461565452959, 1.42343711074968357734,
  1.05075007164441684324e-9, 5.475938084995344946e-4, 0.0151986665636164571966, 0.14810397642748007459, 0.68976733498510000455, 1.6763848301838038494, 2.05319162663775882187, 1,
  2.01033439929228813265e-7, 2.71155556874348757815e-5, 0.0012426609473880784386, 0.026532189526576123093, 0.29656057182850489123, 1.7848265399172913358, 5.4637849111641143699, 6.6579046435011037772,
  2.04426310338993978564e-15, 1.4215117583164458887e-7, 1.8463183175100546818e-5, 7.868691311456132591e-4, 0.0148753612908506148525, 0.13692988092273580531, 0.59983220655588793769, 1,
], 16);

// @ts-ignore: decorator
@inline
function polynomial(x: v128, table: usize): v128 {
  let p = madd<f64>(constant(table, 0), x, constant(table, 1));
  p = madd<f64>(p, x, constant(table, 2));
  p = madd<f64>(p, x, constant(table, 3));
  p = madd<f64>(p, x, constant(table, 4));
  p = madd<f64>(p, x, constant(table, 5));
  p = madd<f64>(p, x, constant(table, 6));
  return madd<f64>(p, x, constant(table, 7));
}

/** Returns the normal quantile of p = ½ + q, where `rest` is the smaller of p and 1 - p. */
// @ts-ignore: decorator
@inline
function quantile(q: v128, rest: v128): v128 {
  const s = f64x2.sub(all<f64>(0.180625), f64x2.mul(q, q));
  const near = f64x2.mul(q, f64x2.div(polynomial(s, Q), polynomial(s, Q + 64)));
  const r = f64x2.sqrt(f64x2.neg(log(rest)));
  const a = f64x2.sub(r, all<f64>(1.6)), b = f64x2.sub(r, all<f64>(5));
  const middle = f64x2.div(polynomial(a, Q + 128), polynomial(a, Q + 192));
  const outer = f64x2.div(polynomial(b, Q + 256), polynomial(b, Q + 320));
  const y = v128.bitselect(middle, outer, f64x2.le(r, all<f64>(5)));
  const signed = v128.or(f64x2.abs(y), v128.and(q, i64x2.splat(i64.MIN_VALUE)));
  const isEdge = f64x2.eq(rest, all<f64>(0));
  const most = v128.or(all<f64>(Infinity), v128.and(q, i64x2.splat(i64.MIN_VALUE)));
  const far = v128.bitselect(most, signed, isEdge);
  const result = v128.bitselect(near, far, f64x2.le(f64x2.abs(q), all<f64>(0.425)));
  return v128.bitselect(result, all<f64>(NaN), f64x2.ge(rest, all<f64>(0)));
}

/** Returns the normal quantile of p. */
// @ts-ignore: decorator
@inline
export function ndtri(p: v128): v128 {
  return quantile(f64x2.sub(p, all<f64>(0.5)), f64x2.pmin(p, f64x2.sub(all<f64>(1), p)));
}

/** Returns the inverse of the error function. */
// @ts-ignore: decorator
@inline
export function erfinv(x: v128): v128 {
  const rest = f64x2.mul(f64x2.sub(all<f64>(1), f64x2.abs(x)), all<f64>(0.5));
  return f64x2.mul(quantile(f64x2.mul(x, all<f64>(0.5)), rest), all<f64>(0.7071067811865476));
}

/** Returns Φ(-|t|), the smaller tail of the normal distribution; 0 for NaN. */
// @ts-ignore: decorator
@inline
function lowerTail(t: v128): v128 {
  const a = f64x2.pmin(all<f64>(39), f64x2.abs(t));
  return f64x2.mul(tail(a), bell(a));
}

/** Returns Φ(x), the normal distribution function. */
// @ts-ignore: decorator
@inline
export function ndtr(x: v128): v128 {
  const t = lowerTail(x);
  const y = v128.bitselect(f64x2.sub(all<f64>(1), t), t, f64x2.gt(x, all<f64>(0)));
  return v128.bitselect(y, x, f64x2.eq(x, x));
}

/** Returns 1 - erf x = 2 Φ(-√2 x). */
// @ts-ignore: decorator
@inline
export function erfc(x: v128): v128 {
  const t = lowerTail(f64x2.mul(x, all<f64>(1.4142135623730951)));
  const twice = f64x2.add(t, t);
  const y = v128.bitselect(f64x2.sub(all<f64>(2), twice), twice, f64x2.lt(x, all<f64>(0)));
  return v128.bitselect(y, x, f64x2.eq(x, x));
}
