/** The largest element of each window of planes [depth, height, width], and its gradient. */
import * as Pool from "../../src/fast/abi/jobs/pool";
import { word } from "../threads/words";
import { endTap, endWhole, firstTap, firstWhole, loadPlaces } from "./pool-rows";

/** Returns a mask of the lanes where next > best or next is NaN. */
// @ts-ignore: decorator
@inline
function isBetter<T>(next: v128, best: v128): v128 {
  return v128.or(v128.gt<T>(next, best), v128.ne<T>(next, next));
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
    let take = isBetter<f32>(next, best);
    best = v128.bitselect(next, best, take);
    index = v128.bitselect(nextIndex, index, take);
    next = i32x4.shuffle(c, d, 0, 2, 4, 6);
    nextIndex = i32x4.add(first, i32x4.splat(w));
    take = isBetter<f32>(next, best);
    best = v128.bitselect(next, best, take);
    index = v128.bitselect(nextIndex, index, take);
    next = i32x4.shuffle(c, d, 1, 3, 5, 7);
    nextIndex = i32x4.add(first, i32x4.splat(w + 1));
    take = isBetter<f32>(next, best);
    best = v128.bitselect(next, best, take);
    index = v128.bitselect(nextIndex, index, take);
    v128.store(values + (<usize>o << 2), best);
    v128.store(indices + (<usize>o << 2), index);
  }
  return o;
}

/**
 * Computes the largest elements of a vector of windows that lie inside of the width. The windows' elements are in the taps from z0 up to z1 and from y0 up to y1 of the
 * other dimensions. `first` is the address of the first window's element at the taps z0, y0, 0, and `at` its index in the plane.
 */
// @ts-ignore: decorator
@inline
function vectorOfWindows<T>(
  sizes: usize, isByTwo: bool, hasIndices: bool, first: usize, at: i32, planeStep: i32, rowStep: i32, depth: i32, height: i32, value: usize, index: usize,
): void {
  const kw = word(sizes, Pool.kernelWidth), dw = word(sizes, Pool.dilationWidth);
  let best = v128.splat<T>(-Infinity as T);
  let where = i32x4.splat(at);
  for (let z = 0; z < depth; z++)
    for (let y = 0; y < height; y++) {
      const row = z * planeStep + y * rowStep;
      let from = first + <usize>row * sizeof<T>();
      for (let k = 0; k < kw; k++) {
        const next = loadPlaces<T>(from, isByTwo);
        const take = isBetter<T>(next, best);
        best = v128.bitselect(next, best, take);
        if (hasIndices) where = v128.bitselect(i32x4.splat(at + row + k * dw), where, take);
        from += <usize>dw * sizeof<T>();
      }
    }
  v128.store(value, best);
  if (hasIndices) v128.store(index, i32x4.add(where, isByTwo ? i32x4(0, 2, 4, 6) : i32x4(0, 1, 2, 3)));
}

/** Returns the larger of each pair of lanes, or NaN if one of them is. */
// @ts-ignore: decorator
@inline
function larger<T>(x: v128, z: v128): v128 {
  return v128.bitselect(v128.pmax<T>(x, z), z, v128.eq<T>(z, z));
}

/** Computes the largest elements of windows of neighbours in one row, from whole vectors of windows; the last vector overlaps the one before it. */
// @ts-ignore: decorator
@inline
function neighbours<T>(isByTwo: bool, kw: i32, count: i32, from: usize, to: usize): void {
  const perVector = 16 / <i32>sizeof<T>();
  for (let o = 0; o < count; o += perVector) {
    const at = min(o, count - perVector);
    const p = from + <usize>(isByTwo ? 2 * at : at) * sizeof<T>();
    let best = loadPlaces<T>(p, isByTwo);
    for (let k = 1; k < kw; k++) best = larger<T>(best, loadPlaces<T>(p + <usize>k * sizeof<T>(), isByTwo));
    v128.store(to + <usize>at * sizeof<T>(), best);
  }
}

/** Computes windows of neighbours in one row. The usual sizes have loops of their own, whose taps are unrolled. */
// @ts-ignore: decorator
@inline
function rowOfNeighbours<T>(isByTwo: bool, kw: i32, count: i32, from: usize, to: usize): void {
  if (isByTwo) {
    if (kw == 2) twoByTwo<T>(count, from, to);
    else neighbours<T>(true, kw, count, from, to);
  } else if (kw == 3) threeByOne<T>(count, from, to);
  else neighbours<T>(false, kw, count, from, to);
}

