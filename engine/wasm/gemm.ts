/**
 * Matrix product C = α A B + bias, or C += α A B. A is cut into panels of some rows and B into panels of some columns, packed in the order in
 * which they are read; blocks are sized for the caches (Goto and van de Geijn, "Anatomy of high-performance matrix multiplication").
 */
import { own, useOwn } from "./lanes";
import { pack } from "./pack";
import { tile32, tile64, tileColumns32, tileColumns64, tileRows32, tileRows64, tileWide32, wideColumns32 } from "./tiles";

/** Depth of a block, rows of A and columns of B in it. */
const depth: i32 = 256;
const blockRows32: i32 = ASC_FEATURE_RELAXED_SIMD ? 144 : 140;
const blockRows64: i32 = 72;
const blockColumns32: i32 = 1024;
const blockColumns64: i32 = 512;

/** Bytes of a thread's own memory: a tile at an edge of C or what else is short, a block of A, a block of B. */
const edgeBytes: i32 = 512;
const packedABytes: i32 = 144 * depth * 4;
export const ownBytes: i32 = edgeBytes + packedABytes + depth * blockColumns32 * 4;

let wide: bool = false;

/** The job whose operand B this thread has packed as a whole; 0 for none. Its other chunks need not pack it again. */
let packedJob: i32 = 0;

/** Gives this thread memory of its own, and says whether the compiler makes 256-bit instructions of pairs of vectors: tiles of either width give the same. */
export function prepare(at: usize, paired: bool): void {
  useOwn(at);
  wide = paired;
}

// @ts-ignore: decorator
@inline
function tileRowsOf<T>(): i32 {
  return sizeof<T>() == 4 ? tileRows32 : tileRows64;
}
/** Columns of a tile, and of the narrow one in which the rest of a block's columns may end. */
// @ts-ignore: decorator
@inline
function tileColumnsOf<T>(): i32 {
  return sizeof<T>() == 8 ? tileColumns64 : wide ? wideColumns32 : tileColumns32;
}
// @ts-ignore: decorator
@inline
function narrowOf<T>(): i32 {
  return sizeof<T>() == 4 ? tileColumns32 : tileColumns64;
}

/** Packs a block of B of `columns` by `deep` elements. A rest that a narrow tile holds is a panel of its own. */
// @ts-ignore: decorator
@inline
function packColumns<T>(columns: i32, deep: i32, b: usize, bRow: usize, bColumn: usize, to: usize): void {
  const size = sizeof<T>(), tileColumns = tileColumnsOf<T>(), narrow = narrowOf<T>();
  const rest = columns % tileColumns;
  const most = rest <= narrow ? columns - rest : columns;
  pack<T>(b, bColumn * size, bRow * size, most, deep, tileColumns, to);
  if (most == columns) return;
  const at = <usize>most * size;
  pack<T>(b + at * bColumn, bColumn * size, bRow * size, rest, deep, narrow, to + at * deep);
}

/** The product of packed rows of A and packed columns of B, tile by tile. */
// @ts-ignore: decorator
@inline
function multiplyBlock<T>(rows: i32, columns: i32, deep: i32, alpha: T, packedA: usize, packedB: usize, c: usize, stride: usize, add: bool, bias: usize): void {
  const single = sizeof<T>() == 4, size = sizeof<T>();
  const tileRows = tileRowsOf<T>(), tileColumns = tileColumnsOf<T>(), narrow = narrowOf<T>();
  for (let j = 0; j < columns; j += tileColumns) {
    const under: usize = add || bias == 0 ? <usize>0 : bias + <usize>j * size;
    for (let i = 0; i < rows; i += tileRows) {
      const pa = packedA + <usize>(i * deep) * size;
      const pb = packedB + <usize>(j * deep) * size;
      const pc = c + <usize>i * stride + <usize>j * size;
      const high = min(tileRows, rows - i), broad = min(tileColumns, columns - j);
      if (!single) tile64(deep, <f64>alpha, pa, pb, pc, stride, add, under, high, broad, own);
      else if (wide && broad > narrow) tileWide32(deep, <f32>alpha, pa, pb, pc, stride, add, under, high, broad, own);
      else tile32(deep, <f32>alpha, pa, pb, pc, stride, add, under, high, broad, own);
    }
  }
}

