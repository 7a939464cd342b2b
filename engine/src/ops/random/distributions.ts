/** Samples of normal and Bernoulli distributions whose parameters are tensors. */
import { defineFunction } from "../../dispatch/define.ts";
import { requireFloat, requireTensor } from "../../dispatch/operand.ts";
import { type RandomOptions, rand, randn } from "../../tensor/create.ts";
import type { DType } from "../../tensor/dtype.ts";
import { ArgumentError } from "../../tensor/errors.ts";
import type { Generator } from "../../tensor/random.ts";
import { broadcastShapes, type Shape } from "../../tensor/shape.ts";
import { Tensor } from "../../tensor/tensor.ts";
import { add, mul } from "../elementwise/arithmetic.ts";
import { lt } from "../elementwise/compare.ts";
import { to } from "../elementwise/convert.ts";
import { isWithin } from "./bounds.ts";

/** Options of `normal`. */
export interface NormalOptions {
  /** Shape of the result, if mean and standard deviation are numbers. */
  readonly size?: Shape | null;
  /** Dtype of the result, if mean and standard deviation are numbers; float32 by default. */
  readonly dtype?: DType | null;
  /** Source of the random numbers; the default generator if absent. */
  readonly generator?: Generator | null;
}

/** The options, with the standard deviation among them. */
type Named = NormalOptions & { readonly std?: Tensor | number };

const isShape = (x: Shape | NormalOptions): x is Shape => Array.isArray(x);

/** Returns the third argument as options. */
const namedSize = (x: Shape | null | NormalOptions): NormalOptions => (x === null || isShape(x) ? { size: x } : x);

/** Returns the second argument as options. */
const namedStd = (x: Tensor | number | Named): Named => (typeof x === "number" || x instanceof Tensor ? { std: x } : x);

const optionsOf = (dtype: DType, generator: Generator | null | undefined): RandomOptions =>
  generator === null || generator === undefined ? { dtype } : { dtype, generator };

/**
 * Returns a sample of the normal distribution with the mean and the standard deviation of each pair of elements, with broadcasting; of numbers, in the given size. No gradient flows to them, as in
 * PyTorch; `mean.add(randnLike.mul(std))` has one.
 * @throws ArgumentError for a negative standard deviation, and for two numbers without a size; DTypeError for tensors of integers and bools; ShapeError when the shapes do not broadcast.
 * @example normal(tensor([1, 2]), 0).toArray(); // [1, 2]
 */
export const normal: (
  mean: Tensor | number,
  std?: Tensor | number | (NormalOptions & { readonly std?: Tensor | number }),
  size?: Shape | null | NormalOptions,
  options?: Omit<NormalOptions, "size">,
) => Tensor = defineFunction(
  {
    name: "normal",
    torch: "normal",
    access: "function",
    signature: "mean, std=1, size=null, dtype=null, generator=null",
    tex: "y \\sim N(\\mu, \\sigma^2)",
    samples: (r) => [{ mean: 2, std: 0, size: [3], dtype: "float64", generator: r.generator }],
  },
  (
    mean: Tensor | number,
    second: Tensor | number | Named = 1,
    third: Shape | null | NormalOptions = null,
    last: Omit<NormalOptions, "size"> = {},
  ): Tensor => {
    const options = { ...last, ...namedSize(third), ...namedStd(second) };
    const { std = 1, size = null, dtype = null, generator } = options;
    const tensors = [mean, std].filter((x): x is Tensor => x instanceof Tensor);
    for (const x of tensors) requireFloat("normal", x.dtype);
    if (!isWithin(std, 0, Number.POSITIVE_INFINITY))
      throw new ArgumentError("normal", "the standard deviations must be at least 0");
    if (tensors.length === 0 && size === null)
      throw new ArgumentError("normal", "of numbers, the size of the result must be given");
    const shape =
      tensors.length === 0
        ? (size as Shape)
        : broadcastShapes(
            "normal",
            tensors.map((x) => x.shape),
          );
    const noise = randn(shape, optionsOf(tensors[0]?.dtype ?? dtype ?? "float32", generator));
    const [location, scale] = [mean, std].map((x) => (x instanceof Tensor ? x.detach() : x));
    return add(mul(noise, scale), location);
  },
);

/** Options of `bernoulli`. */
export interface BernoulliOptions {
  /** Probability of 1 for all elements, in the place of the elements themselves. */
  readonly p?: number | null;
  /** Source of the random numbers; the default generator if absent. */
  readonly generator?: Generator | null;
}

/**
 * Returns 1 with the probability that each element is, else 0, in the dtype of the input; with `p`, with that probability. No gradient flows to the probabilities.
 * @throws ArgumentError for a probability outside of [0, 1]; DTypeError for integers and bools, unless `p` is given.
 * @example bernoulli(tensor([0, 1])).toArray(); // [0, 1]
 */
export const bernoulli: (
  input: Tensor,
  p?: number | null | BernoulliOptions,
  options?: Omit<BernoulliOptions, "p">,
) => Tensor = defineFunction(
  {
    name: "bernoulli",
    torch: "bernoulli",
    access: "method",
    signature: "input, p=null, generator=null",
    tex: "y \\sim B(x)",
    samples: (r) => [{ input: r.normal([2, 3]), p: 1, generator: r.generator }],
  },
  (input: Tensor, first: number | null | BernoulliOptions = null, rest: Omit<BernoulliOptions, "p"> = {}): Tensor => {
    const x = requireTensor("bernoulli", input);
    const { p = null, generator } =
      typeof first === "number" || first === null ? { ...rest, p: first } : { ...rest, ...first };
    if (p === null) requireFloat("bernoulli", x.dtype);
    if (!isWithin(p ?? x, 0, 1)) throw new ArgumentError("bernoulli", "the probabilities must lie in [0, 1]");
    return to(lt(rand(x.shape, optionsOf("float64", generator)), p ?? x.detach()), x.dtype);
  },
);

declare module "../../tensor/tensor.ts" {
  interface Tensor {
    /** Returns 1 with the probability that each element is, else 0. */
    bernoulli(p?: number | null | BernoulliOptions, options?: Omit<BernoulliOptions, "p">): Tensor;
  }
}