/** Computes the larger of each two neighbours. */
// @ts-ignore: decorator
@inline
function twoByTwo<T>(count: i32, from: usize, to: usize): void {
  const perVector = 16 / <i32>sizeof<T>();
  for (let o = 0; o < count; o += perVector) {
    const at = <usize>min(o, count - perVector) * sizeof<T>();
    const a = v128.load(from + 2 * at), b = v128.load(from + 2 * at, 16);
    if (sizeof<T>() == 8) v128.store(to + at, larger<T>(i64x2.shuffle(a, b, 0, 2), i64x2.shuffle(a, b, 1, 3)));
    else v128.store(to + at, larger<T>(i32x4.shuffle(a, b, 0, 2, 4, 6), i32x4.shuffle(a, b, 1, 3, 5, 7)));
  }
}

/** Computes the largest of each three neighbours. */
// @ts-ignore: decorator
@inline
function threeByOne<T>(count: i32, from: usize, to: usize): void {
  const perVector = 16 / <i32>sizeof<T>();
  for (let o = 0; o < count; o += perVector) {
    const at = <usize>min(o, count - perVector) * sizeof<T>(), p = from + at;
    const first = larger<T>(v128.load(p), v128.load(p + sizeof<T>()));
    v128.store(to + at, larger<T>(first, v128.load(p + 2 * sizeof<T>())));
  }
}

/** Computes the largest element of one window whose elements are in the taps from k0 up to k1 of the width. */
// @ts-ignore: decorator
@inline
function window<T>(
  sizes: usize, hasIndices: bool, x: usize, at: i32, planeStep: i32, rowStep: i32, depth: i32, height: i32, k0: i32, k1: i32, value: usize, index: usize,
): void {
  const dw = word(sizes, Pool.dilationWidth);
  let best = -Infinity as T;
  let where = -1;
  for (let z = 0; z < depth; z++)
    for (let y = 0; y < height; y++) {
      const row = at + z * planeStep + y * rowStep;
      for (let k = k0; k < k1; k++) {
        const v = load<T>(x + <usize>(row + k * dw) * sizeof<T>());
        if (v > best || v != v || where < 0) {
          best = v;
          where = row + k * dw;
        }
      }
    }
  store<T>(value, best);
  if (hasIndices) store<i32>(index, where);
}

/** Computes a row of windows: `row` is the index in the plane of the element at the taps z0, y0 of the window's depth and height in the column 0. */
// @ts-ignore: decorator
@inline
function windows<T>(
  sizes: usize, hasIndices: bool, x: usize, row: i32, planeStep: i32, rowStep: i32, depth: i32, height: i32, done: i32, values: usize, indices: usize,
): void {
  const w = word(sizes, Pool.width), ow = word(sizes, Pool.outputWidth), sw = word(sizes, Pool.strideWidth);
  const pw = word(sizes, Pool.paddingWidth), kw = word(sizes, Pool.kernelWidth), dw = word(sizes, Pool.dilationWidth);
  const perVector = 16 / <i32>sizeof<T>();
  const first = firstWhole(sizes), end = endWhole(sizes, first);
  const isVector = sw <= 2 && end - first >= perVector && (sizeof<T>() == 4 || !hasIndices);
  let o = done;
  while (o < ow) {
    if (isVector && !hasIndices && depth == 1 && height == 1 && dw == 1 && o <= first) {
      while (o < first) {
        const start = o * sw - pw;
        window<T>(sizes, false, x, row + start, planeStep, rowStep, 1, 1, firstTap(start, 1), endTap(start, 1, kw, w), values + <usize>o * sizeof<T>(), 0);
        o++;
      }
      const at = x + <usize>(row + first * sw - pw) * sizeof<T>(), to = values + <usize>first * sizeof<T>();
      if (sw == 2) rowOfNeighbours<T>(true, kw, end - first, at, to);
      else rowOfNeighbours<T>(false, kw, end - first, at, to);
      o = end;
      continue;
    }
    if (isVector && o >= first && o < end) {
      // the last vector overlaps the one before it
      const from = min(o, end - perVector);
      const at = row + from * sw - pw;
      const value = values + <usize>from * sizeof<T>(), index = indices + (<usize>from << 2);
      const p = x + <usize>at * sizeof<T>();
      if (sw == 2) vectorOfWindows<T>(sizes, true, hasIndices, p, at, planeStep, rowStep, depth, height, value, index);
      else vectorOfWindows<T>(sizes, false, hasIndices, p, at, planeStep, rowStep, depth, height, value, index);
      o = from + perVector;
      continue;
    }
    const start = o * sw - pw;
    const value = values + <usize>o * sizeof<T>(), index = indices + (<usize>o << 2);
    window<T>(sizes, hasIndices, x, row + start, planeStep, rowStep, depth, height, firstTap(start, dw), endTap(start, dw, kw, w), value, index);
    o++;
  }
}

