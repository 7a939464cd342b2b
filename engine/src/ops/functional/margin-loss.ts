/** Losses with margins between scores. */
import { defineComposite } from "../../dispatch/define.ts";
import { requireFloat, requireTensor } from "../../dispatch/operand.ts";
import { ArgumentError, ShapeError } from "../../tensor/errors.ts";
import { sameShape } from "../../tensor/shape.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { add, mul, neg, square, sub } from "../elementwise/arithmetic.ts";
import { clamp } from "../elementwise/clamp.ts";
import { ne } from "../elementwise/compare.ts";
import { div } from "../elementwise/division.ts";
import { where } from "../elementwise/where.ts";
import { gather } from "../indexing/gather.ts";
import { indexSelect } from "../indexing/index-select.ts";
import { scatter } from "../indexing/scatter.ts";
import { sum } from "../reduce/sum.ts";
import { reshape } from "../shape/reshape.ts";
import { relu } from "./activation.ts";
import { logSigmoid } from "./log-sigmoid.ts";
import { type Reduction, reduced } from "./loss-reduction.ts";
import { multilabelMargin } from "./multilabel-margin.ts";

/** Options of losses without other options than their reduction. */
export interface ReductionOptions {
  readonly reduction?: Reduction;
}

/** Options of losses with a margin. */
export interface MarginOptions extends ReductionOptions {
  /** Distance by which scores must differ for the loss to be 0. */
  readonly margin?: number;
}

/**
 * Returns the mean of `input` where the target is 1 and of max(0, margin - input) where it is -1; or the sum, or each. At the margin the gradient is -1.
 * @throws ShapeError when the shapes do not broadcast; DTypeError for integers and bools.
 * @example hingeEmbeddingLoss(tensor([2, 0.5]), tensor([1, -1]), { reduction: "none" }).toArray(); // [2, 0.5]
 */
export const hingeEmbeddingLoss: (input: Tensor, target: Tensor, options?: MarginOptions) => Tensor = defineComposite(
  {
    name: "hingeEmbeddingLoss",
    torch: "nn.functional.hinge_embedding_loss",
    aliases: ["hinge_embedding_loss"],
    access: "function",
    signature: 'input, target, margin=1, reduction="mean"',
    tex: "\\ell_i = [z_i \\ne -1]\\, x_i + [z_i \\ne 1] \\max(0, m - x_i)",
    samples: (r) => [
      { input: r.distinct([2, 3]), target: sub(mul(r.integers([2, 3], 0, 2), 2), 1), margin: 0.05 },
      { input: r.distinct([3]), target: sub(mul(r.integers([3], 0, 2), 2), 1), reduction: "sum" },
    ],
  },
  (input: Tensor, target: Tensor, { margin = 1, reduction = "mean" }: MarginOptions = {}): Tensor => {
    const x = requireTensor("hingeEmbeddingLoss", input);
    requireFloat("hingeEmbeddingLoss", x.dtype);
    const apart = where(ne(target, 1), clamp(sub(margin, x), 0), 0);
    return reduced("hingeEmbeddingLoss", add(apart, where(ne(target, -1), x, 0)), reduction);
  },
);

/**
 * Returns the mean of max(0, margin - target (input1 - input2)), or the sum, or each: `input1` must exceed `input2` where the target is 1, and the other way
 * round where it is -1.
 * @throws ShapeError when the tensors have not the same number of dimensions, or do not broadcast.
 * @example marginRankingLoss(tensor([1, 2]), tensor([0, 5]), tensor([1, 1]), { reduction: "none" }).toArray(); // [0, 3]
 */
export const marginRankingLoss: (input1: Tensor, input2: Tensor, target: Tensor, options?: MarginOptions) => Tensor =
  defineComposite(
    {
      name: "marginRankingLoss",
      torch: "nn.functional.margin_ranking_loss",
      aliases: ["margin_ranking_loss"],
      access: "function",
      signature: 'input1, input2, target, margin=0, reduction="mean"',
      tex: "\\ell_i = \\max(0, m - z_i (x_i - x'_i))",
      samples: (r) => [
        { input1: r.distinct([2, 3]), input2: mul(r.distinct([2, 3]), 9), target: r.distinct([2, 3]), margin: 20 },
        { input1: r.distinct([3]), input2: mul(r.distinct([3]), 9), target: r.distinct([3]), reduction: "sum" },
      ],
    },
    (
      input1: Tensor,
      input2: Tensor,
      target: Tensor,
      { margin = 0, reduction = "mean" }: MarginOptions = {},
    ): Tensor => {
      const ndim = requireTensor("marginRankingLoss", input1).ndim;
      if (input2.ndim !== ndim || target.ndim !== ndim)
        throw new ShapeError("marginRankingLoss", "the inputs and the target must have the same number of dimensions", [
          input1.shape,
          input2.shape,
          target.shape,
        ]);
      return reduced("marginRankingLoss", clamp(add(mul(neg(target), sub(input1, input2)), margin), 0), reduction);
    },
  );

