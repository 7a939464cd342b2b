/** Reads strided windows of storages in row-major order. */
import { type NumericArray, newArray } from "./dtype.ts";
import { type Shape, sizeOf } from "./shape.ts";
import { keepAlive } from "./storage/memory.ts";
import type { Storage } from "./storage/storage.ts";

/** A tensor, for code that only reads elements. */
export interface Strided {
  readonly storage: Storage;
  readonly shape: Shape;
  readonly strides: readonly number[];
  readonly offset: number;
  /** Returns whether the elements lie in row-major order without gaps. */
  isContiguous(): boolean;
}

/** Returns the elements in row-major order, for reading only: the storage's array or a part of it if they lie in that order, a copy otherwise. */
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

/** Returns a copy of the elements in row-major order as float64, for statistics. */
export function elements(t: Strided): Float64Array {
  const out = new Float64Array(sizeOf(t.shape));
  copyStrided(out, t.storage.array, t.shape, t.strides, t.offset);
  return out;
}
