/**
 * Weighted sums of elements at given int32 indices, y[n, c, p] = Σ w[n, p, t] x[n, c, k[n, p, t]], where taps come in pairs of neighbouring elements, as those of an
 * interpolation do: a pair is loaded at once. An index of -1 stands for 0.
 */
import { madd } from "../simd/lanes";

/** The most taps of a place. */
export const mostPairTaps: i32 = 16;

/**
 * The pairs of a block of places, for all channels: units of one vector, which are two pairs of float32, of neighbouring places, or one of float64. A unit has the weights, the
 * mask of the lanes that have an element, and the byte offset of each pair.
 */
const unitBytes: usize = 48;
const block: usize = memory.data(3072, 16);
/** The vectors of places in a block: together they fill a cache line of each channel, as lines of many channels may not fit into the cache side by side. */
const mostVectors: i32 = 4;

/** Stores the weights, without those of missing elements, and the mask of a unit. */
// @ts-ignore: decorator
@inline
function storeUnit(unit: usize, weights: v128, mask: v128): void {
  v128.store(unit, v128.and(weights, mask));
  v128.store(unit, mask, 16);
}

/**
 * Prepares the units of two places in float32, or of one in float64, four taps at a time. A pair whose first element is missing is loaded from the one before the second. Returns
 * whether all pairs are neighbours.
 */
// @ts-ignore: decorator
@inline
function prepare<T>(taps: i32, w: usize, k: usize, unit: usize): bool {
  const zero = i32x4.splat(0), one = i32x4.splat(1), line = <usize>taps << 2;
  let fits = i32x4.splat(-1);
  for (let t: usize = 0; t < line; t += 16) {
    const p = v128.load(k + t), q = sizeof<T>() == 4 ? v128.load(k + line + t) : p;
    const first = i32x4.shuffle(p, q, 0, 2, 4, 6), second = i32x4.shuffle(p, q, 1, 3, 5, 7);
    const areNeighbours = i32x4.eq(second, i32x4.add(first, one));
    fits = v128.and(fits, v128.or(areNeighbours, i32x4.lt_s(v128.or(first, second), zero)));
    const before = v128.andnot(i32x4.sub(second, one), i32x4.lt_s(second, zero));
    const index = v128.bitselect(first, before, i32x4.ge_s(first, zero));
    const next = unit + unitBytes;
    if (sizeof<T>() == 4) {
      const offsets = i32x4.shl(i32x4.shuffle(index, index, 0, 2, 1, 3), 2);
      v128.store64_lane(unit, offsets, 0, 32);
      v128.store64_lane(next, offsets, 1, 32);
      const v = v128.load(w + t), z = v128.load(w + line + t);
      storeUnit(unit, i32x4.shuffle(v, z, 0, 1, 4, 5), i32x4.ge_s(i32x4.shuffle(p, q, 0, 1, 4, 5), zero));
      storeUnit(next, i32x4.shuffle(v, z, 2, 3, 6, 7), i32x4.ge_s(i32x4.shuffle(p, q, 2, 3, 6, 7), zero));
    } else {
      const offsets = i32x4.shl(index, 3);
      v128.store32_lane(unit, offsets, 0, 32);
      v128.store32_lane(next, offsets, 1, 32);
      storeUnit(unit, v128.load(w + 2 * t), i32x4.ge_s(i32x4.shuffle(p, p, 0, 0, 1, 1), zero));
      storeUnit(next, v128.load(w + 2 * t, 16), i32x4.ge_s(i32x4.shuffle(p, p, 2, 2, 3, 3), zero));
    }
    unit = next + unitBytes;
  }
  return i32x4.all_true(fits);
}

/** Returns the product of the elements and weights of a unit plus a sum. */
// @ts-ignore: decorator
@inline
function addUnit<T>(x: usize, unit: usize, sum: v128): v128 {
  let v: v128;
  if (sizeof<T>() == 4) v = v128.load64_lane(x + load<u32>(unit, 36), v128.load64_zero(x + load<u32>(unit, 32)), 1);
  else v = v128.load(x + load<u32>(unit, 32));
  return madd<T>(v128.and(v, v128.load(unit, 16)), v128.load(unit), sum);
}

/** Returns the sums of the pairs of two vectors. */
// @ts-ignore: decorator
@inline
function pairSums<T>(a: v128, b: v128): v128 {
  if (sizeof<T>() == 4) return f32x4.add(i32x4.shuffle(a, b, 0, 2, 4, 6), i32x4.shuffle(a, b, 1, 3, 5, 7));
  return f64x2.add(i64x2.shuffle(a, b, 0, 2), i64x2.shuffle(a, b, 1, 3));
}

