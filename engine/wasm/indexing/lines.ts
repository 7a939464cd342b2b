/** Elements by index along any dimension of [outer, n, inner]. */
import * as Combination from "../../src/fast/abi/codes/combination";
import { copyBytes } from "../simd/copy";
import { threadBuffer } from "../simd/lanes";

/** The most runs of neighbouring indices that fit into a thread's buffer, and the bytes of one: its first position, its first index and its length. */
const mostRuns: i32 = 40;
const runBytes: usize = 12;

/**
 * Writes the runs of an index vector to the thread's buffer: positions at which indices rise by one from each to the next. Returns their number, or 0 where slices are
 * better moved one by one: for short or many runs.
 */
function runsOf(m: i32, index: usize): i32 {
  let count = 0, start = 0;
  for (let j = 1; j <= m; j++) {
    if (j < m && load<i32>(index + (<usize>j << 2)) == load<i32>(index + (<usize>(j - 1) << 2)) + 1) continue;
    if (count == mostRuns || 4 * count > j) return 0;
    const run = threadBuffer + <usize>count * runBytes;
    store<i32>(run, start);
    store<i32>(run, load<i32>(index + (<usize>start << 2)), 4);
    store<i32>(run, j - start, 8);
    count++;
    start = j;
  }
  return 4 * count <= m ? count : 0;
}

/** Copies the elements of 4 bytes at m indices, four at a time. */
function takeWords(m: usize, x: usize, index: usize, to: usize): void {
  let j: usize = 0;
  for (; j + 16 <= m << 2; j += 16) {
    const a = x + (<usize>load<i32>(index + j) << 2), b = x + (<usize>load<i32>(index + j, 4) << 2);
    const c = x + (<usize>load<i32>(index + j, 8) << 2), d = x + (<usize>load<i32>(index + j, 12) << 2);
    v128.store(to + j, v128.load32_lane(d, v128.load32_lane(c, v128.load32_lane(b, v128.load32_zero(a), 1), 2), 3));
  }
  for (; j < m << 2; j += 4) store<u32>(to + j, load<u32>(x + (<usize>load<i32>(index + j) << 2)));
}

/** Copies the slices of x [outer, n, `bytes` bytes] at indices [m] to `to` [outer, m]. */
export function takeSlices(outer: i32, n: i32, m: i32, bytes: usize, x: usize, index: usize, to: usize): void {
  const runs = outer > 1 || bytes > 8 ? runsOf(m, index) : 0;
  for (let o = 0; o < outer; o++) {
    if (runs > 0)
      for (let r = 0; r < runs; r++) {
        const run = threadBuffer + <usize>r * runBytes;
        copyBytes(to + <usize>load<i32>(run) * bytes, x + <usize>load<i32>(run, 4) * bytes, <usize>load<i32>(run, 8) * bytes);
      }
    else if (bytes == 4) takeWords(<usize>m, x, index, to);
    else if (bytes == 8)
      for (let j: usize = 0; j < <usize>m << 2; j += 4) store<u64>(to + (j << 1), load<u64>(x + (<usize>load<i32>(index + j) << 3)));
    else
      for (let j = 0; j < m; j++) copyBytes(to + <usize>j * bytes, x + <usize>load<i32>(index + (<usize>j << 2)) * bytes, bytes);
    x += <usize>n * bytes;
    to += <usize>m * bytes;
  }
}

/** Copies slices [outer, m, `bytes` bytes] to those of x [outer, n] at indices [m]. Of several slices for one index, the last remains. */
export function storeSlices(outer: i32, n: i32, m: i32, bytes: usize, from: usize, index: usize, x: usize): void {
  for (let o = 0; o < outer; o++) {
    for (let j = 0; j < m; j++) {
      const to = x + <usize>load<i32>(index + (<usize>j << 2)) * bytes;
      if (bytes == 4) store<u32>(to, load<u32>(from));
      else if (bytes == 8) store<u64>(to, load<u64>(from));
      else copyBytes(to, from, bytes);
      from += bytes;
    }
    x += <usize>n * bytes;
  }
}

/** Sets the slices of x [outer, n, `bytes` bytes] at indices [m] to 0. */
export function clearSlices(outer: i32, n: i32, m: i32, bytes: usize, index: usize, x: usize): void {
  for (let o = 0; o < outer; o++) {
    for (let j = 0; j < m; j++) {
      const to = x + <usize>load<i32>(index + (<usize>j << 2)) * bytes;
      if (bytes == 4) store<u32>(to, 0);
      else if (bytes == 8) store<u64>(to, 0);
      else memory.fill(to, 0, bytes);
    }
    x += <usize>n * bytes;
  }
}

/**
 * Copies the slices of x [outer, n, `bytes` bytes] at indices [m] to `to` [outer, m], and zeros instead where the same index follows later in the list. `last` is memory
 * for n int32.
 */
