/** Losses that compare elements. */

import { defineComposite } from "../../dispatch/define.ts";
import { requireFloat } from "../../dispatch/operand.ts";
import { ShapeError } from "../../tensor/errors.ts";
import { requireBroadcast, sameShape } from "../../tensor/shape.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { add, mul, square, sub } from "../elementwise/arithmetic.ts";
import { div } from "../elementwise/division.ts";
import { sum } from "../reduce/sum.ts";
import { difference, warnIfBroadcast } from "./difference.ts";
import { logSigmoid } from "./log-sigmoid.ts";
import type { Reduction } from "./loss-reduction.ts";
import { reduced } from "./loss-reduction.ts";

/** Options of `mseLoss`. */
export interface MSELossOptions {
  readonly reduction?: Reduction;
  /** Factors of the squared errors, of the shape of the input; the mean divides by their sum. */
  readonly weight?: Tensor | null;
}

/**
 * Returns the mean of the squared differences of input and target, or their sum, or each of them. Shapes that differ are broadcast, with a warning.
 * @throws ShapeError when the shapes do not broadcast, or when the weight has another shape than the input; DTypeError for integers and bools.
 * @example mseLoss(tensor([1, 2]), tensor([1, 4])).item(); // 2
 */
export const mseLoss: (input: Tensor, target: Tensor, options?: MSELossOptions) => Tensor = defineComposite(
  {
    name: "mseLoss",
    torch: "nn.functional.mse_loss",
    access: "function",
    signature: 'input, target, reduction="mean", weight=null',
    tex: "\\ell = \\tfrac1n \\textstyle\\sum_i (x_i - z_i)^2",
    samples: (r) => [
      { input: r.normal([2, 3]), target: r.normal([2, 3]) },
      { input: r.normal([3]), target: r.normal([3]), reduction: "sum" },
      { input: r.normal([3]), target: r.normal([3]), reduction: "none", weight: r.uniform([3], 0, 1) },
    ],
  },
  (input: Tensor, target: Tensor, { reduction = "mean", weight = null }: MSELossOptions = {}): Tensor => {
    warnIfBroadcast("mseLoss", input, target);
    const errors = square(weight === null ? difference(input, target) : sub(input, target));
    requireFloat("mseLoss", errors.dtype);
    if (weight === null) return reduced("mseLoss", errors, reduction);
    if (!sameShape(weight.shape, input.shape))
      throw new ShapeError("mseLoss", "the weight must have the shape of the input", [weight.shape, input.shape]);
    const weighted = mul(errors, weight);
    return reduction === "mean" ? div(sum(weighted), sum(weight)) : reduced("mseLoss", weighted, reduction);
  },
);

/** Options of `binaryCrossEntropyWithLogits`. */
export interface BCEWithLogitsOptions {
  /** Factors of the losses, which broadcast to the shape of the input. */
  readonly weight?: Tensor | null;
  readonly reduction?: Reduction;
  /** Factors of the positive examples, which broadcast to the shape of the input. */
  readonly posWeight?: Tensor | null;
}

/**
 * Returns the cross-entropy of sigmoid(input) and float targets in [0, 1], computed from the logits without overflow.
 * @throws ShapeError when the target has another shape, or when a weight does not broadcast to it; DTypeError for integers and bools.
 * @example binaryCrossEntropyWithLogits(tensor([0]), tensor([1])).item(); // 0.6931…
 */
export const binaryCrossEntropyWithLogits: (input: Tensor, target: Tensor, options?: BCEWithLogitsOptions) => Tensor =
  defineComposite(
    {
      name: "binaryCrossEntropyWithLogits",
      torch: "nn.functional.binary_cross_entropy_with_logits",
      access: "function",
      signature: 'input, target, weight=null, reduction="mean", posWeight=null',
      dims: "input: ..=; target: ..=; weight: ..*; posWeight: ..*",
      tex: "\\ell = -\\tfrac1n \\textstyle\\sum_i z_i \\ln \\sigma(x_i) + (1 - z_i) \\ln \\sigma(-x_i)",
      samples: (r) => [
        { input: r.normal([2, 3]), target: r.uniform([2, 3], 0, 1) },
        {
          input: r.normal([2, 3]),
          target: r.uniform([2, 3], 0, 1),
          weight: r.uniform([3], 0.5, 1),
          posWeight: r.uniform([3], 1, 2),
          reduction: "sum",
        },
        { input: r.normal([3]), target: r.uniform([3], 0, 1), reduction: "none" },
      ],
    },
    (
      input: Tensor,
      target: Tensor,
      { weight = null, reduction = "mean", posWeight = null }: BCEWithLogitsOptions = {},
    ): Tensor => {
      if (!sameShape(input.shape, target.shape))
        throw new ShapeError("binaryCrossEntropyWithLogits", "the target must have the shape of the input", [
          input.shape,
          target.shape,
        ]);
      const op = "binaryCrossEntropyWithLogits";
      for (const t of [input, target]) requireFloat(op, t.dtype);
      if (weight !== null) requireBroadcast(op, "weight", weight.shape, input.shape);
      if (posWeight !== null) requireBroadcast(op, "posWeight", posWeight.shape, input.shape);
      // (1 - z) x - (1 + (p - 1) z) ln σ(x), as ln σ(-x) = ln σ(x) - x
      const factor = posWeight === null ? null : add(mul(sub(posWeight, 1), target), 1);
      const logp = logSigmoid(input);
      const loss = sub(mul(sub(1, target), input), factor === null ? logp : mul(factor, logp));
      return reduced("binaryCrossEntropyWithLogits", weight === null ? loss : mul(loss, weight), reduction);
    },
  );
