/** Copies. */
import { turn } from "./pack";

/** Copies a matrix [rows, n] whose columns lie without gaps, `step` bytes apart, to where its rows do: by four rows and columns, and one by one. */
function transpose32(rows: i32, n: usize, from: usize, step: usize, to: usize): void {
  const line = n << 2, four = n & ~3;
  let k: usize = 0;
  for (; k + 4 <= <usize>rows; k += 4) {
    const start = from + (k << 2), row = to + k * line;
    for (let m: usize = 0; m < four; m += 4) turn(start + m * step, step, row + (m << 2), line);
    for (let m = four; m < n; m++)
      for (let i: usize = 0; i < 4; i++) store<f32>(row + i * line + (m << 2), load<f32>(start + m * step + (i << 2)));
  }
  for (; k < <usize>rows; k++) for (let m: usize = 0; m < n; m++) store<f32>(to + k * line + (m << 2), load<f32>(from + (k << 2) + m * step));
}

// @ts-ignore: decorator
@inline
function gather<T>(d0: i32, d1: i32, d2: i32, n: usize, a: usize, a0: usize, a1: usize, a2: usize, step: usize, c: usize): void {
  for (let i = 0; i < d0; i++)
    for (let j = 0; j < d1; j++)
      for (let k = 0; k < d2; k++) {
        let p = a + <usize>i * a0 + <usize>j * a1 + <usize>k * a2;
        if (step == sizeof<T>()) {
          move(c, p, n * sizeof<T>());
          c += n * sizeof<T>();
        } else
          for (let m: usize = 0; m < n; m++) {
            store<T>(c, load<T>(p));
            c += sizeof<T>();
            p += step;
          }
      }
}

/** Copies [d0, d1, d2, n] elements of 4 or 8 bytes with strides in bytes to where they lie without gaps. */
export function gather32(d0: i32, d1: i32, d2: i32, n: usize, a: usize, a0: usize, a1: usize, a2: usize, step: usize, c: usize): void {
  if (a2 != 4 || step == 4 || d2 < 4 || n < 4) return gather<f32>(d0, d1, d2, n, a, a0, a1, a2, step, c);
  for (let i = 0; i < d0; i++)
    for (let j = 0; j < d1; j++) {
      transpose32(d2, n, a + <usize>i * a0 + <usize>j * a1, step, c);
      c += <usize>d2 * n << 2;
    }
}
export function gather64(d0: i32, d1: i32, d2: i32, n: usize, a: usize, a0: usize, a1: usize, a2: usize, step: usize, c: usize): void {
  gather<f64>(d0, d1, d2, n, a, a0, a1, a2, step, c);
}

/** Copies bytes. */
export function copy(bytes: usize, from: usize, to: usize): void {
  memory.copy(to, from, bytes);
}

/** Rows of so many bytes, `fromStep` apart, to where they are `toStep` apart. */
export function copyRows(rows: i32, bytes: usize, from: usize, fromStep: usize, to: usize, toStep: usize): void {
  if (bytes == fromStep && bytes == toStep) {
    memory.copy(to, from, bytes * rows);
    return;
  }
  for (let r = 0; r < rows; r++) {
    move(to, from, bytes);
    from += fromStep;
    to += toStep;
  }
}

/** Sets bytes to 0. */
export function clear(bytes: usize, to: usize): void {
  memory.fill(to, 0, bytes);
}

/** A copy; short ones, for which a call costs more than the loop, by vectors. */
// @ts-ignore: decorator
@inline
export function move(to: usize, from: usize, bytes: usize): void {
  if (bytes > 512) {
    memory.copy(to, from, bytes);
    return;
  }
  let i: usize = 0;
  for (; i + 16 <= bytes; i += 16) v128.store(to + i, v128.load(from + i));
  for (; i + 4 <= bytes; i += 4) store<u32>(to + i, load<u32>(from + i));
  for (; i < bytes; i++) store<u8>(to + i, load<u8>(from + i));
}