/**
 * Returns the mean of ln(1 + exp(-target input)), where targets are 1 or -1; or the sum, or each. It does not overflow.
 * @throws ShapeError when the shapes do not broadcast; DTypeError for integers and bools.
 * @example softMarginLoss(tensor([0]), tensor([1])).item(); // 0.6931…
 */
export const softMarginLoss: (input: Tensor, target: Tensor, options?: ReductionOptions) => Tensor = defineComposite(
  {
    name: "softMarginLoss",
    torch: "nn.functional.soft_margin_loss",
    access: "function",
    signature: 'input, target, reduction="mean"',
    tex: "\\ell = \\tfrac1n \\textstyle\\sum_i \\ln(1 + e^{-z_i x_i})",
    samples: (r) => [
      { input: r.normal([2, 3]), target: r.distinct([2, 3]) },
      { input: r.normal([3]), target: r.distinct([3]), reduction: "sum" },
    ],
  },
  (input: Tensor, target: Tensor, { reduction = "mean" }: ReductionOptions = {}): Tensor =>
    reduced("softMarginLoss", neg(logSigmoid(mul(target, input))), reduction),
);

/** Options of `multiMarginLoss`. */
export interface MultiMarginOptions extends MarginOptions {
  /** Exponent of the differences, 1 or 2. */
  readonly p?: number;
  /** Factor of each class, [C]. */
  readonly weight?: Tensor | null;
}

/** Returns a vector as a matrix of one row, and a matrix as it is. */
const rowsOf = (x: Tensor): Tensor => (x.ndim < 2 ? reshape(x, [1, -1]) : x);

/**
 * Returns the mean of Σ max(0, margin - x_t + x_i)^p / C over the classes i other than the target t, from scores [N, C] and integer targets [N], or [C] and a
 * scalar; or the sum, or each.
 * @throws ArgumentError unless `p` is 1 or 2; ShapeError when the shapes do not match; IndexError for a target that is no class; DTypeError for integer scores.
 * @example multiMarginLoss(tensor([[1, 3]]), tensor([0], { dtype: "int32" })).item(); // 1.5
 */
export const multiMarginLoss: (input: Tensor, target: Tensor, options?: MultiMarginOptions) => Tensor = defineComposite(
  {
    name: "multiMarginLoss",
    torch: "nn.functional.multi_margin_loss",
    access: "function",
    signature: 'input, target, p=1, margin=1, weight=null, reduction="mean"',
    dims: "input: batch classes | classes; target: batch | .",
    tex: "\\ell = \\tfrac1C \\textstyle\\sum_{i \\ne t} \\max(0, m - x_t + x_i)^p",
    samples: (r) => [
      { input: r.distinct([2, 3]), target: r.integers([2], 0, 3), margin: 3, weight: r.uniform([3], 0.5, 1) },
      { input: r.distinct([3]), target: r.integers([], 0, 3), p: 2, margin: 3, reduction: "sum" },
    ],
  },
  (
    input: Tensor,
    target: Tensor,
    { p = 1, margin = 1, weight = null, reduction = "mean" }: MultiMarginOptions = {},
  ): Tensor => {
    const op = "multiMarginLoss";
    if (p !== 1 && p !== 2) throw new ArgumentError(op, `p must be 1 or 2, but got ${p}`);
    requireFloat(op, requireTensor(op, input).dtype);
    const x = rowsOf(input);
    const [n, classes] = x.shape;
    if (x.ndim !== 2 || classes === 0 || target.numel() !== n || target.ndim > 1)
      throw new ShapeError(op, "expected scores [N, C] and targets [N], or [C] and a scalar", [
        input.shape,
        target.shape,
      ]);
    if (weight !== null && !sameShape(weight.shape, [classes]))
      throw new ShapeError(op, `the weight must have one factor for each of ${classes} classes`, [weight.shape]);
    const labels = reshape(target, [n, 1]);
    const hinge = relu(add(sub(x, gather(x, 1, labels)), margin));
    const powered = p === 1 ? hinge : square(hinge);
    const others = scatter(powered, 1, labels, 0);
    const weighted =
      weight === null ? others : mul(others, reshape(indexSelect(weight, 0, reshape(labels, [n])), [n, 1]));
    return reduced(op, reshape(div(sum(weighted, 1), classes), target.shape), reduction);
  },
);

