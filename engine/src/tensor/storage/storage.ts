/**
 * Elements of tensors: up to 64 bytes in a typed array of their own, more in a block of the arena. `memory.ts` allocates and frees blocks.
 */
import { ambient } from "../../platform/ambient.ts";
import {
  bytesPerElement,
  type DType,
  encodeArray,
  encodingOf,
  type NumericArray,
  newArray,
  newWords,
  wordsAt,
} from "../dtype.ts";
import type { PendingSite } from "../site.ts";
import type { BlockToken } from "./generations.ts";
import { allocateIn, isPoisoned, keepAlive, sharedBuffer } from "./memory.ts";

/** V8 keeps typed arrays of up to 64 bytes within its own heap, where they are cheap. */
const smallBytes = 64;

/** The version of storages of inference tensors, which count no changes. */
const uncounted = -1;
/** The first version of storages that are created now. */
const created = ambient(() => ({ version: 0 }));

/** Sets whether storages are those of inference tensors, which have no version counter, from now on. */
export function setInferenceStorage(on: boolean): void {
  created.version = on ? uncounted : 0;
}

/** Returns whether tensors that are created now are inference tensors. */
export const createsInferenceTensors = (): boolean => created.version === uncounted;

/** An in-place change: the op, and its call site if it is known. */
export interface Change {
  readonly op: string;
  readonly at: PendingSite | null;
}

/** Elements of one dtype, shared by a tensor and its views. */
export class Storage {
  readonly dtype: DType;
  /** Number of elements. */
  readonly length: number;
  /** Number of in-place changes. Backward compares it with the number when a tensor was saved. */
  version: number = created.version;
  /** The last in-place change, for the error that backward throws. */
  change: Change | null = null;
  /** The op that created the storage, for the error of a full memory. */
  createdBy: string | null = null;
  /** The op that last saved a tensor of the storage for backward, for the same error. */
  savedBy: string | null = null;
  /** Address in the arena's memory, in bytes; 0 for elements in a typed array of their own, -1 for elements that were freed. */
  address = 0;
  /** Size class of the block. */
  sizeClass = 0;
  /** The token of the block; `null` for a temporary, and outside of the arena. */
  token: BlockToken | null = null;
  /** For a temporary: how many cotangents of the running backward pass have their elements here. */
  cotangentCount = 0;
  #array: NumericArray | null = null;
  /** The element of a storage of length 1, until its array is first read. */
  #single = 0;

  constructor(dtype: DType, length: number, array: NumericArray | null) {
    this.dtype = dtype;
    this.length = length;
    this.#array = array;
  }

  /** Bytes of the elements. */
  get bytes(): number {
    return this.length * bytesPerElement[this.dtype];
  }

  /** Whether the storage belongs to inference tensors. */
  get inference(): boolean {
    return this.version === uncounted;
  }

  /** The elements, or their words where the dtype has an encoding. Read it again after each allocation: the memory may have moved. */
  get array(): NumericArray {
    if (this.#array !== null) return this.#array;
    if (this.address === 0) {
      this.#array = newWords(this.dtype, 1);
      this.#array.set(encodeArray(Float64Array.of(this.#single), this.dtype));
      return this.#array;
    }
    if (this.address < 0) throw new Error("the elements of this storage were freed");
    this.#array = wordsAt(this.dtype, sharedBuffer(), this.address, this.length);
    keepAlive(this.#array, this);
    return this.#array;
  }

  /** Whether the storage belongs to a tensor inside `vmap`, whose elements are in the batched tensor. */
  get isBatched(): boolean {
    return false;
  }

  /** Returns the storage of `detach()`: the same one, except for a batched storage, whose tensor is detached, too. */
  forDetached(): Storage {
    return this;
  }

  /** Creates a storage of one element, which gets an array when the array is first read. */
  static single(dtype: DType, value: number): Storage {
    const storage = new Storage(dtype, 1, null);
    storage.#single = value;
    if (isPoisoned() && allocateIn(storage)) storage.array.set(encodeArray(Float64Array.of(value), dtype));
    return storage;
  }

  /** Returns the element at `offset`: a number, or a BigInt for an int64 beyond 2^53. */
  at(offset: number): number {
    if (this.#array === null && this.address === 0) return this.#single;
    const encoding = encodingOf(this.dtype);
    return encoding === null ? this.array[offset] : encoding.at(this.array, offset);
  }

  /** Replaces the view of the block, which is freed, by an array with the elements; `null` if they are not needed any more. */
  leaveArena(array: NumericArray | null): void {
    this.#array = array;
    this.address = array === null ? -1 : 0;
  }
}

/** Returns whether so many bytes get an array of their own. In poison mode only 0 bytes do, so that small storages are freed like large ones. */
const isSmall = (bytes: number): boolean => bytes <= smallBytes && (bytes === 0 || !isPoisoned());

/** Returns a storage of `length` elements with undefined contents. */
export function allocateUninitialized(dtype: DType, length: number): Storage {
  if (isSmall(length * bytesPerElement[dtype])) return new Storage(dtype, length, newWords(dtype, length));
  const storage = new Storage(dtype, length, null);
  return allocateIn(storage) ? storage : new Storage(dtype, length, newWords(dtype, length));
}

/** Blocks of fewer bytes are filled by way of the storage's array. */
const minWideBytes = 1024;

/** Fills a block with a word of 64 bits. V8 fills shared memory entry by entry, so this is faster than by bytes. Blocks are multiples of 64 bytes. */
const fillBlock = ({ address, bytes }: Storage, word: bigint): void =>
  void new BigUint64Array(sharedBuffer(), address, Math.ceil(bytes / 8)).fill(word);

/** Sets the elements to 0, and returns the array. */
export function clearElements(storage: Storage): NumericArray {
  const { address, array, bytes } = storage;
  if (address > 0 && bytes >= minWideBytes) fillBlock(storage, 0n);
  else if (address > 0) array.fill(0);
  return array;
}

/** Returns a storage of `length` zeros. */
export function allocateZeroed(dtype: DType, length: number): Storage {
  const storage = allocateUninitialized(dtype, length);
  if (storage.address > 0) clearElements(storage);
  return storage;
}

/** Returns a storage of `length` elements of one real value; the dtype is not complex. */
export function allocateFilled(dtype: DType, length: number, value: number): Storage {
  const storage = length * bytesPerElement[dtype] < minWideBytes ? null : allocateUninitialized(dtype, length);
  if (storage === null || storage.address === 0) return storageFromArray(newArray(dtype, length).fill(value), dtype);
  const word = encodeArray(newArray(dtype, 8 / bytesPerElement[dtype]).fill(value), dtype);
  fillBlock(storage, new BigUint64Array(word.buffer)[0]);
  return storage;
}

/** Returns a storage with the elements of a typed array, which becomes part of it if it is small, and is copied otherwise. */
export function storageFromArray(array: NumericArray, dtype: DType): Storage {
  const isLittle = isSmall(array.length * bytesPerElement[dtype]);
  if (isLittle) return new Storage(dtype, array.length, encodeArray(array, dtype));
  const storage = allocateUninitialized(dtype, array.length);
  const encoding = encodingOf(dtype);
  if (encoding === null) storage.array.set(array);
  else encoding.encode(array, storage.array);
  return storage;
}
