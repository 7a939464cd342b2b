/** Losses of numbers. */
import { anyElement } from "../../dispatch/batched.ts";
import { defineComposite } from "../../dispatch/define.ts";
import { requireFloat, requireTensor } from "../../dispatch/operand.ts";
import { fullLike } from "../../tensor/create.ts";
import { ArgumentError, ShapeError } from "../../tensor/errors.ts";
import { type Shape, sameShape } from "../../tensor/shape.ts";
import { Tensor } from "../../tensor/tensor.ts";
import { abs } from "../elementwise/absolute.ts";
import { add, mul, square, sub } from "../elementwise/arithmetic.ts";
import { gt, le, lt } from "../elementwise/compare.ts";
import { div } from "../elementwise/division.ts";
import { exp, log } from "../elementwise/exponential.ts";
import { where } from "../elementwise/where.ts";
import { sum } from "../reduce/sum.ts";
import { unsqueeze } from "../shape/expand.ts";
import { atLeast } from "./at-least.ts";
import { difference, warnIfBroadcast } from "./difference.ts";
import { type Reduction, reduced } from "./loss-reduction.ts";
import { parametric } from "./parametric.ts";

/** Checks that the weight has the shape of the input. */
function checkWeight(op: string, weight: Tensor, input: Tensor): void {
  if (!sameShape(weight.shape, input.shape))
    throw new ShapeError(op, "the weight must have the shape of the input", [weight.shape, input.shape]);
}

/** Options of `l1Loss`. */
export interface L1LossOptions {
  readonly reduction?: Reduction;
  /** Factors of the errors, of the shape of the input; the mean divides by their sum. */
  readonly weight?: Tensor | null;
}

/**
 * Returns the mean of the absolute differences of input and target, or their sum, or each of them. Shapes that differ are broadcast, with a warning. The
 * gradient where both are equal is 0.
 * @throws ShapeError when the shapes do not broadcast, or when the weight has another shape than the input; DTypeError for integers and bools.
 * @example l1Loss(tensor([1, 2]), tensor([1, 4])).item(); // 1
 */
export const l1Loss: (input: Tensor, target: Tensor, options?: L1LossOptions) => Tensor = defineComposite(
  {
    name: "l1Loss",
    torch: "nn.functional.l1_loss",
    access: "function",
    signature: 'input, target, reduction="mean", weight=null',
    tex: "\\ell = \\tfrac1n \\textstyle\\sum_i |x_i - z_i|",
    samples: (r) => [
      { input: r.distinct([2, 3]), target: mul(r.distinct([2, 3]), 9) },
      { input: r.distinct([3]), target: mul(r.distinct([3]), 9), reduction: "sum" },
      { input: r.distinct([3]), target: mul(r.distinct([3]), 9), reduction: "none", weight: r.uniform([3], 0.5, 1) },
    ],
  },
  (input: Tensor, target: Tensor, { reduction = "mean", weight = null }: L1LossOptions = {}): Tensor => {
    warnIfBroadcast("l1Loss", input, target);
    const errors = abs(difference(input, target));
    requireFloat("l1Loss", errors.dtype);
    if (weight === null) return reduced("l1Loss", errors, reduction);
    checkWeight("l1Loss", weight, input);
    const weighted = mul(errors, weight);
    return reduction === "mean" ? div(sum(weighted), sum(weight)) : reduced("l1Loss", weighted, reduction);
  },
);

/** The op of the Huber function of a difference. */
const huberOp = parametric<{ readonly delta: number }>({
  name: "huber",
  torch: "ops.aten.huber_loss",
  access: "internal",
  signature: "input, delta",
  tex: {
    forward: "y = \\tfrac12 x^2 \\text{ where } |x| < \\delta, \\text{ else } \\delta (|x| - \\delta / 2)",
    vjp: "\\bar x = \\min(\\max(x, -\\delta), \\delta)\\, \\bar y",
  },
  f:
    ({ delta }) =>
    (x) =>
      Math.abs(x) < delta ? 0.5 * x * x : delta * (Math.abs(x) - 0.5 * delta),
  through: (g, x, { delta }) => mul(g, where(le(x, -delta), -delta, where(lt(x, delta), x, where(gt(x, 0), delta, x)))),
  samples: (r) => [
    { input: r.uniform([2, 3], 0.3, 0.6), delta: 0.7 },
    { input: r.uniform([3], -3, -1), delta: 0.7 },
  ],
  call: (input: Tensor, delta: number) => huberOp([input], { delta }),
});

/** Options of `smoothL1Loss`. */
export interface SmoothL1LossOptions {
  readonly reduction?: Reduction;
  /** Size of the errors below which the loss is quadratic; 1 by default. */
  readonly beta?: number;
}

