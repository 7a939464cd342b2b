/** Mantissas and exponents of floats: x = m 2ᵉ with ½ ≤ |m| < 1; x itself and 0 for 0, infinities and NaN. */

/** Stores the mantissas and exponents of n float32. Lanes whose exponent bits are 0, denormal numbers and 0, are scaled first. */
export function frexp32(n: usize, x: usize, mantissas: usize, exponents: usize): void {
  const zero = i32x4.splat(0), bits = i32x4.splat(0x7f800000), others = i32x4.splat(0x807fffff), half = f32x4.splat(0.5);
  const scale = f32x4.splat(16777216), bias = i32x4.splat(126), scaledBias = i32x4.splat(150);
  for (let i: usize = 0; i < n << 2; i += 16) {
    const given = v128.load(x + i);
    const isLittle = i32x4.eq(v128.and(given, bits), zero);
    const v = v128.bitselect(f32x4.mul(given, scale), given, isLittle);
    const e = v128.and(v, bits);
    const isSpecial = v128.or(i32x4.eq(e, zero), i32x4.eq(e, bits));
    const exponent = i32x4.sub(i32x4.shr_u(e, 23), v128.bitselect(scaledBias, bias, isLittle));
    v128.store(mantissas + i, v128.bitselect(given, v128.or(v128.and(v, others), half), isSpecial));
    v128.store(exponents + i, v128.andnot(exponent, isSpecial));
  }
}

/** Returns the lanes with all bits for a pair of float64 whose exponent bits are 0, in `e` alone. */
// @ts-ignore: decorator
@inline
function areZero(e: v128): v128 {
  return i64x2.eq(e, i64x2.splat(0));
}

/** Stores the mantissas of two float64 and returns the exponents. */
// @ts-ignore: decorator
@inline
function splitPair(x: usize, mantissas: usize): v128 {
  const bits = i64x2.splat(0x7ff0000000000000), others = i64x2.splat(0x800fffffffffffff);
  const given = v128.load(x);
  const isLittle = areZero(v128.and(given, bits));
  const v = v128.bitselect(f64x2.mul(given, f64x2.splat(18014398509481984)), given, isLittle);
  const e = v128.and(v, bits);
  const isSpecial = v128.or(areZero(e), i64x2.eq(e, bits));
  const exponent = i64x2.sub(i64x2.shr_u(e, 52), v128.bitselect(i64x2.splat(1076), i64x2.splat(1022), isLittle));
  v128.store(mantissas, v128.bitselect(given, v128.or(v128.and(v, others), f64x2.splat(0.5)), isSpecial));
  return v128.andnot(exponent, isSpecial);
}

/** Stores the mantissas and exponents of n float64, four at a time. */
export function frexp64(n: usize, x: usize, mantissas: usize, exponents: usize): void {
  for (let i: usize = 0; i < n << 2; i += 16) {
    const at = i << 1;
    const first = splitPair(x + at, mantissas + at), second = splitPair(x + at + 16, mantissas + at + 16);
    v128.store(exponents + i, i32x4.shuffle(first, second, 0, 2, 4, 6));
  }
}
