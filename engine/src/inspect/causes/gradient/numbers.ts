/** Numbers about the elements of a tensor, by which causes differ. */
import type { NumericArray } from "../../../tensor/dtype.ts";
import { readElements } from "../../../tensor/strided.ts";
import type { Tensor } from "../../../tensor/tensor.ts";

/** Counts and sizes of a tensor's elements; sums and extremes are over the finite ones. */
export interface Numbers {
  readonly count: number;
  readonly zeros: number;
  readonly nan: number;
  readonly inf: number;
  readonly min: number;
  readonly max: number;
  /** The largest magnitude. */
  readonly peak: number;
  readonly sum: number;
  /** The sum of the magnitudes. */
  readonly total: number;
  /** The Euclidean norm, in float64. */
  readonly norm: number;
  /** The position of the first element that is NaN or infinite in row-major order; -1 for none. */
  readonly firstBad: number;
}

/** Whether no element is NaN or infinite. */
export function hasOnlyFinite(x: NumericArray): boolean {
  for (let i = 0; i < x.length; i++) if (x[i] - x[i] !== 0) return false;
  return true;
}

/** Returns the number of elements above 0. */
export function countPositive(t: Tensor): number {
  const x = readElements(t);
  let count = 0;
  for (let i = 0; i < x.length; i++) if (x[i] > 0) count++;
  return count;
}

/** Returns the numbers of a tensor. */
export function numbersOf(t: Tensor): Numbers {
  const x = readElements(t);
  let [zeros, min, max, sum, total, squares] = [0, Infinity, -Infinity, 0, 0, 0];
  for (let i = 0; i < x.length; i++) {
    const v = x[i];
    if (v === 0) zeros++;
    if (v < min) min = v;
    if (v > max) max = v;
    sum += v;
    total += Math.abs(v);
    squares += v * v;
  }
  // NaN or infinity, or magnitudes whose sum overflows
  if (total - total !== 0) return numbersOfFinite(x);
  const peak = Math.max(-min, max, 0);
  const norm = peak === 0 || (peak > 1e-140 && peak < 1e140) ? Math.sqrt(squares) : scaledNorm(x, peak);
  return { count: x.length, zeros, nan: 0, inf: 0, min, max, peak, sum, total, norm, firstBad: -1 };
}

/** Returns the numbers of elements of which some are NaN or infinite. */
function numbersOfFinite(x: NumericArray): Numbers {
  let [zeros, nan, inf, min, max, sum, total, firstBad] = [0, 0, 0, Infinity, -Infinity, 0, 0, -1];
  for (let i = 0; i < x.length; i++) {
    const v = x[i];
    if (v - v !== 0) {
      if (Number.isNaN(v)) nan++;
      else inf++;
      if (firstBad < 0) firstBad = i;
      continue;
    }
    if (v === 0) zeros++;
    if (v < min) min = v;
    if (v > max) max = v;
    sum += v;
    total += Math.abs(v);
  }
  const peak = Math.max(-min, max, 0);
  return { count: x.length, zeros, nan, inf, min, max, peak, sum, total, norm: scaledNorm(x, peak), firstBad };
}

/** Returns the norm of the finite elements, relative to the largest, so that squares neither overflow nor underflow. */
function scaledNorm(x: NumericArray, peak: number): number {
  if (peak === 0) return 0;
  let squares = 0;
  for (let i = 0; i < x.length; i++) {
    const v = x[i] / peak;
    if (v - v === 0) squares += v * v;
  }
  return peak * Math.sqrt(squares);
}

/** Returns the root of the mean square. */
export const rms = ({ norm, count }: Numbers): number => (count === 0 ? 0 : norm / Math.sqrt(count));

/** Whether every element is 0; false for a tensor without elements. */
export const isZero = ({ zeros, count }: Numbers): boolean => count > 0 && zeros === count;

/** Whether every element is finite. */
export const isFiniteThroughout = ({ nan, inf }: Numbers): boolean => nan + inf === 0;

/** Returns the index of the element at a row-major position. */
export function indexAt(shape: readonly number[], position: number): number[] {
  const index = new Array<number>(shape.length).fill(0);
  let rest = position;
  for (let d = shape.length - 1; d >= 0; d--) {
    index[d] = rest % shape[d];
    rest = Math.floor(rest / shape[d]);
  }
  return index;
}