export function takeLastSlices(outer: i32, n: i32, m: i32, bytes: usize, x: usize, index: usize, last: usize, to: usize): void {
  for (let j = 0; j < m; j++) store<i32>(last + (<usize>load<i32>(index + (<usize>j << 2)) << 2), j);
  for (let o = 0; o < outer; o++) {
    for (let j = 0; j < m; j++) {
      const i = <usize>load<i32>(index + (<usize>j << 2));
      const isLast = load<i32>(last + (i << 2)) == j;
      if (bytes == 4) store<u32>(to, isLast ? load<u32>(x + (i << 2)) : 0);
      else if (bytes == 8) store<u64>(to, isLast ? load<u64>(x + (i << 3)) : 0);
      else if (isLast) copyBytes(to, x + i * bytes, bytes);
      else memory.fill(to, 0, bytes);
      to += bytes;
    }
    x += <usize>n * bytes;
  }
}

/** Adds `bytes` bytes of numbers at `from` to those at `to`. */
// @ts-ignore: decorator
@inline
function addLine<T>(to: usize, from: usize, bytes: usize): void {
  let i: usize = 0;
  for (; i + 16 <= bytes; i += 16) v128.store(to + i, v128.add<T>(v128.load(to + i), v128.load(from + i)));
  for (; i < bytes; i += sizeof<T>()) store<T>(to + i, load<T>(to + i) + load<T>(from + i));
}

// @ts-ignore: decorator
@inline
function addSlices<T>(outer: i32, n: i32, m: i32, inner: usize, from: usize, index: usize, x: usize): void {
  const bytes = inner * sizeof<T>();
  const runs = outer > 1 ? runsOf(m, index) : 0;
  for (let o = 0; o < outer; o++) {
    if (runs > 0) {
      for (let r = 0; r < runs; r++) {
        const run = threadBuffer + <usize>r * runBytes;
        addLine<T>(x + <usize>load<i32>(run, 4) * bytes, from + <usize>load<i32>(run) * bytes, <usize>load<i32>(run, 8) * bytes);
      }
      from += <usize>m * bytes;
    } else
      for (let j = 0; j < m; j++) {
        const to = x + <usize>load<i32>(index + (<usize>j << 2)) * bytes;
        if (inner == 1) store<T>(to, load<T>(to) + load<T>(from));
        else addLine<T>(to, from, bytes);
        from += bytes;
      }
    x += <usize>n * bytes;
  }
}

/** Adds slices [outer, m, inner] to those of x [outer, n, inner] at indices [m], in float32. */
export function addSlices32(outer: i32, n: i32, m: i32, inner: usize, from: usize, index: usize, x: usize): void {
  addSlices<f32>(outer, n, m, inner, from, index, x);
}

/** Adds slices [outer, m, inner] to those of x [outer, n, inner] at indices [m], in float64. */
export function addSlices64(outer: i32, n: i32, m: i32, inner: usize, from: usize, index: usize, x: usize): void {
  addSlices<f64>(outer, n, m, inner, from, index, x);
}

// @ts-ignore: decorator
@inline
function gather<T>(outer: i32, n: i32, m: i32, inner: usize, x: usize, index: usize, to: usize): void {
  for (let o = 0; o < outer; o++) {
    for (let j = 0; j < m; j++) {
      for (let i: usize = 0; i < inner; i++) store<T>(to + i * sizeof<T>(), load<T>(x + (<usize>load<i32>(index + (i << 2)) * inner + i) * sizeof<T>()));
      index += inner << 2;
      to += inner * sizeof<T>();
    }
    x += <usize>n * inner * sizeof<T>();
  }
}

/** Copies the elements of x [outer, n, inner] at indices [outer, m, inner] to `to`, of 4 bytes each. */
export function gatherAlong32(outer: i32, n: i32, m: i32, inner: usize, x: usize, index: usize, to: usize): void {
  gather<u32>(outer, n, m, inner, x, index, to);
}

/** Copies the elements of x [outer, n, inner] at indices [outer, m, inner] to `to`, of 8 bytes each. */
export function gatherAlong64(outer: i32, n: i32, m: i32, inner: usize, x: usize, index: usize, to: usize): void {
  gather<u64>(outer, n, m, inner, x, index, to);
}

// @ts-ignore: decorator
@inline
function combined<T>(op: i32, x: T, z: T): T {
  if (op == Combination.replace) return z;
  if (op == Combination.add) return (x + z) as T;
  if (op == Combination.prod) return (x * z) as T;
  return op == Combination.amax ? max<T>(x, z) : min<T>(x, z);
}

// @ts-ignore: decorator
@inline
function scatter<T>(op: i32, outer: i32, n: i32, m: i32, inner: usize, from: usize, index: usize, x: usize): void {
  for (let o = 0; o < outer; o++) {
    for (let j = 0; j < m; j++) {
      for (let i: usize = 0; i < inner; i++) {
        const to = x + (<usize>load<i32>(index + (i << 2)) * inner + i) * sizeof<T>();
        store<T>(to, combined<T>(op, load<T>(to), load<T>(from + i * sizeof<T>())));
      }
      index += inner << 2;
      from += inner * sizeof<T>();
    }
    x += <usize>n * inner * sizeof<T>();
  }
}