/** Computes vectors of places for all channels, of two pairs each; channels of x and y are `xStep` and `yStep` bytes apart. */
// @ts-ignore: decorator
@inline
function sumTwo<T>(channels: i32, vectors: i32, x: usize, xStep: usize, y: usize, yStep: usize): void {
  const zero = i32x4.splat(0), second: usize = 2 * unitBytes;
  for (let c = 0; c < channels; c++) {
    let unit = block;
    for (let v = 0; v < vectors; v++, unit += 2 * second) {
      const a = addUnit<T>(x, unit + unitBytes, addUnit<T>(x, unit, zero));
      const b = addUnit<T>(x, unit + second + unitBytes, addUnit<T>(x, unit + second, zero));
      v128.store(y + (<usize>v << 4), pairSums<T>(a, b));
    }
    x += xStep;
    y += yStep;
  }
}

/** Computes vectors of places for all channels, of `pairs` pairs each. */
// @ts-ignore: decorator
@inline
function sumMany<T>(channels: i32, vectors: i32, pairs: i32, x: usize, xStep: usize, y: usize, yStep: usize): void {
  const second = <usize>pairs * unitBytes;
  for (let c = 0; c < channels; c++) {
    let unit = block;
    for (let v = 0; v < vectors; v++, unit += second) {
      let a = i32x4.splat(0), b = i32x4.splat(0);
      for (const end = unit + second; unit < end; unit += unitBytes) {
        a = addUnit<T>(x, unit, a);
        b = addUnit<T>(x, unit + second, b);
      }
      v128.store(y + (<usize>v << 4), pairSums<T>(a, b));
    }
    x += xStep;
    y += yStep;
  }
}

/** Computes one place for all channels, whatever its taps are. */
// @ts-ignore: decorator
@inline
function sumPlace<T>(channels: i32, taps: i32, x: usize, xStep: usize, w: usize, k: usize, y: usize, yStep: usize): void {
  for (let c = 0; c < channels; c++) {
    let sum: T = 0;
    for (let t = 0; t < taps; t++) {
      const i = load<i32>(k + (<usize>t << 2));
      if (i >= 0) sum += load<T>(w + <usize>t * sizeof<T>()) * load<T>(x + <usize>i * sizeof<T>());
    }
    store<T>(y, sum);
    x += xStep;
    y += yStep;
  }
}

/** Prepares as many vectors of places as follow each other and have neighbours alone, and fit into the block; returns their number. */
// @ts-ignore: decorator
@inline
function prepareBlock<T>(places: i32, taps: i32, w: usize, k: usize): i32 {
  const lanes = 16 / <i32>sizeof<T>(), pairBytes = <usize>(taps >> 1) * unitBytes;
  const most = min(mostVectors, places / lanes);
  const wHalf = <usize>(taps * lanes / 2) * sizeof<T>(), kHalf = <usize>(taps * lanes / 2) << 2;
  let unit = block, vectors = 0;
  while (vectors < most && prepare<T>(taps, w, k, unit) && prepare<T>(taps, w + wHalf, k + kHalf, unit + pairBytes)) {
    unit += 2 * pairBytes;
    w += 2 * wHalf;
    k += 2 * kHalf;
    vectors++;
  }
  return vectors;
}

/** Computes the sums y for a multiple of four taps, at most `mostPairTaps`. */
// @ts-ignore: decorator
@inline
export function sumByPairs<T>(batch: i32, channels: i32, places: i32, taps: i32, n: i32, x: usize, w: usize, k: usize, y: usize): void {
  const size: usize = sizeof<T>(), pairs = taps >> 1, lanes = 16 / <i32>size;
  const xStep = <usize>n * size, yStep = <usize>places * size;
  for (let b = 0; b < batch; b++) {
    for (let p = 0; p < places; ) {
      const to = y + <usize>p * size, vectors = prepareBlock<T>(places - p, taps, w, k);
      if (vectors == 0) sumPlace<T>(channels, taps, x, xStep, w, k, to, yStep);
      else if (pairs == 2) sumTwo<T>(channels, vectors, x, xStep, to, yStep);
      else sumMany<T>(channels, vectors, pairs, x, xStep, to, yStep);
      const done = max(vectors * lanes, 1);
      p += done;
      w += <usize>(done * taps) * size;
      k += <usize>(done * taps) << 2;
    }
    x += <usize>channels * xStep;
    y += <usize>channels * yStep;
  }
}
