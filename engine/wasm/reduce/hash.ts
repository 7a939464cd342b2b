/** The exclusive or of the bits of elements, as 64 bits each. */

/** Stores the exclusive or of the bits of float32 as float64. */
export function hashFloat32(n: i32, from: usize, to: usize): void {
  let hash = i64x2.splat(0), i = 0;
  for (; i + 4 <= n; i += 4) {
    const x = v128.load(from + (<usize>i << 2));
    hash = v128.xor(hash, v128.xor(f64x2.promote_low_f32x4(x), f64x2.promote_low_f32x4(i32x4.shuffle(x, x, 2, 3, 2, 3))));
  }
  let bits = i64x2.extract_lane(hash, 0) ^ i64x2.extract_lane(hash, 1);
  for (; i < n; i++) bits ^= reinterpret<i64>(<f64>load<f32>(from + (<usize>i << 2)));
  store<i64>(to, bits);
}

/** Stores the exclusive or of words of 64 bits: of float64 or int64. */
export function hashWords(n: i32, from: usize, to: usize): void {
  let bits: i64 = 0;
  for (let i = 0; i < n; i++) bits ^= load<i64>(from + (<usize>i << 3));
  store<i64>(to, bits);
}

/** Stores the exclusive or of int32 as int64. */
export function hashInt32(n: i32, from: usize, to: usize): void {
  let bits: i64 = 0;
  for (let i = 0; i < n; i++) bits ^= <i64>load<i32>(from + (<usize>i << 2));
  store<i64>(to, bits);
}
