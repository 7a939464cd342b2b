/** Activation functions that are composed of other ops. */
import { defineComposite } from "../../dispatch/define.ts";
import { binary, promotedDType } from "../../dispatch/elementwise.ts";
import { type Operand, requireFloat, requireTensor } from "../../dispatch/operand.ts";
import { rand } from "../../tensor/create.ts";
import { ArgumentError, DTypeError, ShapeError } from "../../tensor/errors.ts";
import type { Generator } from "../../tensor/random.ts";
import { normalizeDim } from "../../tensor/shape.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { abs } from "../elementwise/absolute.ts";
import { add, mul, neg, sub } from "../elementwise/arithmetic.ts";
import { gt } from "../elementwise/compare.ts";
import { div } from "../elementwise/division.ts";
import { tanh } from "../elementwise/exponential.ts";
import { sigmoid } from "../elementwise/sigmoid.ts";
import { where } from "../elementwise/where.ts";
import { reshape } from "../shape/reshape.ts";
import { splitWithSizes } from "../shape/split.ts";
import { leakyRelu } from "./piecewise-activation.ts";
import { type SoftmaxOptions, softmax } from "./softmax.ts";

/**
 * Returns x / (1 + |x|) of each element. Integers become float32.
 * @example softsign(tensor([-1, 3])).toArray(); // [-0.5, 0.75]
 */
export const softsign: (input: Tensor) => Tensor = defineComposite(
  {
    name: "softsign",
    torch: "nn.functional.softsign",
    access: "function",
    signature: "input",
    tex: "y = x / (1 + |x|)",
    samples: (r) => [{ input: r.distinct([2, 3]) }],
  },
  (input: Tensor): Tensor => div(input, add(abs(input), 1)),
);

/**
 * Returns x - tanh(x) of each element. Integers become float32.
 * @example tanhshrink(tensor([0])).toArray(); // [0]
 */
export const tanhshrink: (input: Tensor) => Tensor = defineComposite(
  {
    name: "tanhshrink",
    torch: "nn.functional.tanhshrink",
    access: "function",
    signature: "input",
    tex: "y = x - \\tanh x",
    samples: (r) => [{ input: r.normal([2, 3]) }],
  },
  (input: Tensor): Tensor => sub(input, tanh(input)),
);

/** Options of `glu`. */
export interface GLUOptions {
  /** Dimension that is halved; the last one by default. */
  readonly dim?: number;
}

/**
 * Returns a σ(b), where a and b are the halves of the input along `dim` and σ is the logistic function. Source: Dauphin et al., 2016.
 * @throws ShapeError for a scalar, and when the size of the dimension is odd; IndexError for a dimension out of range; DTypeError for integers and bools.
 * @example glu(tensor([4, 0])).toArray(); // [2]
 */
export const glu: (input: Tensor, options?: GLUOptions) => Tensor = defineComposite(
  {
    name: "glu",
    torch: "nn.functional.glu",
    access: "function",
    signature: "input, dim=-1",
    tex: "y = a \\odot \\sigma(b)",
    samples: (r) => [{ input: r.normal([3, 4]) }, { input: r.normal([4, 3]), dim: 0 }],
  },
  (input: Tensor, { dim = -1 }: GLUOptions = {}): Tensor => {
    requireFloat("glu", input.dtype);
    if (input.ndim === 0) throw new ShapeError("glu", "the input must have a dimension to halve", [input.shape]);
    const d = normalizeDim("glu", dim, input.ndim);
    const size = input.shape[d];
    if (size % 2 !== 0) throw new ShapeError("glu", `dimension ${dim} must have an even size`, [input.shape]);
    const [a, b] = splitWithSizes(input, [size / 2, size / 2], d);
    return mul(a, sigmoid(b));
  },
);

/** The op of `prelu` with a slope for each element. */
const preluOp: (input: Operand, slope: Operand) => Tensor = binary(
  {
    name: "preluKernel",
    torch: "ops.aten._prelu_kernel",
    access: "internal",
    signature: "input, weight",
    label: "prelu",
    tex: {
      forward: "y = \\max(x, 0) + w \\min(x, 0)",
      vjp: "\\bar x = ([x > 0] + w\\, [x \\le 0])\\, \\bar y,\\ \\bar w = \\min(x, 0)\\, \\bar y",
    },
    f: (x, w) => (x > 0 ? x : w * x),
    result: promotedDType,
    saves: [{ inputs: [0, 1] }, { inputs: [0] }],
    partials: [
      { select: (g, { inputs: [x, w] }) => where(gt(x, 0), g, mul(w, g)) },
      { select: (g, { inputs: [x] }) => where(gt(x, 0), 0, mul(g, x)) },
    ],
    samples: (r) => [{ input: r.distinct([2, 3]), weight: r.uniform([3], 0.1, 0.9) }],
  },
  (input: Tensor, weight: Tensor) => preluOp(input, weight),
);

/**
 * Returns x where x > 0, else weight x, with one weight for all elements or one for each channel, which is dimension 1. The gradient at 0 is the weight.
 * Source: He et al., 2015.
 * @throws ShapeError for a weight that is no scalar or vector, or has not one element for each channel; DTypeError for integers and bools, and when the dtypes differ.
 * @example prelu(tensor([-2, 3]), tensor([0.5])).toArray(); // [-1, 3]
 */