/** Computes the largest element of each window and its index in the plane. */
// @ts-ignore: decorator
@inline
function largest<T>(planes: i32, sizes: usize, hasIndices: bool, x: usize, values: usize, indices: usize): void {
  const d = word(sizes, Pool.depth), h = word(sizes, Pool.height), w = word(sizes, Pool.width);
  const od = word(sizes, Pool.outputDepth), oh = word(sizes, Pool.outputHeight), ow = word(sizes, Pool.outputWidth);
  const kd = word(sizes, Pool.kernelDepth), kh = word(sizes, Pool.kernelHeight), kw = word(sizes, Pool.kernelWidth);
  const sd = word(sizes, Pool.strideDepth), sh = word(sizes, Pool.strideHeight), sw = word(sizes, Pool.strideWidth);
  const dd = word(sizes, Pool.dilationDepth), dh = word(sizes, Pool.dilationHeight);
  const isPlain = word(sizes, Pool.paddingWidth) == 0 && word(sizes, Pool.paddingHeight) == 0 && dh == 1 && word(sizes, Pool.dilationWidth) == 1;
  const isTwoByTwo = sizeof<T>() == 4 && hasIndices && isPlain && d == 1 && kd == 1 && kh == 2 && kw == 2 && sh == 2 && sw == 2 && 2 * oh <= h && 2 * ow <= w;
  for (let plane = 0; plane < planes; plane++) {
    for (let i = 0; i < od; i++) {
      const zs = i * sd - word(sizes, Pool.paddingDepth), z0 = firstTap(zs, dd), z1 = endTap(zs, dd, kd, d);
      for (let j = 0; j < oh; j++) {
        const ys = j * sh - word(sizes, Pool.paddingHeight), y0 = firstTap(ys, dh), y1 = endTap(ys, dh, kh, h);
        let done = 0;
        if (isTwoByTwo) {
          // elements written beyond the end of a row are overwritten by the next row; behind the last row there may be no room
          const end = plane + 1 < planes || j + 1 < oh ? ow : ow - 3;
          done = min(ow, twoByTwoRow(x, 2 * j * w, w, end, values, indices));
        }
        const row = ((zs + z0 * dd) * h + ys + y0 * dh) * w;
        windows<T>(sizes, hasIndices, x, row, dd * h * w, dh * w, z1 - z0, y1 - y0, done, values, indices);
        values += <usize>ow * sizeof<T>();
        if (hasIndices) indices += <usize>ow << 2;
      }
    }
    x += <usize>(d * h * w) * sizeof<T>();
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
export function maxPool32(planes: i32, sizes: usize, x: usize, values: usize, indices: usize): void {
  largest<f32>(planes, sizes, true, x, values, indices);
}

/** Computes the largest float64 of each window and its index in the plane: the first of equal ones, or the last NaN. */
export function maxPool64(planes: i32, sizes: usize, x: usize, values: usize, indices: usize): void {
  largest<f64>(planes, sizes, true, x, values, indices);
}

/** Computes the largest float32 of each window. */
export function maxPoolValues32(planes: i32, sizes: usize, x: usize, values: usize): void {
  largest<f32>(planes, sizes, false, x, values, 0);
}

/** Computes the largest float64 of each window. */
export function maxPoolValues64(planes: i32, sizes: usize, x: usize, values: usize): void {
  largest<f64>(planes, sizes, false, x, values, 0);
}

/** Computes dx [planes, n] in float32 from cotangents g [planes, places] and the indices of the largest elements. */
export function maxPoolGrad32(planes: i32, n: i32, places: i32, g: usize, indices: usize, dx: usize): void {
  scatterGradient<f32>(planes, n, places, g, indices, dx);
}

/** Computes dx [planes, n] in float64 from cotangents g [planes, places] and the indices of the largest elements. */
export function maxPoolGrad64(planes: i32, n: i32, places: i32, g: usize, indices: usize, dx: usize): void {
  scatterGradient<f64>(planes, n, places, g, indices, dx);
}
