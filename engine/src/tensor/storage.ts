/** Where elements live. Ops see only this interface, so that other memory can stand behind it. */
import { type DType, type NumericArray, newArray } from "./dtype.ts";

/** A block of elements of one dtype, shared by a tensor and its views. */
export interface Storage {
  readonly dtype: DType;
  /** Number of elements. */
  readonly length: number;
  /** The elements. Read it anew after any allocation: memory may move. */
  readonly array: NumericArray;
  /** Raised by each in-place change; a saved tensor that finds another number than it remembers is stale. */
  version: number;
  /** The op that changed it last, for the error that says so. */
  changedBy: string | null;
}

/** Makes storages. */
export interface Allocator {
  allocate(dtype: DType, length: number): Storage;
  adopt(array: NumericArray, dtype: DType): Storage;
}

class HeapStorage implements Storage {
  readonly dtype: DType;
  readonly array: NumericArray;
  version = 0;
  changedBy: string | null = null;
  constructor(array: NumericArray, dtype: DType) {
    this.array = array;
    this.dtype = dtype;
  }
  get length(): number {
    return this.array.length;
  }
}

/** Ordinary typed arrays, freed by the garbage collector. */
const heap: Allocator = {
  allocate: (dtype, length) => new HeapStorage(newArray(dtype, length), dtype),
  adopt: (array, dtype) => new HeapStorage(array, dtype),
};

/** Zeroed storage for `length` elements. */
export const allocate = (dtype: DType, length: number): Storage => heap.allocate(dtype, length);

/** Storage over a typed array that the caller gives away. */
export const adopt = (array: NumericArray, dtype: DType): Storage => heap.adopt(array, dtype);
