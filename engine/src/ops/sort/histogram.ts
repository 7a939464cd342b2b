/** Histograms with their edges: of numbers, and of points in several dimensions. */
import { defineFunction } from "../../dispatch/define.ts";
import { requireFloat, requireTensor } from "../../dispatch/operand.ts";
import { checkSizes, linspace } from "../../tensor/create.ts";
import { type DType, type NumericArray, newArray } from "../../tensor/dtype.ts";
import { ArgumentError, DTypeError, ShapeError } from "../../tensor/errors.ts";
import { sameShape, sizeOf } from "../../tensor/shape.ts";
import { contiguousArray } from "../../tensor/strided.ts";
import { fromArray, Tensor } from "../../tensor/tensor.ts";

/** Options of `histogram` and `histogramdd`. */
export interface HistogramOptions {
  /** Both ends of the bins, of each dimension in turn; by default the smallest and the largest number. Only where the number of bins is given. */
  readonly range?: readonly number[] | null;
  /** The weight of each number or point; 1 by default. */
  readonly weight?: Tensor | null;
  /** Whether the counts are divided by their sum and the sizes of the bins, so that the integral is 1. */
  readonly density?: boolean;
}

/** The points of which a histogram is made, in row-major order. */
interface Points {
  readonly op: string;
  readonly elements: NumericArray;
  readonly dims: number;
  readonly dtype: DType;
}

/** Returns the smallest and the largest coordinate, or 0 and 1 where there is none. */
function extent({ elements, dims }: Points, d: number): readonly [number, number] {
  let [low, high] = [Infinity, -Infinity];
  for (let i = d; i < elements.length; i += dims) {
    if (!(elements[i] >= low)) low = elements[i];
    if (!(elements[i] <= high)) high = elements[i];
  }
  return elements.length === 0 ? [0, 1] : [low, high];
}

/** Returns the edges of equal bins. A range without extent is widened by 1/2 on both sides. */
function equalBins(points: Points, count: number, d: number, range: readonly number[] | null): Tensor {
  const { op, dtype } = points;
  if (!Number.isInteger(count) || count < 1)
    throw new ArgumentError(op, `the number of bins must be a positive integer, but got ${count}`);
  const [low, high] = range === null ? extent(points, d) : range.slice(2 * d, 2 * d + 2);
  if (!Number.isFinite(low) || !Number.isFinite(high) || low > high)
    throw new ArgumentError(op, `the ends of the range must be finite and in order, but got ${low} and ${high}`);
  return low === high
    ? linspace(low - 0.5, high + 0.5, count + 1, { dtype })
    : linspace(low, high, count + 1, { dtype });
}

/** Returns edges that the program gives. */
function givenEdges({ op, dtype }: Points, edges: Tensor): Tensor {
  if (edges.ndim !== 1 || edges.numel() < 1) throw new ShapeError(op, "the edges must be a vector", [edges.shape]);
  if (edges.dtype !== dtype)
    throw new DTypeError(op, "the edges must have the dtype of the input", [edges.dtype, dtype]);
  return edges;
}

/** Returns the number of bins for each unit of a range, with which a bin of equal ones is guessed. */
const scaleOf = (edges: NumericArray): number => (edges.length - 1) / (edges[edges.length - 1] - edges[0]);

/** Returns the bin of a number, -1 outside of all: the one at its place in the range, if it lies there, else by binary search. The last bin includes its upper edge. */
function binOf(edges: NumericArray, v: number, scale: number): number {
  const last = edges.length - 1;
  if (!(v >= edges[0] && v <= edges[last])) return -1;
  const guess = Math.floor((v - edges[0]) * scale);
  if (edges[guess] <= v && v < edges[guess + 1]) return guess;
  let [low, high] = [0, last];
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (edges[middle] <= v) low = middle;
    else high = middle;
  }
  return low;
}

/** Returns the weights as an array, or `null` for weights of 1. */
function weightsOf(op: string, weight: Tensor | null, shape: readonly number[], dtype: DType): NumericArray | null {
  if (weight === null) return null;
  if (!sameShape(weight.shape, shape))
    throw new ShapeError(op, "there must be one weight for each", [weight.shape, shape]);
  if (weight.dtype !== dtype)
    throw new DTypeError(op, "the weights must have the dtype of the input", [weight.dtype, dtype]);
  return contiguousArray(weight);
}

/** Divides each count by the sum and by the volume of its bin. */
function normalize(sums: Float64Array, edges: readonly NumericArray[]): void {
  const total = sums.reduce((a, b) => a + b, 0);
  sums.forEach((v, at) => {
    let [rest, volume] = [at, 1];
    for (const e of edges.toReversed()) {
      const i = rest % (e.length - 1);
      rest = Math.floor(rest / (e.length - 1));
      volume *= e[i + 1] - e[i];
    }
    sums[at] = v / total / volume;
  });
}

/** Counts the points in the bins that the edges make. */
function count(points: Points, edges: readonly Tensor[], weights: NumericArray | null, density: boolean): Tensor {
  const { elements, dims, dtype } = points;
  const lines = edges.map(contiguousArray);
  const shape = lines.map((e) => Math.max(e.length - 1, 0));
  checkSizes(points.op, shape);
  const sums = new Float64Array(sizeOf(shape));
  const scales = lines.map(scaleOf);
  for (let i = 0, at = 0; at < elements.length; i++, at += dims) {
    let offset = 0;
    for (let d = 0; d < dims && offset >= 0; d++) {
      const bin = binOf(lines[d], elements[at + d], scales[d]);
      offset = bin < 0 ? -1 : offset * shape[d] + bin;
    }
    if (offset >= 0) sums[offset] += weights === null ? 1 : weights[i];
  }
  if (density) normalize(sums, lines);
  const out = newArray(dtype, sums.length);
  out.set(sums);
  return fromArray(out, dtype, shape);
}

