/** Casts between integers, and from them to floats and bools. Allocations are multiples of 64 bytes, so whole vectors may be read and written behind the last element. */

/** Stores four int32 for each four bytes. */
export function uint8ToInt32(n: usize, a: usize, c: usize): void {
  for (let i: usize = 0; i < n; i += 16) {
    const x = v128.load(a + i);
    const low = i16x8.extend_low_i8x16_u(x), high = i16x8.extend_high_i8x16_u(x);
    v128.store(c + (i << 2), i32x4.extend_low_i16x8_u(low));
    v128.store(c + (i << 2), i32x4.extend_high_i16x8_u(low), 16);
    v128.store(c + (i << 2), i32x4.extend_low_i16x8_u(high), 32);
    v128.store(c + (i << 2), i32x4.extend_high_i16x8_u(high), 48);
  }
}

export function int8ToInt32(n: usize, a: usize, c: usize): void {
  for (let i: usize = 0; i < n; i += 16) {
    const x = v128.load(a + i);
    const low = i16x8.extend_low_i8x16_s(x), high = i16x8.extend_high_i8x16_s(x);
    v128.store(c + (i << 2), i32x4.extend_low_i16x8_s(low));
    v128.store(c + (i << 2), i32x4.extend_high_i16x8_s(low), 16);
    v128.store(c + (i << 2), i32x4.extend_low_i16x8_s(high), 32);
    v128.store(c + (i << 2), i32x4.extend_high_i16x8_s(high), 48);
  }
}

export function int16ToInt32(n: usize, a: usize, c: usize): void {
  for (let i: usize = 0; i < n; i += 8) {
    const x = v128.load(a + (i << 1));
    v128.store(c + (i << 2), i32x4.extend_low_i16x8_s(x));
    v128.store(c + (i << 2), i32x4.extend_high_i16x8_s(x), 16);
  }
}

/** Stores the low words. */
export function int64ToInt32(n: usize, a: usize, c: usize): void {
  for (let i: usize = 0; i < n; i += 4) v128.store(c + (i << 2), i32x4.shuffle(v128.load(a + (i << 3)), v128.load(a + (i << 3), 16), 0, 2, 4, 6));
}

/** Whether four int64 are sign extensions of their low words. */
// @ts-ignore: decorator
@inline
function areNarrow(low: v128, high: v128): bool {
  return i32x4.all_true(i32x4.eq(i32x4.shr_s(low, 31), high));
}

export function int64ToFloat32(n: usize, a: usize, c: usize): void {
  for (let i: usize = 0; i < n; i += 4) {
    const x = v128.load(a + (i << 3)), z = v128.load(a + (i << 3), 16);
    const low = i32x4.shuffle(x, z, 0, 2, 4, 6);
    if (areNarrow(low, i32x4.shuffle(x, z, 1, 3, 5, 7))) v128.store(c + (i << 2), f32x4.convert_i32x4_s(low));
    else for (let k: usize = i; k < i + 4; k++) store<f32>(c + (k << 2), <f32>load<i64>(a + (k << 3)));
  }
}

export function int64ToFloat64(n: usize, a: usize, c: usize): void {
  for (let i: usize = 0; i < n; i += 4) {
    const x = v128.load(a + (i << 3)), z = v128.load(a + (i << 3), 16);
    const low = i32x4.shuffle(x, z, 0, 2, 4, 6);
    if (areNarrow(low, i32x4.shuffle(x, z, 1, 3, 5, 7))) {
      v128.store(c + (i << 3), f64x2.convert_low_i32x4_s(low));
      v128.store(c + (i << 3), f64x2.convert_low_i32x4_s(i32x4.shuffle(low, low, 2, 3, 2, 3)), 16);
    } else for (let k: usize = i; k < i + 4; k++) store<f64>(c + (k << 3), <f64>load<i64>(a + (k << 3)));
  }
}

export function int32ToFloat32(n: usize, a: usize, c: usize): void {
  for (let i: usize = 0; i < n << 2; i += 32) {
    const x = f32x4.convert_i32x4_s(v128.load(a + i)), z = f32x4.convert_i32x4_s(v128.load(a + i, 16));
    v128.store(c + i, x);
    v128.store(c + i, z, 16);
  }
}

export function int32ToFloat64(n: usize, a: usize, c: usize): void {
  for (let i: usize = 0; i < n; i += 4) {
    const x = v128.load(a + (i << 2));
    v128.store(c + (i << 3), f64x2.convert_low_i32x4_s(x));
    v128.store(c + (i << 3), f64x2.convert_low_i32x4_s(i32x4.shuffle(x, x, 2, 3, 2, 3)), 16);
  }
}

export function int32ToInt64(n: usize, a: usize, c: usize): void {
  for (let i: usize = 0; i < n; i += 4) {
    const x = v128.load(a + (i << 2));
    v128.store(c + (i << 3), i64x2.extend_low_i32x4_s(x));
    v128.store(c + (i << 3), i64x2.extend_high_i32x4_s(x), 16);
  }
}

/** Stores the low bytes, for int8 and uint8. */
export function int32ToInt8(n: usize, a: usize, c: usize): void {
  for (let i: usize = 0; i < n; i += 16) {
    const p = a + (i << 2);
    const x = i8x16.shuffle(v128.load(p), v128.load(p, 16), 0, 4, 8, 12, 16, 20, 24, 28, 0, 0, 0, 0, 0, 0, 0, 0);
    const z = i8x16.shuffle(v128.load(p, 32), v128.load(p, 48), 0, 4, 8, 12, 16, 20, 24, 28, 0, 0, 0, 0, 0, 0, 0, 0);
    v128.store(c + i, i64x2.shuffle(x, z, 0, 2));
  }
}

/** Stores the low halves. */
export function int32ToInt16(n: usize, a: usize, c: usize): void {
  for (let i: usize = 0; i < n; i += 8)
    v128.store(c + (i << 1), i16x8.shuffle(v128.load(a + (i << 2)), v128.load(a + (i << 2), 16), 0, 2, 4, 6, 8, 10, 12, 14));
}

/** Stores 1 for each element that is not 0, else 0. */
export function int32ToBool(n: usize, a: usize, c: usize): void {
  const zero = i32x4.splat(0), one = i8x16.splat(1);
  for (let i: usize = 0; i < n; i += 16) {
    const p = a + (i << 2);
    const x = i16x8.narrow_i32x4_s(i32x4.ne(v128.load(p), zero), i32x4.ne(v128.load(p, 16), zero));
    const z = i16x8.narrow_i32x4_s(i32x4.ne(v128.load(p, 32), zero), i32x4.ne(v128.load(p, 48), zero));
    v128.store(c + i, v128.and(i8x16.narrow_i16x8_s(x, z), one));
  }
}

export function int64ToBool(n: usize, a: usize, c: usize): void {
  for (let i: usize = 0; i < n; i++) store<u8>(c + i, <u8>(load<i64>(a + (i << 3)) != 0));
}
