/** The natural logarithm as V8 computes it, to the bit, so that numbers that are drawn many at once equal those that are drawn one at a time. Source: fdlibm, e_log.c. */

const ln2Hi: f64 = 6.93147180369123816490e-01, ln2Lo: f64 = 1.90821492927058770002e-10;
const lg1: f64 = 6.666666666666735130e-01, lg2: f64 = 3.999999999940941908e-01, lg3: f64 = 2.857142874366239149e-01;
const lg4: f64 = 2.222219843214978396e-01, lg5: f64 = 1.818357216161805012e-01, lg6: f64 = 1.531383769920937332e-01;
const lg7: f64 = 1.479819860511658591e-01;

/** Returns a b + c, rounded twice. */
// @ts-ignore: decorator
@inline
function step(a: v128, b: v128, c: f64): v128 {
  return f64x2.add(f64x2.splat(c), f64x2.mul(a, b));
}

/** Returns small integers of 64 bits as float64: their bits are added to those of 1.5 · 2^52. */
// @ts-ignore: decorator
@inline
function toDoubles(k: v128): v128 {
  return f64x2.sub(i64x2.add(k, i64x2.splat(0x4338000000000000)), f64x2.splat(6755399441055744));
}

/** Returns the logarithm of 1 + f times 2^k for |f| < 2^-20. */
function logNearOne(f: f64, k: f64): f64 {
  if (f == 0) return k * ln2Hi + k * ln2Lo;
  const r = f * f * (0.5 - 0.33333333333333333 * f);
  return k == 0 ? f - r : k * ln2Hi - (r - k * ln2Lo - f);
}

/** Returns the logarithms of normal numbers above 0. */
// @ts-ignore: decorator
@inline
export function logOf(given: v128): v128 {
  const fraction = i64x2.splat(0xfffff);
  const high = v128.and(i64x2.shr_u(given, 32), fraction);
  const i = v128.and(i64x2.add(high, i64x2.splat(0x95f64)), i64x2.splat(0x100000));
  const exponent = i64x2.add(i64x2.sub(i64x2.shr_u(given, 52), i64x2.splat(1023)), i64x2.shr_u(i, 20));
  const k = toDoubles(exponent);
  const upper = i64x2.shl(v128.or(high, v128.xor(i, i64x2.splat(0x3ff00000))), 32);
  const f = f64x2.sub(v128.or(upper, v128.and(given, i64x2.splat(0xffffffff))), f64x2.splat(1));

  const s = f64x2.div(f, f64x2.add(f64x2.splat(2), f)), z = f64x2.mul(s, s), w = f64x2.mul(z, z);
  const t1 = f64x2.mul(w, step(w, step(w, f64x2.splat(lg6), lg4), lg2));
  const t2 = f64x2.mul(z, step(w, step(w, step(w, f64x2.splat(lg7), lg5), lg3), lg1));
  const r = f64x2.add(t2, t1);
  const kHi = f64x2.mul(k, f64x2.splat(ln2Hi)), kLo = f64x2.mul(k, f64x2.splat(ln2Lo));
  // where 1 + f lies in the middle of its range, f² / 2 is split off; k = 0 needs no case of its own, as the sums with 0 are exact
  const h = f64x2.mul(f64x2.mul(f64x2.splat(0.5), f), f);
  const middle = f64x2.sub(kHi, f64x2.sub(f64x2.sub(h, f64x2.add(f64x2.mul(s, f64x2.add(h, r)), kLo)), f));
  const outer = f64x2.sub(kHi, f64x2.sub(f64x2.sub(f64x2.mul(s, f64x2.sub(f, r)), kLo), f));
  const bounds = v128.or(i64x2.sub(high, i64x2.splat(0x6147a)), i64x2.sub(i64x2.splat(0x6b851), high));
  const y = v128.bitselect(middle, outer, i64x2.gt_s(bounds, i64x2.splat(0)));

  const isNear = i64x2.lt_s(v128.and(i64x2.add(high, i64x2.splat(2)), fraction), i64x2.splat(3));
  if (!v128.any_true(isNear)) return y;
  const near = f64x2.replace_lane(
    f64x2.splat(logNearOne(f64x2.extract_lane(f, 0), f64x2.extract_lane(k, 0))), 1,
    logNearOne(f64x2.extract_lane(f, 1), f64x2.extract_lane(k, 1)),
  );
  return v128.bitselect(near, y, isNear);
}