/**
 * Returns the mean of d² / (2 beta) of the differences d of input and target that are smaller than `beta`, and of |d| - beta / 2 of the others; or the sum,
 * or each. With `beta` 0 it is `l1Loss`. Shapes that differ are broadcast, with a warning.
 * @throws ArgumentError for a negative `beta`; ShapeError when the shapes do not broadcast; DTypeError for integers and bools.
 * @example smoothL1Loss(tensor([1, 2]), tensor([1, 4]), { reduction: "none" }).toArray(); // [0, 1.5]
 */
export const smoothL1Loss: (input: Tensor, target: Tensor, options?: SmoothL1LossOptions) => Tensor = defineComposite(
  {
    name: "smoothL1Loss",
    torch: "nn.functional.smooth_l1_loss",
    access: "function",
    signature: 'input, target, reduction="mean", beta=1',
    tex: "\\ell = \\tfrac1n \\textstyle\\sum_i h_\\beta(x_i - z_i) / \\beta",
    samples: (r) => [
      { input: r.uniform([2, 3], 0, 1), target: r.uniform([2, 3], 0.1, 0.9) },
      { input: r.uniform([3], 0, 1), target: r.uniform([3], 2, 3), reduction: "none", beta: 0.5 },
    ],
  },
  (input: Tensor, target: Tensor, { reduction = "mean", beta = 1 }: SmoothL1LossOptions = {}): Tensor => {
    if (!(beta >= 0)) throw new ArgumentError("smoothL1Loss", `beta must not be negative, but got ${beta}`);
    warnIfBroadcast("smoothL1Loss", input, target);
    const d = difference(input, target);
    requireFloat("smoothL1Loss", d.dtype);
    if (beta === 0) return reduced("smoothL1Loss", abs(d), reduction);
    const losses = huberOp([d], { delta: beta });
    return reduced("smoothL1Loss", beta === 1 ? losses : div(losses, beta), reduction);
  },
);

/** Options of `huberLoss`. */
export interface HuberLossOptions {
  readonly reduction?: Reduction;
  /** Size of the errors below which the loss is quadratic; 1 by default. */
  readonly delta?: number;
  /** Factors of the losses, of the shape of the input. */
  readonly weight?: Tensor | null;
}

/**
 * Returns the mean of d² / 2 of the differences d of input and target that are smaller than `delta`, and of delta (|d| - delta / 2) of the others; or the sum,
 * or each. Shapes that differ are broadcast, with a warning. Source: Huber, 1964.
 * @throws ArgumentError when `delta` is not positive; ShapeError when the shapes do not broadcast, or when the weight has another shape than the input;
 * DTypeError for integers and bools.
 * @example huberLoss(tensor([1, 2]), tensor([1, 4]), { reduction: "none" }).toArray(); // [0, 1.5]
 */
export const huberLoss: (input: Tensor, target: Tensor, options?: HuberLossOptions) => Tensor = defineComposite(
  {
    name: "huberLoss",
    torch: "nn.functional.huber_loss",
    aliases: ["huber_loss"],
    access: "function",
    signature: 'input, target, reduction="mean", delta=1, weight=null',
    tex: "\\ell = \\tfrac1n \\textstyle\\sum_i h_\\delta(x_i - z_i)",
    samples: (r) => [
      { input: r.uniform([2, 3], 0, 1), target: r.uniform([2, 3], 0.1, 0.9) },
      { input: r.uniform([3], 0, 1), target: r.uniform([3], 2, 3), reduction: "none", delta: 0.5 },
      { input: r.uniform([3], 0, 1), target: r.uniform([3], 2, 3), weight: r.uniform([3], 0.5, 1) },
    ],
  },
  (input: Tensor, target: Tensor, { reduction = "mean", delta = 1, weight = null }: HuberLossOptions = {}): Tensor => {
    if (!(delta > 0)) throw new ArgumentError("huberLoss", `delta must be positive, but got ${delta}`);
    warnIfBroadcast("huberLoss", input, target);
    const d = difference(input, target);
    requireFloat("huberLoss", d.dtype);
    if (weight !== null) checkWeight("huberLoss", weight, input);
    const losses = huberOp([d], { delta });
    return reduced("huberLoss", weight === null ? losses : mul(losses, weight), reduction);
  },
);

/** Options of `poissonNllLoss`. */
export interface PoissonNLLLossOptions {
  /** Whether the input is the logarithm of the expected value; otherwise it is the expected value. */
  readonly logInput?: boolean;
  /** Whether to add Stirling's approximation of ln(target!) for targets above 1. */
  readonly full?: boolean;
  /** Summand in ln(input + eps), if the input is not a logarithm; 1e-8 by default. */
  readonly eps?: number;
  readonly reduction?: Reduction;
}

/**
 * Returns the mean of the negative log likelihoods of targets with a Poisson distribution, without the term ln(target!); or their sum, or each. With
 * `logInput` it is exp(input) - target input, otherwise input - target ln(input + eps).
 * @throws ShapeError when the shapes do not broadcast.
 * @example poissonNllLoss(tensor([0]), tensor([3])).item(); // 1
 */
