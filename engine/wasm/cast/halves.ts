/**
 * Casts between float32 and the floats of 16 bits, by their bits, to the nearest, ties to even. Source of widening: F. Giesen, "Float->half variants". Allocations are multiples of 64
 * bytes, so whole vectors may be read and written behind the last element.
 */
import { constant, storePair, threadBuffer } from "../simd/lanes";

/** Bits of lanes: masks of sign and magnitude, 2¹¹², bounds of the exponents, and roundings. */
const B: usize = memory.data<i32>([
  0x7fff, 0x77800000, 0x7bff, 0x7f800000, 0x8000, 1, 0x8fffffff, 0x7fffffff, 0x08800000, 0x07800000, 0x40000000, 0x7c00, 0xfff, 0x7e00, 0x7fc00000,
], 16);

/** Returns float32 from the bits of float16 in lanes of 32 bits: a multiple of 2¹¹², which the exponents differ by. */
// @ts-ignore: decorator
@inline
function widened(bits: v128): v128 {
  const magnitude = v128.and(bits, constant(B, 0));
  const finite = f32x4.mul(i32x4.shl(magnitude, 13), constant(B, 1));
  // infinities and NaN have all bits of the exponent
  const special = v128.and(i32x4.gt_s(magnitude, constant(B, 2)), constant(B, 3));
  return v128.or(v128.or(finite, special), i32x4.shl(v128.and(bits, constant(B, 4)), 16));
}

/** Returns float32 from the bits of finite float16, whose signs have been extended to lanes of 32 bits. */
// @ts-ignore: decorator
@inline
function widenedFinite(bits: v128): v128 {
  return f32x4.mul(v128.and(i32x4.shl(bits, 13), constant(B, 6)), constant(B, 1));
}

/** Whether one of n float16 is infinite or NaN. */
function hasSpecial(n: usize, a: usize): bool {
  const mask = i16x8.splat(0x7fff);
  let most = i16x8.splat(0);
  for (let i: usize = 0; i < n << 1; i += 16) most = i16x8.max_s(most, v128.and(v128.load(a + i), mask));
  return v128.any_true(i16x8.gt_s(most, i16x8.splat(0x7bff)));
}

/** Widens n float16, of which none is infinite or NaN. */
function widenFinite(n: usize, a: usize, c: usize): void {
  for (let i: usize = 0; i < n << 1; i += 16) {
    const x = v128.load(a + i);
    storePair(c + (i << 1), widenedFinite(i32x4.extend_low_i16x8_s(x)), widenedFinite(i32x4.extend_high_i16x8_s(x)));
  }
}

export function float16ToFloat32(n: usize, a: usize, c: usize): void {
  if (!hasSpecial(n, a)) return widenFinite(n, a, c);
  for (let i: usize = 0; i < n; i += 8) {
    const x = v128.load(a + (i << 1));
    v128.store(c + (i << 2), widened(i32x4.extend_low_i16x8_u(x)));
    v128.store(c + (i << 2), widened(i32x4.extend_high_i16x8_u(x)), 16);
  }
}

export function bfloat16ToFloat32(n: usize, a: usize, c: usize): void {
  const zero = i32x4.splat(0);
  for (let i: usize = 0; i < n; i += 8) {
    const x = v128.load(a + (i << 1));
    v128.store(c + (i << 2), i16x8.shuffle(zero, x, 0, 8, 0, 9, 0, 10, 0, 11));
    v128.store(c + (i << 2), i16x8.shuffle(zero, x, 0, 12, 0, 13, 0, 14, 0, 15), 16);
  }
}

/**
 * Returns the bits of float16 in lanes of 32 bits. For a magnitude between 2ᵉ and 2ᵉ⁺¹, the sum of its fourfold and 2ᵉ⁺¹⁵ is rounded at the last place of float16. The fourfold is
 * a product by 2¹¹² and 2⁻¹¹⁰, which makes what is too large infinite. Source: M. Dukhan, the library FP16.
 */
