/** Conversion of indices between int64, which tensors hold, and int32, which the kernels read and write. */

/** Writes int64 indices as int32, and the least int32, which is no index, for those that int32 does not have. */
export function narrowIndices(n: i32, from: usize, to: usize): void {
  for (let i = 0; i < n; i++) {
    const v = load<i64>(from);
    store<i32>(to, v == <i64>(<i32>v) ? <i32>v : i32.MIN_VALUE);
    from += 8;
    to += 4;
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
