/** Copies of tensors of any dtype: with strides, row by row, and zeros. */
import { copyBytes } from "../simd/copy";
import { transpose32, transpose64 } from "../simd/transpose";

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

/** Transposes matrices of n columns whose rows are contiguous in a. */
// @ts-ignore: decorator
@inline
function transposed<T>(rows: i32, n: usize, a: usize, step: usize, c: usize, line: usize): void {
  if (sizeof<T>() == 8) transpose64(rows, n, a, step, c, line);
  else transpose32(rows, n, a, step, c, line);
}

/** Copies by transposing matrices, if another dimension than the last is contiguous in a. */
// @ts-ignore: decorator
@inline
function gatherAcross<T>(d0: i32, d1: i32, d2: i32, n: usize, a: usize, a0: usize, a1: usize, a2: usize, step: usize, c: usize): void {
  const size: usize = sizeof<T>(), line = n * size, plane = <usize>d2 * line, whole = <usize>d1 * plane;
  if (step == size || step == 0 || n < 4) gather<T>(d0, d1, d2, n, a, a0, a1, a2, step, c);
  else if (a2 == size && d2 >= 4) {
    for (let i = 0; i < d0; i++) for (let j = 0; j < d1; j++) transposed<T>(d2, n, a + <usize>i * a0 + <usize>j * a1, step, c + <usize>i * whole + <usize>j * plane, line);
  } else if (a1 == size && d1 >= 4) {
    for (let i = 0; i < d0; i++) for (let k = 0; k < d2; k++) transposed<T>(d1, n, a + <usize>i * a0 + <usize>k * a2, step, c + <usize>i * whole + <usize>k * line, plane);
  } else if (a0 == size && d0 >= 4) {
    for (let j = 0; j < d1; j++) for (let k = 0; k < d2; k++) transposed<T>(d0, n, a + <usize>j * a1 + <usize>k * a2, step, c + <usize>j * plane + <usize>k * line, whole);
  } else gather<T>(d0, d1, d2, n, a, a0, a1, a2, step, c);
}

/** Copies a [d0, d1, d2, n], elements of 4 bytes whose strides in bytes are a0, a1, a2 and `step`, to a contiguous c. */
export function gather32(d0: i32, d1: i32, d2: i32, n: usize, a: usize, a0: usize, a1: usize, a2: usize, step: usize, c: usize): void {
  gatherAcross<f32>(d0, d1, d2, n, a, a0, a1, a2, step, c);
}

/** Copies a [d0, d1, d2, n], elements of 8 bytes whose strides in bytes are a0, a1, a2 and `step`, to a contiguous c. */
export function gather64(d0: i32, d1: i32, d2: i32, n: usize, a: usize, a0: usize, a1: usize, a2: usize, step: usize, c: usize): void {
  gatherAcross<f64>(d0, d1, d2, n, a, a0, a1, a2, step, c);
}

/** Copies bytes. */
export function copy(bytes: usize, from: usize, to: usize): void {
  memory.copy(to, from, bytes);
}

/** Copies numbers that are `fromStep` bytes apart to where they are `toStep` bytes apart. */
// @ts-ignore: decorator
@inline
function copyColumn<T>(rows: i32, from: usize, fromStep: usize, to: usize, toStep: usize): void {
  for (let r = 0; r < rows; r++) {
    store<T>(to, load<T>(from));
    from += fromStep;
    to += toStep;
  }
}

/** Copies rows of `bytes` bytes that are `fromStep` bytes apart to where they are `toStep` bytes apart. */
export function copyRows(rows: i32, bytes: usize, from: usize, fromStep: usize, to: usize, toStep: usize): void {
  if (bytes == fromStep && bytes == toStep) {
    memory.copy(to, from, bytes * rows);
    return;
  }
  if (bytes == 4) copyColumn<u32>(rows, from, fromStep, to, toStep);
  else if (bytes == 8) copyColumn<u64>(rows, from, fromStep, to, toStep);
  else
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
