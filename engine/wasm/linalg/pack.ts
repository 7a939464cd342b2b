/** Packing matrices into panels, in the order in which tiles read them. A line is a row of A or a column of B. */
import { storePair } from "../simd/lanes";
import { transpose4x4 } from "../simd/transpose";

/** Packs four elements of each of `width` lines (5, 6, 8 or 16), where the elements of a line are contiguous: transposes them. */
// @ts-ignore: decorator
@inline
function packFour(from: usize, across: usize, width: i32, to: usize): void {
  const step = <usize>width << 2;
  transpose4x4(from, across, to, step);
  const rest = from + across * 4;
  if (width == 16) {
    transpose4x4(rest, across, to + 16, step);
    transpose4x4(rest + across * 4, across, to + 32, step);
    transpose4x4(rest + across * 8, across, to + 48, step);
  } else if (width == 8) transpose4x4(rest, across, to + 16, step);
  else if (width == 6) {
    const a = v128.load(rest), b = v128.load(rest + across);
    const low = i32x4.shuffle(a, b, 0, 4, 1, 5), high = i32x4.shuffle(a, b, 2, 6, 3, 7);
    v128.store64_lane(to + 16, low, 0);
    v128.store64_lane(to + 16 + step, low, 1);
    v128.store64_lane(to + 16 + step * 2, high, 0);
    v128.store64_lane(to + 16 + step * 3, high, 1);
  } else {
    const a = v128.load(rest);
    v128.store32_lane(to + 16, a, 0);
    v128.store32_lane(to + 16 + step, a, 1);
    v128.store32_lane(to + 16 + step * 2, a, 2);
    v128.store32_lane(to + 16 + step * 3, a, 3);
  }
}

/** Packs an element of each of `width` lines (5, 6, 8 or 16), where the elements of neighbouring lines are contiguous. */
// @ts-ignore: decorator
@inline
function packAcross(from: usize, width: i32, to: usize): void {
  if (width == 5 || width == 6) {
    const v = v128.load(from);
    const rest = width == 6 ? load<u64>(from, 16) : <u64>load<u32>(from, 16);
    v128.store(to, v);
    if (width == 6) store<u64>(to, rest, 16);
    else store<u32>(to, <u32>rest, 16);
    return;
  }
  storePair(to, v128.load(from), v128.load(from, 16));
  if (width == 16) storePair(to + 32, v128.load(from, 32), v128.load(from, 48));
}

/**
 * Packs `lines` lines of `k` elements into panels of `width` lines, where the i-th elements of a panel's lines are contiguous. `across` is the distance in
 * bytes of neighbouring lines, `along` that of neighbouring elements of a line. Missing lines of the last panel are 0.
 */
// @ts-ignore: decorator
@inline
export function pack<T>(from: usize, across: usize, along: usize, lines: i32, k: i32, width: i32, to: usize): void {
  const size = sizeof<T>();
  const perVector = 16 / <i32>size;
  for (let first = 0; first < lines; first += width) {
    const n = min(width, lines - first);
    let start = from + <usize>first * across;
    let p = 0;
    if (size == 4 && along == 4 && n == width) {
      for (; p + 4 <= k; p += 4) {
        packFour(start, across, width, to);
        start += 16;
        to += <usize>width << 4;
      }
    }
    if (size == 4 && across == 4 && n == width)
      for (; p < k; p++) {
        packAcross(start, width, to);
        start += along;
        to += <usize>width << 2;
      }
    for (; p < k; p++) {
      let q = start;
      let i = 0;
      if (across == size)
        for (; i + perVector <= n; i += perVector) {
          v128.store(to, v128.load(q));
          q += 16;
          to += 16;
        }
      for (; i < n; i++) {
        store<T>(to, load<T>(q));
        q += across;
        to += size;
      }
      for (; i < width; i++) {
        store<T>(to, 0 as T);
        to += size;
      }
      start += along;
    }
  }
}
