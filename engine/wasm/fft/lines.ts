/** Moving lines between tensors and the buffer of a transform, as many at once as an element of the buffer has lanes. */
import * as Job from "../../src/fast/abi/jobs/fourier";
import { storePair } from "../simd/lanes";
import { address, word } from "../threads/words";
import { elementBytes } from "./passes";

/** Lines of a group. */
// @ts-ignore: decorator
@inline
export function lanes<T>(): i32 {
  return 32 / <i32>sizeof<T>();
}

/** Whether the group from a line on has lines in the second halves of its elements. */
// @ts-ignore: decorator
@inline
export function isWhole<T>(words: usize, first: i32): bool {
  return first + lanes<T>() / 2 < word(words, Job.lines);
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

/** Whether the elements of a group are neighbours: those of lines whose first elements are `near` bytes apart, which is the size of an element. */
// @ts-ignore: decorator
@inline
function areNeighbours<T>(words: usize, near: usize, bytes: usize, first: i32): bool {
  return near == bytes && (first % word(words, Job.inner)) + lanes<T>() <= word(words, Job.inner);
}

/** Loads two numbers of 8 bytes. */
// @ts-ignore: decorator
@inline
function loadPair(p: usize, q: usize): v128 {
  return v128.load64_lane(q, v128.load64_zero(p), 1);
}

/** Loads a number of each line of half a group. */
// @ts-ignore: decorator
@inline
function loadEach<T>(p: usize, q: usize, r: usize, s: usize): v128 {
  if (sizeof<T>() == 8) return loadPair(p, q);
  return v128.load32_lane(s, v128.load32_lane(r, v128.load32_lane(q, v128.load32_zero(p), 1), 2), 3);
}

/** Returns the real parts of two vectors of complex numbers. */
// @ts-ignore: decorator
@inline
function realParts<T>(a: v128, b: v128): v128 {
  return sizeof<T>() == 8 ? i64x2.shuffle(a, b, 0, 2) : i32x4.shuffle(a, b, 0, 2, 4, 6);
}

/** Returns the imaginary parts of two vectors of complex numbers. */
// @ts-ignore: decorator
@inline
function imaginaryParts<T>(a: v128, b: v128): v128 {
  return sizeof<T>() == 8 ? i64x2.shuffle(a, b, 1, 3) : i32x4.shuffle(a, b, 1, 3, 5, 7);
}

/** Returns the first complex numbers of which two vectors have the parts. */
// @ts-ignore: decorator
@inline
function lowNumbers<T>(re: v128, im: v128): v128 {
  return sizeof<T>() == 8 ? i64x2.shuffle(re, im, 0, 2) : i32x4.shuffle(re, im, 0, 4, 1, 5);
}

/** Returns the last complex numbers of which two vectors have the parts. */
// @ts-ignore: decorator
@inline
function highNumbers<T>(re: v128, im: v128): v128 {
  return sizeof<T>() == 8 ? i64x2.shuffle(re, im, 1, 3) : i32x4.shuffle(re, im, 2, 6, 3, 7);
}

/** Loads n complex elements, `step` bytes apart, of a group from line `first` on, with real parts at `re` of each element of the buffer and imaginary ones at `im`. */
export function loadComplex<T>(words: usize, n: i32, from: usize, step: usize, first: i32, buffer: usize, re: usize, im: usize): void {
  if (!areNeighbours<T>(words, address(words, Job.fromInner), 2 * sizeof<T>(), first)) {
    loadHalf<T>(words, n, from, step, first, buffer, re, im);
    if (isWhole<T>(words, first)) loadHalf<T>(words, n, from, step, first + lanes<T>() / 2, buffer + 16, re, im);
    return;
  }
  let p = sourceAt(words, from, first);
  for (const end = buffer + <usize>n * elementBytes; buffer < end; buffer += elementBytes) {
    const a = v128.load(p), b = v128.load(p, 16), c = v128.load(p, 32), d = v128.load(p, 48);
    storePair(buffer + re, realParts<T>(a, b), realParts<T>(c, d));
    storePair(buffer + im, imaginaryParts<T>(a, b), imaginaryParts<T>(c, d));
    p += step;
  }
}

/** Loads the complex elements of half a group. */
function loadHalf<T>(words: usize, n: i32, from: usize, step: usize, first: i32, buffer: usize, re: usize, im: usize): void {
  const p = sourceAt(words, from, first), q = sourceAt(words, from, first + 1);
  const r = sourceAt(words, from, first + 2), s = sourceAt(words, from, first + 3);
  let at: usize = 0;
  for (const end = buffer + <usize>n * elementBytes; buffer < end; buffer += elementBytes) {
    let a: v128, b: v128;
    if (sizeof<T>() == 8) {
      a = v128.load(p + at);
      b = v128.load(q + at);
    } else {
      a = loadPair(p + at, q + at);
      b = loadPair(r + at, s + at);
    }
    v128.store(buffer + re, realParts<T>(a, b));
    v128.store(buffer + im, imaginaryParts<T>(a, b));
    at += step;
  }
}

/** Stores n complex elements of a group, `step` bytes apart. */
export function storeComplex<T>(words: usize, n: i32, to: usize, step: usize, first: i32, buffer: usize, re: usize, im: usize, scale: T): void {
  if (!areNeighbours<T>(words, address(words, Job.toInner), 2 * sizeof<T>(), first)) {
    storeHalf<T>(words, n, to, step, first, buffer, re, im, scale);
    if (isWhole<T>(words, first)) storeHalf<T>(words, n, to, step, first + lanes<T>() / 2, buffer + 16, re, im, scale);
    return;
  }
  const factor = v128.splat<T>(scale);
  let p = targetAt(words, to, first);
  for (const end = buffer + <usize>n * elementBytes; buffer < end; buffer += elementBytes) {
    const a = v128.mul<T>(v128.load(buffer + re), factor), b = v128.mul<T>(v128.load(buffer + im), factor);
    const c = v128.mul<T>(v128.load(buffer + re, 16), factor), d = v128.mul<T>(v128.load(buffer + im, 16), factor);
    storePair(p, lowNumbers<T>(a, b), highNumbers<T>(a, b));
    storePair(p + 32, lowNumbers<T>(c, d), highNumbers<T>(c, d));
    p += step;
  }
}

/** Stores the complex elements of half a group. */
function storeHalf<T>(words: usize, n: i32, to: usize, step: usize, first: i32, buffer: usize, re: usize, im: usize, scale: T): void {
  const factor = v128.splat<T>(scale);
  const p = targetAt(words, to, first), q = targetAt(words, to, first + 1);
  const r = targetAt(words, to, first + 2), s = targetAt(words, to, first + 3);
  let at: usize = 0;
  for (const end = buffer + <usize>n * elementBytes; buffer < end; buffer += elementBytes) {
    const a = v128.mul<T>(v128.load(buffer + re), factor), b = v128.mul<T>(v128.load(buffer + im), factor);
    const low = lowNumbers<T>(a, b), high = highNumbers<T>(a, b);
    if (sizeof<T>() == 8) {
      v128.store(p + at, low);
      v128.store(q + at, high);
    } else {
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
  if (!areNeighbours<T>(words, address(words, Job.fromInner), sizeof<T>(), first)) {
    loadRealHalf<T>(words, n, from, step, first, buffer);
    if (isWhole<T>(words, first)) loadRealHalf<T>(words, n, from, step, first + lanes<T>() / 2, buffer + 16);
    return;
  }
  let p = sourceAt(words, from, first);
  for (const end = buffer + <usize>n * elementBytes; buffer < end; buffer += elementBytes) {
    storePair(buffer, v128.load(p), v128.load(p, 16));
    p += step;
  }
}

/** Loads the real elements of half a group. */
function loadRealHalf<T>(words: usize, n: i32, from: usize, step: usize, first: i32, buffer: usize): void {
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
  if (!areNeighbours<T>(words, address(words, Job.toInner), sizeof<T>(), first)) {
    storeRealHalf<T>(words, n, to, step, first, buffer, scale);
    if (isWhole<T>(words, first)) storeRealHalf<T>(words, n, to, step, first + lanes<T>() / 2, buffer + 16, scale);
    return;
  }
  const factor = v128.splat<T>(scale);
  let p = targetAt(words, to, first);
  for (const end = buffer + <usize>n * elementBytes; buffer < end; buffer += elementBytes) {
    storePair(p, v128.mul<T>(v128.load(buffer), factor), v128.mul<T>(v128.load(buffer, 16), factor));
    p += step;
  }
}

/** Stores the real elements of half a group. */
function storeRealHalf<T>(words: usize, n: i32, to: usize, step: usize, first: i32, buffer: usize, scale: T): void {
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
