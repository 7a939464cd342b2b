/** Casts from floats of 32 and 64 bits. Allocations are multiples of 64 bytes, so whole vectors may be read and written behind the last element. */
import { constant } from "../simd/lanes";

/** Returns the low 32 bits of the integer part, and 0 for NaN and infinities: the fraction and whole multiples of 2³² are dropped first, both exactly. */
function wrapped(x: f64): i32 {
  const whole = trunc(x);
  return <i32>(<i64>(whole - trunc(whole * (1.0 / 4294967296.0)) * 4294967296.0));
}

/** Returns the integer part, or -2⁶³ where int64 has none, as x86 converts it. */
function toInt64(x: f64): i64 {
  if (x >= -9223372036854775808.0 && x < 9223372036854775808.0) return <i64>x;
  return i64.MIN_VALUE;
}

/** The bits of a magnitude, and of the largest float32 below 2³¹. */
const B: usize = memory.data<i32>([0x7fffffff, 0x4effffff], 16);

/** Returns whether each lane is NaN, or at least 2³¹ in magnitude. */
// @ts-ignore: decorator
@inline
function isBeyond32(x: v128): v128 {
  return i32x4.gt_s(v128.and(x, constant(B, 0)), constant(B, 1));
}

/** Returns the integer parts of lanes below 2³¹ in magnitude. */
// @ts-ignore: decorator
@inline
function truncated(x: v128): v128 {
  if (ASC_FEATURE_RELAXED_SIMD) return i32x4.relaxed_trunc_f32x4_s(x);
  return i32x4.trunc_sat_f32x4_s(x);
}

export function float32ToInt32(n: usize, a: usize, c: usize): void {
  for (let i: usize = 0; i < n << 2; i += 32) {
    const x = v128.load(a + i), z = v128.load(a + i, 16);
    if (!v128.any_true(v128.or(isBeyond32(x), isBeyond32(z)))) {
      const first = truncated(x), second = truncated(z);
      v128.store(c + i, first);
      v128.store(c + i, second, 16);
    } else for (let k: usize = i; k < i + 32; k += 4) store<i32>(c + k, wrapped(<f64>load<f32>(a + k)));
  }
}

/** Whether a lane of four vectors is NaN, or at least 2³¹ in magnitude. */
// @ts-ignore: decorator
@inline
function isAnyBeyond32(x: v128, z: v128, u: v128, w: v128): bool {
  return v128.any_true(v128.or(v128.or(isBeyond32(x), isBeyond32(z)), v128.or(isBeyond32(u), isBeyond32(w))));
}

/** Stores the low bytes of the integer parts, for int8 and uint8. */
export function float32ToInt8(n: usize, a: usize, c: usize): void {
  for (let i: usize = 0; i < n; i += 16) {
    const p = a + (i << 2);
    const x = v128.load(p), z = v128.load(p, 16), u = v128.load(p, 32), w = v128.load(p, 48);
    if (isAnyBeyond32(x, z, u, w)) {
      for (let k: usize = i; k < i + 16; k++) store<u8>(c + k, <u8>wrapped(<f64>load<f32>(a + (k << 2))));
      continue;
    }
    const first = i16x8.shuffle(truncated(x), truncated(z), 0, 2, 4, 6, 8, 10, 12, 14);
    const second = i16x8.shuffle(truncated(u), truncated(w), 0, 2, 4, 6, 8, 10, 12, 14);
    v128.store(c + i, i8x16.shuffle(first, second, 0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30));
  }
}

/** Stores the low halves of the integer parts. */
export function float32ToInt16(n: usize, a: usize, c: usize): void {
  for (let i: usize = 0; i < n; i += 8) {
    const x = v128.load(a + (i << 2)), z = v128.load(a + (i << 2), 16);
    if (v128.any_true(v128.or(isBeyond32(x), isBeyond32(z))))
      for (let k: usize = i; k < i + 8; k++) store<u16>(c + (k << 1), <u16>wrapped(<f64>load<f32>(a + (k << 2))));
    else v128.store(c + (i << 1), i16x8.shuffle(truncated(x), truncated(z), 0, 2, 4, 6, 8, 10, 12, 14));
  }
}

export function float32ToInt64(n: usize, a: usize, c: usize): void {
  for (let i: usize = 0; i < n; i += 4) {
    const x = v128.load(a + (i << 2));
    if (!v128.any_true(isBeyond32(x))) {
      const whole = truncated(x);
      v128.store(c + (i << 3), i64x2.extend_low_i32x4_s(whole));
      v128.store(c + (i << 3), i64x2.extend_high_i32x4_s(whole), 16);
    } else for (let k: usize = i; k < i + 4; k++) store<i64>(c + (k << 3), toInt64(<f64>load<f32>(a + (k << 2))));
  }
}