export const prelu: (input: Tensor, weight: Tensor) => Tensor = defineComposite(
  {
    name: "prelu",
    torch: "nn.functional.prelu",
    aliases: ["prelu"],
    access: "method",
    signature: "input, weight",
    dims: "input: batch channels ..*; weight: channels",
    tex: "y = \\max(x, 0) + w \\min(x, 0)",
    samples: (r) => [
      { input: r.distinct([2, 3]), weight: r.uniform([3], 0.1, 0.9) },
      { input: r.distinct([4]), weight: r.uniform([], 0.1, 0.9) },
      { input: r.distinct([2, 2, 3]), weight: r.uniform([1], 0.1, 0.9) },
    ],
  },
  (input: Tensor, weight: Tensor): Tensor => {
    const [x, w] = [requireTensor("prelu", input), requireTensor("prelu", weight)];
    requireFloat("prelu", x.dtype);
    if (w.dtype !== x.dtype)
      throw new DTypeError("prelu", "the weight must have the dtype of the input", [x.dtype, w.dtype]);
    if (w.ndim > 1) throw new ShapeError("prelu", "the weight must be a scalar or a vector", [w.shape]);
    const channels = x.ndim > 1 ? x.shape[1] : 1;
    if (w.numel() !== 1 && (x.ndim === 0 || w.numel() !== channels))
      throw new ShapeError("prelu", `the weight must have one element, or one for each of ${channels} channels`, [
        x.shape,
        w.shape,
      ]);
    const slope =
      w.numel() === 1
        ? reshape(w, [])
        : reshape(
            w,
            x.shape.map((n, d) => (d === 1 ? n : 1)),
          );
    return preluOp(x, slope);
  },
);

/** Options of `rrelu`. */
export interface RReluOptions {
  /** Smallest factor of negative elements; 1/8 by default. */
  readonly lower?: number;
  /** Largest factor of negative elements; 1/3 by default. */
  readonly upper?: number;
  /** Whether the factors are random; otherwise each is the mean of `lower` and `upper`. */
  readonly training?: boolean;
  /** Source of the random numbers; the default generator if absent. */
  readonly generator?: Generator;
}

/**
 * Returns x where x > 0, else x times a factor: in training a random one for each element, uniform between `lower` and `upper`, otherwise the mean of both.
 * The gradient at 0 is the factor. Source: Xu et al., 2015.
 * @throws ArgumentError when lower > upper; DTypeError for integers and bools.
 * @example rrelu(tensor([-4, 3]), { lower: 0.2, upper: 0.3 }).toArray(); // [-1, 3]
 */
export const rrelu: (input: Tensor, options?: RReluOptions) => Tensor = defineComposite(
  {
    name: "rrelu",
    torch: "nn.functional.rrelu",
    aliases: ["rrelu"],
    access: "function",
    signature: "input, lower=0.125, upper=0.3333333333333333, training=false, generator=null",
    tex: "y = \\max(x, 0) + a \\min(x, 0)",
    samples: (r) => [
      { input: r.distinct([2, 3]), lower: 0.2, upper: 0.4 },
      // one factor for all elements, as random numbers inside of vmap need a policy
      { input: r.distinct([3]), lower: 0.2, upper: 0.2, training: true, generator: r.generator },
    ],
  },
  (input: Tensor, { lower = 1 / 8, upper = 1 / 3, training = false, generator }: RReluOptions = {}): Tensor => {
    const x = requireTensor("rrelu", input);
    requireFloat("rrelu", x.dtype);
    if (!(lower <= upper))
      throw new ArgumentError("rrelu", `lower must not exceed upper, but got ${lower} and ${upper}`);
    if (!training || lower === upper) return leakyRelu(x, { negativeSlope: (lower + upper) / 2 });
    const uniform = rand(x.shape, { dtype: x.dtype, ...(generator === undefined ? {} : { generator }) });
    return where(gt(x, 0), x, mul(x, add(mul(uniform, upper - lower), lower)));
  },
);

/**
 * Returns the softmax of -x along `dim`.
 * @throws DTypeError for integers and bools, unless `dtype` is given; IndexError for a dimension out of range.
 * @example softmin(tensor([0, 0]), 0).toArray(); // [0.5, 0.5]
 */
export const softmin: (input: Tensor, dim: number, options?: SoftmaxOptions) => Tensor = defineComposite(
  {
    name: "softmin",
    torch: "nn.functional.softmin",
    access: "function",
    signature: "input, dim, dtype=null",
    tex: "y_i = e^{-x_i} / \\textstyle\\sum_j e^{-x_j}",
    samples: (r) => [
      { input: r.normal([2, 3]), dim: 1 },
      { input: r.normal([3]), dim: 0, dtype: "float64" },
    ],
  },
  (input: Tensor, dim: number, options: SoftmaxOptions = {}): Tensor => softmax(neg(input), dim, options),
);

declare module "../../tensor/tensor.ts" {
  interface Tensor {
    /** Returns x where x > 0, else weight x, with one weight for all elements or for each channel. The gradient at 0 is the weight. */
    prelu(weight: Tensor): Tensor;
  }
}
