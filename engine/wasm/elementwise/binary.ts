/**
 * Arithmetic of two tensors. Allocations are multiples of 64 bytes, so a tensor that begins at the start of one may be read and written in whole vectors;
 * rows within a tensor may be read so, but not written.
 */
import * as Binary from "../../src/fast/abi/codes/binary";
import { loadSplat, storePair, storePartial } from "../simd/lanes";

/** Returns x op z, lane by lane. */
// @ts-ignore: decorator
@inline
function combine<T>(op: i32, x: v128, z: v128): v128 {
  if (op == Binary.add) return v128.add<T>(x, z);
  if (op == Binary.sub) return v128.sub<T>(x, z);
  if (op == Binary.mul) return v128.mul<T>(x, z);
  if (op == Binary.div) return v128.div<T>(x, z);
  // pmax and pmin are faster than max and min, and lose a NaN of the second operand
  const y = op == Binary.maximum ? v128.pmax<T>(x, z) : v128.pmin<T>(x, z);
  return v128.bitselect(y, z, v128.eq<T>(z, z));
}

/** Returns x op z for two elements. */
// @ts-ignore: decorator
@inline
function combineOne<T>(op: i32, x: T, z: T): T {
  if (op == Binary.add) return x + z as T;
  if (op == Binary.sub) return x - z as T;
  if (op == Binary.mul) return x * z as T;
  if (op == Binary.div) return x / z as T;
  if (op == Binary.maximum) return max<T>(x, z);
  return min<T>(x, z);
}

/** Computes one row of n elements: of two rows, of a row and a single element (whose step is 0), or of elements with other steps. */
// @ts-ignore: decorator
@inline
function row<T>(op: i32, n: usize, a: usize, aStep: usize, b: usize, bStep: usize, c: usize): void {
  const bytes = n * sizeof<T>();
  let i: usize = 0;
  if (aStep == sizeof<T>() && bStep == sizeof<T>()) {
    for (; i + 32 <= bytes; i += 32) storePair(c + i, combine<T>(op, v128.load(a + i), v128.load(b + i)), combine<T>(op, v128.load(a + i, 16), v128.load(b + i, 16)));
    for (; i + 16 <= bytes; i += 16) v128.store(c + i, combine<T>(op, v128.load(a + i), v128.load(b + i)));
    if (i < bytes) storePartial(c + i, combine<T>(op, v128.load(a + i), v128.load(b + i)), bytes - i);
  } else if (aStep == sizeof<T>() && bStep == 0) {
    const v = loadSplat<T>(b);
    for (; i + 32 <= bytes; i += 32) storePair(c + i, combine<T>(op, v128.load(a + i), v), combine<T>(op, v128.load(a + i, 16), v));
    for (; i + 16 <= bytes; i += 16) v128.store(c + i, combine<T>(op, v128.load(a + i), v));
    if (i < bytes) storePartial(c + i, combine<T>(op, v128.load(a + i), v), bytes - i);
  } else if (aStep == 0 && bStep == sizeof<T>()) {
    const v = loadSplat<T>(a);
    for (; i + 32 <= bytes; i += 32) storePair(c + i, combine<T>(op, v, v128.load(b + i)), combine<T>(op, v, v128.load(b + i, 16)));
    for (; i + 16 <= bytes; i += 16) v128.store(c + i, combine<T>(op, v, v128.load(b + i)));
    if (i < bytes) storePartial(c + i, combine<T>(op, v, v128.load(b + i)), bytes - i);
  } else
    for (; i < n; i++) {
      store<T>(c + i * sizeof<T>(), combineOne<T>(op, load<T>(a), load<T>(b)));
      a += aStep;
      b += bStep;
    }
}

/** Computes all rows. */
// @ts-ignore: decorator
@inline
function rows<T>(op: i32, d0: i32, d1: i32, n: usize, a: usize, a0: usize, a1: usize, aStep: usize, b: usize, b0: usize, b1: usize, bStep: usize, c: usize): void {
  for (let i = 0; i < d0; i++)
    for (let j = 0; j < d1; j++) {
      row<T>(op, n, a + <usize>i * a0 + <usize>j * a1, aStep, b + <usize>i * b0 + <usize>j * b1, bStep, c);
      c += n * sizeof<T>();
    }
}

/** Chooses the loop of an op: each has its op as a constant. */
// @ts-ignore: decorator
@inline
function binaryOf<T>(op: i32, d0: i32, d1: i32, n: usize, a: usize, a0: usize, a1: usize, aStep: usize, b: usize, b0: usize, b1: usize, bStep: usize, c: usize): void {
  if (op == Binary.add) rows<T>(Binary.add, d0, d1, n, a, a0, a1, aStep, b, b0, b1, bStep, c);
  else if (op == Binary.sub) rows<T>(Binary.sub, d0, d1, n, a, a0, a1, aStep, b, b0, b1, bStep, c);
  else if (op == Binary.mul) rows<T>(Binary.mul, d0, d1, n, a, a0, a1, aStep, b, b0, b1, bStep, c);
  else if (op == Binary.div) rows<T>(Binary.div, d0, d1, n, a, a0, a1, aStep, b, b0, b1, bStep, c);
  else if (op == Binary.maximum) rows<T>(Binary.maximum, d0, d1, n, a, a0, a1, aStep, b, b0, b1, bStep, c);
  else rows<T>(Binary.minimum, d0, d1, n, a, a0, a1, aStep, b, b0, b1, bStep, c);
}

/** Computes c [d0, d1, n] = a op b in float32, where c is contiguous; op is a code of `binary`, strides are in bytes. */
export function binary32(op: i32, d0: i32, d1: i32, n: usize, a: usize, a0: usize, a1: usize, aStep: usize, b: usize, b0: usize, b1: usize, bStep: usize, c: usize): void {
  binaryOf<f32>(op, d0, d1, n, a, a0, a1, aStep, b, b0, b1, bStep, c);
}

/** Computes c = a op b two vectors at a time. */
// @ts-ignore: decorator
@inline
function flat(op: i32, bytes: usize, a: usize, b: usize, c: usize): void {
  for (let i: usize = 0; i < bytes; i += 32)
    storePair(c + i, combine<f32>(op, v128.load(a + i), v128.load(b + i)), combine<f32>(op, v128.load(a + i, 16), v128.load(b + i, 16)));
}

/** Computes c = a op b for n contiguous float32, where c begins at the start of an allocation. Faster for small tensors than `binary32`, as there are no strides. */
export function flat32(op: i32, n: usize, a: usize, b: usize, c: usize): void {
  const bytes = n << 2;
  if (op == Binary.add) flat(Binary.add, bytes, a, b, c);
  else if (op == Binary.sub) flat(Binary.sub, bytes, a, b, c);
  else if (op == Binary.mul) flat(Binary.mul, bytes, a, b, c);
  else if (op == Binary.div) flat(Binary.div, bytes, a, b, c);
  else if (op == Binary.maximum) flat(Binary.maximum, bytes, a, b, c);
  else flat(Binary.minimum, bytes, a, b, c);
}

/** Computes c [d0, d1, n] = a op b in float64, where c is contiguous; op is a code of `binary`, strides are in bytes. */
export function binary64(op: i32, d0: i32, d1: i32, n: usize, a: usize, a0: usize, a1: usize, aStep: usize, b: usize, b0: usize, b1: usize, bStep: usize, c: usize): void {
  binaryOf<f64>(op, d0, d1, n, a, a0, a1, aStep, b, b0, b1, bStep, c);
}
