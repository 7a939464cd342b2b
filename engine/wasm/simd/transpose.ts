/** Transposing blocks of four by four float32. */

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

/** Copies a matrix [rows, n] whose columns are contiguous, `step` bytes apart, to one whose rows are: by blocks, and the rest one by one. */
export function transpose32(rows: i32, n: usize, from: usize, step: usize, to: usize): void {
  const line = n << 2, whole = n & ~3;
  let row: usize = 0;
  for (; row + 4 <= <usize>rows; row += 4) {
    const start = from + (row << 2), target = to + row * line;
    for (let column: usize = 0; column < whole; column += 4) transpose4x4(start + column * step, step, target + (column << 2), line);
    for (let column = whole; column < n; column++)
      for (let i: usize = 0; i < 4; i++) store<f32>(target + i * line + (column << 2), load<f32>(start + column * step + (i << 2)));
  }
  for (; row < <usize>rows; row++)
    for (let column: usize = 0; column < n; column++) store<f32>(to + row * line + (column << 2), load<f32>(from + (row << 2) + column * step));
}
