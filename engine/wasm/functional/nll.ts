/** The negative log-likelihood of one class in each row, and its gradient. */
import { offsetAt } from "../indexing/offset";

// @ts-ignore: decorator
@inline
function pick<T>(rows: i32, n: usize, x: usize, index: usize, to: usize): void {
  for (let r = 0; r < rows; r++) {
    store<T>(to, (-load<T>(x + offsetAt<T>(index))) as T);
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
    store<T>(x + offsetAt<T>(index), (-load<T>(g)) as T);
    x += n * sizeof<T>();
    index += 4;
    g += sizeof<T>();
  }
}

/** Computes `to` [rows], minus the element of each row of x [rows, n] at its index, in float32. */
export function nll32(rows: i32, n: usize, x: usize, index: usize, to: usize): void {
  pick<f32>(rows, n, x, index, to);
}

/** Computes `to` [rows], minus the element of each row of x [rows, n] at its index, in float64. */
export function nll64(rows: i32, n: usize, x: usize, index: usize, to: usize): void {
  pick<f64>(rows, n, x, index, to);
}

/** Computes x [rows, n], minus g [rows] at each row's index and 0 elsewhere, in float32. */
export function nllGrad32(rows: i32, n: usize, g: usize, index: usize, x: usize): void {
  place<f32>(rows, n, g, index, x);
}

/** Computes x [rows, n], minus g [rows] at each row's index and 0 elsewhere, in float64. */
export function nllGrad64(rows: i32, n: usize, g: usize, index: usize, x: usize): void {
  place<f64>(rows, n, g, index, x);
}
