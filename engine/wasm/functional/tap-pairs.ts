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
const block: usize = memory.data(768, 16);

/** Returns the index at which a pair is loaded: of its first element, or where that is missing, of the one before the second. */
// @ts-ignore: decorator
@inline
function pairIndex(first: i32, second: i32): i32 {
  return select(first, select(second - 1, 0, second >= 0), first >= 0);
}

/** Whether two elements are neighbours, or one of them is missing. */
// @ts-ignore: decorator
@inline
function isPair(first: i32, second: i32): bool {
  return (first | second) < 0 || second == first + 1;
}

/** Prepares the units of two places in float32, or of one in float64. Returns whether all pairs are neighbours. */
// @ts-ignore: decorator
@inline
function prepare<T>(taps: i32, w: usize, k: usize, unit: usize): bool {
  const zero = i32x4.splat(0), line = <usize>taps << 2;
  let fits: bool = true;
  for (let t: usize = 0; t < line; t += 8) {
    const a = load<i32>(k + t), b = load<i32>(k + t, 4);
    fits = fits && isPair(a, b);
    store<i32>(unit, pairIndex(a, b) * sizeof<T>(), 32);
    let weights: v128, mask: v128;
    if (sizeof<T>() == 4) {
      const c = load<i32>(k + line + t), d = load<i32>(k + line + t, 4);
      fits = fits && isPair(c, d);
      store<i32>(unit, pairIndex(c, d) * sizeof<T>(), 36);
      mask = i32x4.ge_s(v128.load64_lane(k + line + t, v128.load64_zero(k + t), 1), zero);
      weights = v128.load64_lane(w + line + t, v128.load64_zero(w + t), 1);
    } else {
      const indices = v128.load64_zero(k + t);
      mask = i32x4.ge_s(i32x4.shuffle(indices, indices, 0, 0, 1, 1), zero);
      weights = v128.load(w + (t << 1));
    }
    v128.store(unit, v128.and(weights, mask));
    v128.store(unit, mask, 16);
    unit += unitBytes;
  }
  return fits;
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

/** Computes one vector of places for all channels, of two pairs each; channels of x and y are `xStep` and `yStep` bytes apart. */
// @ts-ignore: decorator
@inline
function sumTwo<T>(channels: i32, x: usize, xStep: usize, y: usize, yStep: usize): void {
  const zero = i32x4.splat(0), second: usize = 2 * unitBytes;
  for (let c = 0; c < channels; c++) {
    const a = addUnit<T>(x, block + unitBytes, addUnit<T>(x, block, zero));
    const b = addUnit<T>(x, block + second + unitBytes, addUnit<T>(x, block + second, zero));
    v128.store(y, pairSums<T>(a, b));
    x += xStep;
    y += yStep;
  }
}

/** Computes one vector of places for all channels, of `pairs` pairs each. */
// @ts-ignore: decorator
@inline
function sumMany<T>(channels: i32, pairs: i32, x: usize, xStep: usize, y: usize, yStep: usize): void {
  const end = block + <usize>pairs * unitBytes, second: usize = <usize>pairs * unitBytes;
  for (let c = 0; c < channels; c++) {
    let a = i32x4.splat(0), b = i32x4.splat(0);
    for (let unit = block; unit < end; unit += unitBytes) {
      a = addUnit<T>(x, unit, a);
      b = addUnit<T>(x, unit + second, b);
    }
    v128.store(y, pairSums<T>(a, b));
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

/** Computes the sums y for an even number of taps of at most `mostPairTaps`: one vector of places at a time. */
// @ts-ignore: decorator
@inline
export function sumByPairs<T>(batch: i32, channels: i32, places: i32, taps: i32, n: i32, x: usize, w: usize, k: usize, y: usize): void {
  const size: usize = sizeof<T>(), pairs = taps >> 1, lanes = 16 / <i32>size;
  const xStep = <usize>n * size, yStep = <usize>places * size;
  const wLine = <usize>taps * size, kLine = <usize>taps << 2, half = <usize>(lanes >> 1);
  for (let b = 0; b < batch; b++) {
    let p = 0;
    while (p < places) {
      const to = y + <usize>p * size;
      if (
        p + lanes <= places &&
        prepare<T>(taps, w, k, block) && prepare<T>(taps, w + half * wLine, k + half * kLine, block + <usize>pairs * unitBytes)
      ) {
        if (pairs == 2) sumTwo<T>(channels, x, xStep, to, yStep);
        else sumMany<T>(channels, pairs, x, xStep, to, yStep);
        p += lanes;
        w += <usize>lanes * wLine;
        k += <usize>lanes * kLine;
      } else {
        sumPlace<T>(channels, taps, x, xStep, w, k, to, yStep);
        p++;
        w += wLine;
        k += kLine;
      }
    }
    x += <usize>channels * xStep;
    y += <usize>channels * yStep;
  }
}
