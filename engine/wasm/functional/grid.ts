/** Positions in an image from the coordinates of a grid, and the indices of the elements around them. */
import * as Padding from "../../src/fast/abi/codes/grid-padding";

/** The slope of the position that was computed last. */
let slope: f64 = 1;

/** The largest number of offsets along a dimension, and the indices of the elements along up to three dimensions, or -1 outside. */
const mostOffsets = 4;
const along: usize = memory.data(48, 16);

/** Returns the index of an element from that of its row and its place in it; -1 if one of them is. */
// @ts-ignore: decorator
@inline
function joined(row: i32, size: i32, place: i32): i32 {
  return (row | place) < 0 ? -1 : row * size + place;
}

/** Returns the index along dimension d at offset o. */
// @ts-ignore: decorator
@inline
function indexAlong(d: i32, o: i32): i32 {
  return load<i32>(along + (<usize>(d * mostOffsets + o) << 2));
}

/** Stores the indices of all combinations of offsets, the last dimension first; returns the address behind them. */
// @ts-ignore: decorator
@inline
function combinations(dims: i32, count: i32, sizes: usize, y: usize): usize {
  const second = load<i32>(sizes, 4), third = load<i32>(sizes, 8);
  for (let i = 0; i < count; i++) {
    const first = indexAlong(0, i);
    if (dims == 1) {
      store<i32>(y, first);
      y += 4;
    } else
      for (let j = 0; j < count; j++) {
        const row = joined(first, second, indexAlong(1, j));
        if (dims == 2) {
          store<i32>(y, row);
          y += 4;
        } else
          for (let k = 0; k < count; k++) {
            store<i32>(y, joined(row, third, indexAlong(2, k)));
            y += 4;
          }
      }
  }
  return y;
}

/** Returns a position limited to the image, and multiplies the slope by 0 at the limits and beyond. */
// @ts-ignore: decorator
@inline
function limited(position: f64, size: i32): f64 {
  const last = <f64>(size - 1);
  // NaN lies between the limits
  if (!(position <= 0 || position >= last)) return position;
  slope = 0;
  return position <= 0 ? 0 : last;
}

/** Returns a position reflected at the centres, or the outer edges, of the first and last elements. */
function reflected(position: f64, size: i32, alignCorners: bool): f64 {
  const low: f64 = alignCorners ? 0 : -0.5;
  const span = <f64>(alignCorners ? size - 1 : size);
  if (span == 0) {
    slope = 0;
    return 0;
  }
  const distance = abs(position - low);
  const turns = floor(distance / span);
  const rest = distance - turns * span;
  const side: f64 = position < low ? -1 : 1;
  const isEven = turns - 2 * floor(turns / 2) == 0;
  slope *= isEven ? side : -side;
  return isEven ? rest + low : span - rest + low;
}

/** Returns a position in the image with padding, and sets the slope. */
// @ts-ignore: decorator
@inline
function padded(position: f64, size: i32, padding: i32, alignCorners: bool): f64 {
  slope = 1;
  if (padding == Padding.zeros) return position;
  if (padding == Padding.border) return limited(position, size);
  return padding == Padding.reflection ? limited(reflected(position, size, alignCorners), size) : position;
}

/** Returns the positions ½ ((x + 1) factor - shift) of two coordinates, between 0 and `last` if they are limited. NaN counts as -1. */
// @ts-ignore: decorator
@inline
function positionPair(given: v128, factor: v128, shift: v128, isLimited: bool, last: v128): v128 {
  const one = f64x2.splat(1);
  const x = v128.bitselect(given, f64x2.splat(-1), f64x2.eq(given, given));
  const position = f64x2.mul(f64x2.sub(f64x2.mul(f64x2.add(x, one), factor), shift), f64x2.splat(0.5));
  return isLimited ? f64x2.min(f64x2.max(position, f64x2.splat(0)), last) : position;
}

/** Computes the positions of n coordinates in float64 for the paddings `zeros` and `border`, by vectors. */
// @ts-ignore: decorator
@inline
function positionsByVectors<T>(n: i32, size: i32, padding: i32, alignCorners: bool, x: usize, y: usize): void {
  const factor = f64x2.splat(<f64>(alignCorners ? size - 1 : size)), shift = f64x2.splat(alignCorners ? 0 : 1);
  const last = f64x2.splat(<f64>(size - 1)), isLimited = padding == Padding.border;
  for (let i: usize = 0; i < <usize>n * sizeof<T>(); i += 16) {
    const v = v128.load(x + i);
    if (sizeof<T>() == 8) v128.store(y + i, positionPair(v, factor, shift, isLimited, last));
    else {
      const low = positionPair(f64x2.promote_low_f32x4(v), factor, shift, isLimited, last);
      const high = positionPair(f64x2.promote_low_f32x4(i64x2.shuffle(v, v, 1, 1)), factor, shift, isLimited, last);
      v128.store(y + i, i64x2.shuffle(f32x4.demote_f64x2_zero(low), f32x4.demote_f64x2_zero(high), 0, 2));
    }
  }
}

/** Computes the positions of n coordinates, or their slopes. NaN counts as -1, and has the slope 0. */
// @ts-ignore: decorator
@inline
function positions<T>(n: i32, size: i32, padding: i32, alignCorners: bool, isSlope: bool, x: usize, y: usize): void {
  if (!isSlope && padding != Padding.reflection) {
    positionsByVectors<T>(n, size, padding, alignCorners, x, y);
    return;
  }
  const scale = <f64>(alignCorners ? size - 1 : size) / 2;
  for (let i = 0; i < n; i++) {
    const at = <usize>i * sizeof<T>();
    const given = <f64>load<T>(x + at);
    const coordinate = given == given ? given : -1;
    const position = alignCorners ? (coordinate + 1) * scale : ((coordinate + 1) * <f64>size - 1) / 2;
    const value = padded(position, size, padding, alignCorners);
    store<T>(y + at, <T>(isSlope ? (given == given ? slope * scale : 0) : value));
  }
}

