/** Moving lines between tensors and the buffer of a transform, as many at once as a vector has lanes. */
import * as Job from "../../src/fast/abi/jobs/fourier";
import { address, word } from "../threads/words";
import { elementBytes } from "./passes";

/** Lines of a group. */
// @ts-ignore: decorator
@inline
export function lanes<T>(): i32 {
  return 16 / <i32>sizeof<T>();
}

/** Returns the address of the first element of a line; that of the last line for those behind it. */
function lineAt(words: usize, base: usize, near: usize, far: usize, line: i32): usize {
  const i = min(line, word(words, Job.lines) - 1), inner = word(words, Job.inner);
  return base + <usize>(i % inner) * near + <usize>(i / inner) * far;
}

/** Returns the address of the first element of a line of the input. */
function sourceAt(words: usize, base: usize, line: i32): usize {
  return lineAt(words, base, address(words, Job.fromInner), address(words, Job.fromOuter), line);
}

/** Returns the address of the first element of a line of the result. */
function targetAt(words: usize, base: usize, line: i32): usize {
  return lineAt(words, base, address(words, Job.toInner), address(words, Job.toOuter), line);
}

/** Loads two numbers of 8 bytes. */
// @ts-ignore: decorator
@inline
function loadPair(p: usize, q: usize): v128 {
  return v128.load64_lane(q, v128.load64_zero(p), 1);
}

/** Loads a number of each line. */
// @ts-ignore: decorator
@inline
function loadEach<T>(p: usize, q: usize, r: usize, s: usize): v128 {
  if (sizeof<T>() == 8) return loadPair(p, q);
  return v128.load32_lane(s, v128.load32_lane(r, v128.load32_lane(q, v128.load32_zero(p), 1), 2), 3);
}

/** Loads n complex elements of a group from line `first` on, with real parts at `re` of each element of the buffer and imaginary ones at `im`. */
export function loadComplex<T>(words: usize, n: i32, from: usize, first: i32, buffer: usize, re: usize, im: usize): void {
  const step = address(words, Job.fromStep);
  const p = sourceAt(words, from, first), q = sourceAt(words, from, first + 1);
  const r = sourceAt(words, from, first + 2), s = sourceAt(words, from, first + 3);
  let at: usize = 0;
  for (const end = buffer + <usize>n * elementBytes; buffer < end; buffer += elementBytes) {
    if (sizeof<T>() == 8) {
      const a = v128.load(p + at), b = v128.load(q + at);
      v128.store(buffer + re, i64x2.shuffle(a, b, 0, 2));
      v128.store(buffer + im, i64x2.shuffle(a, b, 1, 3));
    } else {
      const a = loadPair(p + at, q + at), b = loadPair(r + at, s + at);
      v128.store(buffer + re, i32x4.shuffle(a, b, 0, 2, 4, 6));
      v128.store(buffer + im, i32x4.shuffle(a, b, 1, 3, 5, 7));
    }
    at += step;
  }
}

/** Stores n complex elements of a group. */
export function storeComplex<T>(words: usize, n: i32, to: usize, first: i32, buffer: usize, re: usize, im: usize, scale: T): void {
  const step = address(words, Job.toStep), factor = v128.splat<T>(scale);
  const p = targetAt(words, to, first), q = targetAt(words, to, first + 1);
  const r = targetAt(words, to, first + 2), s = targetAt(words, to, first + 3);
  let at: usize = 0;
  for (const end = buffer + <usize>n * elementBytes; buffer < end; buffer += elementBytes) {
    const a = v128.mul<T>(v128.load(buffer + re), factor), b = v128.mul<T>(v128.load(buffer + im), factor);
    if (sizeof<T>() == 8) {
      v128.store(p + at, i64x2.shuffle(a, b, 0, 2));
      v128.store(q + at, i64x2.shuffle(a, b, 1, 3));
    } else {
      const low = i32x4.shuffle(a, b, 0, 4, 1, 5), high = i32x4.shuffle(a, b, 2, 6, 3, 7);
      v128.store64_lane(p + at, low, 0);
      v128.store64_lane(q + at, low, 1);
      v128.store64_lane(r + at, high, 0);
      v128.store64_lane(s + at, high, 1);
    }
    at += step;
  }
}

/** Loads n real elements of a group, `step` bytes apart, to every element of the buffer. */
export function loadReal<T>(words: usize, n: i32, from: usize, step: usize, first: i32, buffer: usize): void {
  const p = sourceAt(words, from, first), q = sourceAt(words, from, first + 1);
  const r = sourceAt(words, from, first + 2), s = sourceAt(words, from, first + 3);
  let at: usize = 0;
  for (const end = buffer + <usize>n * elementBytes; buffer < end; buffer += elementBytes) {
    v128.store(buffer, loadEach<T>(p + at, q + at, r + at, s + at));
    at += step;
  }
}

/** Stores n real elements of a group, `step` bytes apart. */
export function storeReal<T>(words: usize, n: i32, to: usize, step: usize, first: i32, buffer: usize, scale: T): void {
  const factor = v128.splat<T>(scale);
  const p = targetAt(words, to, first), q = targetAt(words, to, first + 1);
  const r = targetAt(words, to, first + 2), s = targetAt(words, to, first + 3);
  let at: usize = 0;
  for (const end = buffer + <usize>n * elementBytes; buffer < end; buffer += elementBytes) {
    const v = v128.mul<T>(v128.load(buffer), factor);
    if (sizeof<T>() == 8) {
      v128.store64_lane(p + at, v, 0);
      v128.store64_lane(q + at, v, 1);
    } else {
      v128.store32_lane(p + at, v, 0);
      v128.store32_lane(q + at, v, 1);
      v128.store32_lane(r + at, v, 2);
      v128.store32_lane(s + at, v, 3);
    }
    at += step;
  }
}
