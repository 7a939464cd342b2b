/**
 * Matrix product C = α A B + bias, or C += α A B. A is cut into panels of some rows and B into panels of some columns, packed in the order in
 * which they are read; blocks are sized for the caches (Goto and van de Geijn, "Anatomy of high-performance matrix multiplication").
 */
import { madd } from "./lanes";

/** With a fused multiply-add 12 accumulators and their operands fit the 16 registers; without one, 10 do. In float64, 4 by 4 elements are 8. */
const tileRows32: i32 = ASC_FEATURE_RELAXED_SIMD ? 6 : 5;
const tileColumns32: i32 = 8;
const tileRows64: i32 = 4;
const tileColumns64: i32 = 4;

/** Depth of a block, rows of A and columns of B in it. */
const depth: i32 = 256;
const blockRows32: i32 = ASC_FEATURE_RELAXED_SIMD ? 144 : 140;
const blockRows64: i32 = 72;
const blockColumns32: i32 = 1024;
const blockColumns64: i32 = 512;

/** Bytes of scratch a thread: one tile at an edge, a block of A, a block of B. */
const edgeBytes: i32 = 256;
const packedABytes: i32 = 144 * depth * 4;
export const workspaceBytes: i32 = edgeBytes + packedABytes + depth * blockColumns32 * 4;

// @ts-ignore: decorator
@inline
function put<T>(c: usize, v: v128, accumulate: bool, bias: usize): void {
  if (accumulate) v128.store(c, v128.add<T>(v128.load(c), v));
  else if (bias != 0) v128.store(c, v128.add<T>(v128.load(bias), v));
  else v128.store(c, v);
}

// @ts-ignore: decorator
@inline
function storeRow<T>(c: usize, left: v128, right: v128, accumulate: bool, bias: usize): void {
  put<T>(c, left, accumulate, bias);
  put<T>(c + 16, right, accumulate, bias == 0 ? 0 : bias + 16);
}

/** Moves a tile at the right edge of C from where it was put together; only `rows` by `columns` of it are C's. */
// @ts-ignore: decorator
@inline
function moveEdge<T>(edge: usize, tileColumns: i32, c: usize, stride: usize, accumulate: bool, rows: i32, columns: i32): void {
  for (let i = 0; i < rows; i++)
    for (let j = 0; j < columns; j++) {
      const place = c + <usize>i * stride + <usize>j * sizeof<T>();
      const value = load<T>(edge + <usize>(i * tileColumns + j) * sizeof<T>());
      store<T>(place, accumulate ? load<T>(place) + value as T : value);
    }
}

/** One tile of C from a panel of A and one of B. */
function tile32(k: i32, alpha: f32, a: usize, b: usize, c: usize, stride: usize, accumulate: bool, bias: usize, rows: i32, columns: i32, edge: usize): void {
  let a0 = f32x4.splat(0), b0 = f32x4.splat(0);
  let a1 = f32x4.splat(0), b1 = f32x4.splat(0);
  let a2 = f32x4.splat(0), b2 = f32x4.splat(0);
  let a3 = f32x4.splat(0), b3 = f32x4.splat(0);
  let a4 = f32x4.splat(0), b4 = f32x4.splat(0);
  let a5 = f32x4.splat(0), b5 = f32x4.splat(0);
  for (let p = 0; p < k; p++) {
    const left = v128.load(b), right = v128.load(b, 16);
    let v = v128.load32_splat(a);
    a0 = madd(v, left, a0); b0 = madd(v, right, b0);
    v = v128.load32_splat(a, 4);
    a1 = madd(v, left, a1); b1 = madd(v, right, b1);
    v = v128.load32_splat(a, 8);
    a2 = madd(v, left, a2); b2 = madd(v, right, b2);
    v = v128.load32_splat(a, 12);
    a3 = madd(v, left, a3); b3 = madd(v, right, b3);
    v = v128.load32_splat(a, 16);
    a4 = madd(v, left, a4); b4 = madd(v, right, b4);
    if (ASC_FEATURE_RELAXED_SIMD) {
      v = v128.load32_splat(a, 20);
      a5 = madd(v, left, a5); b5 = madd(v, right, b5);
    }
    a += tileRows32 << 2;
    b += tileColumns32 << 2;
  }
  if (alpha != 1) {
    const v = f32x4.splat(alpha);
    a0 = f32x4.mul(a0, v); b0 = f32x4.mul(b0, v);
    a1 = f32x4.mul(a1, v); b1 = f32x4.mul(b1, v);
    a2 = f32x4.mul(a2, v); b2 = f32x4.mul(b2, v);
    a3 = f32x4.mul(a3, v); b3 = f32x4.mul(b3, v);
    a4 = f32x4.mul(a4, v); b4 = f32x4.mul(b4, v);
    a5 = f32x4.mul(a5, v); b5 = f32x4.mul(b5, v);
  }
  const whole = columns == tileColumns32;
  const to = whole ? c : edge;
  const step: usize = whole ? stride : <usize>(tileColumns32 << 2);
  const add = whole && accumulate;
  storeRow<f32>(to, a0, b0, add, bias);
  if (rows > 1) storeRow<f32>(to + step, a1, b1, add, bias);
  if (rows > 2) storeRow<f32>(to + step * 2, a2, b2, add, bias);
  if (rows > 3) storeRow<f32>(to + step * 3, a3, b3, add, bias);
  if (rows > 4) storeRow<f32>(to + step * 4, a4, b4, add, bias);
  if (ASC_FEATURE_RELAXED_SIMD) if (rows > 5) storeRow<f32>(to + step * 5, a5, b5, add, bias);
  if (!whole) moveEdge<f32>(edge, tileColumns32, c, stride, accumulate, rows, columns);
}