export function float32ToFloat64(n: usize, a: usize, c: usize): void {
  for (let i: usize = 0; i < n; i += 4) {
    const x = v128.load(a + (i << 2));
    v128.store(c + (i << 3), f64x2.promote_low_f32x4(x));
    v128.store(c + (i << 3), f64x2.promote_low_f32x4(i32x4.shuffle(x, x, 2, 3, 2, 3)), 16);
  }
}

/** Returns the integer parts of two lanes in the low words. */
// @ts-ignore: decorator
@inline
function truncated64(x: v128): v128 {
  if (ASC_FEATURE_RELAXED_SIMD) return i32x4.relaxed_trunc_f64x2_s_zero(x);
  return i32x4.trunc_sat_f64x2_s_zero(x);
}

/** Whether four lanes are below 2³¹ in magnitude. */
// @ts-ignore: decorator
@inline
function areWithin64(x: v128, z: v128): bool {
  const bound = f64x2.splat(2147483648);
  return i64x2.all_true(v128.and(f64x2.lt(f64x2.abs(x), bound), f64x2.lt(f64x2.abs(z), bound)));
}

export function float64ToInt32(n: usize, a: usize, c: usize): void {
  for (let i: usize = 0; i < n; i += 4) {
    const x = v128.load(a + (i << 3)), z = v128.load(a + (i << 3), 16);
    if (areWithin64(x, z)) v128.store(c + (i << 2), i64x2.shuffle(truncated64(x), truncated64(z), 0, 2));
    else for (let k: usize = i; k < i + 4; k++) store<i32>(c + (k << 2), wrapped(load<f64>(a + (k << 3))));
  }
}

export function float64ToInt64(n: usize, a: usize, c: usize): void {
  for (let i: usize = 0; i < n; i += 4) {
    const x = v128.load(a + (i << 3)), z = v128.load(a + (i << 3), 16);
    if (areWithin64(x, z)) {
      v128.store(c + (i << 3), i64x2.extend_low_i32x4_s(truncated64(x)));
      v128.store(c + (i << 3), i64x2.extend_low_i32x4_s(truncated64(z)), 16);
    } else for (let k: usize = i; k < i + 4; k++) store<i64>(c + (k << 3), toInt64(load<f64>(a + (k << 3))));
  }
}

export function float64ToFloat32(n: usize, a: usize, c: usize): void {
  for (let i: usize = 0; i < n; i += 4)
    v128.store(c + (i << 2), i32x4.shuffle(f32x4.demote_f64x2_zero(v128.load(a + (i << 3))), f32x4.demote_f64x2_zero(v128.load(a + (i << 3), 16)), 0, 1, 4, 5));
}

/** Stores 1 for each element that is not 0, NaN included, else 0. */
export function float32ToBool(n: usize, a: usize, c: usize): void {
  const zero = f32x4.splat(0), one = i8x16.splat(1);
  for (let i: usize = 0; i < n; i += 16) {
    const p = a + (i << 2);
    const x = i16x8.narrow_i32x4_s(f32x4.ne(v128.load(p), zero), f32x4.ne(v128.load(p, 16), zero));
    const z = i16x8.narrow_i32x4_s(f32x4.ne(v128.load(p, 32), zero), f32x4.ne(v128.load(p, 48), zero));
    v128.store(c + i, v128.and(i8x16.narrow_i16x8_s(x, z), one));
  }
}

export function float64ToBool(n: usize, a: usize, c: usize): void {
  for (let i: usize = 0; i < n; i++) store<u8>(c + i, <u8>(load<f64>(a + (i << 3)) != 0));
}

/** Stores each element as the real part of a complex number. */
export function float32ToComplex64(n: usize, a: usize, c: usize): void {
  const zero = i32x4.splat(0);
  for (let i: usize = 0; i < n; i += 4) {
    const x = v128.load(a + (i << 2));
    v128.store(c + (i << 3), i32x4.shuffle(x, zero, 0, 4, 1, 5));
    v128.store(c + (i << 3), i32x4.shuffle(x, zero, 2, 6, 3, 7), 16);
  }
}

export function float64ToComplex128(n: usize, a: usize, c: usize): void {
  const zero = i32x4.splat(0);
  for (let i: usize = 0; i < n; i += 2) {
    const x = v128.load(a + (i << 3));
    v128.store(c + (i << 4), i64x2.shuffle(x, zero, 0, 2));
    v128.store(c + (i << 4), i64x2.shuffle(x, zero, 1, 3), 16);
  }
}

/** Stores the real parts. */
export function complex64ToFloat32(n: usize, a: usize, c: usize): void {
  for (let i: usize = 0; i < n; i += 4) v128.store(c + (i << 2), i32x4.shuffle(v128.load(a + (i << 3)), v128.load(a + (i << 3), 16), 0, 2, 4, 6));
}

export function complex128ToFloat64(n: usize, a: usize, c: usize): void {
  for (let i: usize = 0; i < n; i += 2) v128.store(c + (i << 3), i64x2.shuffle(v128.load(a + (i << 4)), v128.load(a + (i << 4), 16), 0, 2));
}
