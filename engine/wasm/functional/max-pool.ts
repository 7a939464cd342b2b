/** The largest element of each window of planes [h, w], and its gradient. */

/** Returns a mask of the lanes where next > best or next is NaN. */
// @ts-ignore: decorator
@inline
function isBetter(next: v128, best: v128): v128 {
  return v128.or(f32x4.gt(next, best), f32x4.ne(next, next));
}

/**
 * Computes places of a row of 2 by 2 windows with stride 2 in float32, four at a time, from the first up to `end`; returns the place behind the last one.
 * `at` is the index in the plane of the row's first element.
 */
// @ts-ignore: decorator
@inline
function twoByTwoRow(x: usize, at: i32, w: i32, end: i32, values: usize, indices: usize): i32 {
  const top = x + (<usize>at << 2), bottom = top + (<usize>w << 2);
  let o = 0;
  for (; o < end; o += 4) {
    const first = i32x4.add(i32x4.splat(at + 2 * o), i32x4(0, 2, 4, 6));
    const p = top + (<usize>o << 3), q = bottom + (<usize>o << 3);
    const a = v128.load(p), b = v128.load(p, 16), c = v128.load(q), d = v128.load(q, 16);
    let best = i32x4.shuffle(a, b, 0, 2, 4, 6), index = first;
    let next = i32x4.shuffle(a, b, 1, 3, 5, 7), nextIndex = i32x4.add(first, i32x4.splat(1));
    let take = isBetter(next, best);
    best = v128.bitselect(next, best, take);
    index = v128.bitselect(nextIndex, index, take);
    next = i32x4.shuffle(c, d, 0, 2, 4, 6);
    nextIndex = i32x4.add(first, i32x4.splat(w));
    take = isBetter(next, best);
    best = v128.bitselect(next, best, take);
    index = v128.bitselect(nextIndex, index, take);
    next = i32x4.shuffle(c, d, 1, 3, 5, 7);
    nextIndex = i32x4.add(first, i32x4.splat(w + 1));
    take = isBetter(next, best);
    best = v128.bitselect(next, best, take);
    index = v128.bitselect(nextIndex, index, take);
    v128.store(values + (<usize>o << 2), best);
    v128.store(indices + (<usize>o << 2), index);
  }
  return o;
}

/** Stores the largest element of one window, whose first element is in this row and column, and its index in the plane. */
// @ts-ignore: decorator
@inline
function maxOfWindow<T>(
  x: usize, h: i32, w: i32, firstRow: i32, firstColumn: i32, kh: i32, kw: i32, dh: i32, dw: i32, value: usize, index: usize,
): void {
  let best = -Infinity as T;
  let where = -1;
  for (let i = 0; i < kh; i++) {
    const row = firstRow + i * dh;
    if (row < 0 || row >= h) continue;
    for (let j = 0; j < kw; j++) {
      const column = firstColumn + j * dw;
      if (column < 0 || column >= w) continue;
      const v = load<T>(x + <usize>(row * w + column) * sizeof<T>());
      if (v > best || v != v || where < 0) {
        best = v;
        where = row * w + column;
      }
    }
  }
  store<T>(value, best);
  store<i32>(index, where);
}

/** Computes the largest element of each window and its index in the plane. */
// @ts-ignore: decorator
@inline
function largest<T>(
  planes: i32, h: i32, w: i32, kh: i32, kw: i32, sh: i32, sw: i32, ph: i32, pw: i32, dh: i32, dw: i32, oh: i32, ow: i32,
  x: usize, values: usize, indices: usize,
): void {
  const size = sizeof<T>();
  const isPlain = ph == 0 && pw == 0 && dh == 1 && dw == 1 && 2 * oh <= h && 2 * ow <= w;
  const isTwoByTwo = size == 4 && kh == 2 && kw == 2 && sh == 2 && sw == 2 && isPlain;
  for (let plane = 0; plane < planes; plane++) {
    for (let y = 0; y < oh; y++) {
      let o = 0;
      if (isTwoByTwo) {
        // elements written beyond the end of a row are overwritten by the next row; behind the last row there may be no room
        const end = plane + 1 < planes || y + 1 < oh ? ow : ow - 3;
        o = twoByTwoRow(x, 2 * y * w, w, end, values, indices);
      }
      for (; o < ow; o++)
        maxOfWindow<T>(x, h, w, y * sh - ph, o * sw - pw, kh, kw, dh, dw, values + <usize>o * size, indices + (<usize>o << 2));
      values += <usize>ow * size;
      indices += <usize>ow << 2;
    }
    x += <usize>(h * w) * size;
  }
}

/** Adds each cotangent to the element of dx at its index. */
// @ts-ignore: decorator
@inline
function scatterGradient<T>(planes: i32, n: i32, places: i32, g: usize, indices: usize, dx: usize): void {
  const size = sizeof<T>();
  memory.fill(dx, 0, <usize>planes * <usize>n * size);
  for (let plane = 0; plane < planes; plane++) {
    for (let p = 0; p < places; p++) {
      const to = dx + <usize>load<i32>(indices) * size;
      store<T>(to, load<T>(to) + load<T>(g));
      g += size;
      indices += 4;
    }
    dx += <usize>n * size;
  }
}

/** Computes the largest float32 of each window and its index in the plane: the first of equal ones, or the last NaN. */
export function maxPool32(
  planes: i32, h: i32, w: i32, kh: i32, kw: i32, sh: i32, sw: i32, ph: i32, pw: i32, dh: i32, dw: i32, oh: i32, ow: i32,
  x: usize, values: usize, indices: usize,
): void {
  largest<f32>(planes, h, w, kh, kw, sh, sw, ph, pw, dh, dw, oh, ow, x, values, indices);
}

/** Computes the largest float64 of each window and its index in the plane: the first of equal ones, or the last NaN. */
export function maxPool64(
  planes: i32, h: i32, w: i32, kh: i32, kw: i32, sh: i32, sw: i32, ph: i32, pw: i32, dh: i32, dw: i32, oh: i32, ow: i32,
  x: usize, values: usize, indices: usize,
): void {
  largest<f64>(planes, h, w, kh, kw, sh, sw, ph, pw, dh, dw, oh, ow, x, values, indices);
}

/** Computes dx [planes, n] in float32 from cotangents g [planes, places] and the indices of the largest elements. */
export function maxPoolGrad32(planes: i32, n: i32, places: i32, g: usize, indices: usize, dx: usize): void {
  scatterGradient<f32>(planes, n, places, g, indices, dx);
}

/** Computes dx [planes, n] in float64 from cotangents g [planes, places] and the indices of the largest elements. */
export function maxPoolGrad64(planes: i32, n: i32, places: i32, g: usize, indices: usize, dx: usize): void {
  scatterGradient<f64>(planes, n, places, g, indices, dx);
}
