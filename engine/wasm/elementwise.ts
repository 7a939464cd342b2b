/**
 * Arithmetic, comparisons and choices, element by element. What begins at the start of a block may be read and written in whole vectors, as blocks are multiples of 64 bytes;
 * rows within a block may only be read so.
 */
import {
  abs32, ceil32, cos32, erf32, exp32, floor32, gelu32, geluSlope32, geluTanh32, geluTanhSlope32, log32, neg32, reciprocal32, relu32, reluSlope32,
  round32, rsqrt32, sigmoid32, sigmoidSlope32, sign32, sin32, sqrt32, square32, tanh32, tanhSlope32, trunc32,
} from "./functions";
import { storePair, storePart } from "./lanes";

// @ts-ignore: decorator
@inline
function combine<T>(op: i32, x: v128, z: v128): v128 {
  if (op == 0) return v128.add<T>(x, z);
  if (op == 1) return v128.sub<T>(x, z);
  if (op == 2) return v128.mul<T>(x, z);
  if (op == 3) return v128.div<T>(x, z);
  if (op == 4) return v128.max<T>(x, z);
  return v128.min<T>(x, z);
}

// @ts-ignore: decorator
@inline
function combineOne<T>(op: i32, x: T, z: T): T {
  if (op == 0) return x + z as T;
  if (op == 1) return x - z as T;
  if (op == 2) return x * z as T;
  if (op == 3) return x / z as T;
  if (op == 4) return max<T>(x, z);
  return min<T>(x, z);
}

/** The same number in all lanes. */
// @ts-ignore: decorator
@inline
function spread<T>(from: usize): v128 {
  if (sizeof<T>() == 8) return v128.load64_splat(from);
  return v128.load32_splat(from);
}

// @ts-ignore: decorator
@inline
function row<T>(op: i32, n: usize, a: usize, aStep: usize, b: usize, bStep: usize, c: usize): void {
  const bytes = n * sizeof<T>();
  let i: usize = 0;
  if (aStep == sizeof<T>() && bStep == sizeof<T>()) {
    for (; i + 32 <= bytes; i += 32) storePair(c + i, combine<T>(op, v128.load(a + i), v128.load(b + i)), combine<T>(op, v128.load(a + i, 16), v128.load(b + i, 16)));
    for (; i + 16 <= bytes; i += 16) v128.store(c + i, combine<T>(op, v128.load(a + i), v128.load(b + i)));
    if (i < bytes) storePart(c + i, combine<T>(op, v128.load(a + i), v128.load(b + i)), bytes - i);
  } else if (aStep == sizeof<T>() && bStep == 0) {
    const v = spread<T>(b);
    for (; i + 32 <= bytes; i += 32) storePair(c + i, combine<T>(op, v128.load(a + i), v), combine<T>(op, v128.load(a + i, 16), v));
    for (; i + 16 <= bytes; i += 16) v128.store(c + i, combine<T>(op, v128.load(a + i), v));
    if (i < bytes) storePart(c + i, combine<T>(op, v128.load(a + i), v), bytes - i);
  } else if (aStep == 0 && bStep == sizeof<T>()) {
    const v = spread<T>(a);
    for (; i + 32 <= bytes; i += 32) storePair(c + i, combine<T>(op, v, v128.load(b + i)), combine<T>(op, v, v128.load(b + i, 16)));
    for (; i + 16 <= bytes; i += 16) v128.store(c + i, combine<T>(op, v, v128.load(b + i)));
    if (i < bytes) storePart(c + i, combine<T>(op, v, v128.load(b + i)), bytes - i);
  } else
    for (; i < n; i++) {
      store<T>(c + i * sizeof<T>(), combineOne<T>(op, load<T>(a), load<T>(b)));
      a += aStep;
      b += bStep;
    }
}

