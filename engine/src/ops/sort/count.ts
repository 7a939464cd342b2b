/** Counts of values: of integers, and in bins. */

import { defineFunction, defineOp, type Run } from "../../dispatch/define.ts";
import { requireFloat, requireTensor } from "../../dispatch/operand.ts";
import { isInteger, newArray } from "../../tensor/dtype.ts";
import { ArgumentError, DTypeError, ShapeError } from "../../tensor/errors.ts";
import { contiguousArray } from "../../tensor/strided.ts";
import { fromArray, type Tensor } from "../../tensor/tensor.ts";

/** Options of `bincount`. */
export interface BincountOptions {
  /** Weight of each element, 1 by default. */
  readonly weights?: Tensor | null;
  /** Least number of counts. */
  readonly minlength?: number;
}

/**
 * Returns how often each integer from 0 on occurs in a vector of integers (int64), or the sums of the weights of its occurrences.
 * @throws DTypeError for a vector that is not of integers; ArgumentError for negative integers; ShapeError for other shapes.
 * @example bincount(tensor([1, 3, 1], { dtype: "int32" })).toArray(); // [0, 2, 0, 1]
 */
export const bincount: (
  input: Tensor,
  weights?: Tensor | null | BincountOptions,
  minlength?: number | BincountOptions,
) => Tensor = defineFunction(
  {
    name: "bincount",
    torch: "bincount",
    access: "method",
    signature: "input, weights=null, minlength=0",
    tex: "y_i = \\textstyle\\sum_j [x_j = i]\\, w_j",
    samples: (r) => [{ input: r.integers([6], 0, 4), weights: r.integers([6], 1, 5), minlength: 7 }],
  },
  (input: Tensor, weights?: Tensor | null | BincountOptions, minlength: number | BincountOptions = {}): Tensor => {
    const o: BincountOptions = {
      ...(typeof minlength === "number" ? { minlength } : minlength),
      ...(weights === null || weights === undefined ? {} : "shape" in weights ? { weights } : weights),
    };
    const x = requireTensor("bincount", input);
    const least = o.minlength ?? 0;
    if (!isInteger(x.dtype)) throw new DTypeError("bincount", "expected integers", [x.dtype]);
    if (x.ndim !== 1) throw new ShapeError("bincount", "expected a vector", [x.shape]);
    if (o.weights && (o.weights.ndim !== 1 || o.weights.shape[0] !== x.shape[0]))
      throw new ShapeError("bincount", "there must be one weight for each element", [o.weights.shape, x.shape]);
    if (!Number.isInteger(least) || least < 0)
      throw new ArgumentError("bincount", `minlength must be an integer of at least 0, but got ${least}`);
    const values = contiguousArray(x);
    const factors = o.weights ? contiguousArray(o.weights) : null;
    let length = least;
    for (let i = 0; i < values.length; i++) {
      const v = values[i];
      if (v < 0) throw new ArgumentError("bincount", `expected integers of at least 0, but got ${v}`);
      if (v >= length) length = v + 1;
    }
    const sums = new Float64Array(length);
    if (factors === null) for (let i = 0; i < values.length; i++) sums[values[i]]++;
    else for (let i = 0; i < values.length; i++) sums[values[i]] += factors[i];
    const dtype = !o.weights ? "int64" : o.weights.dtype === "float32" ? "float32" : "float64";
    const out = newArray(dtype, length);
    out.set(sums);
    return fromArray(out, dtype, [length]);
  },
);

/** Options of `histc`. */
export interface HistcOptions {
  /** Number of bins. */
  readonly bins?: number;
  /** Lower end of the first bin; the smallest element where both ends are equal. */
  readonly min?: number;
  /** Upper end of the last bin; the largest element where both ends are equal. */
  readonly max?: number;
}

/** Returns the ends of the histogram. */
function histogramEnds(values: ArrayLike<number>, min: number, max: number): readonly [number, number] {
  let [low, high] = [min, max];
  if (low === high && values.length > 0) {
    [low, high] = [Infinity, -Infinity];
    for (let i = 0; i < values.length; i++) {
      if (!(values[i] >= low)) low = values[i];
      if (!(values[i] <= high)) high = values[i];
    }
  }
  return low === high ? [low - 1, high + 1] : [low, high];
}

/** Complete parameters of `histc`. */
interface Bins {
  readonly bins: number;
  readonly min: number;
  readonly max: number;
}

const histcOp: Run<Bins> = defineOp<Bins>({
  name: "histc",
  torch: "histc",
  access: "method",
  signature: "input, bins=100, min=0, max=0",
  label: ({ bins }) => `histogram ${bins} bins`,
  tex: { forward: "y_b = \\textstyle\\sum_i [x_i \\in \\mathrm{bin}_b]", vjp: "" },
  outputs: ([x], { bins }) => {
    requireFloat("histc", x.dtype);
    return { shape: [bins], dtype: x.dtype };
  },
  kernel: (out, [x], { params: { bins, min, max } }) => {
    const [low, high] = histogramEnds(x, min, max);
    if (!Number.isFinite(low) || !Number.isFinite(high) || low > high)
      throw new ArgumentError("histc", `min and max must be finite and in order, but got ${low} and ${high}`);
    const counts = new Float64Array(bins);
    const width = high - low;
    for (let i = 0; i < x.length; i++) {
      const v = x[i];
      if (!(v >= low && v <= high)) continue;
      const bin = Math.floor(((v - low) / width) * bins);
      counts[bin < bins ? bin : bins - 1]++;
    }
    out.set(counts);
  },
  saves: {},
  vjp: "none",
  jvp: "none",
  batch: "loop",
  samples: (r) => [{ input: r.normal([2, 5]), bins: 4, min: -1, max: 2 }],
  call: histc,
});

/**
 * Returns how many elements lie in each of `bins` bins of equal width between `min` and `max`, or between the smallest and the largest element. Elements outside are
 * left out, and the last bin includes its upper end.
 * @throws DTypeError for integers; ArgumentError for fewer bins than one, and for ends that are not finite or in the wrong order.
 * @example histc(tensor([1, 2, 1]), { bins: 4, min: 0, max: 3 }).toArray(); // [0, 2, 1, 0]
 */
export function histc(input: Tensor, bins?: number | HistcOptions, min?: number | HistcOptions, max?: number): Tensor {
  const o: HistcOptions = {
    ...(max === undefined ? {} : { max }),
    ...(typeof min === "number" ? { min } : min),
    ...(typeof bins === "number" ? { bins } : bins),
  };
  const count = o.bins ?? 100;
  if (!Number.isInteger(count) || count < 1)
    throw new ArgumentError("histc", `bins must be an integer of at least 1, but got ${count}`);
  return histcOp([requireTensor("histc", input)], { bins: count, min: o.min ?? 0, max: o.max ?? 0 });
}

declare module "../../tensor/tensor.ts" {
  interface Tensor {
    /** Returns how often each integer from 0 on occurs in the vector. */
    bincount(weights?: Tensor | null | BincountOptions, minlength?: number | BincountOptions): Tensor;
    /** Returns how many elements lie in each of several bins of equal width. */
    histc(bins?: number | HistcOptions, min?: number | HistcOptions, max?: number): Tensor;
  }
}