// @ts-ignore: decorator
@inline
function scatterBy<T>(op: i32, outer: i32, n: i32, m: i32, inner: usize, from: usize, index: usize, x: usize): void {
  if (op == Combination.replace) scatter<T>(Combination.replace, outer, n, m, inner, from, index, x);
  else if (op == Combination.add) scatter<T>(Combination.add, outer, n, m, inner, from, index, x);
  else if (op == Combination.prod) scatter<T>(Combination.prod, outer, n, m, inner, from, index, x);
  else if (op == Combination.amax) scatter<T>(Combination.amax, outer, n, m, inner, from, index, x);
  else scatter<T>(Combination.amin, outer, n, m, inner, from, index, x);
}

// @ts-ignore: decorator
@inline
function combinedVectors<T>(op: i32, x: v128, z: v128): v128 {
  if (op == Combination.add) return v128.add<T>(x, z);
  if (op == Combination.prod) return v128.mul<T>(x, z);
  return op == Combination.amax ? v128.max<T>(x, z) : v128.min<T>(x, z);
}

// @ts-ignore: decorator
@inline
function combineSlices<T>(op: i32, outer: i32, n: i32, m: i32, inner: usize, from: usize, index: usize, x: usize): void {
  const bytes = inner * sizeof<T>();
  for (let o = 0; o < outer; o++) {
    for (let j = 0; j < m; j++) {
      const to = x + <usize>load<i32>(index + (<usize>j << 2)) * bytes;
      let i: usize = 0;
      for (; i + 16 <= bytes; i += 16) v128.store(to + i, combinedVectors<T>(op, v128.load(to + i), v128.load(from + i)));
      for (; i < bytes; i += sizeof<T>()) store<T>(to + i, combined<T>(op, load<T>(to + i), load<T>(from + i)));
      from += bytes;
    }
    x += <usize>n * bytes;
  }
}

// @ts-ignore: decorator
@inline
function combineSlicesBy<T>(op: i32, outer: i32, n: i32, m: i32, inner: usize, from: usize, index: usize, x: usize): void {
  if (op == Combination.add) combineSlices<T>(Combination.add, outer, n, m, inner, from, index, x);
  else if (op == Combination.prod) combineSlices<T>(Combination.prod, outer, n, m, inner, from, index, x);
  else if (op == Combination.amax) combineSlices<T>(Combination.amax, outer, n, m, inner, from, index, x);
  else combineSlices<T>(Combination.amin, outer, n, m, inner, from, index, x);
}

/** Combines slices [outer, m, inner] with those of x [outer, n, inner] at indices [m], in float32; op is a code of `combination` other than `replace`. */
export function combineSlices32(op: i32, outer: i32, n: i32, m: i32, inner: usize, from: usize, index: usize, x: usize): void {
  combineSlicesBy<f32>(op, outer, n, m, inner, from, index, x);
}

/** Combines slices [outer, m, inner] with those of x [outer, n, inner] at indices [m], in float64; op is a code of `combination` other than `replace`. */
export function combineSlices64(op: i32, outer: i32, n: i32, m: i32, inner: usize, from: usize, index: usize, x: usize): void {
  combineSlicesBy<f64>(op, outer, n, m, inner, from, index, x);
}

/** Combines elements [outer, m, inner] with those of x [outer, n, inner] at indices [outer, m, inner], in float32; op is a code of `combination`. */
export function scatterAlong32(op: i32, outer: i32, n: i32, m: i32, inner: usize, from: usize, index: usize, x: usize): void {
  scatterBy<f32>(op, outer, n, m, inner, from, index, x);
}

/** Combines elements [outer, m, inner] with those of x [outer, n, inner] at indices [outer, m, inner], in float64; op is a code of `combination`. */
export function scatterAlong64(op: i32, outer: i32, n: i32, m: i32, inner: usize, from: usize, index: usize, x: usize): void {
  scatterBy<f64>(op, outer, n, m, inner, from, index, x);
}

/** Combines elements [outer, m, inner] with those of x [outer, n, inner] at indices [outer, m, inner], in int32; op is a code of `combination`. */
export function scatterIntegers(op: i32, outer: i32, n: i32, m: i32, inner: usize, from: usize, index: usize, x: usize): void {
  scatterBy<i32>(op, outer, n, m, inner, from, index, x);
}

/**
 * Adds a further dimension of `size` to n flat indices: to = to size + index. Negative indices count from the end. Returns the position of the first index that is
 * out of range, or -1.
 */
export function flattenIndex(n: i32, size: i32, index: usize, to: usize): i32 {
  for (let i = 0; i < n; i++) {
    const given = load<i32>(index + (<usize>i << 2));
    const k = given < 0 ? given + size : given;
    if (<u32>k >= <u32>size) return i;
    const at = to + (<usize>i << 2);
    store<i32>(at, load<i32>(at) * size + k);
  }
  return -1;
}
