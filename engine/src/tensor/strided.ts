/** Reading strided windows in row-major order. */
import { type NumericArray, newArray } from "./dtype.ts";
import { type Shape, sizeOf } from "./shape.ts";
import { keepAlive } from "./storage/memory.ts";
import type { Storage } from "./storage/storage.ts";

/** What a tensor is to code that only reads elements. */
export interface Strided {
  readonly storage: Storage;
  readonly shape: Shape;
  readonly strides: readonly number[];
  readonly offset: number;
  /** Whether the elements lie in row-major order without gaps. */
  isContiguous(): boolean;
}

/**
 * The elements in row-major order: the storage's own array (or a window on it) when they lie so, else a copy.
 * Only for reading.
 */
export function contiguousArray(t: Strided): NumericArray {
  const { array } = t.storage;
  const n = sizeOf(t.shape);
  if (t.isContiguous()) {
    if (n === array.length) return array;
    const window = array.subarray(t.offset, t.offset + n);
    keepAlive(window, t.storage);
    return window;
  }
  const out = newArray(t.storage.dtype, n);
  copyStrided(out, array, t.shape, t.strides, t.offset);
  return out;
}

/** Writes a strided window of `from` into `out` in row-major order. */
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

/** The elements in row-major order as numbers, for statistics. */
export function elements(t: Strided): Float64Array {
  const out = new Float64Array(sizeOf(t.shape));
  copyStrided(out, t.storage.array, t.shape, t.strides, t.offset);
  return out;
}
