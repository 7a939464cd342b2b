/**
 * Where elements live: up to 16 in a typed array of their own, more in a block of the arena. `memory.ts` says when a block is free again.
 */
import { ambient } from "../../platform/ambient.ts";
import type { SharedMemory } from "../../platform/shared.ts";
import { bytesPerElement, type DType, type NumericArray, newArray } from "../dtype.ts";
import type { PendingSite } from "../site.ts";
import type { Life } from "./lives.ts";
import { isPoisoned, keepAlive, place, sharedMemory } from "./memory.ts";

/** V8 keeps typed arrays of up to 64 bytes within its own heap, where they are cheap. */
const smallBytes = 64;

/** The version of storages that count no changes. */
const uncounted = -1;
/** The version of storages that are made now. */
const made = ambient(() => ({ version: 0 }));

/** Whether storages made from now on are those of inference tensors, which count no changes. */
export function setInferenceStorage(on: boolean): void {
  made.version = on ? uncounted : 0;
}

/** Whether it is so now. */
export const createsInferenceTensors = (): boolean => made.version === uncounted;

/** What changed a storage in place, and where. */
export interface Change {
  readonly op: string;
  readonly at: PendingSite | null;
}

/** A block of elements of one dtype, shared by a tensor and its views. */
export class Storage {
  readonly dtype: DType;
  /** Number of elements. */
  readonly length: number;
  /** Raised by each in-place change; a saved tensor that finds another number than it remembers is stale. */
  version: number = made.version;
  /** The last change, for the error that tells of it. */
  change: Change | null = null;
  /** The op that made it, and the op that saved it last for backward, for the error of a full memory. */
  createdBy: string | null = null;
  savedBy: string | null = null;
  /** Where the elements are in the arena's memory, in bytes; 0 for elements in a typed array of their own, -1 when they are gone. */
  address = 0;
  /** The block's size class. */
  sizeClass = 0;
  /** What keeps its block; none for what the engine alone knows of. */
  life: Life | null = null;
  /** How many cotangents of the running backward pass are in it; used for storages without a life. */
  cotangentCount = 0;
  #array: NumericArray | null = null;
  /** The element of a storage of one, until somebody asks for the array. */
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

  /** Whether its tensors are inference tensors. */
  get inference(): boolean {
    return this.version === uncounted;
  }

  /** The elements. Read it anew after any allocation: memory may move. */
  get array(): NumericArray {
    if (this.#array !== null) return this.#array;
    if (this.address === 0) {
      this.#array = newArray(this.dtype, 1);
      this.#array[0] = this.#single;
      return this.#array;
    }
    if (this.address < 0) throw new Error("the elements of this storage were freed");
    this.#array = viewOf(this.dtype, this.address, this.length);
    keepAlive(this.#array, this);
    return this.#array;
  }

  /** Whether its tensors are examples of a batch, which is elsewhere. */
  get isBatched(): boolean {
    return false;
  }

  /** Itself; something else where the elements are those of other tensors. */
  forDetached(): Storage {
    return this;
  }

  /** A storage of one element, which is worth an array only when somebody asks for it. */
  static single(dtype: DType, value: number): Storage {
    const storage = new Storage(dtype, 1, null);
    storage.#single = value;
    if (isPoisoned() && place(storage)) storage.array[0] = value;
    return storage;
  }

  /** The element at `offset`. */
  at(offset: number): number {
    return this.#array === null && this.address === 0 ? this.#single : this.array[offset];
  }

  /** Lets go of the view of the arena; the elements are in `array` now, or gone. */
  detach(array: NumericArray | null): void {
    this.#array = array;
    this.address = array === null ? -1 : 0;
  }
}

function viewOf(dtype: DType, address: number, length: number): NumericArray {
  const { buffer } = sharedMemory() as SharedMemory;
  switch (dtype) {
    case "float32":
      return new Float32Array(buffer, address, length);
    case "float64":
      return new Float64Array(buffer, address, length);
    case "int32":
      return new Int32Array(buffer, address, length);
    case "bool":
      return new Uint8Array(buffer, address, length);
  }
}

/** Whether a storage of so many bytes is an array of its own. In poison mode only an empty one is, so that small storages can be freed like large ones. */
const isSmall = (bytes: number): boolean => bytes <= smallBytes && (bytes === 0 || !isPoisoned());

/** Storage for `length` elements with whatever was in the memory before. */
export function allocateUninitialized(dtype: DType, length: number): Storage {
  if (isSmall(length * bytesPerElement[dtype])) return new Storage(dtype, length, newArray(dtype, length));
  const storage = new Storage(dtype, length, null);
  return place(storage) ? storage : new Storage(dtype, length, newArray(dtype, length));
}

/** Zeroed storage for `length` elements. */
export function allocate(dtype: DType, length: number): Storage {
  const storage = allocateUninitialized(dtype, length);
  if (storage.address > 0) storage.array.fill(0);
  return storage;
}

/** Storage with the elements of a typed array that the caller gives away. */
export function storageFromArray(array: NumericArray, dtype: DType): Storage {
  if (isSmall(array.byteLength)) return new Storage(dtype, array.length, array);
  const storage = allocateUninitialized(dtype, array.length);
  storage.array.set(array);
  return storage;
}