// @ts-ignore: decorator
@inline
function rows<T>(op: i32, d0: i32, d1: i32, n: usize, a: usize, a0: usize, a1: usize, aStep: usize, b: usize, b0: usize, b1: usize, bStep: usize, c: usize): void {
  for (let i = 0; i < d0; i++)
    for (let j = 0; j < d1; j++) {
      row<T>(op, n, a + <usize>i * a0 + <usize>j * a1, aStep, b + <usize>i * b0 + <usize>j * b1, bStep, c);
      c += n * sizeof<T>();
    }
}

// @ts-ignore: decorator
@inline
function binaryOf<T>(op: i32, d0: i32, d1: i32, n: usize, a: usize, a0: usize, a1: usize, aStep: usize, b: usize, b0: usize, b1: usize, bStep: usize, c: usize): void {
  if (op == 0) rows<T>(0, d0, d1, n, a, a0, a1, aStep, b, b0, b1, bStep, c);
  else if (op == 1) rows<T>(1, d0, d1, n, a, a0, a1, aStep, b, b0, b1, bStep, c);
  else if (op == 2) rows<T>(2, d0, d1, n, a, a0, a1, aStep, b, b0, b1, bStep, c);
  else if (op == 3) rows<T>(3, d0, d1, n, a, a0, a1, aStep, b, b0, b1, bStep, c);
  else if (op == 4) rows<T>(4, d0, d1, n, a, a0, a1, aStep, b, b0, b1, bStep, c);
  else rows<T>(5, d0, d1, n, a, a0, a1, aStep, b, b0, b1, bStep, c);
}

/** c [d0, d1, n] = a op b, with strides in bytes; op: 0 +, 1 -, 2 *, 3 /, 4 maximum, 5 minimum. */
export function binary32(op: i32, d0: i32, d1: i32, n: usize, a: usize, a0: usize, a1: usize, aStep: usize, b: usize, b0: usize, b1: usize, bStep: usize, c: usize): void {
  binaryOf<f32>(op, d0, d1, n, a, a0, a1, aStep, b, b0, b1, bStep, c);
}

// @ts-ignore: decorator
@inline
function flat(op: i32, bytes: usize, a: usize, b: usize, c: usize): void {
  for (let i: usize = 0; i < bytes; i += 32)
    storePair(c + i, combine<f32>(op, v128.load(a + i), v128.load(b + i)), combine<f32>(op, v128.load(a + i, 16), v128.load(b + i, 16)));
}

/** c = a op b for n elements side by side, c at the start of a block: a small function, which small tensors are quickly through. */
export function flat32(op: i32, n: usize, a: usize, b: usize, c: usize): void {
  const bytes = n << 2;
  if (op == 0) flat(0, bytes, a, b, c);
  else if (op == 1) flat(1, bytes, a, b, c);
  else if (op == 2) flat(2, bytes, a, b, c);
  else if (op == 3) flat(3, bytes, a, b, c);
  else if (op == 4) flat(4, bytes, a, b, c);
  else flat(5, bytes, a, b, c);
}

export function binary64(op: i32, d0: i32, d1: i32, n: usize, a: usize, a0: usize, a1: usize, aStep: usize, b: usize, b0: usize, b1: usize, bStep: usize, c: usize): void {
  binaryOf<f64>(op, d0, d1, n, a, a0, a1, aStep, b, b0, b1, bStep, c);
}

// @ts-ignore: decorator
@inline
function mask<T>(op: i32, x: v128, z: v128): v128 {
  if (op == 0) return v128.eq<T>(x, z);
  if (op == 1) return v128.ne<T>(x, z);
  if (op == 2) return v128.lt<T>(x, z);
  if (op == 3) return v128.le<T>(x, z);
  if (op == 4) return v128.gt<T>(x, z);
  return v128.ge<T>(x, z);
}