// @ts-ignore: decorator
@inline
function madd64(a: v128, b: v128, c: v128): v128 {
  if (ASC_FEATURE_RELAXED_SIMD) return f64x2.relaxed_madd(a, b, c);
  return f64x2.add(f64x2.mul(a, b), c);
}

function tile64(k: i32, alpha: f64, a: usize, b: usize, c: usize, stride: usize, accumulate: bool, bias: usize, rows: i32, columns: i32, edge: usize): void {
  let a0 = f64x2.splat(0), b0 = f64x2.splat(0);
  let a1 = f64x2.splat(0), b1 = f64x2.splat(0);
  let a2 = f64x2.splat(0), b2 = f64x2.splat(0);
  let a3 = f64x2.splat(0), b3 = f64x2.splat(0);
  for (let p = 0; p < k; p++) {
    const left = v128.load(b), right = v128.load(b, 16);
    let v = v128.load64_splat(a);
    a0 = madd64(v, left, a0); b0 = madd64(v, right, b0);
    v = v128.load64_splat(a, 8);
    a1 = madd64(v, left, a1); b1 = madd64(v, right, b1);
    v = v128.load64_splat(a, 16);
    a2 = madd64(v, left, a2); b2 = madd64(v, right, b2);
    v = v128.load64_splat(a, 24);
    a3 = madd64(v, left, a3); b3 = madd64(v, right, b3);
    a += tileRows64 << 3;
    b += tileColumns64 << 3;
  }
  if (alpha != 1) {
    const v = f64x2.splat(alpha);
    a0 = f64x2.mul(a0, v); b0 = f64x2.mul(b0, v);
    a1 = f64x2.mul(a1, v); b1 = f64x2.mul(b1, v);
    a2 = f64x2.mul(a2, v); b2 = f64x2.mul(b2, v);
    a3 = f64x2.mul(a3, v); b3 = f64x2.mul(b3, v);
  }
  const whole = columns == tileColumns64;
  const to = whole ? c : edge;
  const step: usize = whole ? stride : <usize>(tileColumns64 << 3);
  const add = whole && accumulate;
  storeRow<f64>(to, a0, b0, add, bias);
  if (rows > 1) storeRow<f64>(to + step, a1, b1, add, bias);
  if (rows > 2) storeRow<f64>(to + step * 2, a2, b2, add, bias);
  if (rows > 3) storeRow<f64>(to + step * 3, a3, b3, add, bias);
  if (!whole) moveEdge<f64>(edge, tileColumns64, c, stride, accumulate, rows, columns);
}

/** Four elements of each of `width` lines (5, 6 or 8) whose elements lie side by side, turned about. */
// @ts-ignore: decorator
@inline
function packFour(from: usize, across: usize, width: i32, to: usize): void {
  const step = <usize>width << 2;
  turn(v128.load(from), v128.load(from + across), v128.load(from + across * 2), v128.load(from + across * 3), to, step);
  const rest = from + across * 4;
  if (width == 8) turn(v128.load(rest), v128.load(rest + across), v128.load(rest + across * 2), v128.load(rest + across * 3), to + 16, step);
  else if (width == 6) {
    const a = v128.load(rest), b = v128.load(rest + across);
    const low = i32x4.shuffle(a, b, 0, 4, 1, 5), high = i32x4.shuffle(a, b, 2, 6, 3, 7);
    v128.store64_lane(to + 16, low, 0);
    v128.store64_lane(to + 16 + step, low, 1);
    v128.store64_lane(to + 16 + step * 2, high, 0);
    v128.store64_lane(to + 16 + step * 3, high, 1);
  } else {
    const a = v128.load(rest);
    v128.store32_lane(to + 16, a, 0);
    v128.store32_lane(to + 16 + step, a, 1);
    v128.store32_lane(to + 16 + step * 2, a, 2);
    v128.store32_lane(to + 16 + step * 3, a, 3);
  }
}

