/** Conversion of indices between int64, which tensors hold, and int32, which the kernels read and write. */

/** Writes int64 indices as int32, and the least int32, which is no index, for those that int32 does not have. */
export function narrowIndices(n: i32, from: usize, to: usize): void {
  const none = i32x4.splat(i32.MIN_VALUE);
  for (let i = 0; i < n; i += 4) {
    const a = v128.load(from), b = v128.load(from, 16);
    const low = i32x4.shuffle(a, b, 0, 2, 4, 6), high = i32x4.shuffle(a, b, 1, 3, 5, 7);
    v128.store(to, v128.bitselect(low, none, i32x4.eq(high, i32x4.shr_s(low, 31))));
    from += 32;
    to += 16;
  }
}

/** Writes int32 indices as int64. */
export function widenIndices(n: i32, from: usize, to: usize): void {
  for (let i = 0; i < n; i++) {
    store<i64>(to, <i64>load<i32>(from));
    from += 4;
    to += 8;
  }
}
