/** The mean of each window of planes [depth, height, width], and its transpose. */
import * as Pool from "../../src/fast/abi/jobs/pool";
import { word } from "../threads/words";
import { endWhole, firstWhole, loadPlaces } from "./pool-rows";

/** Up to so many elements of a window are added in the dtype of the tensor; more in float64. */
const fewTaps: i32 = 64;

/** Computes the means of a vector of windows: their sums times `factor`. */
// @ts-ignore: decorator
@inline
function vectorOfMeans<T>(from: usize, isByTwo: bool, planeStep: usize, rowStep: usize, depth: i32, height: i32, kw: i32, factor: T, y: usize): void {
  let sum = v128.splat<T>(0 as T);
  for (let i = 0; i < depth; i++)
    for (let j = 0; j < height; j++) {
      const row = from + <usize>i * planeStep + <usize>j * rowStep;
      for (let k = 0; k < kw; k++) sum = v128.add<T>(sum, loadPlaces<T>(row + <usize>k * sizeof<T>(), isByTwo));
    }
  v128.store(y, v128.mul<T>(sum, v128.splat<T>(factor)));
}

/** Adds shares of a vector of cotangents, whose windows begin at neighbouring elements, to the elements of the windows. */
// @ts-ignore: decorator
@inline
function addVector<T>(to: usize, planeStep: usize, rowStep: usize, depth: i32, height: i32, kw: i32, factor: T, y: usize): void {
  const share = v128.mul<T>(v128.load(y), v128.splat<T>(factor));
  for (let i = 0; i < depth; i++)
    for (let j = 0; j < height; j++) {
      const row = to + <usize>i * planeStep + <usize>j * rowStep;
      for (let k = 0; k < kw; k++) {
        const at = row + <usize>k * sizeof<T>();
        v128.store(at, v128.add<T>(v128.load(at), share));
      }
    }
}

/** Computes the mean of one window of `width` elements a row, or, backward, adds shares of its cotangent to them. */
// @ts-ignore: decorator
@inline
function mean<T>(x: usize, planeStep: usize, rowStep: usize, depth: i32, height: i32, width: i32, count: f64, y: usize, isBackward: bool): void {
  let sum: f64 = 0;
  const share = isBackward ? <T>(<f64>load<T>(y) / count) : (0 as T);
  for (let i = 0; i < depth; i++)
    for (let j = 0; j < height; j++) {
      let at = x + <usize>i * planeStep + <usize>j * rowStep;
      for (let k = 0; k < width; k++) {
        if (isBackward) store<T>(at, load<T>(at) + share);
        else sum += <f64>load<T>(at);
        at += sizeof<T>();
      }
    }
  if (!isBackward) store<T>(y, <T>(sum / count));
}

/**
 * Computes y, the mean of each window of x, or, backward, x as the sum of each window's share of y. The sum of a window is divided by `divisor` if that is not
 * 0, else by the number of its elements, with those in the padding where `padded`.
 */
// @ts-ignore: decorator
@inline
function means<T>(planes: i32, sizes: usize, padded: bool, divisor: f64, x: usize, y: usize, isBackward: bool): void {
  const d = word(sizes, Pool.depth), h = word(sizes, Pool.height), w = word(sizes, Pool.width);
  const od = word(sizes, Pool.outputDepth), oh = word(sizes, Pool.outputHeight), ow = word(sizes, Pool.outputWidth);
  const kd = word(sizes, Pool.kernelDepth), kh = word(sizes, Pool.kernelHeight), kw = word(sizes, Pool.kernelWidth);
  const sw = word(sizes, Pool.strideWidth), pw = word(sizes, Pool.paddingWidth);
  const rowStep = <usize>w * sizeof<T>(), planeStep = rowStep * h;
  const perVector = 16 / <i32>sizeof<T>();
  const first = firstWhole(sizes), end = endWhole(sizes, first);
  const isVector = (sw == 1 || (sw == 2 && !isBackward)) && kd * kh * kw <= fewTaps;
  if (isBackward) memory.fill(x, 0, <usize>planes * <usize>d * planeStep);
  for (let plane = 0; plane < planes; plane++) {
    for (let i = 0; i < od; i++) {
      const front = i * word(sizes, Pool.strideDepth) - word(sizes, Pool.paddingDepth), back = min(front + kd, d + word(sizes, Pool.paddingDepth));
      const z0 = max(front, 0), z1 = min(back, d);
      for (let j = 0; j < oh; j++) {
        const top = j * word(sizes, Pool.strideHeight) - word(sizes, Pool.paddingHeight), bottom = min(top + kh, h + word(sizes, Pool.paddingHeight));
        const y0 = max(top, 0), y1 = min(bottom, h);
        const row = x + <usize>z0 * planeStep + <usize>y0 * rowStep;
        const rows = padded ? (back - front) * (bottom - top) : (z1 - z0) * (y1 - y0);
        let o = 0;
        while (o < ow) {
          const left = o * sw - pw;
          if (isVector && o >= first && o + perVector <= end) {
            const at = row + <usize>left * sizeof<T>();
            const factor = <T>(1 / (divisor != 0 ? divisor : <f64>(rows * kw)));
            if (isBackward) addVector<T>(at, planeStep, rowStep, z1 - z0, y1 - y0, kw, factor, y);
            else if (sw == 2) vectorOfMeans<T>(at, true, planeStep, rowStep, z1 - z0, y1 - y0, kw, factor, y);
            else vectorOfMeans<T>(at, false, planeStep, rowStep, z1 - z0, y1 - y0, kw, factor, y);
            o += perVector;
            y += 16;
            continue;
          }
          const right = min(left + kw, w + pw), x0 = max(left, 0), x1 = min(right, w);
          const count = divisor != 0 ? divisor : <f64>(rows * (padded ? right - left : x1 - x0));
          mean<T>(row + <usize>x0 * sizeof<T>(), planeStep, rowStep, z1 - z0, y1 - y0, x1 - x0, count, y, isBackward);
          o++;
          y += sizeof<T>();
        }
      }
    }
    x += <usize>d * planeStep;
  }
}

/** Computes y, the mean of each window of x, in float32. */
export function avgPool32(planes: i32, sizes: usize, padded: bool, divisor: f64, x: usize, y: usize): void {
  means<f32>(planes, sizes, padded, divisor, x, y, false);
}

/** Computes y, the mean of each window of x, in float64. */
export function avgPool64(planes: i32, sizes: usize, padded: bool, divisor: f64, x: usize, y: usize): void {
  means<f64>(planes, sizes, padded, divisor, x, y, false);
}

/** Computes x from cotangents y, the transpose of `avgPool32`. */
export function avgPoolBack32(planes: i32, sizes: usize, padded: bool, divisor: f64, x: usize, y: usize): void {
  means<f32>(planes, sizes, padded, divisor, x, y, true);
}

/** Computes x from cotangents y, the transpose of `avgPool64`. */
export function avgPoolBack64(planes: i32, sizes: usize, padded: bool, divisor: f64, x: usize, y: usize): void {
  means<f64>(planes, sizes, padded, divisor, x, y, true);
}
