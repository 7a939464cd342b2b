/** Convolutions as matrix products: the windows of an image as the columns of a matrix, and back. */
import { gemm } from "./gemm";

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
function columns<T>(
  channels: i32, h: i32, w: i32, kh: i32, kw: i32, sh: i32, sw: i32, ph: i32, pw: i32, dh: i32, dw: i32, oh: i32, ow: i32,
  image: usize, columns: usize,
): void {
  const size = sizeof<T>();
  for (let c = 0; c < channels; c++)
    for (let i = 0; i < kh; i++)
      for (let j = 0; j < kw; j++) {
        const left = j * dw - pw;
        const first = firstInside(left, sw, ow), last = lastInside(left, sw, w, ow, first);
        for (let y = 0; y < oh; y++) {
          const row = y * sh - ph + i * dh;
          if (row < 0 || row >= h) {
            zeros(columns, <usize>ow * size);
            columns += <usize>ow * size;
            continue;
          }
          const from = image + <usize>((c * h + row) * w + first * sw + left) * size;
          const to = columns + <usize>first * size;
          if (sw == 1) copyBytes(to, from, <usize>(last - first) * size);
          else
            for (let x = 0; x < last - first; x++) store<T>(to + <usize>x * size, load<T>(from + <usize>(x * sw) * size));
          for (let x = 0; x < first; x++) store<T>(columns + <usize>x * size, 0 as T);
          for (let x = last; x < ow; x++) store<T>(columns + <usize>x * size, 0 as T);
          columns += <usize>ow * size;
        }
      }
}

/** A row in whole vectors: what is written beyond its end the next row writes again, and behind the last there is room. */
// @ts-ignore: decorator
@inline
function copyBytes(to: usize, from: usize, bytes: usize): void {
  for (const end = to + bytes; to < end; to += 16, from += 16) v128.store(to, v128.load(from));
}

// @ts-ignore: decorator
@inline
function zeros(to: usize, bytes: usize): void {
  for (const end = to + bytes; to < end; to += 16) v128.store(to, i32x4.splat(0));
}

/** The transpose: adds every column where its window lies in the image. */
function addTo<T>(
  channels: i32, h: i32, w: i32, kh: i32, kw: i32, sh: i32, sw: i32, ph: i32, pw: i32, dh: i32, dw: i32, oh: i32, ow: i32,
  columns: usize, image: usize,
): void {
  const size = sizeof<T>();
  const perVector = 16 / <i32>size;
  for (let c = 0; c < channels; c++)
    for (let i = 0; i < kh; i++)
      for (let j = 0; j < kw; j++) {
        const left = j * dw - pw;
        const first = firstInside(left, sw, ow), last = lastInside(left, sw, w, ow, first);
        for (let y = 0; y < oh; y++) {
          const row = y * sh - ph + i * dh;
          if (row >= 0 && row < h) {
            let to = image + <usize>((c * h + row) * w + first * sw + left) * size;
            let from = columns + <usize>first * size;
            let x = first;
            if (sw == 1)
              for (; x + perVector <= last; x += perVector) {
                v128.store(to, v128.add<T>(v128.load(to), v128.load(from)));
                to += 16;
                from += 16;
              }
            for (; x < last; x++) {
              store<T>(to, load<T>(to) + load<T>(from));
              to += <usize>sw * size;
              from += size;
            }
          }
          columns += <usize>ow * size;
        }
      }
}

/** Rows [rows, n] that each repeat an element of `values`. */
// @ts-ignore: decorator
@inline
function fillRows<T>(rows: i32, n: usize, values: usize, to: usize): void {
  const bytes = n * sizeof<T>();
  for (let r = 0; r < rows; r++) {
    const value = load<T>(values + <usize>r * sizeof<T>());
    const v = v128.splat<T>(value);
    let i: usize = 0;
    for (; i + 16 <= bytes; i += 16) v128.store(to + i, v);
    for (; i < bytes; i += sizeof<T>()) store<T>(to + i, value);
    to += bytes;
  }
}

