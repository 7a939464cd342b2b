/** Copies between tensors of any strides. */
import { copyBytes } from "../simd/copy";

/** Copies n elements in reverse: `from` is the address of the last one. */
// @ts-ignore: decorator
@inline
function reversed<T>(n: usize, from: usize, to: usize): void {
  let i: usize = 0;
  if (sizeof<T>() == 4)
    for (; i + 4 <= n; i += 4) {
      const x = v128.load(from - (i << 2) - 12);
      v128.store(to + (i << 2), i32x4.shuffle(x, x, 3, 2, 1, 0));
    }
  for (; i < n; i++) store<T>(to + i * sizeof<T>(), load<T>(from - i * sizeof<T>()));
}

/** Copies n elements, `fromStep` bytes apart, to where they are `toStep` bytes apart. */
// @ts-ignore: decorator
@inline
function line<T>(n: usize, from: usize, fromStep: usize, to: usize, toStep: usize): void {
  if (toStep == sizeof<T>() && fromStep == sizeof<T>()) copyBytes(to, from, n * sizeof<T>());
  else if (toStep == sizeof<T>() && fromStep == -sizeof<T>()) reversed<T>(n, from, to);
  else if (fromStep == 0) {
    const x = load<T>(from);
    for (let i: usize = 0; i < n; i++, to += toStep) store<T>(to, x);
  } else {
    for (; n >= 4; n -= 4, from += 4 * fromStep, to += 4 * toStep) {
      const x0 = load<T>(from), x1 = load<T>(from + fromStep), x2 = load<T>(from + 2 * fromStep), x3 = load<T>(from + 3 * fromStep);
      store<T>(to, x0);
      store<T>(to + toStep, x1);
      store<T>(to + 2 * toStep, x2);
      store<T>(to + 3 * toStep, x3);
    }
    for (; n > 0; n--, from += fromStep, to += toStep) store<T>(to, load<T>(from));
  }
}

// @ts-ignore: decorator
@inline
function move<T>(d0: i32, d1: i32, d2: i32, n: usize, from: usize, f0: usize, f1: usize, f2: usize, fromStep: usize, to: usize, t0: usize, t1: usize, t2: usize, toStep: usize): void {
  for (let i = 0; i < d0; i++)
    for (let j = 0; j < d1; j++) {
      let p = from + <usize>i * f0 + <usize>j * f1, q = to + <usize>i * t0 + <usize>j * t1;
      for (let k = 0; k < d2; k++) {
        line<T>(n, p, fromStep, q, toStep);
        p += f2;
        q += t2;
      }
    }
}

/** Copies [d0, d1, d2, n] elements of 1 byte between two addresses, each with its strides in bytes, which may be 0 or negative. */
export function move8(d0: i32, d1: i32, d2: i32, n: usize, from: usize, f0: usize, f1: usize, f2: usize, fromStep: usize, to: usize, t0: usize, t1: usize, t2: usize, toStep: usize): void {
  move<u8>(d0, d1, d2, n, from, f0, f1, f2, fromStep, to, t0, t1, t2, toStep);
}

/** Copies [d0, d1, d2, n] elements of 4 bytes between two addresses, each with its strides in bytes, which may be 0 or negative. */
export function move32(d0: i32, d1: i32, d2: i32, n: usize, from: usize, f0: usize, f1: usize, f2: usize, fromStep: usize, to: usize, t0: usize, t1: usize, t2: usize, toStep: usize): void {
  move<u32>(d0, d1, d2, n, from, f0, f1, f2, fromStep, to, t0, t1, t2, toStep);
}

/** Copies [d0, d1, d2, n] elements of 8 bytes between two addresses, each with its strides in bytes, which may be 0 or negative. */
export function move64(d0: i32, d1: i32, d2: i32, n: usize, from: usize, f0: usize, f1: usize, f2: usize, fromStep: usize, to: usize, t0: usize, t1: usize, t2: usize, toStep: usize): void {
  move<u64>(d0, d1, d2, n, from, f0, f1, f2, fromStep, to, t0, t1, t2, toStep);
}

/** Adds n elements, `fromStep` bytes apart, to those that are `toStep` bytes apart. */
// @ts-ignore: decorator
@inline
function addLine<T>(n: usize, from: usize, fromStep: usize, to: usize, toStep: usize): void {
  if (fromStep == sizeof<T>() && toStep == sizeof<T>())
    for (; n >= 16 / sizeof<T>(); n -= 16 / sizeof<T>(), from += 16, to += 16) v128.store(to, v128.add<T>(v128.load(to), v128.load(from)));
  for (; n > 0; n--, from += fromStep, to += toStep) store<T>(to, load<T>(to) + load<T>(from));
}

