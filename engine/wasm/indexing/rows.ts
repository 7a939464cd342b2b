/** Rows of a table by index: bounds, copies and sums. */
import { copyBytes } from "../simd/copy";

/** Returns the position of the first index outside of [0, entries), or -1. */
export function outside(n: i32, entries: i32, index: usize): i32 {
  for (let i = 0; i < n; i++) if (<u32>load<i32>(index + (<usize>i << 2)) >= <u32>entries) return i;
  return -1;
}

/** Copies rows of a table, `width` bytes each, to `to` [n]. */
export function takeRows(n: i32, width: usize, table: usize, index: usize, to: usize): void {
  for (let i = 0; i < n; i++) {
    copyBytes(to, table + <usize>load<i32>(index + (<usize>i << 2)) * width, width);
    to += width;
  }
}

// @ts-ignore: decorator
@inline
function add<T>(n: i32, width: usize, rows: usize, index: usize, table: usize): void {
  const bytes = width * sizeof<T>();
  for (let i = 0; i < n; i++) {
    const to = table + <usize>load<i32>(index + (<usize>i << 2)) * bytes;
    let j: usize = 0;
    for (; j + 16 <= bytes; j += 16) v128.store(to + j, v128.add<T>(v128.load(to + j), v128.load(rows + j)));
    for (; j < bytes; j += sizeof<T>()) store<T>(to + j, load<T>(to + j) + load<T>(rows + j));
    rows += bytes;
  }
}

/** Adds rows [n, width] in float32 to the rows of a table at indices [n]. */
export function addRows32(n: i32, width: usize, rows: usize, index: usize, table: usize): void {
  add<f32>(n, width, rows, index, table);
}

/** Adds rows [n, width] in float64 to the rows of a table at indices [n]. */
export function addRows64(n: i32, width: usize, rows: usize, index: usize, table: usize): void {
  add<f64>(n, width, rows, index, table);
}
