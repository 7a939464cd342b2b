/** The cross-entropy of a linear layer. */
import { defineComposite } from "../../dispatch/define.ts";
import { requireTensor } from "../../dispatch/operand.ts";
import { ArgumentError, ShapeError } from "../../tensor/errors.ts";
import { sameShape } from "../../tensor/shape.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { reshape } from "../shape/reshape.ts";
import { crossEntropy } from "./cross-entropy.ts";
import { linear } from "./linear.ts";
import type { Reduction } from "./loss-reduction.ts";

/** Options of `linearCrossEntropy`. */
export interface LinearCrossEntropyOptions {
  /** Summand of the logits, of the shape of the linear weight without its last dimension. */
  readonly linearBias?: Tensor | null;
  /** Factor of each class, [C]. */
  readonly weight?: Tensor | null;
  readonly reduction?: Reduction;
  /** Target that is left out of the loss; -100 by default. Not with class probabilities. */
  readonly ignoreIndex?: number | null;
  /** Share of the target that is spread evenly over all classes, in [0, 1]. */
  readonly labelSmoothing?: number;
}

const op = "linearCrossEntropy";

/**
 * Returns the cross-entropy of the logits of a linear layer, from inputs [N, D] or [D], a weight [C, …, D], and targets as in `crossEntropy`.
 * @throws ShapeError when the shapes do not match; ArgumentError for an `ignoreIndex` with class probabilities.
 * @example linearCrossEntropy(tensor([[0, 0]]), tensor([[1, 2], [3, 4]]), tensor([1], { dtype: "int32" })).item(); // 0.6931…
 */
export const linearCrossEntropy: (
  input: Tensor,
  linearWeight: Tensor,
  target: Tensor,
  options?: LinearCrossEntropyOptions,
) => Tensor = defineComposite(
  {
    name: op,
    torch: "nn.functional.linear_cross_entropy",
    access: "function",
    signature:
      'input, linearWeight, target, linearBias=null, weight=null, reduction="mean", ignoreIndex=null, labelSmoothing=0',
    tex: "\\ell = -\\tfrac1n \\textstyle\\sum_i \\ln \\mathrm{softmax}(W x_i + b)_{t_i}",
    samples: (r) => [
      {
        input: r.normal([4, 2]),
        linearWeight: r.normal([3, 2]),
        target: r.integers([4], 0, 3),
        linearBias: r.normal([3]),
        weight: r.uniform([3], 0.5, 1),
        ignoreIndex: 1,
        labelSmoothing: 0.2,
      },
      { input: r.normal([2]), linearWeight: r.normal([3, 2]), target: r.integers([], 0, 3) },
      {
        input: r.normal([2, 3]),
        linearWeight: r.normal([4, 2, 3]),
        target: r.integers([2, 2], 0, 4),
        reduction: "sum",
      },
    ],
  },
  (input: Tensor, linearWeight: Tensor, target: Tensor, options: LinearCrossEntropyOptions = {}): Tensor => {
    const { linearBias = null, ignoreIndex = null, ...others } = options;
    const [x, w] = [requireTensor(op, input), requireTensor(op, linearWeight)];
    if (x.ndim < 1 || x.ndim > 2) throw new ShapeError(op, "the input must be [N, D] or [D]", [x.shape]);
    if (w.ndim < 2) throw new ShapeError(op, "the linear weight must have at least 2 dimensions", [w.shape]);
    const features = w.shape[w.ndim - 1];
    const out = w.shape.slice(0, -1);
    if (x.shape[x.ndim - 1] !== features)
      throw new ShapeError(op, "the input and the linear weight must have the same last dimension", [x.shape, w.shape]);
    if (linearBias !== null && !sameShape(linearBias.shape, out))
      throw new ShapeError(op, `the linear bias must have the shape [${out.join(", ")}]`, [linearBias.shape]);
    if (out.length > 1 && x.ndim === 1)
      throw new ShapeError(op, "a linear weight of more than 2 dimensions needs a batch of inputs", [x.shape, w.shape]);
    const shape = [...x.shape.slice(0, -1), ...out];
    if (ignoreIndex !== null && sameShape(target.shape, shape))
      throw new ArgumentError(op, "ignoreIndex cannot be given where the target contains class probabilities");
    const weight = reshape(w, [out.reduce((a, b) => a * b, 1), features]);
    const logits = linear(x, weight, linearBias === null ? null : reshape(linearBias, [weight.shape[0]]));
    return crossEntropy(reshape(logits, shape), target, { ...others, ignoreIndex: ignoreIndex ?? -100 });
  },
);
