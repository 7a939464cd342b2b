/** The gradient of the Euclidean norm of rows. */
import { storeWithin } from "../simd/lanes";

// @ts-ignore: decorator
@inline
function gradient<T>(rows: i32, n: usize, x: usize, y: usize, g: usize, dx: usize): void {
  const bytes = n * sizeof<T>();
  for (let r = 0; r < rows; r++) {
    const at = <usize>r * sizeof<T>();
    const norm = load<T>(y + at), isZero = norm == (0 as T);
    const vy = v128.splat<T>(isZero ? (1 as T) : norm), vg = v128.splat<T>(load<T>(g + at));
    const zero = v128.splat<T>(0 as T);
    for (let i: usize = 0; i < bytes; i += 16) {
      const q = isZero ? zero : v128.div<T>(v128.load(x + i), vy);
      storeWithin(dx + i, v128.mul<T>(q, vg), bytes - i);
    }
    x += bytes;
    dx += bytes;
  }
}

/** Computes dx = g x / y for rows of n float32 with the norms y, and 0 where a norm is 0. */
export function euclideanGrad32(rows: i32, n: usize, x: usize, y: usize, g: usize, dx: usize): void {
  gradient<f32>(rows, n, x, y, g, dx);
}

/** Computes dx = g x / y for rows of n float64 with the norms y, and 0 where a norm is 0. */
export function euclideanGrad64(rows: i32, n: usize, x: usize, y: usize, g: usize, dx: usize): void {
  gradient<f64>(rows, n, x, y, g, dx);
}
