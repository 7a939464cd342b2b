/** Comparisons of two tensors, and choices between two by a mask. */
import * as Comparison from "../../src/fast/abi/codes/comparison";
import { loadSplat } from "../simd/lanes";

/** Returns a mask of the lanes where x op z holds. */
// @ts-ignore: decorator
@inline
function mask<T>(op: i32, x: v128, z: v128): v128 {
  if (op == Comparison.eq) return v128.eq<T>(x, z);
  if (op == Comparison.ne) return v128.ne<T>(x, z);
  if (op == Comparison.lt) return v128.lt<T>(x, z);
  if (op == Comparison.le) return v128.le<T>(x, z);
  if (op == Comparison.gt) return v128.gt<T>(x, z);
  return v128.ge<T>(x, z);
}

/** Returns the masks of four elements, 32 bits each. */
// @ts-ignore: decorator
@inline
function four<T>(op: i32, p: usize, q: usize, v: v128, single: bool): v128 {
  const first = mask<T>(op, v128.load(p), single ? v : v128.load(q));
  if (sizeof<T>() == 4) return first;
  return i32x4.shuffle(first, mask<T>(op, v128.load(p, 16), single ? v : v128.load(q, 16)), 0, 2, 4, 6);
}

/** Computes bytes of 0 and 1, sixteen at a time. */
// @ts-ignore: decorator
@inline
function masks<T>(op: i32, n: usize, a: usize, b: usize, single: bool, c: usize): void {
  const v = loadSplat<T>(b);
  const ones = i8x16.splat(1);
  const step = 4 * sizeof<T>();
  for (let i: usize = 0; i < n; i += 16) {
    const p = a + i * sizeof<T>();
    const q = b + i * sizeof<T>();
    const m0 = four<T>(op, p, q, v, single);
    const m1 = four<T>(op, p + step, q + step, v, single);
    const m2 = four<T>(op, p + 2 * step, q + 2 * step, v, single);
    const m3 = four<T>(op, p + 3 * step, q + 3 * step, v, single);
    const m = i8x16.narrow_i16x8_s(i16x8.narrow_i32x4_s(m0, m1), i16x8.narrow_i32x4_s(m2, m3));
    v128.store(c + i, v128.and(m, ones));
  }
}

// @ts-ignore: decorator
@inline
function compare<T>(op: i32, n: usize, a: usize, b: usize, single: bool, c: usize): void {
  if (op == Comparison.eq) masks<T>(Comparison.eq, n, a, b, single, c);
  else if (op == Comparison.ne) masks<T>(Comparison.ne, n, a, b, single, c);
  else if (op == Comparison.lt) masks<T>(Comparison.lt, n, a, b, single, c);
  else if (op == Comparison.le) masks<T>(Comparison.le, n, a, b, single, c);
  else if (op == Comparison.gt) masks<T>(Comparison.gt, n, a, b, single, c);
  else masks<T>(Comparison.ge, n, a, b, single, c);
}

/** Computes c = a op b as bytes of 0 and 1, for n float32 each, or a single b where `single`; op is a code of `comparison`. */
export function compare32(op: i32, n: usize, a: usize, b: usize, single: bool, c: usize): void {
  compare<f32>(op, n, a, b, single, c);
}

/** Computes c = a op b as bytes of 0 and 1, for n float64 each, or a single b where `single`; op is a code of `comparison`. */
export function compare64(op: i32, n: usize, a: usize, b: usize, single: bool, c: usize): void {
  compare<f64>(op, n, a, b, single, c);
}

/** Computes c = a op b as bytes of 0 and 1, for n int32 each, or a single b where `single`; op is a code of `comparison`. */
export function compareIntegers(op: i32, n: usize, a: usize, b: usize, single: bool, c: usize): void {
  compare<i32>(op, n, a, b, single, c);
}

/** Computes c = a op b as bytes of 0 and 1, for n int64 each, or a single b where `single`; op is a code of `comparison`. */
export function compareLongs(op: i32, n: usize, a: usize, b: usize, single: bool, c: usize): void {
  compare<i64>(op, n, a, b, single, c);
}

/** Computes c = condition ? a : b in float32; a step of 0 repeats a single element. */
export function where32(n: usize, condition: usize, a: usize, aStep: usize, b: usize, bStep: usize, c: usize): void {
  const va = v128.load32_splat(a), vb = v128.load32_splat(b);
  for (let i: usize = 0; i < n; i += 4) {
    const bytes = v128.load32_zero(condition + i);
    const wide = i32x4.extend_low_i16x8_u(i16x8.extend_low_i8x16_u(bytes));
    const m = i32x4.ne(wide, i32x4.splat(0));
    const x = aStep == 0 ? va : v128.load(a + (i << 2));
    const z = bStep == 0 ? vb : v128.load(b + (i << 2));
    v128.store(c + (i << 2), v128.bitselect(x, z, m));
  }
}

/** Computes c = condition ? a : b in float64; a step of 0 repeats a single element. */
export function where64(n: usize, condition: usize, a: usize, aStep: usize, b: usize, bStep: usize, c: usize): void {
  for (let i: usize = 0; i < n; i++) {
    store<f64>(c + (i << 3), select(load<f64>(a), load<f64>(b), load<u8>(condition + i) != 0));
    a += aStep;
    b += bStep;
  }
}
