/** Convolutions as matrix products in float32: the windows of an image as the columns of a matrix, and back. */

/**
 * columns [channels kh kw, oh ow] from an image [channels, h, w]: row (c, i, j) holds, for each place, cell (i, j) of its window; 0 outside.
 */
export function columns32(
  channels: i32, h: i32, w: i32, kh: i32, kw: i32, sh: i32, sw: i32, ph: i32, pw: i32, dh: i32, dw: i32, oh: i32, ow: i32,
  image: usize, columns: usize,
): void {
  for (let c = 0; c < channels; c++)
    for (let i = 0; i < kh; i++)
      for (let j = 0; j < kw; j++) {
        const left = j * dw - pw;
        // places whose cell is inside: 0 ≤ p sw + left < w
        const first = min(ow, left >= 0 ? 0 : (-left + sw - 1) / sw);
        const last = max(first, left >= w ? first : min(ow, (w - 1 - left) / sw + 1));
        for (let y = 0; y < oh; y++) {
          const row = y * sh - ph + i * dh;
          if (row < 0 || row >= h) {
            memory.fill(columns, 0, <usize>ow << 2);
            columns += <usize>ow << 2;
            continue;
          }
          if (first > 0) memory.fill(columns, 0, <usize>first << 2);
          const from = image + (<usize>((c * h + row) * w + first * sw + left) << 2);
          const to = columns + (<usize>first << 2);
          if (sw == 1) copyFloats(to, from, last - first);
          else
            for (let x = 0; x < last - first; x++) store<f32>(to + (<usize>x << 2), load<f32>(from + (<usize>(x * sw) << 2)));
          if (last < ow) memory.fill(columns + (<usize>last << 2), 0, <usize>(ow - last) << 2);
          columns += <usize>ow << 2;
        }
      }
}

/** Short copies, for which a call costs more than the loop. */
// @ts-ignore: decorator
@inline
function copyFloats(to: usize, from: usize, n: i32): void {
  let x = 0;
  for (; x + 4 <= n; x += 4) v128.store(to + (<usize>x << 2), v128.load(from + (<usize>x << 2)));
  for (; x < n; x++) store<f32>(to + (<usize>x << 2), load<f32>(from + (<usize>x << 2)));
}

/** The transpose: adds every column where its window lies in the image. */
export function image32(
  channels: i32, h: i32, w: i32, kh: i32, kw: i32, sh: i32, sw: i32, ph: i32, pw: i32, dh: i32, dw: i32, oh: i32, ow: i32,
  columns: usize, image: usize,
): void {
  for (let c = 0; c < channels; c++)
    for (let i = 0; i < kh; i++)
      for (let j = 0; j < kw; j++) {
        const left = j * dw - pw;
        const first = min(ow, left >= 0 ? 0 : (-left + sw - 1) / sw);
        const last = max(first, left >= w ? first : min(ow, (w - 1 - left) / sw + 1));
        for (let y = 0; y < oh; y++) {
          const row = y * sh - ph + i * dh;
          if (row >= 0 && row < h) {
            let to = image + (<usize>((c * h + row) * w + first * sw + left) << 2);
            let from = columns + (<usize>first << 2);
            let x = first;
            if (sw == 1)
              for (; x + 4 <= last; x += 4) {
                v128.store(to, f32x4.add(v128.load(to), v128.load(from)));
                to += 16;
                from += 16;
              }
            for (; x < last; x++) {
              store<f32>(to, load<f32>(to) + load<f32>(from));
              to += <usize>sw << 2;
              from += 4;
            }
          }
          columns += <usize>ow << 2;
        }
      }
}

/** Rows [rows, n] that each repeat an element of `values`; 0 where there are none. */
export function fillRows32(rows: i32, n: usize, values: usize, to: usize): void {
  for (let r = 0; r < rows; r++) {
    const v = values == 0 ? f32x4.splat(0) : v128.load32_splat(values + (<usize>r << 2));
    let i: usize = 0;
    for (; i + 4 <= n; i += 4) v128.store(to + (i << 2), v);
    for (; i < n; i++) v128.store32_lane(to + (i << 2), v, 0);
    to += n << 2;
  }
}
