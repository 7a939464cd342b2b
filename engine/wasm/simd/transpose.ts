/** Transposing matrices of elements of 4 and 8 bytes. */
import { storePair, threadBuffer } from "./lanes";

/** Stores the transpose of four rows of four elements; rows are `fromStep` bytes apart, and those of the result `toStep`. */
// @ts-ignore: decorator
@inline
export function transpose4x4(from: usize, fromStep: usize, to: usize, toStep: usize): void {
  const a = v128.load(from), b = v128.load(from + fromStep), c = v128.load(from + fromStep * 2), d = v128.load(from + fromStep * 3);
  const ab = i32x4.shuffle(a, b, 0, 4, 1, 5), cd = i32x4.shuffle(c, d, 0, 4, 1, 5);
  const ef = i32x4.shuffle(a, b, 2, 6, 3, 7), gh = i32x4.shuffle(c, d, 2, 6, 3, 7);
  v128.store(to, i64x2.shuffle(ab, cd, 0, 2));
  v128.store(to + toStep, i64x2.shuffle(ab, cd, 1, 3));
  v128.store(to + toStep * 2, i64x2.shuffle(ef, gh, 0, 2));
  v128.store(to + toStep * 3, i64x2.shuffle(ef, gh, 1, 3));
}

/** Copies a matrix [rows, n] whose columns are contiguous, `step` bytes apart, to one whose rows are, `line` bytes apart: by blocks of four by four, and one by one. */
// @ts-ignore: decorator
@inline
function transposeBlocks<T>(rows: usize, n: usize, from: usize, step: usize, to: usize, line: usize): void {
  const size: usize = sizeof<T>(), wholeRows: usize = size == 4 ? rows & ~3 : 0, wholeColumns: usize = size == 4 ? n & ~3 : 0;
  for (let row: usize = 0; row < wholeRows; row += 4)
    for (let column: usize = 0; column < wholeColumns; column += 4) transpose4x4(from + row * size + column * step, step, to + row * line + column * size, line);
  for (let row: usize = 0; row < rows; row++)
    for (let column: usize = row < wholeRows ? wholeColumns : 0; column < n; column++) store<T>(to + row * line + column * size, load<T>(from + row * size + column * step));
}

/** The columns of a tile, and the bytes of each in it. */
const tileColumns: usize = 8;
const tileBytes: usize = 64;

/** Copies a tile of eight columns of 64 bytes to rows that are `line` bytes apart. */
// @ts-ignore: decorator
@inline
function transposeTile<T>(from: usize, to: usize, line: usize): void {
  if (sizeof<T>() == 4)
    for (let row: usize = 0; row < tileBytes; row += 16, to += 4 * line) {
      transpose4x4(from + row, tileBytes, to, line);
      transpose4x4(from + 4 * tileBytes + row, tileBytes, to + 16, line);
    }
  else
    for (let row: usize = 0; row < tileBytes; row += 16, to += 2 * line)
      for (let column: usize = 0; column < tileColumns; column += 2) {
        const p = from + column * tileBytes + row, x = v128.load(p), z = v128.load(p + tileBytes), q = to + column * 8;
        v128.store(q, i64x2.shuffle(x, z, 0, 2));
        v128.store(q + line, i64x2.shuffle(x, z, 1, 3));
      }
}

/**
 * Copies a matrix [rows, n] whose columns are contiguous, `step` bytes apart, to one whose rows are, `line` bytes apart: by tiles of 64 bytes of eight columns. These are copied to
 * this thread's buffer first: where a step is a multiple of 4096, the tile's lines would displace each other from the processor's first cache.
 */
// @ts-ignore: decorator
@inline
function transpose<T>(rows: usize, n: usize, from: usize, step: usize, to: usize, line: usize): void {
  const tileRows: usize = tileBytes / sizeof<T>(), wholeRows = rows - (rows % tileRows), wholeColumns = n & ~(tileColumns - 1);
  for (let row: usize = 0; row < wholeRows; row += tileRows)
    for (let column: usize = 0; column < wholeColumns; column += tileColumns) {
      let p = from + row * sizeof<T>() + column * step;
      for (let i: usize = 0; i < tileColumns * tileBytes; i += tileBytes, p += step) {
        const x = v128.load(p), z = v128.load(p, 16), u = v128.load(p, 32), w = v128.load(p, 48);
        storePair(threadBuffer + i, x, z);
        storePair(threadBuffer + i + 32, u, w);
      }
      transposeTile<T>(threadBuffer, to + row * line + column * sizeof<T>(), line);
    }
  transposeBlocks<T>(wholeRows, n - wholeColumns, from + wholeColumns * step, step, to + wholeColumns * sizeof<T>(), line);
  transposeBlocks<T>(rows - wholeRows, n, from + wholeRows * sizeof<T>(), step, to + wholeRows * line, line);
}

/** Copies a matrix [rows, n] of elements of 4 bytes whose columns are contiguous, `step` bytes apart, to one whose rows are, `line` bytes apart. */
export function transpose32(rows: i32, n: usize, from: usize, step: usize, to: usize, line: usize): void {
  transpose<u32>(rows, n, from, step, to, line);
}

/** Copies a matrix [rows, n] of elements of 8 bytes whose columns are contiguous, `step` bytes apart, to one whose rows are, `line` bytes apart. */
export function transpose64(rows: i32, n: usize, from: usize, step: usize, to: usize, line: usize): void {
  transpose<u64>(rows, n, from, step, to, line);
}
