/** Functions by tables of piecewise polynomials, in float64. */
import { degree32, degree64, partBits32, partBits64, rowHeader } from "../../src/fast/abi/pieces";

/** Returns the coefficient of a row behind the first i. */
// @ts-ignore: decorator
@inline
function coefficient(row: usize, i: usize): f64 {
  return load<f64>(row + ((<usize>rowHeader + i) << 3));
}

/** Returns the polynomial of degree 5 by Horner's rule. */
// @ts-ignore: decorator
@inline
function polynomial5(row: usize, t: f64): f64 {
  let y = coefficient(row, 0) * t + coefficient(row, 1);
  y = y * t + coefficient(row, 2);
  y = y * t + coefficient(row, 3);
  y = y * t + coefficient(row, 4);
  return y * t + coefficient(row, 5);
}

/** Returns the polynomial of degree 13. */
// @ts-ignore: decorator
@inline
function polynomial13(row: usize, t: f64): f64 {
  let y = polynomial5(row, t);
  y = y * t + coefficient(row, 6);
  y = y * t + coefficient(row, 7);
  y = y * t + coefficient(row, 8);
  y = y * t + coefficient(row, 9);
  y = y * t + coefficient(row, 10);
  y = y * t + coefficient(row, 11);
  y = y * t + coefficient(row, 12);
  return y * t + coefficient(row, 13);
}

/** Returns the upper 32 bits of a number. */
// @ts-ignore: decorator
@inline
function upperBits<T>(at: usize): i32 {
  return load<i32>(at + sizeof<T>() - 4);
}

// @ts-ignore: decorator
@inline
function piecewise<T>(n: i32, a: usize, table: usize, lowest: i32, pieces: i32, negativePieces: i32, c: usize, outside: usize): i32 {
  const degree = sizeof<T>() == 8 ? degree64 : degree32;
  const shift = sizeof<T>() == 8 ? 20 - partBits64 : 23 - partBits32;
  const bytes: usize = <usize>(degree + 1 + rowHeader) << 3;
  const negative = table + <usize>(pieces + 1) * bytes;
  let count = 0;
  for (let i = 0; i < n; i++) {
    const at = a + <usize>i * sizeof<T>();
    const bits = upperBits<T>(at);
    // row 0 is the piece around 0; numbers beyond the last piece take its row, in which |t| > 1
    const piece = max((bits & 0x7fffffff) >>> shift, lowest - 1) - lowest + 1;
    const row = select(negative, table, bits < 0) + <usize>min(piece, select(negativePieces, pieces, bits < 0)) * bytes;
    const t = (<f64>load<T>(at) - load<f64>(row)) * load<f64>(row, 8);
    const y = sizeof<T>() == 8 ? polynomial13(row, t) : polynomial5(row, t);
    store<T>(c + <usize>i * sizeof<T>(), <T>y);
    store<i32>(outside + (<usize>count << 2), i);
    // a row without a polynomial has NaN for its width
    count += <i32>!(abs(t) < 1.001);
  }
  return count;
}

/**
 * Computes c = f(a) for n elements by a table, of which the pieces above 0 come first. Writes the positions of elements outside of the table to `outside`, which has room for one
 * more than n, and returns their number.
 */
export function piecewise32(n: i32, a: usize, table: usize, lowest: i32, pieces: i32, negativePieces: i32, c: usize, outside: usize): i32 {
  return piecewise<f32>(n, a, table, lowest, pieces, negativePieces, c, outside);
}

export function piecewise64(n: i32, a: usize, table: usize, lowest: i32, pieces: i32, negativePieces: i32, c: usize, outside: usize): i32 {
  return piecewise<f64>(n, a, table, lowest, pieces, negativePieces, c, outside);
}
