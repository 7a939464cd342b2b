/** Stable sorting of positions by their elements, in which NaN is larger than any number. */

import type { NumericArray } from "../../tensor/dtype.ts";
import { hasBigInts } from "../../tensor/encoding.ts";

/** Below this length an insertion sort is faster than a radix sort. */
export const minRadixLength = 64;

const digitBits = 11;
const buckets = 1 << digitBits;

/** Whether a comes behind b in ascending order, where NaN is the largest. */
const isAbove = (a: number, b: number): boolean => a > b || (Number.isNaN(a) && !Number.isNaN(b));

/** Sorts positions by insertion. */
function insertionRank(ranks: Int32Array, x: NumericArray, first: number, step: number, descending: boolean): void {
  for (let k = 0; k < ranks.length; k++) {
    const v = x[first + k * step];
    let at = k;
    for (; at > 0; at--) {
      const before = x[first + ranks[at - 1] * step];
      if (!(descending ? isAbove(v, before) : isAbove(before, v))) break;
      ranks[at] = ranks[at - 1];
    }
    ranks[at] = k;
  }
}

/** Arrays of a radix sort, which all lines of a tensor share. */
export interface Scratch {
  readonly high: Uint32Array;
  readonly low: Uint32Array | null;
  readonly other: Int32Array;
  readonly counts: Int32Array;
  readonly value: Float64Array | Float32Array;
  readonly words: Uint32Array;
}

/** Returns the arrays for lines of n elements. */
export function scratchFor(x: NumericArray, n: number): Scratch {
  const isDouble = x instanceof Float64Array || hasBigInts(x);
  const value = isDouble ? new Float64Array(1) : new Float32Array(1);
  return {
    high: new Uint32Array(n),
    low: isDouble ? new Uint32Array(n) : null,
    other: new Int32Array(n),
    counts: new Int32Array(buckets),
    value,
    words: new Uint32Array(value.buffer),
  };
}

/** Fills the keys: unsigned integers in the order of the elements. Flips all bits of negative floats and the sign of others, and all again to descend. */
export function fillKeys(
  x: NumericArray,
  first: number,
  step: number,
  n: number,
  descending: boolean,
  { high, low, value, words }: Scratch,
): void {
  const flip = descending ? -1 : 0;
  if (hasBigInts(x)) {
    const halves = new Int32Array(x.buffer, x.byteOffset, 2 * x.length);
    for (let k = 0; k < n; k++) {
      const at = 2 * (first + k * step);
      high[k] = halves[at + 1] ^ 0x80000000 ^ flip;
      if (low !== null) low[k] = halves[at] ^ flip;
    }
    return;
  }
  if (!(x instanceof Float32Array || x instanceof Float64Array)) {
    for (let k = 0; k < n; k++) high[k] = x[first + k * step] ^ 0x80000000 ^ flip;
    return;
  }
  const top = low === null ? 0 : 1;
  for (let k = 0; k < n; k++) {
    const v = x[first + k * step];
    // -0 becomes 0, and every NaN the positive quiet one
    value[0] = Number.isNaN(v) ? Number.NaN : v + 0;
    const word = Number.isNaN(v) ? 0x7fffffff : words[top];
    const mask = word >>> 31 === 1 ? -1 : 0;
    high[k] = word ^ (mask | 0x80000000) ^ flip;
    if (low !== null) low[k] = words[0] ^ mask ^ flip;
  }
}

/** Sorts positions by eleven bits of a key, unless they are equal for all, and returns the array that has the result and the other one. */
function countingPass(
  from: Int32Array,
  to: Int32Array,
  keys: Uint32Array,
  shift: number,
  counts: Int32Array,
): readonly [Int32Array, Int32Array] {
  const n = from.length;
  counts.fill(0);
  for (let k = 0; k < n; k++) counts[(keys[k] >>> shift) & (buckets - 1)]++;
  if (counts[(keys[0] >>> shift) & (buckets - 1)] === n) return [from, to];
  for (let b = 0, at = 0; b < buckets; b++) {
    const count = counts[b];
    counts[b] = at;
    at += count;
  }
  for (let k = 0; k < n; k++) {
    const r = from[k];
    to[counts[(keys[r] >>> shift) & (buckets - 1)]++] = r;
  }
  return [to, from];
}

/** Returns a function that fills `ranks` with the positions of a line in sorted order; equal elements keep their order. */
export function ranker(
  x: NumericArray,
  n: number,
  descending: boolean,
): (ranks: Int32Array, first: number, step: number) => void {
  if (n < minRadixLength) return (ranks, first, step) => insertionRank(ranks, x, first, step, descending);
  const scratch = scratchFor(x, n);
  return (ranks, first, step) => {
    fillKeys(x, first, step, n, descending, scratch);
    for (let k = 0; k < n; k++) ranks[k] = k;
    let [from, to]: readonly [Int32Array, Int32Array] = [ranks, scratch.other];
    for (const keys of [scratch.low, scratch.high].filter((k) => k !== null))
      for (let shift = 0; shift < 32; shift += digitBits)
        [from, to] = countingPass(from, to, keys, shift, scratch.counts);
    if (from !== ranks) ranks.set(from);
  };
}

/** Up to this many elements of a line are kept sorted while the line is read, if the line is many times longer. */
const mostKept = 128;

/**
 * Returns a function that fills the first `count` entries of `ranks` with the positions of the first elements of a line in sorted order; equal elements keep their
 * order.
 */
export function topRanker(
  x: NumericArray,
  n: number,
  descending: boolean,
  count: number,
): (ranks: Int32Array, first: number, step: number) => void {
  if (count === 0 || count > mostKept || count * 8 > n) return ranker(x, n, descending);
  return (ranks, first, step) => {
    const element = (k: number): number => x[first + k * step];
    const isBetter = (v: number, kept: number): boolean => (descending ? isAbove(v, kept) : isAbove(kept, v));
    let length = 0;
    let worst = Number.NaN;
    for (let k = 0, p = first; k < n; k++, p += step) {
      const v = x[p];
      if (length === count && (descending ? v <= worst : v >= worst)) continue;
      if (length === count && !isBetter(v, worst)) continue;
      let at = length < count ? length++ : count - 1;
      for (; at > 0 && isBetter(v, element(ranks[at - 1])); at--) ranks[at] = ranks[at - 1];
      ranks[at] = k;
      worst = element(ranks[length - 1]);
    }
  };
}
