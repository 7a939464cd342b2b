/** Cross-entropy and negative log likelihood of classes. */

import { everyElement } from "../../dispatch/batched.ts";
import { defineComposite } from "../../dispatch/define.ts";
import { requireFloat } from "../../dispatch/operand.ts";
import type { SampleSource } from "../../dispatch/spec.ts";
import { onesLike } from "../../tensor/create.ts";
import { isFloating, isIndex, type NumericArray } from "../../tensor/dtype.ts";
import { ArgumentError, DTypeError, ShapeError } from "../../tensor/errors.ts";
import { sameShape } from "../../tensor/shape.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { add, mul, neg } from "../elementwise/arithmetic.ts";
import { eq } from "../elementwise/compare.ts";
import { div } from "../elementwise/division.ts";
import { where } from "../elementwise/where.ts";
import { gather } from "../indexing/gather.ts";
import { indexSelect } from "../indexing/index-select.ts";
import { sum } from "../reduce/sum.ts";
import { squeeze, unsqueeze } from "../shape/expand.ts";
import { reshape } from "../shape/reshape.ts";
import type { Reduction } from "./loss-reduction.ts";
import { reduced } from "./loss-reduction.ts";
import { nll } from "./nll.ts";
import { logSoftmax } from "./softmax.ts";

/** Options of `nllLoss`. */
export interface NLLLossOptions {
  /** Factor of each class, [C]. */
  readonly weight?: Tensor | null;
  /** Target that is left out of the loss; -100 by default. */
  readonly ignoreIndex?: number;
  readonly reduction?: Reduction;
}

/** Checks that the target has the shape of the input without its classes, and returns the dimension of the classes. */
function checkClasses(op: string, input: Tensor, target: Tensor): number {
  if (input.ndim === 0) throw new ShapeError(op, "the input must have a class dimension", [input.shape]);
  const dim = input.ndim === 1 ? 0 : 1;
  const expected = input.shape.toSpliced(dim, 1);
  if (!sameShape(expected, target.shape))
    throw new ShapeError(
      op,
      `the target must have the shape of the input without its classes, [${expected.join(", ")}]`,
      [input.shape, target.shape],
    );
  return dim;
}

/** Checks that the weight has one factor for each class, and the dtype of the input. */
function checkWeight(op: string, weight: Tensor, input: Tensor, classes: number): void {
  if (!sameShape(weight.shape, [classes]))
    throw new ShapeError(op, `the weight must have one factor for each of ${classes} classes`, [weight.shape]);
  if (weight.dtype !== input.dtype)
    throw new DTypeError(op, "the weight must have the dtype of the input", [weight.dtype, input.dtype]);
}

/** Checks that all labels but the ignored ones are classes, and returns whether there are ignored ones. */
function checkLabels(op: string, labels: NumericArray, classes: number, ignoreIndex: number): boolean {
  let isIgnoring = false;
  for (let i = 0; i < labels.length; i++) {
    const label = labels[i];
    if (label === ignoreIndex) isIgnoring = true;
    else if (label < 0 || label >= classes)
      throw new ArgumentError(op, `targets must lie in [0, ${classes - 1}], but got ${label}`);
  }
  return isIgnoring;
}

/** Returns the weighted negative log probability of each target, and the weights, or `null` if all are 1. */
function picked(
  op: string,
  input: Tensor,
  target: Tensor,
  weight: Tensor | null,
  ignoreIndex: number,
): readonly [loss: Tensor, weights: Tensor | null] {
  requireFloat(op, input.dtype);
  const dim = checkClasses(op, input, target);
  if (!isIndex(target.dtype) && target.dtype !== "uint8")
    throw new DTypeError(op, "the target must be int64 or int32 class indices", [target.dtype]);
  const classes = input.shape[dim];
  const isIgnoring = checkLabels(op, everyElement(target), classes, ignoreIndex);
  if (weight !== null) checkWeight(op, weight, input, classes);
  if (weight === null && !isIgnoring) return [nll(input, target), null];
  const ignored = eq(target, ignoreIndex);
  const safe = where(ignored, 0, target).to("int64");
  const logp = squeeze(gather(input, dim, unsqueeze(safe, dim)), dim);
  const each =
    weight === null ? onesLike(logp.detach()) : reshape(indexSelect(weight, 0, reshape(safe, [-1])), safe.shape);
  const weights = where(ignored, 0, each);
  return [where(ignored, 0, neg(mul(logp, weights))), weights];
}

/** Returns the losses reduced; the mean divides by the sum of the weights. */
const average = (op: string, loss: Tensor, weights: Tensor | null, reduction: Reduction): Tensor =>
  reduction === "mean" && weights !== null ? div(sum(loss), sum(weights)) : reduced(op, loss, reduction);

/** Samples of losses of classes. */
const classSamples = (r: SampleSource): Record<string, unknown>[] => [
  { input: r.normal([4, 3]), target: r.integers([4], 0, 3) },
  { input: r.normal([3]), target: r.integers([], 0, 3) },
  { input: r.normal([4, 3]), target: r.integers([4], 0, 3), weight: r.uniform([3], 0.5, 1), ignoreIndex: 1 },
  { input: r.normal([2, 3, 2]), target: r.integers([2, 2], 0, 3), reduction: "none" },
  { input: r.normal([4, 3]), target: r.integers([4], 0, 3), reduction: "sum" },
];

