/** Exponentials and logarithms of a vector of either dtype, over the whole range. */
import { exp2 as exp2Of32, expAny, log as log32, shiftedExp as shiftedExp32 } from "./exponential32";
import { exp as exp64, exp2 as exp2Of64, log as log64, shiftedExp as shiftedExp64 } from "./exponential64";

/** Returns a vector of one number. */
// @ts-ignore: decorator
@inline
export function all<T>(x: f64): v128 {
  if (sizeof<T>() == 8) return f64x2.splat(x);
  return f32x4.splat(<f32>x);
}

/** Returns e^x. */
// @ts-ignore: decorator
@inline
export function expOf<T>(x: v128): v128 {
  if (sizeof<T>() == 8) return exp64(x);
  return expAny(x);
}

/** Returns 2^x. */
// @ts-ignore: decorator
@inline
export function exp2Of<T>(x: v128): v128 {
  if (sizeof<T>() == 8) return exp2Of64(x);
  return exp2Of32(x, false);
}

/** Returns ln x. */
// @ts-ignore: decorator
@inline
export function logOf<T>(x: v128): v128 {
  if (sizeof<T>() == 8) return log64(x);
  return log32(x);
}

/** Returns e^x - 1, exact where x is small. */
// @ts-ignore: decorator
@inline
export function expm1Of<T>(x: v128): v128 {
  if (sizeof<T>() == 8) return shiftedExp64(x);
  return shiftedExp32(x);
}

/** Returns ln(1 + x), exact where x is small: the rounding error of u = 1 + x is added to ln u as (x - (u - 1)) / u. */
// @ts-ignore: decorator
@inline
export function log1pOf<T>(x: v128): v128 {
  const one = all<T>(1);
  const u = v128.add<T>(one, x);
  const rest = v128.div<T>(v128.sub<T>(x, v128.sub<T>(u, one)), u);
  const usual = v128.and(v128.gt<T>(u, all<T>(0)), v128.lt<T>(u, all<T>(Infinity)));
  const y = v128.add<T>(logOf<T>(u), v128.and(rest, usual));
  // -0 stays -0
  return v128.bitselect(x, y, v128.eq<T>(x, all<T>(0)));
}

/** Returns 1 / (1 + e^-x), from e^-|x| so that nothing overflows. */
// @ts-ignore: decorator
@inline
export function sigmoidOf<T>(x: v128): v128 {
  const one = all<T>(1);
  const e = expOf<T>(v128.neg<T>(v128.abs<T>(x)));
  const above = v128.bitselect(one, e, v128.ge<T>(x, all<T>(0)));
  return v128.div<T>(above, v128.add<T>(one, e));
}