/** The masks of four elements, 32 bits each. */
// @ts-ignore: decorator
@inline
function four<T>(op: i32, p: usize, q: usize, v: v128, single: bool): v128 {
  const first = mask<T>(op, v128.load(p), single ? v : v128.load(q));
  if (sizeof<T>() == 4) return first;
  return i32x4.shuffle(first, mask<T>(op, v128.load(p, 16), single ? v : v128.load(q, 16)), 0, 2, 4, 6);
}

// @ts-ignore: decorator
@inline
function masks<T>(op: i32, n: usize, a: usize, b: usize, single: bool, c: usize): void {
  const v = spread<T>(b);
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
  if (op == 0) masks<T>(0, n, a, b, single, c);
  else if (op == 1) masks<T>(1, n, a, b, single, c);
  else if (op == 2) masks<T>(2, n, a, b, single, c);
  else if (op == 3) masks<T>(3, n, a, b, single, c);
  else if (op == 4) masks<T>(4, n, a, b, single, c);
  else masks<T>(5, n, a, b, single, c);
}

/** c = a op b as bytes of 0 and 1, for n elements and as many, or a single one where `single`; op: 0 =, 1 ≠, 2 <, 3 ≤, 4 >, 5 ≥. */
export function compare32(op: i32, n: usize, a: usize, b: usize, single: bool, c: usize): void {
  compare<f32>(op, n, a, b, single, c);
}
export function compare64(op: i32, n: usize, a: usize, b: usize, single: bool, c: usize): void {
  compare<f64>(op, n, a, b, single, c);
}

/** c = condition ? a : b, where a step of 0 repeats a single element. */
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

export function where64(n: usize, condition: usize, a: usize, aStep: usize, b: usize, bStep: usize, c: usize): void {
  for (let i: usize = 0; i < n; i++) {
    store<f64>(c + (i << 3), select(load<f64>(a), load<f64>(b), load<u8>(condition + i) != 0));
    a += aStep;
    b += bStep;
  }
}

/**
 * A part of an elementwise op in float32: the words are kind, elements per chunk, number of the op, n, and addresses. Numbers: the functions of one
 * tensor, from 32 the gradients of activations, from 64 the arithmetic of two tensors.
 */
export function elementwiseChunk(words: usize, chunk: i32): void {
  const size = load<i32>(words, 4), op = load<i32>(words, 8), n = load<i32>(words, 12);
  const first = chunk * size;
  const count = <usize>min(size, n - first), offset = <usize>first << 2;
  const a = <usize>load<u32>(words, 16) + offset, b = <usize>load<u32>(words, 20) + offset, c = <usize>load<u32>(words, 24) + offset;
  if (op >= 64) {
    flat32(op - 64, count, a, b, c);
    return;
  }
  switch (op) {
    case 0: neg32(count, a, c); break;
    case 1: abs32(count, a, c); break;
    case 2: sqrt32(count, a, c); break;
    case 3: relu32(count, a, c); break;
    case 4: square32(count, a, c); break;
    case 5: reciprocal32(count, a, c); break;
    case 6: rsqrt32(count, a, c); break;
    case 7: exp32(count, a, c); break;
    case 8: log32(count, a, c); break;
    case 9: tanh32(count, a, c); break;
    case 10: sigmoid32(count, a, c); break;
    case 11: erf32(count, a, c); break;
    case 12: gelu32(count, a, c); break;
    case 13: geluTanh32(count, a, c); break;
    case 14: sin32(count, a, c); break;
    case 15: cos32(count, a, c); break;
    case 16: floor32(count, a, c); break;
    case 17: ceil32(count, a, c); break;
    case 18: trunc32(count, a, c); break;
    case 19: round32(count, a, c); break;
    case 20: sign32(count, a, c); break;
    case 32: reluSlope32(count, a, b, c); break;
    case 33: tanhSlope32(count, a, b, c); break;
    case 34: sigmoidSlope32(count, a, b, c); break;
    case 35: geluSlope32(count, a, b, c); break;
    case 36: geluTanhSlope32(count, a, b, c); break;
  }
}
