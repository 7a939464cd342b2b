/**
 * Addresses of operands and results in the memory of the kernels. A tensor that is not in this memory, or not in the order that a kernel needs, is copied to a
 * temporary; a result that is not in this memory is copied from one.
 */
import { ambient } from "../../platform/ambient.ts";
import { bytesPerElement, encodeArray, isComplex, type NumericArray } from "../../tensor/dtype.ts";
import { int64Encoding } from "../../tensor/encoding.ts";
import { broadcastStrides, type Shape, sameShape, sizeOf } from "../../tensor/shape.ts";
import { allocateScratch, type Block, freeScratch, sharedBuffer } from "../../tensor/storage/memory.ts";
import { contiguousArray, type Strided } from "../../tensor/strided.ts";
import { clearBehindLargeWork, type Kernels, kernels } from "./module.ts";
import { collapse } from "./strides.ts";

/** A result that a kernel writes to a temporary: a small one, which belongs in an array, or int32 indices, which belong in an int64 tensor. */
interface StagedResult {
  readonly array: NumericArray;
  readonly address: number;
  /** The address of the int64 tensor, 0 for a small one; `null` for a result that is copied as it is. */
  readonly wide: number | null;
}

/** Temporaries and results of the kernel that runs. After a termination temporaries are freed, and results are dropped: they may be incomplete. */
const current = ambient(() => ({ temporaries: [] as Block[], results: [] as StagedResult[] }), freeTemporaries);

function freeTemporaries({ temporaries }: { readonly temporaries: Block[] }): void {
  for (let b = temporaries.pop(); b !== undefined; b = temporaries.pop()) freeScratch(b);
}

/** Views of the whole memory, created again when it has grown, and the buffer that they show. */
let bytes: Uint8Array = new Uint8Array(0);
let ints: Int32Array = new Int32Array(0);
let floats: Float32Array = new Float32Array(0);
let doubles: Float64Array = new Float64Array(0);
let viewed: SharedArrayBuffer | null = null;

function renewViews(buffer: SharedArrayBuffer): void {
  bytes = new Uint8Array(buffer);
  ints = new Int32Array(buffer);
  floats = new Float32Array(buffer);
  doubles = new Float64Array(buffer);
  // last: the program may be terminated between two lines
  viewed = buffer;
}

/** Returns the memory as float32. An allocation can replace it, so call this again after one. */
export function memory32(): Float32Array {
  const buffer = sharedBuffer();
  if (buffer !== viewed) renewViews(buffer);
  return floats;
}

/** Returns the memory as float64. An allocation can replace it, so call this again after one. */
export function memory64(): Float64Array {
  memory32();
  return doubles;
}

/** Returns the memory as int32. An allocation can replace it, so call this again after one. */
export function memoryInts(): Int32Array {
  memory32();
  return ints;
}

function memory8(): Uint8Array {
  memory32();
  return bytes;
}

/** Up to this many elements are copied one by one, which takes less time than creating a view. */
const maxLoopElements = 16;

const bytesOf = (array: NumericArray): Uint8Array => new Uint8Array(array.buffer, array.byteOffset, array.byteLength);

/** Allocates a temporary, which `finishKernel` frees, and returns its address. */
export function allocateTemporary(size: number): number {
  const block = allocateScratch(Math.max(size, 1));
  current.temporaries.push(block);
  return block.address;
}

/** Returns the bytes of an element. A tensor may show pairs of its storage's numbers as complex ones, or the parts of complex ones as numbers. */
export function elementBytes({ storage, dtype }: Strided): number {
  return bytesPerElement[isComplex(dtype) === isComplex(storage.dtype) ? storage.dtype : dtype];
}

/** Returns the address of a tensor's first element, for use with its strides. */
export function stridedAddressOf(t: Strided): number {
  const { storage } = t;
  const size = elementBytes(t);
  if (storage.address > 0) return storage.address + t.offset * size;
  const { array } = storage;
  const address = allocateTemporary(array.byteLength);
  if (array.length > maxLoopElements) memory8().set(bytesOf(array), address);
  else if (array instanceof Float32Array) {
    const memory = memory32();
    for (let i = 0; i < array.length; i++) memory[address / 4 + i] = array[i];
  } else if (array instanceof Float64Array) {
    const memory = memory64();
    for (let i = 0; i < array.length; i++) memory[address / 8 + i] = array[i];
  } else memory8().set(bytesOf(array), address);
  return address + t.offset * size;
}

/** Returns the address of a tensor's elements in row-major order. */
export function addressOf(t: Strided): number {
  if (t.isContiguous()) return stridedAddressOf(t);
  const address = allocateTemporary(sizeOf(t.shape) * elementBytes(t));
  copyElements(t, address);
  return address;
}

/** Returns the address of indices in row-major order, as int32; one that int32 does not have is -2³¹. */
export function indexAddressOf(index: Strided): number {
  if (index.storage.dtype !== "int64") return addressOf(index);
  const n = sizeOf(index.shape);
  const from = addressOf(index);
  const address = allocateTemporary(4 * n);
  kernels()?.narrowIndices(n, from, address);
  return address;
}

/** Returns the address of a tensor's elements broadcast to a shape, in row-major order. */
export function broadcastAddressOf(t: Strided, shape: Shape): number {
  if (sameShape(t.shape, shape)) return addressOf(t);
  const { storage, offset, dtype } = t;
  const strides = broadcastStrides(t.shape, t.strides, shape);
  const address = allocateTemporary(sizeOf(shape) * bytesPerElement[storage.dtype]);
  copyElements({ storage, offset, dtype, shape, strides, isContiguous: () => false }, address);
  return address;
}

