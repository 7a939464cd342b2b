/** Reductions that return two results: a spread and the mean, or the smallest and the largest elements. */

import { defineComposite } from "../../dispatch/define.ts";
import { requireTensor } from "../../dispatch/operand.ts";
import type { Arguments, SampleSource } from "../../dispatch/spec.ts";
import type { Dims } from "../../tensor/shape.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { type AlongOptions, alongParams, mergeAlong } from "./along.ts";
import { amax, amin } from "./max.ts";
import { merge } from "./reduction.ts";
import { mean } from "./sum.ts";
import { std, type VarOptions, variance } from "./variance.ts";

type SpreadAndMean = (
  input: Tensor,
  dim?: Dims | null | VarOptions,
  unbiased?: boolean | VarOptions,
  keepdim?: boolean,
) => readonly [Tensor, Tensor];

/** Returns the function that computes a spread and the mean over the same dimensions. */
const withMean =
  (spread: typeof variance): SpreadAndMean =>
  (input, dim, unbiased = {}, keepdim) => {
    const rest: VarOptions = typeof unbiased === "boolean" ? { unbiased, keepdim: keepdim ?? false } : unbiased;
    const o = merge(dim, rest);
    return [spread(input, o), mean(input, { dim: o.dim ?? null, keepdim: o.keepdim ?? false })];
  };

const signature = "input, dim=null, unbiased=null, keepdim=false, correction=1";

const samples = (r: SampleSource): Arguments[] => [
  { input: r.normal([2, 3]) },
  { input: r.normal([2, 3, 4]), dim: [0, 2], correction: 0 },
  { input: r.normal([4, 3]), dim: 0, keepdim: true, unbiased: false },
];

/**
 * Returns the variance and the mean over dimensions, over all by default; the divisor of the variance is n - 1 by default.
 * @throws DTypeError for integers and bools; IndexError for a dimension out of range.
 * @example varMean(tensor([1, 2, 3])).map((y) => y.item()); // [1, 2]
 */
export const varMean: SpreadAndMean = defineComposite(
  {
    name: "varMean",
    torch: "var_mean",
    access: "function",
    signature,
    tex: "(\\mathrm{var}(x), \\mathrm{mean}(x))",
    samples,
  },
  withMean(variance),
);

/**
 * Returns the standard deviation and the mean over dimensions, over all by default; the divisor of the variance is n - 1 by default.
 * @throws DTypeError for integers and bools; IndexError for a dimension out of range.
 * @example stdMean(tensor([1, 2, 3])).map((y) => y.item()); // [1, 2]
 */
export const stdMean: SpreadAndMean = defineComposite(
  {
    name: "stdMean",
    torch: "std_mean",
    access: "function",
    signature,
    tex: "(\\mathrm{std}(x), \\mathrm{mean}(x))",
    samples,
  },
  withMean(std),
);

/**
 * Returns the smallest and the largest elements, of the whole tensor or along `dim`; NaN if there is one. Equal elements share the gradient.
 * @throws IndexError for a dimension out of range, and when there is nothing to reduce.
 * @example aminmax(tensor([1, 5, 2])).map((y) => y.item()); // [1, 5]
 */
export const aminmax: (
  input: Tensor,
  dim?: number | null | AlongOptions,
  keepdim?: boolean | AlongOptions,
) => readonly [Tensor, Tensor] = defineComposite(
  {
    name: "aminmax",
    torch: "aminmax",
    access: "method",
    signature: "input, dim=null, keepdim=false",
    tex: "(\\min_i x_i, \\max_i x_i)",
    samples: (r) => [{ input: r.distinct([2, 3]) }, { input: r.distinct([2, 3]), dim: 0, keepdim: true }],
  },
  (
    input: Tensor,
    dim?: number | null | AlongOptions,
    keepdim: boolean | AlongOptions = {},
  ): readonly [Tensor, Tensor] => {
    const x = requireTensor("aminmax", input);
    const p = alongParams("aminmax", x, mergeAlong(dim, keepdim));
    return [amin(x, p), amax(x, p)];
  },
);

declare module "../../tensor/tensor.ts" {
  interface Tensor {
    /** Returns the smallest and the largest elements, of the whole tensor or along a dimension. */
    aminmax(dim?: number | null | AlongOptions, keepdim?: boolean | AlongOptions): readonly [Tensor, Tensor];
  }
}