/*
 * The words: kind, images per chunk, images, groups, channels of a group in and out, cells of the window times channels, size of an image,
 * places, whether the image is the matrix itself, pass, scratch, bytes of scratch a thread, x, w, y, bias, partial sums; then the
 * window as `columns` takes it, and whether all is float64.
 */
// @ts-ignore: decorator
@inline
function word(words: usize, i: i32): i32 {
  return load<i32>(words + (<usize>i << 2));
}
// @ts-ignore: decorator
@inline
function windowColumns<T>(words: usize, channels: i32, image: usize, matrix: usize, back: bool): void {
  const h = word(words, 18), w = word(words, 19), kh = word(words, 20), kw = word(words, 21), sh = word(words, 22), sw = word(words, 23);
  const ph = word(words, 24), pw = word(words, 25), dh = word(words, 26), dw = word(words, 27), oh = word(words, 28), ow = word(words, 29);
  if (back) addTo<T>(channels, h, w, kh, kw, sh, sw, ph, pw, dh, dw, oh, ow, matrix, image);
  else columns<T>(channels, h, w, kh, kw, sh, sw, ph, pw, dh, dw, oh, ow, image, matrix);
}

/** C [m, n] from A [m, k] and B [k, n], or added to C, whose rows are n apart. */
// @ts-ignore: decorator
@inline
function product<T>(m: i32, n: i32, k: i32, a: usize, aRow: usize, aColumn: usize, b: usize, bRow: usize, bColumn: usize, c: usize, accumulate: bool): void {
  gemm<T>(m, n, k, 1 as T, a, aRow, aColumn, b, bRow, bColumn, c, n, accumulate, 0);
}

// @ts-ignore: decorator
@inline
function images<T>(words: usize, chunk: i32, thread: i32): void {
  const each = sizeof<T>();
  const perChunk = word(words, 1), groups = word(words, 3), ins = word(words, 4), outs = word(words, 5), depth = word(words, 6);
  const size = word(words, 7), places = word(words, 8), direct = word(words, 9) != 0, pass = word(words, 10);
  const scratch = <usize>word(words, 11) + <usize>word(words, 12) * <usize>thread;
  const x = <usize>word(words, 13), w = <usize>word(words, 14), y = <usize>word(words, 15), bias = <usize>word(words, 16);
  const partial = <usize>word(words, 17) + <usize>chunk * <usize>(groups * outs * depth) * each;
  const last = min((chunk + 1) * perChunk, word(words, 2));
  for (let image = chunk * perChunk; image < last; image++) {
    if (pass == 0 && bias != 0) fillRows<T>(groups * outs, places, bias, y + <usize>(image * groups * outs * places) * each);
    for (let group = 0; group < groups; group++) {
      const from = x + <usize>((image * groups + group) * ins * size) * each;
      const to = y + <usize>((image * groups + group) * outs * places) * each;
      const weight = w + <usize>(group * outs * depth) * each;
      const matrix = direct ? from : scratch;
      if (pass != 1 && !direct) windowColumns<T>(words, ins, from, matrix, false);
      if (pass == 0) product<T>(outs, places, depth, weight, depth, 1, matrix, places, 1, to, bias != 0);
      else if (pass == 1) {
        product<T>(depth, places, outs, weight, 1, depth, to, places, 1, matrix, false);
        if (!direct) windowColumns<T>(words, ins, from, matrix, true);
      } else {
        const sum = partial + <usize>(group * outs * depth) * each;
        product<T>(outs, depth, places, to, places, 1, matrix, 1, places, sum, image > chunk * perChunk);
      }
    }
  }
}

/** Some images of a pass: 0 the result y, 1 the gradient x̄ of the input (zeroed before), 2 the gradient of the weight in a place of its own. */
export function convChunk(words: usize, chunk: i32, thread: i32): void {
  if (word(words, 30) != 0) images<f64>(words, chunk, thread);
  else images<f32>(words, chunk, thread);
}