/** Stores the transpose of four rows, its rows `step` apart. */
// @ts-ignore: decorator
@inline
function turn(a: v128, b: v128, c: v128, d: v128, to: usize, step: usize): void {
  const ab = i32x4.shuffle(a, b, 0, 4, 1, 5), cd = i32x4.shuffle(c, d, 0, 4, 1, 5);
  const ef = i32x4.shuffle(a, b, 2, 6, 3, 7), gh = i32x4.shuffle(c, d, 2, 6, 3, 7);
  v128.store(to, i64x2.shuffle(ab, cd, 0, 2));
  v128.store(to + step, i64x2.shuffle(ab, cd, 1, 3));
  v128.store(to + step * 2, i64x2.shuffle(ef, gh, 0, 2));
  v128.store(to + step * 3, i64x2.shuffle(ef, gh, 1, 3));
}

/**
 * Packs `lines` lines of `k` elements into panels of `width` lines, the elements of a panel's lines side by side. A line is a row of A or a
 * column of B: `across` is the distance of neighbouring lines, `along` that of neighbouring elements of a line. Missing lines are 0.
 */
// @ts-ignore: decorator
@inline
function pack<T>(from: usize, across: usize, along: usize, lines: i32, k: i32, width: i32, to: usize): void {
  const size = sizeof<T>();
  const perVector = 16 / <i32>size;
  for (let first = 0; first < lines; first += width) {
    const n = min(width, lines - first);
    let start = from + <usize>first * across;
    let p = 0;
    if (size == 4 && along == 4 && n == width) {
      for (; p + 4 <= k; p += 4) {
        packFour(start, across, width, to);
        start += 16;
        to += <usize>width << 4;
      }
    }
    for (; p < k; p++) {
      let q = start;
      let i = 0;
      if (across == size)
        for (; i + perVector <= n; i += perVector) {
          v128.store(to, v128.load(q));
          q += 16;
          to += 16;
        }
      for (; i < n; i++) {
        store<T>(to, load<T>(q));
        q += across;
        to += size;
      }
      for (; i < width; i++) {
        store<T>(to, 0 as T);
        to += size;
      }
      start += along;
    }
  }
}

// @ts-ignore: decorator
@inline
function multiply<T>(m: i32, n: i32, k: i32, alpha: T, a: usize, aRow: usize, aColumn: usize, b: usize, bRow: usize, bColumn: usize, c: usize, cRow: usize, accumulate: bool, bias: usize, workspace: usize): void {
  const single = sizeof<T>() == 4;
  const size = sizeof<T>();
  const tileRows = single ? tileRows32 : tileRows64;
  const tileColumns = single ? tileColumns32 : tileColumns64;
  const blockRows = single ? blockRows32 : blockRows64;
  const blockColumns = single ? blockColumns32 : blockColumns64;
  const edge = workspace;
  const packedA = edge + edgeBytes;
  const packedB = packedA + packedABytes;
  for (let j = 0; j < n; j += blockColumns) {
    const columns = min(blockColumns, n - j);
    for (let p = 0; p < k; p += depth) {
      const deep = min(depth, k - p);
      pack<T>(b + (<usize>p * bRow + <usize>j * bColumn) * size, bColumn * size, bRow * size, columns, deep, tileColumns, packedB);
      const add = accumulate || p > 0;
      for (let i = 0; i < m; i += blockRows) {
        const rows = min(blockRows, m - i);
        pack<T>(a + (<usize>i * aRow + <usize>p * aColumn) * size, aRow * size, aColumn * size, rows, deep, tileRows, packedA);
        for (let jj = 0; jj < columns; jj += tileColumns) {
          const under: usize = add || bias == 0 ? <usize>0 : bias + <usize>(j + jj) * size;
          for (let ii = 0; ii < rows; ii += tileRows) {
            const pa = packedA + <usize>(ii * deep) * size;
            const pb = packedB + <usize>(jj * deep) * size;
            const pc = c + (<usize>(i + ii) * cRow + <usize>(j + jj)) * size;
            if (single) tile32(deep, <f32>alpha, pa, pb, pc, cRow * size, add, under, min(tileRows, rows - ii), min(tileColumns, columns - jj), edge);
            else tile64(deep, <f64>alpha, pa, pb, pc, cRow * size, add, under, min(tileRows, rows - ii), min(tileColumns, columns - jj), edge);
          }
        }
      }
    }
  }
}