/** Computes the positions of n float32 coordinates, or their slopes. */
export function gridPositions32(n: i32, size: i32, padding: i32, alignCorners: bool, isSlope: bool, x: usize, y: usize): void {
  positions<f32>(n, size, padding, alignCorners, isSlope, x, y);
}

/** Computes the positions of n float64 coordinates, or their slopes. */
export function gridPositions64(n: i32, size: i32, padding: i32, alignCorners: bool, isSlope: bool, x: usize, y: usize): void {
  positions<f64>(n, size, padding, alignCorners, isSlope, x, y);
}

/**
 * Computes the int32 indices of the elements at n points of `dims` integer coordinates plus each of `count` offsets on each dimension; -1 for elements outside. `sizes` has the
 * sizes of the dimensions; with `padsElements`, elements are padded.
 */
// @ts-ignore: decorator
@inline
function taps<T>(n: i32, dims: i32, sizes: usize, count: i32, offsets: usize, padding: i32, alignCorners: bool, padsElements: bool, x: usize, y: usize): void {
  for (let p = 0; p < n; p++) {
    for (let d = 0; d < dims; d++) {
      const size = load<i32>(sizes + (<usize>d << 2)), base = <f64>load<T>(x + <usize>d * sizeof<T>());
      for (let o = 0; o < count; o++) {
        const at = base + <f64>load<i32>(offsets + (<usize>o << 2));
        const on = padsElements ? trunc(padded(at, size, padding, alignCorners)) : at;
        store<i32>(along + (<usize>(d * mostOffsets + o) << 2), on >= 0 && on < <f64>size ? <i32>on : -1);
      }
    }
    y = combinations(dims, count, sizes, y);
    x += <usize>dims * sizeof<T>();
  }
}

/** Returns two coordinates as int32, or as the nearest int32: rounded down, or towards 0; NaN is outside of every image. */
// @ts-ignore: decorator
@inline
function loadPoint<T>(x: usize, roundsDown: bool): v128 {
  const given = sizeof<T>() == 8 ? v128.load(x) : v128.load64_zero(x);
  const v = roundsDown ? v128.floor<T>(given) : given;
  const point = v128.bitselect(v, v128.splat<T>(-Infinity as T), v128.eq<T>(v, v));
  return sizeof<T>() == 8 ? i32x4.trunc_sat_f64x2_s_zero(point) : i32x4.trunc_sat_f32x4_s(point);
}

/** Computes the indices of the elements of an image at n rounded points plus `count` offsets from `first` on, along both dimensions; -1 for elements outside. */
// @ts-ignore: decorator
@inline
function imageTaps<T>(n: i32, sizes: usize, count: i32, first: i32, roundsDown: bool, x: usize, y: usize): void {
  const height = load<i32>(sizes), width = load<i32>(sizes, 4);
  const offsets = i32x4.add(i32x4(0, 1, 2, 3), i32x4.splat(first)), limit = i32x4.splat(width);
  for (let p = 0; p < n; p++) {
    const point = loadPoint<T>(x, roundsDown), row = i32x4.extract_lane(point, 0) + first;
    const columns = i32x4.add(i32x4.shuffle(point, point, 1, 1, 1, 1), offsets);
    const outside = i32x4.ge_u(columns, limit);
    for (let i = 0; i < count; i++) {
      const isOutside = -<i32>(<u32>(row + i) >= <u32>height);
      const indices = v128.or(v128.or(i32x4.add(i32x4.splat((row + i) * width), columns), outside), i32x4.splat(isOutside));
      if (count == 4) v128.store(y, indices);
      else if (count == 2) v128.store64_lane(y, indices, 0);
      else v128.store32_lane(y, indices, 0);
      y += <usize>count << 2;
    }
    x += 2 * sizeof<T>();
  }
}

/** Whether elements outside of an image have no index, and the offsets are those for which there is a function of its own. */
// @ts-ignore: decorator
@inline
function isPlain(dims: i32, count: i32, padding: i32, padsElements: bool): bool {
  return dims == 2 && count != 3 && (!padsElements || padding == Padding.zeros);
}

/** Computes the indices of the elements around points of float32 coordinates. */
export function gridTaps32(n: i32, dims: i32, sizes: usize, count: i32, offsets: usize, padding: i32, alignCorners: bool, padsElements: bool, x: usize, y: usize): void {
  if (isPlain(dims, count, padding, padsElements)) imageTaps<f32>(n, sizes, count, load<i32>(offsets), !padsElements, x, y);
  else taps<f32>(n, dims, sizes, count, offsets, padding, alignCorners, padsElements, x, y);
}

/** Computes the indices of the elements around points of float64 coordinates. */
export function gridTaps64(n: i32, dims: i32, sizes: usize, count: i32, offsets: usize, padding: i32, alignCorners: bool, padsElements: bool, x: usize, y: usize): void {
  if (isPlain(dims, count, padding, padsElements)) imageTaps<f64>(n, sizes, count, load<i32>(offsets), !padsElements, x, y);
  else taps<f64>(n, dims, sizes, count, offsets, padding, alignCorners, padsElements, x, y);
}
