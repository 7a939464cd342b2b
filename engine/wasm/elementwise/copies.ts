/** Copies of tensors of any dtype: with strides, row by row, and zeros. */
import { copyBytes } from "../simd/copy";
import { transpose32 } from "../simd/transpose";

// @ts-ignore: decorator
@inline
function gather<T>(d0: i32, d1: i32, d2: i32, n: usize, a: usize, a0: usize, a1: usize, a2: usize, step: usize, c: usize): void {
  for (let i = 0; i < d0; i++)
    for (let j = 0; j < d1; j++)
      for (let k = 0; k < d2; k++) {
        let p = a + <usize>i * a0 + <usize>j * a1 + <usize>k * a2;
        if (step == sizeof<T>()) {
          copyBytes(c, p, n * sizeof<T>());
          c += n * sizeof<T>();
        } else if (step == 0) {
          const x = load<T>(p);
          for (const end = c + n * sizeof<T>(); c < end; c += sizeof<T>()) store<T>(c, x);
        } else
          for (let m: usize = 0; m < n; m++) {
            store<T>(c, load<T>(p));
            c += sizeof<T>();
            p += step;
          }
      }
}

/** Copies a [d0, d1, d2, n], elements of 4 bytes whose strides in bytes are a0, a1, a2 and `step`, to a contiguous c. */
export function gather32(d0: i32, d1: i32, d2: i32, n: usize, a: usize, a0: usize, a1: usize, a2: usize, step: usize, c: usize): void {
  if (a2 != 4 || step == 4 || step == 0 || d2 < 4 || n < 4) return gather<f32>(d0, d1, d2, n, a, a0, a1, a2, step, c);
  for (let i = 0; i < d0; i++)
    for (let j = 0; j < d1; j++) {
      transpose32(d2, n, a + <usize>i * a0 + <usize>j * a1, step, c);
      c += <usize>d2 * n << 2;
    }
}

/** Copies a [d0, d1, d2, n], elements of 8 bytes whose strides in bytes are a0, a1, a2 and `step`, to a contiguous c. */
export function gather64(d0: i32, d1: i32, d2: i32, n: usize, a: usize, a0: usize, a1: usize, a2: usize, step: usize, c: usize): void {
  gather<f64>(d0, d1, d2, n, a, a0, a1, a2, step, c);
}

/** Copies bytes. */
export function copy(bytes: usize, from: usize, to: usize): void {
  memory.copy(to, from, bytes);
}

/** Copies rows of `bytes` bytes that are `fromStep` bytes apart to where they are `toStep` bytes apart. */
export function copyRows(rows: i32, bytes: usize, from: usize, fromStep: usize, to: usize, toStep: usize): void {
  if (bytes == fromStep && bytes == toStep) {
    memory.copy(to, from, bytes * rows);
    return;
  }
  for (let r = 0; r < rows; r++) {
    copyBytes(to, from, bytes);
    from += fromStep;
    to += toStep;
  }
}

/** Sets bytes to 0. */
export function clear(bytes: usize, to: usize): void {
  memory.fill(to, 0, bytes);
}
