/** Sums of rows of a table. */
import { storeWithin } from "../simd/lanes";

// @ts-ignore: decorator
@inline
function sums<T>(bags: i32, length: i32, n: usize, table: usize, index: usize, scale: f64, to: usize): void {
  const bytes = n * sizeof<T>(), factor = v128.splat<T>(<T>scale);
  for (let b = 0; b < bags; b++) {
    for (let i: usize = 0; i < bytes; i += 32) {
      let s0 = v128.splat<T>(0 as T), s1 = s0;
      for (let k = 0; k < length; k++) {
        const row = table + <usize>load<i32>(index + (<usize>k << 2)) * bytes + i;
        s0 = v128.add<T>(s0, v128.load(row));
        s1 = v128.add<T>(s1, v128.load(row, 16));
      }
      storeWithin(to + i, v128.mul<T>(s0, factor), bytes - i);
      if (i + 16 < bytes) storeWithin(to + i + 16, v128.mul<T>(s1, factor), bytes - i - 16);
    }
    index += <usize>length << 2;
    to += bytes;
  }
}

/** Computes `scale` times the sums of `length` rows of n float32 at int32 indices, for each bag. */
export function sumBags32(bags: i32, length: i32, n: usize, table: usize, index: usize, scale: f64, to: usize): void {
  sums<f32>(bags, length, n, table, index, scale, to);
}

/** Computes `scale` times the sums of `length` rows of n float64 at int32 indices, for each bag. */
export function sumBags64(bags: i32, length: i32, n: usize, table: usize, index: usize, scale: f64, to: usize): void {
  sums<f64>(bags, length, n, table, index, scale, to);
}
