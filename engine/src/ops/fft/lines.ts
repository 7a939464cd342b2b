/** Discrete Fourier transforms of all lines of an array. Complex arrays have the real and imaginary part of each element in turn. */
import { sizesAround } from "../../dispatch/loops.ts";
import type { NumericArray } from "../../tensor/dtype.ts";
import type { Shape } from "../../tensor/shape.ts";
import { exchange, plan } from "./plan.ts";

/** Returns the half of a Hermitian line of length n that determines the others: its number of elements. */
export const halfOf = (n: number): number => Math.floor(n / 2) + 1;

/** Visits the first position of each line along a dimension, and the step from one element to the next. */
function eachLine(shape: Shape, dim: number, visit: (first: number, step: number) => void): void {
  const [outer, n, inner] = sizesAround(shape, dim);
  for (let o = 0; o < outer; o++) for (let i = 0; i < inner; i++) visit(o * n * inner + i, inner);
}

/** Transforms complex elements in place along dimensions: with e^(-2πijk/n) forward, with e^(2πijk/n) otherwise. */
export function transformLines(x: Float64Array, shape: Shape, dims: readonly number[], forward: boolean): void {
  // the inverse transform is the transform of the numbers with real and imaginary part exchanged
  if (!forward) exchange(x);
  for (const dim of dims) {
    const n = shape[dim];
    if (n === 1 || x.length === 0) continue;
    const transform = plan(n);
    const line = new Float64Array(2 * n);
    eachLine(shape, dim, (first, step) => {
      if (step === 1) return transform(x.subarray(2 * first, 2 * (first + n)));
      for (let k = 0, p = 2 * first; k < n; k++, p += 2 * step) {
        line[2 * k] = x[p];
        line[2 * k + 1] = x[p + 1];
      }
      transform(line);
      for (let k = 0, p = 2 * first; k < n; k++, p += 2 * step) {
        x[p] = line[2 * k];
        x[p + 1] = line[2 * k + 1];
      }
    });
  }
  if (!forward) exchange(x);
}

/**
 * Multiplies complex elements that stand for their conjugates as well: those of half lines along a dimension but the first, and the last where the length n of whole lines is
 * even.
 */
export function weigh(x: Float64Array, shape: Shape, dim: number, n: number, factor: number): void {
  if (factor === 1) return;
  eachLine(shape, dim, (first, step) => {
    for (let k = 1; 2 * k < n; k++) {
      x[2 * (first + k * step)] *= factor;
      x[2 * (first + k * step) + 1] *= factor;
    }
  });
}

/** Writes the first half of the transforms of real lines along a dimension, as complex elements: of their conjugates if not `forward`. */
export function transformReal(out: Float64Array, x: NumericArray, shape: Shape, dim: number, forward: boolean): void {
  const n = shape[dim];
  const sign = forward ? 1 : -1;
  const half = halfOf(n);
  const transform = plan(n);
  const line = new Float64Array(2 * n);
  let at = 0;
  const starts: number[] = [];
  eachLine(shape.with(dim, half), dim, (first) => starts.push(first));
  eachLine(shape, dim, (first, step) => {
    for (let k = 0, p = first; k < n; k++, p += step) {
      line[2 * k] = x[p];
      line[2 * k + 1] = 0;
    }
    transform(line);
    for (let k = 0, p = 2 * starts[at]; k < half; k++, p += 2 * step) {
      out[p] = line[2 * k];
      // the sum of the elements is real, and so is the alternating one
      out[p + 1] = 2 * k === n || k === 0 ? 0 : sign * line[2 * k + 1];
    }
    at++;
  });
}

/**
 * Writes the transforms, inverse ones if not `forward`, of Hermitian lines of length n along a dimension, of which `x` has the first half, as real elements. Imaginary parts of elements that
 * are their own conjugates are ignored. `shape` is that of the result.
 */
export function transformHermitian(
  out: NumericArray,
  x: Float64Array,
  shape: Shape,
  dim: number,
  forward: boolean,
  scale: number,
): void {
  const n = shape[dim];
  // the transform of the conjugate is the conjugate of the inverse
  const sign = forward ? 1 : -1;
  const half = halfOf(n);
  const transform = plan(n);
  const line = new Float64Array(2 * n);
  const starts: number[] = [];
  eachLine(shape.with(dim, half), dim, (first) => starts.push(first));
  let at = 0;
  eachLine(shape, dim, (first, step) => {
    for (let k = 0, p = 2 * starts[at]; k < half; k++, p += 2 * step) {
      const im = k === 0 || 2 * k === n ? 0 : sign * x[p + 1];
      line[2 * k] = x[p];
      line[2 * k + 1] = im;
      if (k === 0) continue;
      line[2 * (n - k)] = x[p];
      line[2 * (n - k) + 1] = -im;
    }
    transform(line);
    for (let k = 0, p = first; k < n; k++, p += step) out[p] = line[2 * k] * scale;
    at++;
  });
}