// @ts-ignore: decorator
@inline
function multiply<T>(m: i32, n: i32, k: i32, alpha: T, a: usize, aRow: usize, aColumn: usize, b: usize, bRow: usize, bColumn: usize, c: usize, cRow: usize, accumulate: bool, bias: usize, job: i32): void {
  const size = sizeof<T>();
  const tileColumns = tileColumnsOf<T>();
  const blockRows = sizeof<T>() == 4 ? blockRows32 : blockRows64;
  const blockColumns = sizeof<T>() == 4 ? blockColumns32 : blockColumns64;
  const packedA = own + edgeBytes;
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

/** Packs B [k, n] as a whole, for products with few rows: all its columns in one block, for each stretch of the depth. */
// @ts-ignore: decorator
@inline
function packWhole<T>(n: i32, k: i32, b: usize, bRow: usize, bColumn: usize, to: usize): void {
  const padded = (n + tileColumnsOf<T>() - 1) / tileColumnsOf<T>() * tileColumnsOf<T>();
  for (let p = 0; p < k; p += depth)
    packColumns<T>(n, min(depth, k - p), b + <usize>p * bRow * sizeof<T>(), bRow, bColumn, to + <usize>(p * padded) * sizeof<T>());
}

export function packWhole32(n: i32, k: i32, b: usize, bRow: usize, bColumn: usize, to: usize): void {
  packWhole<f32>(n, k, b, bRow, bColumn, to);
}
export function packWhole64(n: i32, k: i32, b: usize, bRow: usize, bColumn: usize, to: usize): void {
  packWhole<f64>(n, k, b, bRow, bColumn, to);
}

/** C [m, n] from rows of A, k elements each, and a B that is packed as a whole; m is at most the rows of a block. */
// @ts-ignore: decorator
@inline
export function multiplyPacked<T>(m: i32, n: i32, k: i32, a: usize, packedB: usize, c: usize, accumulate: bool): void {
  const size = sizeof<T>(), packedA = own + edgeBytes;
  const padded = (n + tileColumnsOf<T>() - 1) / tileColumnsOf<T>() * tileColumnsOf<T>();
  for (let p = 0; p < k; p += depth) {
    const deep = min(depth, k - p);
    pack<T>(a + <usize>p * size, <usize>k * size, size, m, deep, tileRowsOf<T>(), packedA);
    multiplyBlock<T>(m, n, deep, 1 as T, packedA, packedB + <usize>(p * padded) * size, c, <usize>n * size, accumulate || p > 0, 0);
  }
}

@external("env", "product")
declare function hostProduct(transA: bool, transB: bool, m: i32, n: i32, k: i32, alpha: f32, a: usize, aStride: usize, b: usize, bStride: usize, beta: i32, c: usize, cStride: usize): void;

/** Products of fewer multiplications cost less than a call. */
const worthACall: i64 = 8192;
let native: bool = false;

/** Lets the host make large products in float32, or not. */
export function useNative(on: bool): void {
  native = on;
}

/** The host's product, where each operand is a matrix by rows or the transpose of one; a bias is written first, and added to. */
function nativeGemm(m: i32, n: i32, k: i32, alpha: f32, a: usize, aRow: usize, aColumn: usize, b: usize, bRow: usize, bColumn: usize, c: usize, cRow: usize, accumulate: bool, bias: usize): bool {
  if (!native || <i64>m * <i64>n * <i64>k < worthACall) return false;
  const transA = aColumn != 1, transB = bColumn != 1;
  if ((transA && aRow != 1) || (transB && bRow != 1)) return false;
  if (bias != 0 && !accumulate) for (let i = 0; i < m; i++) memory.copy(c + (<usize>i * cRow << 2), bias, <usize>n << 2);
  // a stride is at least a row's length, also where there is one row
  const aStride = max(transA ? aColumn : aRow, <usize>(transA ? m : k));
  const bStride = max(transB ? bColumn : bRow, <usize>(transB ? k : n));
  hostProduct(transA, transB, m, n, k, alpha, a, aStride, b, bStride, i32(accumulate || bias != 0), c, cRow);
  return true;
}

/** C [m, n] from rows of A, k elements each, and rows of B, n elements each, by the host. */
export function multiplyByHost(m: i32, n: i32, k: i32, a: usize, b: usize, c: usize, accumulate: bool): void {
  hostProduct(false, false, m, n, k, 1, a, k, b, n, i32(accumulate), c, n);
}

/** C [m, n] from A [m, k] and B [k, n]; `…Row` and `…Column` are distances of neighbours in elements. A bias is a row of n elements, or 0. */
export function gemm32(m: i32, n: i32, k: i32, alpha: f32, a: usize, aRow: usize, aColumn: usize, b: usize, bRow: usize, bColumn: usize, c: usize, cRow: usize, accumulate: bool, bias: usize): void {
  if (nativeGemm(m, n, k, alpha, a, aRow, aColumn, b, bRow, bColumn, c, cRow, accumulate, bias)) return;
  multiply<f32>(m, n, k, alpha, a, aRow, aColumn, b, bRow, bColumn, c, cRow, accumulate, bias, 0);
}

export function gemm64(m: i32, n: i32, k: i32, alpha: f64, a: usize, aRow: usize, aColumn: usize, b: usize, bRow: usize, bColumn: usize, c: usize, cRow: usize, accumulate: bool, bias: usize): void {
  multiply<f64>(m, n, k, alpha, a, aRow, aColumn, b, bRow, bColumn, c, cRow, accumulate, bias, 0);
}

/** The one of the two for a type. */
// @ts-ignore: decorator
@inline
export function gemm<T>(m: i32, n: i32, k: i32, alpha: T, a: usize, aRow: usize, aColumn: usize, b: usize, bRow: usize, bColumn: usize, c: usize, cRow: usize, accumulate: bool, bias: usize): void {
  if (sizeof<T>() == 8) gemm64(m, n, k, <f64>alpha, a, aRow, aColumn, b, bRow, bColumn, c, cRow, accumulate, bias);
  else gemm32(m, n, k, <f32>alpha, a, aRow, aColumn, b, bRow, bColumn, c, cRow, accumulate, bias);
}

/**
 * A part of a product: the words are kind, `rows` or columns per chunk, whether rows are cut, and what `gemm32` takes, where α is a float32 by its
 * bits. Every element of C is the same sum in the same order, however C is cut, unless the host makes the product.
 */
export function productChunk(words: usize, chunk: i32, job: i32): void {
  const size = load<i32>(words, 4), byRows = load<i32>(words, 8) != 0;
  const m = load<i32>(words, 12), n = load<i32>(words, 16), k = load<i32>(words, 20);
  const alpha = load<f32>(words, 24);
  let a = <usize>load<u32>(words, 28), b = <usize>load<u32>(words, 40), c = <usize>load<u32>(words, 52), bias = <usize>load<u32>(words, 64);
  const aRow = <usize>load<u32>(words, 32), aColumn = <usize>load<u32>(words, 36);
  const bRow = <usize>load<u32>(words, 44), bColumn = <usize>load<u32>(words, 48), cRow = <usize>load<u32>(words, 56);
  const accumulate = load<i32>(words, 60) != 0;
  const first = chunk * size;
  const count = min(size, (byRows ? m : n) - first);
  if (byRows) {
    a += (<usize>first * aRow) << 2;
    c += (<usize>first * cRow) << 2;
    if (nativeGemm(count, n, k, alpha, a, aRow, aColumn, b, bRow, bColumn, c, cRow, accumulate, bias)) return;
    multiply<f32>(count, n, k, alpha, a, aRow, aColumn, b, bRow, bColumn, c, cRow, accumulate, bias, job);
  } else {
    b += (<usize>first * bColumn) << 2;
    c += <usize>first << 2;
    if (bias != 0) bias += <usize>first << 2;
    gemm32(m, count, k, alpha, a, aRow, aColumn, b, bRow, bColumn, c, cRow, accumulate, bias);
  }
}
