/** Windows of an image as the columns of a matrix, and back. */

/** Returns the first output place p whose element is inside of the row: 0 ≤ p sw + left < w. */
// @ts-ignore: decorator
@inline
function firstInside(left: i32, sw: i32, ow: i32): i32 {
  return min(ow, left >= 0 ? 0 : (-left + sw - 1) / sw);
}

/** Returns the place behind the end one whose element is inside of the row. */
// @ts-ignore: decorator
@inline
function endInside(left: i32, sw: i32, w: i32, ow: i32, first: i32): i32 {
  return max(first, left >= w ? first : min(ow, (w - 1 - left) / sw + 1));
}

/**
 * Unfolds an image [channels, h, w] into a matrix [channels kh kw, oh ow] (im2col): row (c, i, j) has element (i, j) of the window at each place, or 0 outside
 * of the image.
 */
export function unfold<T>(
  channels: i32, h: i32, w: i32, kh: i32, kw: i32, sh: i32, sw: i32, ph: i32, pw: i32, dh: i32, dw: i32, oh: i32, ow: i32,
  image: usize, matrix: usize,
): void {
  const size = sizeof<T>();
  for (let c = 0; c < channels; c++)
    for (let i = 0; i < kh; i++)
      for (let j = 0; j < kw; j++) {
        const left = j * dw - pw;
        const first = firstInside(left, sw, ow), end = endInside(left, sw, w, ow, first);
        for (let y = 0; y < oh; y++) {
          const row = y * sh - ph + i * dh;
          if (row < 0 || row >= h) {
            clearRow(matrix, <usize>ow * size);
            matrix += <usize>ow * size;
            continue;
          }
          const from = image + <usize>((c * h + row) * w + first * sw + left) * size;
          const to = matrix + <usize>first * size;
          if (sw == 1) copyRow(to, from, <usize>(end - first) * size);
          else
            for (let x = 0; x < end - first; x++) store<T>(to + <usize>x * size, load<T>(from + <usize>(x * sw) * size));
          for (let x = 0; x < first; x++) store<T>(matrix + <usize>x * size, 0 as T);
          for (let x = end; x < ow; x++) store<T>(matrix + <usize>x * size, 0 as T);
          matrix += <usize>ow * size;
        }
      }
}

/** Copies a row in whole vectors. Elements written beyond its end are overwritten by the next row; behind the last row the buffer has room. */
// @ts-ignore: decorator
@inline
function copyRow(to: usize, from: usize, bytes: usize): void {
  for (const end = to + bytes; to < end; to += 16, from += 16) v128.store(to, v128.load(from));
}

/** Sets a row to 0 in whole vectors. */
// @ts-ignore: decorator
@inline
function clearRow(to: usize, bytes: usize): void {
  for (const end = to + bytes; to < end; to += 16) v128.store(to, i32x4.splat(0));
}

/** Adds a matrix of windows to an image, each element where its window lies (col2im): the transpose of `unfold`. */
export function fold<T>(
  channels: i32, h: i32, w: i32, kh: i32, kw: i32, sh: i32, sw: i32, ph: i32, pw: i32, dh: i32, dw: i32, oh: i32, ow: i32,
  matrix: usize, image: usize,
): void {
  const size = sizeof<T>();
  const perVector = 16 / <i32>size;
  for (let c = 0; c < channels; c++)
    for (let i = 0; i < kh; i++)
      for (let j = 0; j < kw; j++) {
        const left = j * dw - pw;
        const first = firstInside(left, sw, ow), end = endInside(left, sw, w, ow, first);
        for (let y = 0; y < oh; y++) {
          const row = y * sh - ph + i * dh;
          if (row >= 0 && row < h) {
            let to = image + <usize>((c * h + row) * w + first * sw + left) * size;
            let from = matrix + <usize>first * size;
            let x = first;
            if (sw == 1)
              for (; x + perVector <= end; x += perVector) {
                v128.store(to, v128.add<T>(v128.load(to), v128.load(from)));
                to += 16;
                from += 16;
              }
            for (; x < end; x++) {
              store<T>(to, load<T>(to) + load<T>(from));
              to += <usize>sw * size;
              from += size;
            }
          }
          matrix += <usize>ow * size;
        }
      }
}
