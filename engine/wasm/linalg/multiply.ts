/**
 * Blocked matrix products C = α A B + bias or C += α A B. A is cut into panels of a few rows and B into panels of a few columns, packed in the order in
 * which tiles read them; blocks are sized for the caches (Goto and van de Geijn, "Anatomy of high-performance matrix multiplication", 2008).
 */
import * as Tiles from "../../src/fast/abi/tiles";
import { setThreadBuffer, threadBuffer } from "../simd/lanes";
import { pack } from "./pack";
import { tile32, tile64, tileRows32, tileWide32 } from "./tiles";

/** Depth of a block, the rows of A in it, and the columns of B. */
const depth: i32 = 256;
const blockRows32: i32 = ASC_FEATURE_RELAXED_SIMD ? 144 : 140;
const blockRows64: i32 = Tiles.minBlockRows;
const blockColumns32: i32 = 1024;
const blockColumns64: i32 = 512;

/** Bytes of a thread's buffer: a tile at an edge of C or another temporary, a block of A, a block of B. */
const temporaryBytes: i32 = 512;
const packedABytes: i32 = 144 * depth * 4;
export const threadBufferBytes: i32 = temporaryBytes + packedABytes + depth * blockColumns32 * 4;

/** Whether tiles in float32 are of 16 columns instead of 8. */
let useWideTiles: bool = false;

/** The job whose operand B this thread has packed as a whole, or 0: other chunks of that job find it packed. */
let packedJob: i32 = 0;

/**
 * Sets up this thread: the address of its buffer, and whether V8 joins pairs of vectors into 256-bit ones. Tiles are wider then, which does not change results.
 */
export function setUpThread(buffer: usize, isPaired: bool): void {
  setThreadBuffer(buffer);
  useWideTiles = isPaired;
}

/** Returns the rows of a tile. */
// @ts-ignore: decorator
@inline
function tileRowsOf<T>(): i32 {
  return sizeof<T>() == 4 ? tileRows32 : Tiles.rows64;
}

/** Returns the columns of a tile. */
// @ts-ignore: decorator
@inline
function tileColumnsOf<T>(): i32 {
  return sizeof<T>() == 8 ? Tiles.columns64 : useWideTiles ? Tiles.wideColumns : Tiles.columns;
}

/** Returns the columns of a narrow tile, with which a block may end. */
// @ts-ignore: decorator
@inline
function narrowColumnsOf<T>(): i32 {
  return sizeof<T>() == 4 ? Tiles.columns : Tiles.columns64;
}

/** Packs a block of B [deep, columns]. The last columns are a narrow panel if they fit one. */
// @ts-ignore: decorator
@inline
function packColumns<T>(columns: i32, deep: i32, b: usize, bRow: usize, bColumn: usize, to: usize): void {
  const size = sizeof<T>(), tileColumns = tileColumnsOf<T>(), narrow = narrowColumnsOf<T>();
  const rest = columns % tileColumns;
  const whole = rest <= narrow ? columns - rest : columns;
  pack<T>(b, bColumn * size, bRow * size, whole, deep, tileColumns, to);
  if (whole == columns) return;
  const at = <usize>whole * size;
  pack<T>(b + at * bColumn, bColumn * size, bRow * size, rest, deep, narrow, to + at * deep);
}

/** Multiplies packed rows of A by packed columns of B, tile by tile. */
// @ts-ignore: decorator
@inline
function multiplyBlock<T>(rows: i32, columns: i32, deep: i32, alpha: T, packedA: usize, packedB: usize, c: usize, stride: usize, add: bool, bias: usize): void {
  const single = sizeof<T>() == 4, size = sizeof<T>();
  const tileRows = tileRowsOf<T>(), tileColumns = tileColumnsOf<T>(), narrow = narrowColumnsOf<T>();
  for (let j = 0; j < columns; j += tileColumns) {
    const biasAt: usize = add || bias == 0 ? <usize>0 : bias + <usize>j * size;
    for (let i = 0; i < rows; i += tileRows) {
      const pa = packedA + <usize>(i * deep) * size;
      const pb = packedB + <usize>(j * deep) * size;
      const pc = c + <usize>i * stride + <usize>j * size;
      const high = min(tileRows, rows - i), broad = min(tileColumns, columns - j);
      if (!single) tile64(deep, <f64>alpha, pa, pb, pc, stride, add, biasAt, high, broad, threadBuffer);
      else if (useWideTiles && broad > narrow) tileWide32(deep, <f32>alpha, pa, pb, pc, stride, add, biasAt, high, broad, threadBuffer);
      else tile32(deep, <f32>alpha, pa, pb, pc, stride, add, biasAt, high, broad, threadBuffer);
    }
  }
}

