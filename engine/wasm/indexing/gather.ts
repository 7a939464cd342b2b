/** Elements of rows by index along the last dimension, and their transpose. */
import { offsetAt } from "./offset";

// @ts-ignore: decorator
@inline
function gather<T>(rows: i32, n: usize, m: i32, x: usize, index: usize, to: usize): void {
  for (let r = 0; r < rows; r++) {
    for (let j: usize = 0; j < <usize>m; j++) store<T>(to + j * sizeof<T>(), load<T>(x + offsetAt<T>(index + (j << 2))));
    x += n * sizeof<T>();
    index += <usize>m << 2;
    to += <usize>m * sizeof<T>();
  }
}

// @ts-ignore: decorator
@inline
function scatter<T>(rows: i32, n: usize, m: i32, from: usize, index: usize, x: usize): void {
  for (let r = 0; r < rows; r++) {
    for (let j: usize = 0; j < <usize>m; j++) {
      const to = x + offsetAt<T>(index + (j << 2));
      store<T>(to, load<T>(to) + load<T>(from + j * sizeof<T>()));
    }
    x += n * sizeof<T>();
    index += <usize>m << 2;
    from += <usize>m * sizeof<T>();
  }
}

/** Copies the elements of x [rows, n] at indices [rows, m] to `to` [rows, m], in float32. */
export function gatherLast32(rows: i32, n: usize, m: i32, x: usize, index: usize, to: usize): void {
  gather<f32>(rows, n, m, x, index, to);
}

/** Copies the elements of x [rows, n] at indices [rows, m] to `to` [rows, m], in float64. */
export function gatherLast64(rows: i32, n: usize, m: i32, x: usize, index: usize, to: usize): void {
  gather<f64>(rows, n, m, x, index, to);
}

/** Adds elements [rows, m] to x [rows, n] at indices [rows, m], in float32. */
export function scatterLast32(rows: i32, n: usize, m: i32, from: usize, index: usize, x: usize): void {
  scatter<f32>(rows, n, m, from, index, x);
}

/** Adds elements [rows, m] to x [rows, n] at indices [rows, m], in float64. */
export function scatterLast64(rows: i32, n: usize, m: i32, from: usize, index: usize, x: usize): void {
  scatter<f64>(rows, n, m, from, index, x);
}
