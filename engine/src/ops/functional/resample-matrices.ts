/** The matrices of resampling along one dimension, by method: from `n` elements to `size`. */
import { type Entry, matrixOf, type SparseMatrix } from "./resample.ts";

/** The relation of the positions in the result to those in the input. */
export interface Resampling {
  /** Number of elements of the input. */
  readonly n: number;
  /** Number of elements of the result. */
  readonly size: number;
  /** Whether the first and last elements of both are at the same position, rather than their outer edges. */
  readonly alignCorners: boolean;
  /** The factor from input to result; `null` takes size / n. */
  readonly factor: number | null;
}

/** Returns the matrix in which row i is `row(i)`. */
const byRow = ({ n, size }: Resampling, row: (i: number) => readonly Entry[]): SparseMatrix => matrixOf(n, size, row);

/** Returns the distance in the input between neighbouring elements of the result. */
function stepOf({ n, size, alignCorners, factor }: Resampling): number {
  if (alignCorners) return size > 1 ? (n - 1) / (size - 1) : 0;
  return factor !== null && factor > 0 ? 1 / factor : n / size;
}

/** Returns the position in the input of an element of the result. */
const positionOf = (i: number, step: number, alignCorners: boolean): number =>
  alignCorners ? i * step : (i + 0.5) * step - 0.5;

/** Nearest element towards the start: ⌊i n / size⌋. PyTorch computes the quotient in float32, whatever the dtype. */
export function nearestMatrix(r: Resampling): SparseMatrix {
  const step = Math.fround(stepOf({ ...r, alignCorners: false }));
  return byRow(r, (i) => {
    if (r.size === r.n) return [[i, 1]];
    if (r.size === 2 * r.n) return [[i >> 1, 1]];
    return [[Math.min(Math.floor(Math.fround(i * step)), r.n - 1), 1]];
  });
}

/** Nearest element by the centres of elements: ⌊(i + ½) n / size⌋, in float32 as in PyTorch. */
export function nearestExactMatrix(r: Resampling): SparseMatrix {
  const step = Math.fround(stepOf({ ...r, alignCorners: false }));
  return byRow(r, (i) => [[Math.min(Math.floor(Math.fround((i + 0.5) * step)), r.n - 1), 1]]);
}

/** Linear interpolation between the two neighbours; constant outside of the centres of the first and last elements. */
export function linearMatrix(r: Resampling): SparseMatrix {
  const step = stepOf(r);
  return byRow(r, (i) => {
    if (r.size === r.n) return [[i, 1]];
    const position = Math.max(positionOf(i, step, r.alignCorners), 0);
    const left = Math.min(Math.floor(position), r.n - 1);
    const t = Math.min(Math.max(position - left, 0), 1);
    return [
      [left, 1 - t],
      [Math.min(left + 1, r.n - 1), t],
    ];
  });
}

/** Returns the cubic convolution kernel with parameter a at a distance. Source: Keys, 1981. */
export const cubicKernel = (distance: number, a: number): number => {
  const x = Math.abs(distance);
  if (x <= 1) return ((a + 2) * x - (a + 3)) * x * x + 1;
  return x < 2 ? ((a * x - 5 * a) * x + 8 * a) * x - 4 * a : 0;
};

/** Cubic convolution of the four neighbours with a = -¾; elements outside are those of the edge. */
export function cubicMatrix(r: Resampling): SparseMatrix {
  const step = stepOf(r);
  return byRow(r, (i) => {
    if (r.size === r.n) return [[i, 1]];
    const position = positionOf(i, step, r.alignCorners);
    const left = Math.floor(position);
    return [-1, 0, 1, 2].map((k): Entry => {
      const column = Math.min(Math.max(left + k, 0), r.n - 1);
      return [column, cubicKernel(position - left - k, -0.75)];
    });
  });
}

/** A filter of antialiased resampling: its radius, and its value at a distance. */
interface Filter {
  readonly radius: number;
  readonly at: (distance: number) => number;
}

const filters: Readonly<Record<"linear" | "cubic", Filter>> = {
  linear: { radius: 1, at: (x) => Math.max(1 - Math.abs(x), 0) },
  cubic: { radius: 2, at: (x) => cubicKernel(x, -0.5) },
};

/** Mean of all elements below the filter, weighted by it, as in Pillow. The filter is widened by the step where the result is smaller. */
export function antialiasedMatrix(r: Resampling, filter: "linear" | "cubic"): SparseMatrix {
  const step = stepOf(r);
  const widening = Math.max(step, 1);
  const { radius, at } = filters[filter];
  const support = radius * widening;
  return byRow(r, (i) => {
    const center = step * (i + 0.5);
    const first = Math.max(Math.trunc(center - support + 0.5), 0);
    const end = Math.min(Math.trunc(center + support + 0.5), r.n);
    const weights = Array.from({ length: Math.max(end - first, 0) }, (_, k) =>
      at((first + k - center + 0.5) / widening),
    );
    const total = weights.reduce((a, b) => a + b, 0);
    return weights.map((w, k): Entry => [first + k, total === 0 ? w : w / total]);
  });
}

/** Returns the first element and the end of window i of adaptive pooling: ⌊i n / size⌋ and ⌈(i + 1) n / size⌉. */
export const adaptiveWindow = (i: number, n: number, size: number): readonly [start: number, end: number] => [
  Math.floor((i * n) / size),
  Math.ceil(((i + 1) * n) / size),
];

/** Means of the windows of adaptive pooling. */
export const adaptiveMatrix = (n: number, size: number): SparseMatrix =>
  matrixOf(n, size, (i) => {
    const [start, end] = adaptiveWindow(i, n, size);
    return Array.from({ length: end - start }, (_, k): Entry => [start + k, 1 / (end - start)]);
  });
