/** Where operands and results are in the kernels' memory. What is not there, or not in the order that a kernel wants, is copied there and back. */
import { ambient } from "../../platform/ambient.ts";
import type { SharedMemory } from "../../platform/shared.ts";
import { bytesPerElement, type NumericArray } from "../../tensor/dtype.ts";
import { broadcastStrides, type Shape, sameShape, sizeOf } from "../../tensor/shape.ts";
import { allocateScratch, type Block, freeScratch, sharedMemory } from "../../tensor/storage/memory.ts";
import { contiguousArray, type Strided } from "../../tensor/strided.ts";
import { kernels } from "./module.ts";
import { collapse } from "./strides.ts";

/** A small result that a kernel writes to scratch memory. */
interface Moved {
  readonly array: NumericArray;
  readonly address: number;
}

/** Scratch memory of the kernel that runs. Nothing is moved of what a terminated one may not have written. */
const current = ambient(() => ({ borrowed: [] as Block[], results: [] as Moved[] }), abandon);

function abandon({ borrowed }: { readonly borrowed: Block[] }): void {
  for (let b = borrowed.pop(); b !== undefined; b = borrowed.pop()) freeScratch(b);
}

/** Views of the whole memory, made anew when it has grown. */
let bytes: Uint8Array = new Uint8Array(0);
let floats: Float32Array = new Float32Array(0);

/** The memory as float32; read it anew after any allocation. */
export function memory32(): Float32Array {
  const { buffer } = sharedMemory() as SharedMemory;
  if (floats.byteLength !== buffer.byteLength) floats = new Float32Array(buffer);
  return floats;
}

function memory8(): Uint8Array {
  const { buffer } = sharedMemory() as SharedMemory;
  if (bytes.byteLength !== buffer.byteLength) bytes = new Uint8Array(buffer);
  return bytes;
}

/** So many elements are moved one by one: a view takes longer to make. */
const few = 16;

const bytesOf = (array: NumericArray): Uint8Array => new Uint8Array(array.buffer, array.byteOffset, array.byteLength);

/** Scratch memory until `settle`. */
export function scratch(size: number): number {
  const block = allocateScratch(Math.max(size, 1));
  current.borrowed.push(block);
  return block.address;
}

/** The elements as they lie in the storage: the address of the first one. */
export function baseOf(t: Strided): number {
  const { storage } = t;
  const size = bytesPerElement[storage.dtype];
  if (storage.address > 0) return storage.address + t.offset * size;
  const address = scratch(storage.length * size);
  const { array } = storage;
  if (array instanceof Float32Array && array.length <= few) {
    const memory = memory32();
    for (let i = 0; i < array.length; i++) memory[address / 4 + i] = array[i];
  } else memory8().set(bytesOf(array), address);
  return address + t.offset * size;
}

/** The elements in row-major order. */
export function addressOf(t: Strided): number {
  if (t.isContiguous()) return baseOf(t);
  const address = scratch(sizeOf(t.shape) * bytesPerElement[t.storage.dtype]);
  copyTo(t, address);
  return address;
}

/** The elements as they are repeated for a result of this shape, in row-major order. */
export function spreadTo(t: Strided, shape: Shape): number {
  if (sameShape(t.shape, shape)) return addressOf(t);
  const { storage, offset } = t;
  const strides = broadcastStrides(t.shape, t.strides, shape);
  const address = scratch(sizeOf(shape) * bytesPerElement[storage.dtype]);
  copyTo({ storage, offset, shape, strides, isContiguous: () => false }, address);
  return address;
}

/** Copies the elements, in row-major order, to an address. */
export function copyTo(t: Strided, address: number): void {
  const wasm = kernels();
  const size = bytesPerElement[t.storage.dtype];
  const { shape, strides } = collapse(t.shape, [t.strides]);
  if (wasm !== null && t.isContiguous()) wasm.copy(sizeOf(t.shape) * size, baseOf(t), address);
  else if ((size === 4 || size === 8) && wasm !== null && shape.length <= 4) {
    const pad = 4 - shape.length;
    const n = (d: number): number => (d < pad ? 1 : shape[d - pad]);
    const s = (d: number): number => (d < pad ? 0 : size * strides[0][d - pad]);
    wasm[size === 8 ? "gather64" : "gather32"](n(0), n(1), n(2), n(3), baseOf(t), s(0), s(1), s(2), s(3), address);
  } else memory8().set(bytesOf(contiguousArray(t)), address);
}

/** A place for a number, as float32 or as float64. */
export function addressOfNumber(value: number, double = false): number {
  const address = scratch(8);
  if (double) new Float64Array(memory32().buffer, address, 1)[0] = value;
  else memory32()[address / 4] = value;
  return address;
}

/** Where a result goes; a small one is moved to its own array by `settle`. */
export function resultOf(t: Strided): number {
  const { storage } = t;
  if (storage.address > 0) return storage.address;
  const { array } = storage;
  const address = scratch(array.byteLength);
  current.results.push({ array, address });
  return address;
}

function moveBack({ array, address }: Moved): void {
  if (array instanceof Float32Array && array.length <= few) {
    const memory = memory32();
    for (let i = 0; i < array.length; i++) array[i] = memory[address / 4 + i];
  } else bytesOf(array).set(memory8().subarray(address, address + array.byteLength));
}

/** Ends a kernel's work: small results are moved, scratch memory is given back. */
export function settle(): true {
  const { results, borrowed } = current;
  for (let r = results.pop(); r !== undefined; r = results.pop()) moveBack(r);
  for (let b = borrowed.pop(); b !== undefined; b = borrowed.pop()) freeScratch(b);
  return true;
}

export const isFloat32 = (t: Strided): boolean => t.storage.dtype === "float32";
export const isFloat64 = (t: Strided): boolean => t.storage.dtype === "float64";

/** Whether the kernels know the dtype. */
export const isFloat = (t: Strided): boolean => isFloat32(t) || isFloat64(t);

/** Whether they know the dtype, and all have the same. */
export function alike(tensors: readonly Strided[]): boolean {
  const { dtype } = tensors[0].storage;
  for (let i = 1; i < tensors.length; i++) if (tensors[i].storage.dtype !== dtype) return false;
  return isFloat(tensors[0]);
}
