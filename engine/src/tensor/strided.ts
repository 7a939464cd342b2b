/** Reads strided windows of storages in row-major order. */
import {
  type DType,
  encodeArray,
  encodingOf,
  isComplex,
  isFloating,
  type NumericArray,
  newWords,
  wordsPerElement,
} from "./dtype.ts";
import { type Encoding, toNumbers } from "./encoding.ts";
import { type Shape, sizeOf } from "./shape.ts";
import { keepAlive } from "./storage/memory.ts";
import type { Storage } from "./storage/storage.ts";

/** A tensor, for code that only reads elements. */
export interface Strided {
  readonly storage: Storage;
  readonly shape: Shape;
  readonly strides: readonly number[];
  readonly offset: number;
  readonly dtype: DType;
  /** Returns whether the elements lie in row-major order without gaps. */
  isContiguous(): boolean;
}

/**
 * Returns the elements in row-major order, for reading only: the storage's array or a part of it if they lie in that order and need no decoding, a copy
 * otherwise. int64 beyond 2^53 is a BigInt64Array. Complex elements are two numbers each, real and imaginary part.
 */
export function contiguousArray(t: Strided): NumericArray {
  const encoding = encodingOf(t.dtype);
  if (encoding !== null) return decodedElements(t, encoding);
  return contiguousWords(t);
}

function decodedElements(t: Strided, encoding: Encoding): NumericArray {
  const n = sizeOf(t.shape);
  return t.isContiguous() ? encoding.decode(t.storage.array, t.offset, n) : encoding.decode(contiguousWords(t), 0, n);
}

/** Stores elements of a contiguous tensor that were changed in the array that `contiguousArray` returned, where that is a copy. */
export function storeElements(t: Strided, elements: NumericArray): void {
  const { dtype } = t;
  if (encodingOf(dtype) !== null) t.storage.array.set(encodeArray(elements, dtype), wordsPerElement[dtype] * t.offset);
}

/** Returns the words of the storage for the elements in row-major order, for reading only. */
export function contiguousWords(t: Strided): NumericArray {
  const { dtype } = t;
  const { array } = t.storage;
  const each = wordsPerElement[dtype];
  const n = sizeOf(t.shape);
  if (t.isContiguous()) {
    if (n * each === array.length) return array;
    const window = array.subarray(each * t.offset, each * (t.offset + n));
    keepAlive(window, t.storage);
    return window;
  }
  const out = newWords(dtype, n);
  if (each === 1) copyStrided(out, array, t.shape, t.strides, t.offset);
  else copyStrided(out, array, [...t.shape, each], [...t.strides.map((s) => each * s), 1], each * t.offset);
  return out;
}

/** Copies a strided window of `from` into `out` in row-major order. */
export function copyStrided(
  out: NumericArray,
  from: NumericArray,
  shape: Shape,
  strides: readonly number[],
  offset: number,
): void {
  const rank = shape.length;
  const n = sizeOf(shape);
  if (n === 0) return;
  if (rank === 0) {
    out[0] = from[offset];
    return;
  }
  const inner = shape[rank - 1];
  const step = strides[rank - 1];
  const index = new Array<number>(rank).fill(0);
  let base = offset;
  for (let at = 0; at < n; ) {
    for (let i = 0, p = base; i < inner; i++, p += step) out[at++] = from[p];
    for (let d = rank - 2; d >= 0; d--) {
      base += strides[d];
      if (++index[d] < shape[d]) break;
      base -= shape[d] * strides[d];
      index[d] = 0;
    }
  }
}

/** Returns a copy of the elements in row-major order as float64, for statistics; integers beyond 2^53 are rounded, and of complex numbers it has the absolute values. */
export function elements(t: Strided): Float64Array {
  const flat = contiguousArray(t);
  if (isComplex(t.dtype))
    return Float64Array.from({ length: flat.length / 2 }, (_, i) => Math.hypot(flat[2 * i], flat[2 * i + 1]));
  return new Float64Array(toNumbers(flat));
}

/** Returns the elements in row-major order as numbers, for reading only: without a copy where they are real floats in that order; absolute values of complex ones. */
export const readElements = (t: Strided): NumericArray =>
  isFloating(t.dtype) && !isComplex(t.dtype) ? contiguousArray(t) : elements(t);