/** Multiplies A [m, k] by B [k, n]. With a job's serial number, B is packed as a whole if it fits, for the other chunks of the job. */
// @ts-ignore: decorator
@inline
export function multiply<T>(m: i32, n: i32, k: i32, alpha: T, a: usize, aRow: usize, aColumn: usize, b: usize, bRow: usize, bColumn: usize, c: usize, cRow: usize, accumulate: bool, bias: usize, job: i32): void {
  const size = sizeof<T>();
  const tileColumns = tileColumnsOf<T>();
  const blockRows = sizeof<T>() == 4 ? blockRows32 : blockRows64;
  const blockColumns = sizeof<T>() == 4 ? blockColumns32 : blockColumns64;
  const packedA = threadBuffer + temporaryBytes;
  const firstB = packedA + packedABytes;
  const padded = (n + tileColumns - 1) / tileColumns * tileColumns;
  const whole = job != 0 && n <= blockColumns && <i64>k * <i64>padded <= <i64>(depth * blockColumns);
  const packed = whole && job == packedJob;
  packedJob = whole ? job : 0;
  for (let j = 0; j < n; j += blockColumns) {
    const columns = min(blockColumns, n - j);
    for (let p = 0; p < k; p += depth) {
      const deep = min(depth, k - p);
      const packedB = whole ? firstB + <usize>(p * padded) * size : firstB;
      if (!packed) packColumns<T>(columns, deep, b + (<usize>p * bRow + <usize>j * bColumn) * size, bRow, bColumn, packedB);
      for (let i = 0; i < m; i += blockRows) {
        const rows = min(blockRows, m - i);
        pack<T>(a + (<usize>i * aRow + <usize>p * aColumn) * size, aRow * size, aColumn * size, rows, deep, tileRowsOf<T>(), packedA);
        const to = c + (<usize>i * cRow + <usize>j) * size;
        multiplyBlock<T>(rows, columns, deep, alpha, packedA, packedB, to, cRow * size, accumulate || p > 0, bias == 0 ? 0 : bias + <usize>j * size);
      }
    }
  }
}

/** Packs B [k, n] as a whole, for products with few rows: all columns in one block for each part of the depth. */
// @ts-ignore: decorator
@inline
export function packWhole<T>(n: i32, k: i32, b: usize, bRow: usize, bColumn: usize, to: usize): void {
  const padded = (n + tileColumnsOf<T>() - 1) / tileColumnsOf<T>() * tileColumnsOf<T>();
  for (let p = 0; p < k; p += depth)
    packColumns<T>(n, min(depth, k - p), b + <usize>p * bRow * sizeof<T>(), bRow, bColumn, to + <usize>(p * padded) * sizeof<T>());
}

/** Multiplies a contiguous A [m, k] by a B [k, n] that is packed as a whole; m is at most `minBlockRows`. */
// @ts-ignore: decorator
@inline
export function multiplyPacked<T>(m: i32, n: i32, k: i32, a: usize, packedB: usize, c: usize, accumulate: bool): void {
  const size = sizeof<T>(), packedA = threadBuffer + temporaryBytes;
  const padded = (n + tileColumnsOf<T>() - 1) / tileColumnsOf<T>() * tileColumnsOf<T>();
  for (let p = 0; p < k; p += depth) {
    const deep = min(depth, k - p);
    pack<T>(a + <usize>p * size, <usize>k * size, size, m, deep, tileRowsOf<T>(), packedA);
    multiplyBlock<T>(m, n, deep, 1 as T, packedA, packedB + <usize>(p * padded) * size, c, <usize>n * size, accumulate || p > 0, 0);
  }
}