/**
 * Returns the negative log likelihood of integer class targets, from log probabilities [N, C, …] and targets [N, …], or [C] and a scalar. The mean divides
 * by the sum of the weights of the targets that are not ignored.
 * @throws ShapeError when the shapes do not match; ArgumentError for a target that is no class; DTypeError for targets that are neither int64 nor int32.
 * @example nllLoss(tensor([[-1, -2]]), tensor([1], { dtype: "int32" })).item(); // 2
 */
export const nllLoss: (input: Tensor, target: Tensor, options?: NLLLossOptions) => Tensor = defineComposite(
  {
    name: "nllLoss",
    torch: "nn.functional.nll_loss",
    access: "function",
    signature: 'input, target, weight=null, ignoreIndex=-100, reduction="mean"',
    dims: "input: classes | batch classes ..=; target: . | batch ..=; weight: classes",
    tex: "\\ell = -\\tfrac1n \\textstyle\\sum_i x_{i, t_i}",
    samples: classSamples,
  },
  (
    input: Tensor,
    target: Tensor,
    { weight = null, ignoreIndex = -100, reduction = "mean" }: NLLLossOptions = {},
  ): Tensor => {
    const [loss, weights] = picked("nllLoss", input, target, weight, ignoreIndex);
    return average("nllLoss", loss, weights, reduction);
  },
);

/** Options of `crossEntropy`. */
export interface CrossEntropyOptions extends NLLLossOptions {
  /** Share of the target that is spread evenly over all classes, in [0, 1]. */
  readonly labelSmoothing?: number;
}

/**
 * Returns the cross-entropy of logits [N, C, …] and integer class targets [N, …], or of [C] and a scalar; or of logits and class probabilities, float
 * targets of the shape of the input. The mean divides by the sum of the weights of the targets that are not ignored, or by the number of examples for
 * probabilities.
 * @throws ShapeError when the shapes do not match; ArgumentError for a target that is no class, and for a `labelSmoothing` outside of [0, 1]; DTypeError
 * for other targets.
 * @example crossEntropy(tensor([[0, 0]]), tensor([1], { dtype: "int32" })).item(); // 0.6931…
 */
export const crossEntropy: (input: Tensor, target: Tensor, options?: CrossEntropyOptions) => Tensor = defineComposite(
  {
    name: "crossEntropy",
    torch: "nn.functional.cross_entropy",
    access: "function",
    signature: 'input, target, weight=null, ignoreIndex=-100, reduction="mean", labelSmoothing=0',
    dims: "input: classes | batch classes ..=; target: . | batch ..=; weight: classes",
    tex: "\\ell = -\\tfrac1n \\textstyle\\sum_i \\ln \\mathrm{softmax}(x_i)_{t_i}",
    samples: (r) => [
      ...classSamples(r),
      { input: r.normal([4, 3]), target: r.integers([4], 0, 3), labelSmoothing: 0.2, weight: r.uniform([3], 0.5, 1) },
      { input: r.normal([4, 3]), target: r.uniform([4, 3], 0, 1) },
    ],
  },
  (input: Tensor, target: Tensor, options: CrossEntropyOptions = {}): Tensor => {
    const { weight = null, ignoreIndex = -100, reduction = "mean", labelSmoothing = 0 } = options;
    if (!(labelSmoothing >= 0 && labelSmoothing <= 1))
      throw new ArgumentError("crossEntropy", `labelSmoothing must lie in [0, 1], but got ${labelSmoothing}`);
    const dim = input.ndim === 1 ? 0 : 1;
    if (isFloating(target.dtype)) {
      if (!sameShape(input.shape, target.shape))
        throw new ShapeError(
          "crossEntropy",
          "float targets are class probabilities, of the input's shape; class indices must be integers",
          [input.shape, target.shape],
        );
      return fromProbabilities(input, target, dim, weight, reduction, labelSmoothing);
    }
    if (input.ndim > 0) checkClasses("crossEntropy", input, target);
    const logp = logSoftmax(input, dim);
    const [loss, weights] = picked("crossEntropy", logp, target, weight, ignoreIndex);
    const hard = average("crossEntropy", loss, weights, reduction);
    if (labelSmoothing === 0) return hard;
    const classes = input.shape[dim];
    const scaled = weight === null ? logp : mul(logp, classWeights(weight, input, dim));
    const even = where(eq(target, ignoreIndex), 0, neg(sum(scaled, dim)));
    const soft = average("crossEntropy", even, weights, reduction);
    return add(mul(hard, 1 - labelSmoothing), mul(soft, labelSmoothing / classes));
  },
);

/** Returns the factors of the classes in a shape that broadcasts along the dimension of the classes. */
const classWeights = (weight: Tensor, input: Tensor, dim: number): Tensor =>
  reshape(
    weight,
    input.shape.map((n, d) => (d === dim ? n : 1)),
  );

/** Returns -Σ p ln softmax(x), reduced. The mean is over the examples, not over the classes, and NaN without examples. */
function fromProbabilities(
  input: Tensor,
  target: Tensor,
  dim: number,
  weight: Tensor | null,
  reduction: Reduction,
  smoothing: number,
): Tensor {
  const classes = input.shape[dim];
  if (weight !== null) checkWeight("crossEntropy", weight, input, classes);
  const p = smoothing === 0 ? target : add(mul(target, 1 - smoothing), smoothing / classes);
  const logp = logSoftmax(input, dim);
  const terms = mul(logp, weight === null ? p : mul(p, classWeights(weight, input, dim)));
  if (reduction === "none") return neg(sum(terms, dim));
  const total = neg(sum(terms));
  return reduction === "mean" ? div(total, input.numel() / classes) : total;
}
