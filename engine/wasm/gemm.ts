/**
 * Matrix product in float32: C = A B, or C += A B. A is cut into panels of `tileRows` rows and B into panels of 8 columns, packed in the order
 * in which they are read; blocks are sized for the caches (Goto and van de Geijn, "Anatomy of high-performance matrix multiplication").
 */

/** With a fused multiply-add 12 accumulators and their operands fit the 16 registers; without one, 10 do. */
const tileRows: i32 = ASC_FEATURE_RELAXED_SIMD ? 6 : 5;
const tileColumns: i32 = 8;

/** Depth of a block, rows of A and columns of B in it. */
const depth: i32 = 256;
const blockRows: i32 = ASC_FEATURE_RELAXED_SIMD ? 144 : 140;
const blockColumns: i32 = 1024;

/** Bytes of scratch: one tile at an edge, a block of A, a block of B. */
const edgeBytes: i32 = 256;
const packedABytes: i32 = blockRows * depth * 4;
export const workspaceBytes: i32 = edgeBytes + packedABytes + depth * blockColumns * 4;

// @ts-ignore: decorator
@inline
function madd(a: v128, b: v128, c: v128): v128 {
  if (ASC_FEATURE_RELAXED_SIMD) return f32x4.relaxed_madd(a, b, c);
  return f32x4.add(f32x4.mul(a, b), c);
}

// @ts-ignore: decorator
@inline
function storeRow(c: usize, left: v128, right: v128, accumulate: bool): void {
  if (accumulate) {
    v128.store(c, f32x4.add(v128.load(c), left));
    v128.store(c, f32x4.add(v128.load(c, 16), right), 16);
  } else {
    v128.store(c, left);
    v128.store(c, right, 16);
  }
}

/** One tile of C from a panel of A and one of B; at the edges of C only `rows` by `columns` of it are written. */
function tile(k: i32, a: usize, b: usize, c: usize, stride: usize, accumulate: bool, rows: i32, columns: i32, edge: usize): void {
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
    a += tileRows << 2;
    b += tileColumns << 2;
  }
  const whole = rows == tileRows && columns == tileColumns;
  const to = whole ? c : edge;
  const step: usize = whole ? stride : <usize>(tileColumns << 2);
  const add = whole && accumulate;
  storeRow(to, a0, b0, add);
  storeRow(to + step, a1, b1, add);
  storeRow(to + step * 2, a2, b2, add);
  storeRow(to + step * 3, a3, b3, add);
  storeRow(to + step * 4, a4, b4, add);
  if (ASC_FEATURE_RELAXED_SIMD) storeRow(to + step * 5, a5, b5, add);
  if (whole) return;
  for (let i = 0; i < rows; i++)
    for (let j = 0; j < columns; j++) {
      const place = c + <usize>i * stride + (<usize>j << 2);
      const value = load<f32>(edge + (<usize>(i * tileColumns + j) << 2));
      store<f32>(place, accumulate ? load<f32>(place) + value : value);
    }
}

/**
 * Packs `lines` lines of `k` elements into panels of `width` lines, the elements of a panel's lines side by side. A line is a row of A or a
 * column of B: `across` is the distance of neighbouring lines, `along` that of neighbouring elements of a line. Missing lines are 0.
 */
function pack(from: usize, across: usize, along: usize, lines: i32, k: i32, width: i32, to: usize): void {
  for (let first = 0; first < lines; first += width) {
    const n = min(width, lines - first);
    let start = from + <usize>first * across;
    for (let p = 0; p < k; p++) {
      let q = start;
      let i = 0;
      if (across == 4)
        for (; i + 4 <= n; i += 4) {
          v128.store(to, v128.load(q));
          q += 16;
          to += 16;
        }
      for (; i < n; i++) {
        store<f32>(to, load<f32>(q));
        q += across;
        to += 4;
      }
      for (; i < width; i++) {
        store<f32>(to, 0);
        to += 4;
      }
      start += along;
    }
  }
}

/** C [m, n] from A [m, k] and B [k, n]; `…Row` and `…Column` are distances of neighbours in elements, C has rows without gaps. */
export function gemm(
  m: i32,
  n: i32,
  k: i32,
  a: usize,
  aRow: i32,
  aColumn: i32,
  b: usize,
  bRow: i32,
  bColumn: i32,
  c: usize,
  accumulate: bool,
  workspace: usize,
): void {
  const edge = workspace;
  const packedA = edge + edgeBytes;
  const packedB = packedA + packedABytes;
  for (let j = 0; j < n; j += blockColumns) {
    const columns = min(blockColumns, n - j);
    for (let p = 0; p < k; p += depth) {
      const deep = min(depth, k - p);
      pack(b + (<usize>(p * bRow + j * bColumn) << 2), <usize>bColumn << 2, <usize>bRow << 2, columns, deep, tileColumns, packedB);
      const add = accumulate || p > 0;
      for (let i = 0; i < m; i += blockRows) {
        const rows = min(blockRows, m - i);
        pack(a + (<usize>(i * aRow + p * aColumn) << 2), <usize>aRow << 2, <usize>aColumn << 2, rows, deep, tileRows, packedA);
        for (let jj = 0; jj < columns; jj += tileColumns)
          for (let ii = 0; ii < rows; ii += tileRows)
            tile(
              deep,
              packedA + (<usize>(ii * deep) << 2),
              packedB + (<usize>(jj * deep) << 2),
              c + (<usize>((i + ii) * n + j + jj) << 2),
              <usize>n << 2,
              add,
              min(tileRows, rows - ii),
              min(tileColumns, columns - jj),
              edge,
            );
      }
    }
  }
}
