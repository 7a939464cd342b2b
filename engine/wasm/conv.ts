/** Convolutions as matrix products in float32: the windows of an image as the columns of a matrix, and back. */
import { gemm32 } from "./gemm";

/* Places p whose cell is inside of the row, 0 ≤ p sw + left < w: from the first one to before the last. */
// @ts-ignore: decorator
@inline
function firstInside(left: i32, sw: i32, ow: i32): i32 {
  return min(ow, left >= 0 ? 0 : (-left + sw - 1) / sw);
}
// @ts-ignore: decorator
@inline
function lastInside(left: i32, sw: i32, w: i32, ow: i32, first: i32): i32 {
  return max(first, left >= w ? first : min(ow, (w - 1 - left) / sw + 1));
}

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
        const first = firstInside(left, sw, ow), last = lastInside(left, sw, w, ow, first);
        for (let y = 0; y < oh; y++) {
          const row = y * sh - ph + i * dh;
          if (row < 0 || row >= h) {
            zeros(columns, ow);
            columns += <usize>ow << 2;
            continue;
          }
          const from = image + (<usize>((c * h + row) * w + first * sw + left) << 2);
          const to = columns + (<usize>first << 2);
          if (sw == 1) copyFloats(to, from, last - first);
          else
            for (let x = 0; x < last - first; x++) store<f32>(to + (<usize>x << 2), load<f32>(from + (<usize>(x * sw) << 2)));
          for (let x = 0; x < first; x++) store<f32>(columns + (<usize>x << 2), 0);
          for (let x = last; x < ow; x++) store<f32>(columns + (<usize>x << 2), 0);
          columns += <usize>ow << 2;
        }
      }
}

/** A row in whole vectors: what is written beyond its end the next row writes again, and behind the last there is room. */
// @ts-ignore: decorator
@inline
function copyFloats(to: usize, from: usize, n: i32): void {
  for (const end = to + (<usize>n << 2); to < end; to += 16, from += 16) v128.store(to, v128.load(from));
}

// @ts-ignore: decorator
@inline
function zeros(to: usize, n: i32): void {
  for (const end = to + (<usize>n << 2); to < end; to += 16) v128.store(to, i32x4.splat(0));
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
        const first = firstInside(left, sw, ow), last = lastInside(left, sw, w, ow, first);
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

/*
 * The words: kind, images per chunk, images, groups, channels of a group in and out, cells of the window times channels, size of an image,
 * places, whether the image is the matrix itself, pass, scratch, bytes of scratch a thread, x, w, y, bias, partial sums; then the
 * window as `columns32` takes it.
 */
// @ts-ignore: decorator
@inline
function word(words: usize, i: i32): i32 {
  return load<i32>(words + (<usize>i << 2));
}
// @ts-ignore: decorator
@inline
function windowColumns(words: usize, channels: i32, image: usize, columns: usize, back: bool): void {
  const h = word(words, 18), w = word(words, 19), kh = word(words, 20), kw = word(words, 21), sh = word(words, 22), sw = word(words, 23);
  const ph = word(words, 24), pw = word(words, 25), dh = word(words, 26), dw = word(words, 27), oh = word(words, 28), ow = word(words, 29);
  if (back) image32(channels, h, w, kh, kw, sh, sw, ph, pw, dh, dw, oh, ow, columns, image);
  else columns32(channels, h, w, kh, kw, sh, sw, ph, pw, dh, dw, oh, ow, image, columns);
}

/** Some images of a pass: 0 the result y, 1 the gradient x̄ of the input (zeroed before), 2 the gradient of the weight in a place of its own. */
export function convChunk(words: usize, chunk: i32, thread: i32): void {
  const perChunk = word(words, 1), groups = word(words, 3), ins = word(words, 4), outs = word(words, 5), depth = word(words, 6);
  const size = word(words, 7), places = word(words, 8), direct = word(words, 9) != 0, pass = word(words, 10);
  const scratch = <usize>word(words, 11) + <usize>word(words, 12) * <usize>thread;
  const x = <usize>word(words, 13), w = <usize>word(words, 14), y = <usize>word(words, 15), bias = <usize>word(words, 16);
  const partial = <usize>word(words, 17) + <usize>chunk * (<usize>(groups * outs * depth) << 2);
  const last = min((chunk + 1) * perChunk, word(words, 2));
  for (let image = chunk * perChunk; image < last; image++) {
    if (pass == 0 && bias != 0) fillRows32(groups * outs, places, bias, y + (<usize>(image * groups * outs * places) << 2));
    for (let group = 0; group < groups; group++) {
      const from = x + (<usize>((image * groups + group) * ins * size) << 2);
      const to = y + (<usize>((image * groups + group) * outs * places) << 2);
      const weight = w + (<usize>(group * outs * depth) << 2);
      const columns = direct ? from : scratch;
      if (pass != 1 && !direct) windowColumns(words, ins, from, columns, false);
      if (pass == 0) gemm32(outs, places, depth, 1, weight, depth, 1, columns, places, 1, to, places, bias != 0, 0);
      else if (pass == 1) {
        gemm32(depth, places, outs, 1, weight, 1, depth, to, places, 1, columns, places, false, 0);
        if (!direct) windowColumns(words, ins, from, columns, true);
      } else {
        const sum = partial + (<usize>(group * outs * depth) << 2);
        gemm32(outs, depth, places, 1, to, places, 1, columns, 1, places, sum, depth, image > chunk * perChunk, 0);
      }
    }
  }
}