@external("env", "product")
declare function hostProduct(m: i32, n: i32, k: i32, alpha: f32, a: usize, aRow: usize, aColumn: usize, b: usize, bRow: usize, bColumn: usize, c: usize, cRow: usize, accumulate: i32): i32;

/** Products of fewer multiplications cost less than a call. */
const worthACall: i64 = 8192;
let native: bool = false;

/** Lets the host make large products in float32, or not; returns what held before. */
export function useNative(on: bool): bool {
  const before = native;
  native = on;
  return before;
}

/** The host's product; a bias is written first, and added to. */
function nativeGemm(m: i32, n: i32, k: i32, alpha: f32, a: usize, aRow: usize, aColumn: usize, b: usize, bRow: usize, bColumn: usize, c: usize, cRow: usize, accumulate: bool, bias: usize): bool {
  if (!native || <i64>m * <i64>n * <i64>k < worthACall) return false;
  if (bias != 0 && !accumulate) for (let i = 0; i < m; i++) memory.copy(c + (<usize>i * cRow << 2), bias, <usize>n << 2);
  return hostProduct(m, n, k, alpha, a, aRow, aColumn, b, bRow, bColumn, c, cRow, i32(accumulate || bias != 0)) != 0;
}

/** C [m, n] from A [m, k] and B [k, n]; `…Row` and `…Column` are distances of neighbours in elements. A bias is a row of n elements, or 0. */
export function gemm32(m: i32, n: i32, k: i32, alpha: f32, a: usize, aRow: usize, aColumn: usize, b: usize, bRow: usize, bColumn: usize, c: usize, cRow: usize, accumulate: bool, bias: usize, workspace: usize): void {
  if (nativeGemm(m, n, k, alpha, a, aRow, aColumn, b, bRow, bColumn, c, cRow, accumulate, bias)) return;
  multiply<f32>(m, n, k, alpha, a, aRow, aColumn, b, bRow, bColumn, c, cRow, accumulate, bias, workspace);
}

export function gemm64(m: i32, n: i32, k: i32, alpha: f64, a: usize, aRow: usize, aColumn: usize, b: usize, bRow: usize, bColumn: usize, c: usize, cRow: usize, accumulate: bool, bias: usize, workspace: usize): void {
  multiply<f64>(m, n, k, alpha, a, aRow, aColumn, b, bRow, bColumn, c, cRow, accumulate, bias, workspace);
}

/** The scratch of one thread. */
export function workspaceOf(workspace: usize, thread: i32): usize {
  return workspace + <usize>thread * <usize>workspaceBytes;
}

/**
 * A part of a product: the words are kind, `rows` or columns per chunk, whether rows are cut, and what `gemm32` takes, where α is a float32 by its
 * bits. Every element of C is the same sum in the same order, however C is cut.
 */
export function productChunk(words: usize, chunk: i32, thread: i32): void {
  const size = load<i32>(words, 4), byRows = load<i32>(words, 8) != 0;
  const m = load<i32>(words, 12), n = load<i32>(words, 16), k = load<i32>(words, 20);
  const alpha = load<f32>(words, 24);
  let a = <usize>load<u32>(words, 28), b = <usize>load<u32>(words, 40), c = <usize>load<u32>(words, 52), bias = <usize>load<u32>(words, 64);
  const aRow = <usize>load<u32>(words, 32), aColumn = <usize>load<u32>(words, 36);
  const bRow = <usize>load<u32>(words, 44), bColumn = <usize>load<u32>(words, 48), cRow = <usize>load<u32>(words, 56);
  const accumulate = load<i32>(words, 60) != 0;
  const workspace = workspaceOf(<usize>load<u32>(words, 68), thread);
  const first = chunk * size;
  const count = min(size, (byRows ? m : n) - first);
  if (byRows) {
    a += (<usize>first * aRow) << 2;
    c += (<usize>first * cRow) << 2;
    gemm32(count, n, k, alpha, a, aRow, aColumn, b, bRow, bColumn, c, cRow, accumulate, bias, workspace);
  } else {
    b += (<usize>first * bColumn) << 2;
    c += <usize>first << 2;
    if (bias != 0) bias += <usize>first << 2;
    gemm32(m, count, k, alpha, a, aRow, aColumn, b, bRow, bColumn, c, cRow, accumulate, bias, workspace);
  }
}