/**
 * Returns how many numbers lie in each bin, and the edges of the bins: `bins` is their number, or a vector of edges in ascending order. Numbers outside and NaN are left
 * out, and the last bin includes its upper edge.
 * @throws DTypeError for integers, and for edges and weights of another dtype; ArgumentError for fewer bins than one, and for a range that is not finite or in order.
 * @example
 * const [hist, edges] = histogram(tensor([1, 2, 1]), 2, { range: [0, 4] });
 * hist.toArray(); // [2, 1]
 * edges.toArray(); // [0, 2, 4]
 */
export const histogram: (
  input: Tensor,
  bins: number | Tensor,
  options?: HistogramOptions,
) => readonly [hist: Tensor, binEdges: Tensor] = defineFunction(
  {
    name: "histogram",
    torch: "histogram",
    access: "method",
    signature: "input, bins, range=null, weight=null, density=false",
    tex: "y_b = \\textstyle\\sum_i [x_i \\in \\mathrm{bin}_b]\\, w_i",
    samples: (r) => [
      { input: r.integers([6], 0, 9).to("float32"), bins: 3, range: [0, 9], density: true },
      { input: r.integers([6], 0, 9).to("float32"), bins: 4, weight: r.integers([6], 1, 5).to("float32") },
    ],
  },
  (input: Tensor, bins: number | Tensor, options: HistogramOptions = {}): readonly [Tensor, Tensor] => {
    const x = requireTensor("histogram", input);
    requireFloat("histogram", x.dtype);
    const { range = null, weight = null, density = false } = options;
    const points = { op: "histogram", elements: contiguousArray(x), dims: 1, dtype: x.dtype };
    if (range !== null && range.length !== 2)
      throw new ArgumentError("histogram", `range must have two ends, but has ${range.length}`);
    const edges = bins instanceof Tensor ? givenEdges(points, bins) : equalBins(points, bins, 0, range);
    return [count(points, [edges], weightsOf("histogram", weight, x.shape, x.dtype), density), edges];
  },
);

/**
 * Returns how many points lie in each bin of a grid, and the edges along each dimension. The last dimension of `input` has the coordinates; `bins` is the number of bins, one
 * number or vector of edges for each dimension. Points outside are left out, and the last bins include their upper edges.
 * @throws DTypeError for integers, and for edges and weights of another dtype; ArgumentError for fewer bins than one, another number of entries than dimensions, and for a
 * range that is not finite or in order.
 * @example
 * const [hist] = histogramdd(tensor([[0, 1], [1, 0], [1, 0]]), [2, 2]);
 * hist.toArray(); // [[0, 1], [2, 0]]
 */
export const histogramdd: (
  input: Tensor,
  bins: number | readonly (number | Tensor)[],
  options?: HistogramOptions,
) => readonly [hist: Tensor, binEdges: readonly Tensor[]] = defineFunction(
  {
    name: "histogramdd",
    torch: "histogramdd",
    access: "function",
    signature: "input, bins, range=null, weight=null, density=false",
    tex: "y_b = \\textstyle\\sum_i [x_i \\in \\mathrm{bin}_b]\\, w_i",
    samples: (r) => [
      { input: r.integers([6, 2], 0, 9).to("float32"), bins: [3, 2], range: [0, 9, 0, 9], density: true },
      { input: r.integers([6, 2], 0, 9).to("float32"), bins: 4, weight: r.integers([6], 1, 5).to("float32") },
    ],
  },
  (
    input: Tensor,
    bins: number | readonly (number | Tensor)[],
    options: HistogramOptions = {},
  ): readonly [Tensor, readonly Tensor[]] => {
    const x = requireTensor("histogramdd", input);
    requireFloat("histogramdd", x.dtype);
    const { range = null, weight = null, density = false } = options;
    if (x.ndim < 2)
      throw new ShapeError("histogramdd", "expected a dimension of points and one of coordinates", [x.shape]);
    const dims = x.shape[x.ndim - 1];
    const list = typeof bins === "number" ? new Array<number>(dims).fill(bins) : bins;
    if (list.length !== dims)
      throw new ArgumentError(
        "histogramdd",
        `bins must have an entry for each of ${dims} dimensions, but has ${list.length}`,
      );
    if (range !== null && range.length !== 2 * dims)
      throw new ArgumentError(
        "histogramdd",
        `range must have two ends for each of ${dims} dimensions, but has ${range.length}`,
      );
    const points = { op: "histogramdd", elements: contiguousArray(x), dims, dtype: x.dtype };
    const edges = list.map((b, d) => (b instanceof Tensor ? givenEdges(points, b) : equalBins(points, b, d, range)));
    const weights = weightsOf("histogramdd", weight, x.shape.slice(0, -1), x.dtype);
    return [count(points, edges, weights, density), edges];
  },
);

declare module "../../tensor/tensor.ts" {
  interface Tensor {
    /** Returns how many numbers lie in each bin, and the edges of the bins. */
    histogram(bins: number | Tensor, options?: HistogramOptions): readonly [hist: Tensor, binEdges: Tensor];
  }
}
