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

/** Bytes up to the element that an index in memory means. */
// @ts-ignore: decorator
@inline
function at<T>(index: usize): usize {
  return <usize>load<i32>(index) * sizeof<T>();
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

// @ts-ignore: decorator
@inline
function gather<T>(rows: i32, n: usize, m: i32, x: usize, index: usize, to: usize): void {
  for (let r = 0; r < rows; r++) {
    for (let j: usize = 0; j < <usize>m; j++) store<T>(to + j * sizeof<T>(), load<T>(x + at<T>(index + (j << 2))));
    x += n * sizeof<T>();
    index += <usize>m << 2;
    to += <usize>m * sizeof<T>();
  }
}

// @ts-ignore: decorator
@inline
function pick<T>(rows: i32, n: usize, x: usize, index: usize, to: usize): void {
  for (let r = 0; r < rows; r++) {
    store<T>(to, (-load<T>(x + at<T>(index))) as T);
    x += n * sizeof<T>();
    index += 4;
    to += sizeof<T>();
  }
}

// @ts-ignore: decorator
@inline
function place<T>(rows: i32, n: usize, g: usize, index: usize, x: usize): void {
  memory.fill(x, 0, <usize>rows * n * sizeof<T>());
  for (let r = 0; r < rows; r++) {
    store<T>(x + at<T>(index), (-load<T>(g)) as T);
    x += n * sizeof<T>();
    index += 4;
    g += sizeof<T>();
  }
}

// @ts-ignore: decorator
@inline
function scatter<T>(rows: i32, n: usize, m: i32, from: usize, index: usize, x: usize): void {
  for (let r = 0; r < rows; r++) {
    for (let j: usize = 0; j < <usize>m; j++) {
      const to = x + at<T>(index + (j << 2));
      store<T>(to, load<T>(to) + load<T>(from + j * sizeof<T>()));
    }
    x += n * sizeof<T>();
    index += <usize>m << 2;
    from += <usize>m * sizeof<T>();
  }
}

/** Adds rows [n, width] to those of a table. */
export function addRows32(n: i32, width: usize, rows: usize, index: usize, table: usize): void {
  add<f32>(n, width, rows, index, table);
}
export function addRows64(n: i32, width: usize, rows: usize, index: usize, table: usize): void {
  add<f64>(n, width, rows, index, table);
}

/** to [rows, m] = the elements of rows [rows, n] at indices [rows, m]. */
export function gatherLast32(rows: i32, n: usize, m: i32, x: usize, index: usize, to: usize): void {
  gather<f32>(rows, n, m, x, index, to);
}
export function gatherLast64(rows: i32, n: usize, m: i32, x: usize, index: usize, to: usize): void {
  gather<f64>(rows, n, m, x, index, to);
}

/** to [rows] = minus the element of each row of x [rows, n] at its index. */
export function nll32(rows: i32, n: usize, x: usize, index: usize, to: usize): void {
  pick<f32>(rows, n, x, index, to);
}
export function nll64(rows: i32, n: usize, x: usize, index: usize, to: usize): void {
  pick<f64>(rows, n, x, index, to);
}

/** The transpose: minus g [rows] in x [rows, n], which is 0 elsewhere. */
export function nllGrad32(rows: i32, n: usize, g: usize, index: usize, x: usize): void {
  place<f32>(rows, n, g, index, x);
}
export function nllGrad64(rows: i32, n: usize, g: usize, index: usize, x: usize): void {
  place<f64>(rows, n, g, index, x);
}

/** The transpose: adds elements [rows, m] to rows [rows, n] at indices. */
export function scatterLast32(rows: i32, n: usize, m: i32, from: usize, index: usize, x: usize): void {
  scatter<f32>(rows, n, m, from, index, x);
}
export function scatterLast64(rows: i32, n: usize, m: i32, from: usize, index: usize, x: usize): void {
  scatter<f64>(rows, n, m, from, index, x);
}