// @ts-ignore: decorator
@inline
function addMoved<T>(d0: i32, d1: i32, d2: i32, n: usize, from: usize, f0: usize, f1: usize, f2: usize, fromStep: usize, to: usize, t0: usize, t1: usize, t2: usize, toStep: usize): void {
  for (let i = 0; i < d0; i++)
    for (let j = 0; j < d1; j++) {
      let p = from + <usize>i * f0 + <usize>j * f1, q = to + <usize>i * t0 + <usize>j * t1;
      for (let k = 0; k < d2; k++) {
        addLine<T>(n, p, fromStep, q, toStep);
        p += f2;
        q += t2;
      }
    }
}

/** Adds [d0, d1, d2, n] elements of float32 to others, which may share memory with each other; each side has its strides in bytes. */
export function addMoved32(d0: i32, d1: i32, d2: i32, n: usize, from: usize, f0: usize, f1: usize, f2: usize, fromStep: usize, to: usize, t0: usize, t1: usize, t2: usize, toStep: usize): void {
  addMoved<f32>(d0, d1, d2, n, from, f0, f1, f2, fromStep, to, t0, t1, t2, toStep);
}

/** Adds [d0, d1, d2, n] elements of float64 to others, which may share memory with each other; each side has its strides in bytes. */
export function addMoved64(d0: i32, d1: i32, d2: i32, n: usize, from: usize, f0: usize, f1: usize, f2: usize, fromStep: usize, to: usize, t0: usize, t1: usize, t2: usize, toStep: usize): void {
  addMoved<f64>(d0, d1, d2, n, from, f0, f1, f2, fromStep, to, t0, t1, t2, toStep);
}

/** Computes scale x where the mask is not 0, and 0 elsewhere, over [d0, d1, n]; `x` is contiguous, and the mask has its strides in bytes. */
// @ts-ignore: decorator
@inline
function maskedScale<T>(d0: i32, d1: i32, n: usize, x: usize, mask: usize, m0: usize, m1: usize, step: usize, scale: f64, to: usize): void {
  const factor = <T>scale, bytes = n * sizeof<T>();
  for (let i = 0; i < d0; i++)
    for (let j = 0; j < d1; j++) {
      const row = mask + <usize>i * m0 + <usize>j * m1;
      if (step == 0) {
        const f = v128.splat<T>(factor);
        let k: usize = 0;
        if (load<u8>(row) == 0) memory.fill(to, 0, bytes);
        else {
          for (; k + 16 <= bytes; k += 16) v128.store(to + k, v128.mul<T>(v128.load(x + k), f));
          for (; k < bytes; k += sizeof<T>()) store<T>(to + k, load<T>(x + k) * factor);
        }
      } else
        for (let k: usize = 0; k < n; k++) {
          const v = load<T>(x + k * sizeof<T>()) * factor;
          store<T>(to + k * sizeof<T>(), select<T>(v, 0 as T, load<u8>(row + k * step) != 0));
        }
      x += bytes;
      to += bytes;
    }
}

/** Computes scale x in float32 where a mask of bytes is not 0, and 0 elsewhere. */
export function maskedScale32(d0: i32, d1: i32, n: usize, x: usize, mask: usize, m0: usize, m1: usize, step: usize, scale: f64, to: usize): void {
  maskedScale<f32>(d0, d1, n, x, mask, m0, m1, step, scale, to);
}

/** Computes scale x in float64 where a mask of bytes is not 0, and 0 elsewhere. */
export function maskedScale64(d0: i32, d1: i32, n: usize, x: usize, mask: usize, m0: usize, m1: usize, step: usize, scale: f64, to: usize): void {
  maskedScale<f64>(d0, d1, n, x, mask, m0, m1, step, scale, to);
}

/** Stores n copies of a number in float32. */
export function fill32(n: usize, value: f64, to: usize): void {
  const v = f32x4.splat(<f32>value);
  for (let i: usize = 0; i < n << 2; i += 16) v128.store(to + i, v);
}

/** Stores n copies of a number in float64. */
export function fill64(n: usize, value: f64, to: usize): void {
  const v = f64x2.splat(value);
  for (let i: usize = 0; i < n << 3; i += 16) v128.store(to + i, v);
}