export const poissonNllLoss: (input: Tensor, target: Tensor, options?: PoissonNLLLossOptions) => Tensor =
  defineComposite(
    {
      name: "poissonNllLoss",
      torch: "nn.functional.poisson_nll_loss",
      access: "function",
      signature: 'input, target, logInput=true, full=false, eps=1e-8, reduction="mean"',
      tex: "\\ell = \\tfrac1n \\textstyle\\sum_i e^{x_i} - z_i x_i",
      samples: (r) => [
        { input: r.normal([2, 3]), target: r.uniform([2, 3], 2, 4), full: true },
        { input: r.uniform([3], 1, 2), target: r.uniform([3], 2, 4), logInput: false, eps: 0.1, reduction: "sum" },
      ],
    },
    (
      input: Tensor,
      target: Tensor,
      { logInput = true, full = false, eps = 1e-8, reduction = "mean" }: PoissonNLLLossOptions = {},
    ): Tensor => {
      const loss = logInput ? sub(exp(input), mul(target, input)) : sub(input, mul(target, log(add(input, eps))));
      if (!full) return reduced("poissonNllLoss", loss, reduction);
      // ln(n!) ≈ n ln n - n + ln(2πn) / 2
      const stirling = add(sub(mul(target, log(target)), target), mul(log(mul(target, 2 * Math.PI)), 0.5));
      return reduced("poissonNllLoss", add(loss, where(le(target, 1), 0, stirling)), reduction);
    },
  );

/** Options of `gaussianNllLoss`. */
export interface GaussianNLLLossOptions {
  /** Whether to add ln(2π) / 2. */
  readonly full?: boolean;
  /** Lower limit of the variance; 1e-6 by default. The gradient flows as if there were no limit. */
  readonly eps?: number;
  readonly reduction?: Reduction;
}

/** Returns the variances in a shape that broadcasts to the input: of the input's shape, without its last dimension, or with one dimension of size 1. */
function variances(variance: Tensor | number, input: Tensor): Tensor {
  if (typeof variance === "number") return fullLike(input.detach(), variance);
  const [own, shape]: readonly Shape[] = [variance.shape, input.shape];
  if (sameShape(own, shape)) return variance;
  if (sameShape(own, shape.slice(0, -1)) && shape.length > 0) return unsqueeze(variance, -1);
  const different = shape.flatMap((n, d) => (n === own[d] ? [] : [own[d]]));
  if (own.length === shape.length && different.length === 1 && different[0] === 1) return variance;
  throw new ShapeError(
    "gaussianNllLoss",
    "the variance must have the shape of the input, with one dimension of size 1, or without the last dimension",
    [own, shape],
  );
}

/**
 * Returns the mean of the negative log likelihoods of targets with normal distributions, ½ (ln var + (input - target)² / var), without the constant ln(2π) / 2;
 * or their sum, or each. `var` is a number or tensor of the variances: of the shape of the input, with one dimension of size 1, or without the last dimension.
 * @throws ArgumentError for a negative variance; ShapeError when the shapes do not match.
 * @example gaussianNllLoss(tensor([1, 2]), tensor([1, 4]), 1).item(); // 1
 */
export const gaussianNllLoss: (
  input: Tensor,
  target: Tensor,
  variance: Tensor | number,
  options?: GaussianNLLLossOptions,
) => Tensor = defineComposite(
  {
    name: "gaussianNllLoss",
    torch: "nn.functional.gaussian_nll_loss",
    access: "function",
    signature: 'input, target, var|variance, full=false, eps=0.000001, reduction="mean"',
    tex: "\\ell = \\tfrac1{2n} \\textstyle\\sum_i \\ln v_i + (x_i - z_i)^2 / v_i",
    samples: (r) => [
      { input: r.normal([2, 3]), target: r.normal([2, 3]), var: r.uniform([2, 3], 0.5, 2), full: true },
      { input: r.normal([2, 3]), target: r.normal([2, 3]), var: r.uniform([2], 0.5, 2), eps: 0.1, reduction: "sum" },
      { input: r.normal([3]), target: r.normal([3]), var: 2 },
    ],
  },
  (
    input: Tensor,
    target: Tensor,
    variance: Tensor | number,
    { full = false, eps = 1e-6, reduction = "mean" }: GaussianNLLLossOptions = {},
  ): Tensor => {
    const x = requireTensor("gaussianNllLoss", input);
    const given = variances(variance, x);
    if (anyElement(given, (value) => value < 0))
      throw new ArgumentError("gaussianNllLoss", "the variance must not be negative");
    const v = atLeast(given, eps);
    const loss = mul(add(log(v), div(square(sub(x, target)), v)), 0.5);
    return reduced("gaussianNllLoss", full ? add(loss, 0.5 * Math.log(2 * Math.PI)) : loss, reduction);
  },
);
