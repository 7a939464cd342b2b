/** Rows of windows that slide over planes [depth, height, width]. Sizes are words in memory, in the order of `engine/src/fast/abi/jobs/pool`. */
import * as Pool from "../../src/fast/abi/jobs/pool";
import { word } from "../threads/words";

/** Returns the first tap of a window that begins at `start` whose element is inside: start + tap * dilation ≥ 0. */
// @ts-ignore: decorator
@inline
export function firstTap(start: i32, dilation: i32): i32 {
  return start >= 0 ? 0 : (dilation - 1 - start) / dilation;
}

/** Returns the tap behind the last one whose element is inside of n elements. */
// @ts-ignore: decorator
@inline
export function endTap(start: i32, dilation: i32, taps: i32, n: i32): i32 {
  return start >= n ? 0 : min(taps, (n - 1 - start) / dilation + 1);
}

/** Returns the first place of a row whose window lies inside on the left. */
export function firstWhole(sizes: usize): i32 {
  const stride = word(sizes, Pool.strideWidth);
  return min((word(sizes, Pool.paddingWidth) + stride - 1) / stride, word(sizes, Pool.outputWidth));
}

/** Returns the place behind the last one of a row whose window lies inside on the right, or `first` if there is none. */
export function endWhole(sizes: usize, first: i32): i32 {
  const extent = word(sizes, Pool.dilationWidth) * (word(sizes, Pool.kernelWidth) - 1);
  const last = word(sizes, Pool.width) - 1 - extent + word(sizes, Pool.paddingWidth);
  return last < 0 ? first : max(first, min(word(sizes, Pool.outputWidth), last / word(sizes, Pool.strideWidth) + 1));
}

/** Loads a vector of elements of neighbouring windows: neighbours, or every other element for a stride of 2. */
// @ts-ignore: decorator
@inline
export function loadPlaces<T>(from: usize, isByTwo: bool): v128 {
  const a = v128.load(from);
  if (!isByTwo) return a;
  const b = v128.load(from, 16);
  if (sizeof<T>() == 8) return i64x2.shuffle(a, b, 0, 2);
  return i32x4.shuffle(a, b, 0, 2, 4, 6);
}