/**
 * Returns the mean of Σ max(0, 1 - x_t + x_i) / C over the targets t and the classes i that are no targets, from scores [N, C] and integer targets [N, C], or [C]
 * and [C]; or the sum, or each. The targets of a row end at the first negative one.
 * @throws ShapeError when the shapes differ; IndexError for a target that is no class; DTypeError for integer scores.
 * @example multilabelMarginLoss(tensor([1, 3, 0, 0]), tensor([1, 0, -1, 2], { dtype: "int32" })).item(); // 0
 */
export const multilabelMarginLoss: (input: Tensor, target: Tensor, options?: ReductionOptions) => Tensor =
  defineComposite(
    {
      name: "multilabelMarginLoss",
      torch: "nn.functional.multilabel_margin_loss",
      access: "function",
      signature: 'input, target, reduction="mean"',
      dims: "input: batch classes | classes; target: batch classes | classes",
      tex: "\\ell = \\tfrac1C \\textstyle\\sum_{t, i} \\max(0, 1 - x_t + x_i)",
      samples: (r) => [
        { input: r.distinct([2, 3]), target: r.integers([2, 3], -1, 3) },
        { input: r.distinct([3]), target: r.integers([3], 0, 2), reduction: "sum" },
      ],
    },
    (input: Tensor, target: Tensor, { reduction = "mean" }: ReductionOptions = {}): Tensor => {
      const op = "multilabelMarginLoss";
      requireFloat(op, requireTensor(op, input).dtype);
      if (!sameShape(input.shape, target.shape) || input.ndim > 2 || input.shape.at(-1) === 0)
        throw new ShapeError(op, "expected scores and targets of one shape, [N, C] or [C]", [
          input.shape,
          target.shape,
        ]);
      const [x, t] = [rowsOf(input), rowsOf(target)];
      const losses = multilabelMargin(x, t);
      return reduced(op, input.ndim < 2 ? reshape(losses, []) : losses, reduction);
    },
  );

/** Options of `multilabelSoftMarginLoss`. */
export interface MultilabelSoftMarginOptions extends ReductionOptions {
  /** Factors of the losses, which broadcast to the shape of the input. */
  readonly weight?: Tensor | null;
}

/**
 * Returns the cross-entropies of sigmoid(input) and targets in [0, 1], with their mean over the last dimension, the classes, and then the mean of all, the sum,
 * or each.
 * @throws ShapeError when the shapes do not broadcast; DTypeError for integers and bools.
 * @example multilabelSoftMarginLoss(tensor([[0, 0]]), tensor([[0, 1]])).item(); // 0.6931…
 */
export const multilabelSoftMarginLoss: (
  input: Tensor,
  target: Tensor,
  options?: MultilabelSoftMarginOptions,
) => Tensor = defineComposite(
  {
    name: "multilabelSoftMarginLoss",
    torch: "nn.functional.multilabel_soft_margin_loss",
    access: "function",
    signature: 'input, target, weight=null, reduction="mean"',
    tex: "\\ell = -\\tfrac1C \\textstyle\\sum_i z_i \\ln \\sigma(x_i) + (1 - z_i) \\ln \\sigma(-x_i)",
    samples: (r) => [
      { input: r.normal([2, 3]), target: r.uniform([2, 3], 0, 1), weight: r.uniform([3], 0.5, 1) },
      { input: r.normal([3]), target: r.uniform([3], 0, 1), reduction: "sum" },
    ],
  },
  (input: Tensor, target: Tensor, { weight = null, reduction = "mean" }: MultilabelSoftMarginOptions = {}): Tensor => {
    const losses = neg(add(mul(target, logSigmoid(input)), mul(sub(1, target), logSigmoid(neg(input)))));
    const weighted = weight === null ? losses : mul(losses, weight);
    return reduced(
      "multilabelSoftMarginLoss",
      div(sum(weighted, -1), input.ndim === 0 ? 1 : input.shape[input.ndim - 1]),
      reduction,
    );
  },
);
