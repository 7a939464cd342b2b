/** The steps of an LSTM layer as a job: each chunk takes some rows of the batch through all steps. */
import { bytesPerElement } from "../../tensor/dtype.ts";
import type { Strided } from "../../tensor/strided.ts";
import * as JobKind from "../abi/codes/job-kind.ts";
import * as LstmArithmetic from "../abi/codes/lstm-arithmetic.ts";
import { maxChunks } from "../abi/jobs/header.ts";
import * as LstmJob from "../abi/jobs/lstm.ts";
import * as Tiles from "../abi/tiles.ts";
import { nativeBlas } from "../linalg/blas.ts";
import { threadsFor } from "../threads/chunks.ts";
import { runJob } from "../threads/jobs.ts";
import { layoutOf } from "../threads/words.ts";
import type { Kernels, TypedKernels } from "../wasm/module.ts";
import { allocateTemporary, isFloat64, stridedAddressOf } from "../wasm/operands.ts";

/** Nanoseconds for a multiplication, and for an element of a cell. */
const [multiplyTime, cellTime] = [0.022, 4];
/** Chunks are whole multiples of a tile's rows, and have at most as many rows as a product packs at once, 72. */
const rowMultiple = Tiles.rowsFused;
const maxRows = 60;
/** A packed matrix of up to this many bytes stays in the cache while a few rows are multiplied by it. */
export const maxCachedBytes: number = 2 ** 20;
/** A native BLAS has kernels for small products of up to this many multiplications; it multiplies this many rows at once. */
const [maxSmallProduct, nativeRows] = [1e6, 8];

const lstmWords = layoutOf(LstmJob);

/** The sizes of a layer: inputs [steps, rows, inputs], hidden states [steps, rows, n]. */
export interface LstmSizes {
  readonly steps: number;
  readonly rows: number;
  readonly inputs: number;
  readonly n: number;
}

interface Shaped {
  readonly shape: readonly number[];
}

/** Returns the sizes of a layer from its input and its hidden states. */
export function sizesOf(input: Shaped, y: Shaped): LstmSizes {
  const [steps, rows, inputs] = input.shape;
  return { steps, rows, inputs, n: y.shape[2] };
}

/** Whether a native BLAS makes the products by a matrix, which is packed otherwise; and the bytes of the matrix. */
export interface ProductPlan {
  readonly isNative: boolean;
  readonly bytes: number;
}

/** Decides how rows are multiplied by a matrix [depth, columns]. */
export function planProduct(weight: Strided, columns: number, depth: number): ProductPlan {
  const size = bytesPerElement[weight.storage.dtype];
  const isNative = size === 4 && nativeBlas()?.fewRows === true && nativeRows * columns * depth <= maxSmallProduct;
  return { isNative, bytes: size * depth * Math.ceil(columns / Tiles.wideColumns) * Tiles.wideColumns };
}

/** Prepares a weight [columns, depth], or [depth, columns] in a backward pass, for products: packs it, or copies it for a native BLAS. Returns its address. */
export function prepareWeight(
  typed: TypedKernels,
  weight: Strided,
  columns: number,
  depth: number,
  isBackward: boolean,
  isNative: boolean,
): number {
  const [row, column] = isBackward ? weight.strides : [weight.strides[1], weight.strides[0]];
  if (isNative && column === 1 && row === columns) return stridedAddressOf(weight);
  const size = bytesPerElement[weight.storage.dtype];
  const address = allocateTemporary(planProduct(weight, columns, depth).bytes);
  const from = stridedAddressOf(weight);
  if (isNative) typed.gather(1, 1, depth, columns, from, 0, 0, size * row, size * column, address);
  else typed.packWhole(columns, depth, from, row, column, address);
  return address;
}

/** Returns how many rows of the batch a chunk takes through all steps, where it reads the matrices of a plan in each step. */
export function rowsPerChunkOf(rows: number, { isNative, bytes }: ProductPlan): number {
  const fewest = Math.ceil(rows / maxChunks);
  if (isNative) return Math.max(nativeRows, fewest);
  const half = Math.ceil(rows / 2 / rowMultiple) * rowMultiple;
  const few = bytes > maxCachedBytes ? Math.min(half, maxRows) : rowMultiple;
  return Math.max(few, Math.ceil(fewest / rowMultiple) * rowMultiple);
}

/** Takes all rows of the batch through all steps, each with `products` multiplications for each row. */
export function runSteps(
  wasm: Kernels,
  { steps, rows, inputs, n }: LstmSizes,
  rowsPerChunk: number,
  arithmetic: number,
  isBackward: boolean,
  products: number,
  addresses: readonly number[],
): void {
  const nanoseconds = steps * rows * (products * multiplyTime + n * cellTime);
  const words = lstmWords({
    rowsPerChunk,
    rows,
    steps,
    n,
    isBackward: Number(isBackward),
    arithmetic,
    inputs,
    addresses,
  });
  const chunks = Math.ceil(rows / rowsPerChunk);
  runJob(wasm, JobKind.lstm, words, { threads: threadsFor(nanoseconds), chunks, nanoseconds });
}

/** Returns the code of `lstm-arithmetic` for tensors of a dtype and a plan. */
export const arithmeticOf = (t: Strided, { isNative }: ProductPlan): number =>
  isNative ? LstmArithmetic.native : isFloat64(t) ? LstmArithmetic.float64 : LstmArithmetic.float32;