/** Copies a tensor's elements in row-major order to an address. */
export function copyElements(t: Strided, address: number): void {
  const wasm = kernels();
  const size = elementBytes(t);
  if (wasm !== null && t.isContiguous()) wasm.copy(sizeOf(t.shape) * size, stridedAddressOf(t), address);
  else if ((size === 4 || size === 8) && wasm !== null) {
    const { shape, strides } = collapse(t.shape, [t.strides]);
    gatherFrom(wasm, size, shape, strides[0], stridedAddressOf(t), address);
  } else memory8().set(bytesOf(encodeArray(contiguousArray(t), t.storage.dtype)), address);
}

/** Copies elements of 4 or 8 bytes to an address in row-major order: four dimensions at once. */
function gatherFrom(
  wasm: Kernels,
  size: 4 | 8,
  shape: readonly number[],
  strides: readonly number[],
  from: number,
  to: number,
): void {
  if (shape.length > 4) {
    const [inner, rest] = [shape.slice(1), strides.slice(1)];
    const bytes = size * sizeOf(inner);
    for (let i = 0; i < shape[0]; i++)
      gatherFrom(wasm, size, inner, rest, from + size * i * strides[0], to + bytes * i);
    return;
  }
  const pad = 4 - shape.length;
  const n = (d: number): number => (d < pad ? 1 : shape[d - pad]);
  const s = (d: number): number => (d < pad ? 0 : size * strides[d - pad]);
  const gather = size === 8 ? wasm.gather64 : wasm.gather32;
  gather(n(0), n(1), n(2), n(3), from, s(0), s(1), s(2), s(3), to);
}

/** Returns the address of a temporary that holds a number, as float32 or as float64. */
export function scalarAddressOf(value: number, double = false): number {
  const address = allocateTemporary(8);
  if (double) memory64()[address / 8] = value;
  else memory32()[address / 4] = value;
  return address;
}

/** Returns the address of a temporary with the elements of an array. */
export function arrayAddressOf(array: NumericArray): number {
  const address = allocateTemporary(array.byteLength);
  memory8().set(bytesOf(array), address);
  return address;
}

/** Returns the address at which a kernel is to write a result. `finishKernel` copies small results from there to their arrays. */
export function resultAddressOf(t: Strided): number {
  const { storage } = t;
  if (storage.address > 0) return storage.address;
  const { array } = storage;
  const address = allocateTemporary(array.byteLength);
  current.results.push({ array, address, wide: null });
  return address;
}

/** Returns the address at which a kernel is to write indices, as int32. `finishKernel` widens them if the tensor is int64. */
export function indexResultAddressOf(t: Strided): number {
  const { storage } = t;
  if (storage.dtype !== "int64") return resultAddressOf(t);
  const address = allocateTemporary(4 * storage.length);
  current.results.push({ array: storage.array, address, wide: Math.max(storage.address, 0) });
  return address;
}

/** Writes int32 indices as int64. */
function widenResult(array: NumericArray, address: number, wide: number): void {
  const n = array.length / 2;
  if (wide > 0) kernels()?.widenIndices(n, address, wide);
  else int64Encoding.encode(new Int32Array(memory32().buffer, address, n), array);
}

function copyResult({ array, address, wide }: StagedResult): void {
  if (wide !== null) return widenResult(array, address, wide);
  if (array.length <= maxLoopElements && array instanceof Float32Array) {
    const memory = memory32();
    for (let i = 0; i < array.length; i++) array[i] = memory[address / 4 + i];
  } else if (array.length <= maxLoopElements && array instanceof Float64Array) {
    const memory = memory64();
    for (let i = 0; i < array.length; i++) array[i] = memory[address / 8 + i];
  } else bytesOf(array).set(memory8().subarray(address, address + array.byteLength));
}

/** Copies small results to their arrays and frees the temporaries of a kernel. Returns `true`, which is what a fast kernel returns that did its work. */
export function finishKernel(): true {
  const { results } = current;
  for (let r = results.pop(); r !== undefined; r = results.pop()) copyResult(r);
  freeTemporaries(current);
  clearBehindLargeWork();
  return true;
}

/** Frees the temporaries of a kernel that does not do its work. Returns `false`, which is what a fast kernel returns then. */
export function declineKernel(): false {
  current.results.length = 0;
  freeTemporaries(current);
  return false;
}

export const isFloat32 = (t: Strided): boolean => t.storage.dtype === "float32";
export const isFloat64 = (t: Strided): boolean => t.storage.dtype === "float64";

/** Whether a tensor has a dtype of indices: int64 or int32. */
export const isIndex = (t: Strided): boolean => t.storage.dtype === "int64" || t.storage.dtype === "int32";

/** Whether a tensor has a dtype for which there are kernels: float32 or float64. */
export const isFloat = (t: Strided): boolean => isFloat32(t) || isFloat64(t);

/** Whether all tensors have the same dtype, and it is float32 or float64. */
export function haveSameFloatDtype(tensors: readonly Strided[]): boolean {
  const { dtype } = tensors[0].storage;
  for (let i = 1; i < tensors.length; i++) if (tensors[i].storage.dtype !== dtype) return false;
  return isFloat(tensors[0]);
}