// @ts-ignore: decorator
@inline
function narrowed(x: v128): v128 {
  const magnitude = v128.and(x, constant(B, 7));
  const scaled = f32x4.mul(f32x4.mul(magnitude, constant(B, 1)), constant(B, 8));
  const place = i32x4.max_s(v128.and(i32x4.add(magnitude, constant(B, 9)), constant(B, 3)), constant(B, 10));
  const bits = f32x4.add(scaled, place);
  const y = i32x4.add(v128.and(i32x4.shr_u(bits, 13), constant(B, 11)), v128.and(bits, constant(B, 12)));
  const number = v128.bitselect(constant(B, 13), y, i32x4.gt_s(magnitude, constant(B, 3)));
  return v128.or(number, v128.and(i32x4.shr_u(x, 16), constant(B, 4)));
}

/** The bits of a magnitude; 1; and what rounds a magnitude to a place of float16 and gives it the exponent of float16 plus 10. */
const U: usize = memory.data<i32>([0x7fffffff, 1, 0xfff - (112 << 23) + (10240 << 13)], 16);

/** Returns the magnitude's bits as float16 plus 10240, in lanes of 32 bits: right for normal numbers of float16, and at most 0 for what rounds to 0. */
// @ts-ignore: decorator
@inline
function usual(magnitude: v128, one: v128, rounding: v128): v128 {
  const odd = v128.and(i32x4.shr_u(magnitude, 13), one);
  return i32x4.shr_s(i32x4.add(i32x4.add(magnitude, rounding), odd), 13);
}

/** Narrows n elements by integers, and returns whether that was right: whether each is a normal number of float16, or rounds to 0. */
function narrowUsual(n: usize, a: usize, c: usize): bool {
  const mask = constant(U, 0), one = constant(U, 1), rounding = constant(U, 2);
  const offset = i16x8.splat(10240), sign = i16x8.splat(-32768), unit = i16x8.splat(1);
  let least = i16x8.splat(-1), most = i16x8.splat(0);
  for (let i: usize = 0; i < n << 1; i += 16) {
    const x = v128.load(a + (i << 1)), z = v128.load(a + (i << 1), 16);
    const y = i16x8.narrow_i32x4_u(usual(v128.and(x, mask), one, rounding), usual(v128.and(z, mask), one, rounding));
    // 0 becomes the largest number
    least = i16x8.min_u(least, i16x8.sub(y, unit));
    most = i16x8.max_u(most, y);
    v128.store(c + i, v128.or(i16x8.sub_sat_u(y, offset), v128.and(i16x8.narrow_i32x4_s(x, z), sign)));
  }
  return !v128.any_true(v128.or(i16x8.lt_u(least, i16x8.splat(0x400 + 10239)), i16x8.gt_u(most, i16x8.splat(<i16>(0x7bff + 10240)))));
}

/** Elements whose bits in lanes of 32 bits fit this thread's buffer. */
const laneElements: usize = 128;

/** Narrows up to `laneElements` elements, and leaves their bits in lanes of 32 bits. */
function narrowLanes(n: usize, a: usize, c: usize): void {
  for (let i: usize = 0; i < n << 2; i += 32) storePair(c + i, narrowed(v128.load(a + i)), narrowed(v128.load(a + i, 16)));
}

export function float32ToFloat16(n: usize, a: usize, c: usize): void {
  const lanes = threadBuffer;
  for (let size: usize = 0; n > 0; a += laneElements << 2, c += laneElements << 1, n -= size) {
    size = min(n, laneElements);
    if (narrowUsual(size, a, c)) continue;
    narrowLanes(size, a, lanes);
    for (let i: usize = 0; i < size << 1; i += 16) v128.store(c + i, i16x8.narrow_i32x4_u(v128.load(lanes + (i << 1)), v128.load(lanes + (i << 1), 16)));
  }
}

/** Returns the bits of bfloat16 in the upper halves of lanes of 32 bits. */
// @ts-ignore: decorator
@inline
function upper(x: v128): v128 {
  const odd = v128.and(i32x4.shr_u(x, 16), constant(B, 5));
  const y = i32x4.add(i32x4.add(x, constant(B, 0)), odd);
  return v128.bitselect(y, constant(B, 14), f32x4.eq(x, x));
}

export function float32ToBfloat16(n: usize, a: usize, c: usize): void {
  for (let i: usize = 0; i < n; i += 8)
    v128.store(c + (i << 1), i16x8.shuffle(upper(v128.load(a + (i << 2))), upper(v128.load(a + (i << 2), 16)), 1, 3, 5, 7, 9, 11, 13, 15));
}
