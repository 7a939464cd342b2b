/** Products of matrices in memory: on one thread or shared, by the kernels or by a native BLAS. */
import * as Binary from "../abi/codes/binary.ts";
import * as JobKind from "../abi/codes/job-kind.ts";
import * as ProductJob from "../abi/jobs/product.ts";
import * as Tiles from "../abi/tiles.ts";
import { threadsFor } from "../threads/chunks.ts";
import { runJob } from "../threads/jobs.ts";
import { floatWord, layoutOf } from "../threads/words.ts";
import { type Kernels, kernels } from "../wasm/module.ts";
import { allocateTemporary } from "../wasm/operands.ts";
import { nativeBlas } from "./blas.ts";

/** A matrix in memory: the address of its first element, and the distances of neighbouring rows and columns in elements. */
export interface Matrix {
  readonly address: number;
  readonly row: number;
  readonly column: number;
}

/** A product C [m, n] = α A [m, k] B [k, n] + bias, or C += α A B. */
export interface Product {
  readonly m: number;
  readonly n: number;
  readonly k: number;
  readonly a: Matrix;
  readonly b: Matrix;
  /** The result, whose rows are contiguous. */
  readonly c: Matrix;
  readonly isFloat64?: boolean;
  readonly alpha?: number;
  readonly accumulate?: boolean;
  /** Address of a row of n elements, or 0. */
  readonly bias?: number;
}

/** Nanoseconds for a multiplication by the kernels, and by a native BLAS. */
const [multiplyTime, nativeMultiplyTime] = [0.03, 0.02];
/** Multiplications of a chunk, and how many chunks there are at most: each chunk packs the operand that is not cut, so it needs many rows or columns. */
const chunkMultiplications = 2 ** 20;
const maxChunks = 16;
/** The fewest rows or columns of a chunk. */
const minLines = 60;
/** Chunks are whole multiples of this many rows, whole tiles in every variant, or of this many columns; a native BLAS is fastest with multiples of 16. */
const rowMultiple = Tiles.rowsFused * Tiles.rowsPlain;
const nativeRowMultiple = 48;
const columnMultiple = Tiles.wideColumns;

/** The greatest depth in which products are summed in float32. */
const maxDepth = 2 ** 14;

const productWords = layoutOf(ProductJob);

/** Computes a product. The halves of a deep one are summed at the end, so that the rounding error grows with the logarithm of the depth. */
export function multiply(p: Product): void {
  const { m, n, k, a, b, c, isFloat64 = false } = p;
  if (isFloat64 || k <= maxDepth || (m === 1 && n === 1) || c.row !== n) return multiplyShallow(p);
  const half = maxDepth * Math.ceil(k / maxDepth / 2);
  const other: Matrix = { address: allocateTemporary(4 * m * n), row: n, column: 1 };
  const from = (x: Matrix, step: number): Matrix => ({ ...x, address: x.address + 4 * half * step });
  multiply({ ...p, k: half });
  multiply({ ...p, k: k - half, a: from(a, a.column), b: from(b, b.row), c: other, accumulate: false, bias: 0 });
  kernels()?.binary32(Binary.add, 1, 1, m * n, c.address, 0, 0, 4, other.address, 0, 0, 4, c.address);
}

/** Rows of fewer elements are multiplied as matrices. */
const minLine = 64;

/** Computes a column times a row, or times a number. */
function outerProduct(wasm: Kernels, { m, n, a, b, c, isFloat64 = false }: Product): void {
  const bytes = isFloat64 ? 8 : 4;
  const run = isFloat64 ? wasm.binary64 : wasm.binary32;
  if (n === 1) run(Binary.mul, 1, 1, m, a.address, 0, 0, bytes * a.row, b.address, 0, 0, 0, c.address);
  else run(Binary.mul, 1, m, n, a.address, 0, bytes * a.row, 0, b.address, 0, 0, bytes * b.column, c.address);
}

/** Computes rows times a column: the rows lie behind each other. */
function rowProducts(wasm: Kernels, { m, k, a, b, c, isFloat64 = false }: Product): void {
  const bytes = isFloat64 ? 8 : 4;
  const dot = isFloat64 ? wasm.dot64 : wasm.dot32;
  for (let i = 0; i < m; i++) dot(k, a.address + bytes * i * a.row, b.address, 1, c.address + bytes * i);
}

/** Computes a sum of columns, each times an element of b: the columns lie behind each other. */
function columnSum(wasm: Kernels, { m, k, a, b, c, isFloat64 = false }: Product): void {
  const run = isFloat64 ? wasm.weightedSum64 : wasm.weightedSum32;
  run(k, m, a.address, a.column, b.address, b.row, c.address);
}

/** Computes a product whose depth is not halved. */
function multiplyShallow(p: Product): void {
  const wasm = kernels();
  if (wasm === null) return;
  const { m, n, k, a, b, c, isFloat64 = false, alpha = 1, accumulate = false, bias = 0 } = p;
  if (m === 1 && n === 1 && a.column === 1 && b.row === 1 && !accumulate && bias === 0)
    return (isFloat64 ? wasm.dot64 : wasm.dot32)(k, a.address, b.address, alpha, c.address);
  const isPlain = alpha === 1 && !accumulate && bias === 0 && c.row === n;
  if (isPlain && k === 1 && (n >= minLine || (n === 1 && m >= minLine))) return outerProduct(wasm, p);
  if (isPlain && n === 1 && k >= minLine && a.column === 1 && b.row === 1) return rowProducts(wasm, p);
  if (isPlain && n === 1 && m >= minLine && a.row === 1) return columnSum(wasm, p);
  const alone = (): void =>
    (isFloat64 ? wasm.gemm64 : wasm.gemm32)(
      m,
      n,
      k,
      alpha,
      a.address,
      a.row,
      a.column,
      b.address,
      b.row,
      b.column,
      c.address,
      c.row,
      Number(accumulate),
      bias,
    );
  const isNative = !isFloat64 && nativeBlas() !== null;
  const nanoseconds = m * n * k * (isNative ? nativeMultiplyTime : multiplyTime);
  const [lines, byRows] = m >= n ? [m, 1] : [n, 0];
  const multiple = byRows ? (isNative ? nativeRowMultiple : rowMultiple) : columnMultiple;
  const parts = Math.min((m * n * k) / chunkMultiplications, maxChunks, lines / minLines);
  const linesPerChunk = Math.ceil(lines / Math.max(parts, 1) / multiple) * multiple;
  const chunks = Math.ceil(lines / linesPerChunk);
  if (isFloat64 || chunks === 1) return alone();
  const words = productWords({
    linesPerChunk,
    byRows,
    m,
    n,
    k,
    alpha: floatWord(alpha),
    a: a.address,
    aRow: a.row,
    aColumn: a.column,
    b: b.address,
    bRow: b.row,
    bColumn: b.column,
    c: c.address,
    cRow: c.row,
    accumulate: Number(accumulate),
    bias,
  });
  // the rounding of a BLAS may depend on the sizes, so with a BLAS one thread runs the same chunks as several
  const chunked = { threads: threadsFor(nanoseconds), chunks, nanoseconds };
  runJob(wasm, JobKind.product, words, chunked, isNative ? null : alone);
}
