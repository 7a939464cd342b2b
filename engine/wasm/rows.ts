/** Rows of a table by index. */

import { move } from "./copies";

/** The first index outside of [0, entries), or -1. */
export function outside(n: i32, entries: i32, index: usize): i32 {
  for (let i = 0; i < n; i++) if (<u32>load<i32>(index + (<usize>i << 2)) >= <u32>entries) return i;
  return -1;
}

/** to [n, width] = rows of a table; width in bytes. */
export function takeRows(n: i32, width: usize, table: usize, index: usize, to: usize): void {
  for (let i = 0; i < n; i++) {
    move(to, table + <usize>load<i32>(index + (<usize>i << 2)) * width, width);
    to += width;
  }
}

/** Adds rows [n, width] to those of a table, in float32. */
export function addRows32(n: i32, width: usize, rows: usize, index: usize, table: usize): void {
  const bytes = width << 2;
  for (let i = 0; i < n; i++) {
    const to = table + <usize>load<i32>(index + (<usize>i << 2)) * bytes;
    let j: usize = 0;
    for (; j + 16 <= bytes; j += 16) v128.store(to + j, f32x4.add(v128.load(to + j), v128.load(rows + j)));
    for (; j < bytes; j += 4) store<f32>(to + j, load<f32>(to + j) + load<f32>(rows + j));
    rows += bytes;
  }
}

/** to [rows, m] = the elements of rows [rows, n] at indices [rows, m], in float32. */
export function gatherLast32(rows: i32, n: usize, m: i32, x: usize, index: usize, to: usize): void {
  for (let r = 0; r < rows; r++) {
    for (let j = 0; j < m; j++) store<f32>(to + (<usize>j << 2), load<f32>(x + (<usize>load<i32>(index + (<usize>j << 2)) << 2)));
    x += n << 2;
    index += <usize>m << 2;
    to += <usize>m << 2;
  }
}

/** to [rows] = minus the element of each row of x [rows, n] at its index, in float32. */
export function nll32(rows: i32, n: usize, x: usize, index: usize, to: usize): void {
  for (let r = 0; r < rows; r++) {
    store<f32>(to, -load<f32>(x + (<usize>load<i32>(index) << 2)));
    x += n << 2;
    index += 4;
    to += 4;
  }
}

/** The transpose: minus g [rows] in x [rows, n], which is 0 elsewhere. */
export function nllGrad32(rows: i32, n: usize, g: usize, index: usize, x: usize): void {
  memory.fill(x, 0, <usize>rows * n << 2);
  for (let r = 0; r < rows; r++) {
    store<f32>(x + (<usize>load<i32>(index) << 2), -load<f32>(g));
    x += n << 2;
    index += 4;
    g += 4;
  }
}

/** The transpose: adds elements [rows, m] to rows [rows, n] at indices. */
export function scatterLast32(rows: i32, n: usize, m: i32, from: usize, index: usize, x: usize): void {
  for (let r = 0; r < rows; r++) {
    for (let j = 0; j < m; j++) {
      const to = x + (<usize>load<i32>(index + (<usize>j << 2)) << 2);
      store<f32>(to, load<f32>(to) + load<f32>(from + (<usize>j << 2)));
    }
    x += n << 2;
    index += <usize>m << 2;
    from += <usize>m << 2;
  }
}
