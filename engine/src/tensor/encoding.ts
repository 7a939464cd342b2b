/** Encodings of dtypes whose elements no typed array holds as numbers: a storage has words, and kernels get decoded elements. */
import type { NumericArray } from "./dtype.ts";

/** Translates between the words of a storage and the elements that kernels compute with. */
export interface Encoding {
  /** Returns element `index`: a number, or a BigInt where no number is exact. */
  at(words: NumericArray, index: number): number;
  /** Returns `count` elements from element `start` on, in an array of their own. */
  decode(words: NumericArray, start: number, count: number): NumericArray;
  /** Writes elements as words. Returns `false` if an element is a number that may have been rounded from another integer. */
  encode(elements: NumericArray, words: NumericArray): boolean;
}

/** Integers from which on numbers are not exact. */
const exactBelow = 2 ** 53;
/** Bound of the high words of exact integers. */
const highBelow = 2 ** 21;

/** Returns whether an array has BigInts, which it has for int64 beyond 2^53. */
export const hasBigInts = (array: NumericArray): boolean => (array as unknown) instanceof BigInt64Array;

/** Returns an array that holds BigInts by its type. */
export const bigIntsIn = (array: NumericArray): BigInt64Array => array as unknown as BigInt64Array;

/** Returns the integer part of a number; -2^63 for one that no int64 represents, as x86 converts it. */
const toBigInt = (v: number): bigint => (v >= -(2 ** 63) && v < 2 ** 63 ? BigInt(Math.trunc(v)) : -(2n ** 63n));

/** Returns the elements as BigInts, in an array that is typed like those of numbers. */
export const toBigInts = (array: NumericArray): NumericArray =>
  hasBigInts(array)
    ? array
    : (BigInt64Array.from(array as ArrayLike<number>, (v) => toBigInt(v)) as unknown as NumericArray);

/** Returns the elements as numbers, rounded where BigInts are not exact. */
export const toNumbers = (array: NumericArray): NumericArray =>
  hasBigInts(array) ? Float64Array.from(array as unknown as BigInt64Array, Number) : array;

/** Writes integers of 32 bits as int64. */
function encodeInts(elements: Int32Array, words: NumericArray): boolean {
  for (let i = 0, p = 0; i < elements.length; i++, p += 2) {
    words[p] = elements[i];
    words[p + 1] = elements[i] >> 31;
  }
  return true;
}

/** Writes numbers as int64. Returns `false` if one may have been rounded from another integer. */
function encodeNumbers(elements: NumericArray, words: NumericArray): boolean {
  let exact = true;
  for (let i = 0, p = 0; i < elements.length; i++, p += 2) {
    const small = elements[i] | 0;
    if (small === elements[i]) {
      words[p] = small;
      words[p + 1] = small >> 31;
      continue;
    }
    const v = Math.trunc(elements[i]);
    const high = Math.floor(v / 2 ** 32);
    words[p] = v - high * 2 ** 32;
    words[p + 1] = high;
    if (v > -exactBelow && v < exactBelow) continue;
    exact = false;
    // as x86 converts floats that no int64 represents
    if (!(v >= -(2 ** 63) && v < 2 ** 63)) [words[p], words[p + 1]] = [0, -(2 ** 31)];
  }
  return exact;
}

/**
 * int64 in two words of 32 bits, low word first. Kernels get numbers if all of them are exact, else BigInts. Two words are decoded in 2 ns; an element of a
 * BigInt64Array becomes a number in 14 ns.
 */
export const int64Encoding: Encoding = {
  at(words, index) {
    const [low, high] = [words[2 * index], words[2 * index + 1]];
    const v = high * 2 ** 32 + (low >>> 0);
    if (v > -exactBelow && v < exactBelow) return v;
    return ((BigInt(high) << 32n) | BigInt(low >>> 0)) as unknown as number;
  },
  decode(words, start, count) {
    const out = new Float64Array(count);
    let beyond = 0;
    for (let i = 0, p = 2 * start; i < count; i++, p += 2) {
      const high = words[p + 1];
      beyond |= high ^ (high >> 31);
      out[i] = high * 2 ** 32 + (words[p] >>> 0);
    }
    if (beyond >>> 0 < highBelow) return out;
    const from = 2 * start;
    return new BigInt64Array(Int32Array.from(words.subarray(from, from + 2 * count)).buffer) as unknown as NumericArray;
  },
  encode(elements, words) {
    if (hasBigInts(elements)) {
      words.set(new Int32Array(elements.buffer, elements.byteOffset, words.length));
      return true;
    }
    return elements instanceof Int32Array ? encodeInts(elements, words) : encodeNumbers(elements, words);
  },
};

const single = new Float32Array(1);
const bits = new Int32Array(single.buffer);

const floatOf = (pattern: number): number => {
  bits[0] = pattern;
  return single[0];
};

const bitsOf = (v: number): number => {
  single[0] = v;
  return bits[0];
};

/** Returns the encoding of a float in 16 bits, from its conversion to and from numbers. */
const sixteenBits = (toNumber: (half: number) => number, toBits: (v: number) => number): Encoding => ({
  at: (words, index) => toNumber(words[index]),
  decode(words, start, count) {
    const out = new Float32Array(count);
    for (let i = 0; i < count; i++) out[i] = toNumber(words[start + i]);
    return out;
  },
  encode(elements, words) {
    for (let i = 0; i < elements.length; i++) words[i] = toBits(elements[i]);
    return true;
  },
});

/**
 * float16: 5 bits of exponent, 10 of fraction. A number is rounded to float32 and then to the nearest float16, ties to even. Numbers below 2^-14 have units of 2^-24, which is
 * the unit of float32 from 0.5 to 1: adding 0.5 rounds them. Source: F. Giesen, "Float->half variants".
 */
export const float16Encoding: Encoding = sixteenBits(
  (half) => {
    const sign = half & 0x8000 ? -1 : 1;
    const magnitude = half & 0x7fff;
    if (magnitude >= 0x7c00) return magnitude === 0x7c00 ? sign * Infinity : Number.NaN;
    return sign * floatOf(magnitude << 13) * 2 ** 112;
  },
  (v) => {
    const pattern = bitsOf(v);
    const sign = (pattern >>> 16) & 0x8000;
    const magnitude = pattern & 0x7fffffff;
    if (magnitude > 0x7f800000) return sign | 0x7e00;
    if (magnitude >= 0x47800000) return sign | 0x7c00;
    if (magnitude < 0x38800000) return sign | (bitsOf(floatOf(magnitude) + 0.5) - 0x3f000000);
    return sign | ((magnitude - 0x38000000 + 0xfff + ((magnitude >>> 13) & 1)) >>> 13);
  },
);

/** bfloat16: the upper half of a float32, rounded to nearest, ties to even. */
export const bfloat16Encoding: Encoding = sixteenBits(
  (half) => floatOf(half << 16),
  (v) => {
    const pattern = bitsOf(v);
    if ((pattern & 0x7fffffff) > 0x7f800000) return 0x7fc0;
    return (pattern + 0x7fff + ((pattern >>> 16) & 1)) >>> 16;
  },
);
