/** Continuous relaxations of discrete distributions: Gumbel-softmax and relaxed Bernoulli samples. */

import { sigmoid } from "../ops/elementwise/sigmoid.ts";
import { softmax } from "../ops/functional/softmax.ts";
import { zeros } from "../tensor/create.ts";
import { ArgumentError } from "../tensor/errors.ts";
import type { Generator } from "../tensor/random.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { gumbelLike, uniformLike } from "./noise.ts";
import { withGradientOf } from "./straight-through.ts";

/** Options of relaxed samples. */
export interface RelaxedOptions {
  /** Temperature, 1 by default. Towards 0 the sample becomes discrete and the variance of its gradient grows; larger values are smoother, and more biased. */
  readonly tau?: number;
  /** Whether to return the discrete sample, with the gradient of the relaxed one (straight through); false by default. */
  readonly hard?: boolean;
  readonly generator?: Generator;
}

function requirePositiveTau(op: string, tau: number): void {
  if (!(tau > 0)) throw new ArgumentError(op, `tau must be above 0, but got ${tau}`);
}

/** Returns 1 at the largest element along a dimension, and 0 elsewhere. */
function oneHotMax(x: Tensor, dim: number): Tensor {
  const at = x.argmax(dim, { keepdim: true });
  return zeros(x.shape, { dtype: x.dtype }).scatterAdd(dim, at, at.to(x.dtype).mul(0).add(1));
}

/**
 * Returns a relaxed one-hot sample of the categorical distribution with the given logits: softmax((logits + Gumbel noise) / tau) along `dim`, by default the last.
 * The argmax of a sample is distributed exactly as the softmax of the logits. Gradients are those of the relaxed problem, and biased for the discrete one, less so
 * for small tau. Sources: Jang, Gu and Poole, 2017; Maddison, Mnih and Teh, 2017.
 * @throws ArgumentError for tau ≤ 0.
 * @example
 * const y = estimators.gumbelSoftmax(tensor([0, 5]), { tau: 0.5, hard: true });
 * y.sum().item(); // 1
 */
export function gumbelSoftmax(
  logits: Tensor,
  { tau = 1, hard = false, dim = -1, generator }: RelaxedOptions & { readonly dim?: number } = {},
): Tensor {
  requirePositiveTau("gumbelSoftmax", tau);
  const soft = softmax(logits.add(gumbelLike(logits, generator)).div(tau), dim);
  return hard ? withGradientOf(oneHotMax(soft.detach(), dim), soft) : soft;
}

/**
 * Returns relaxed samples in (0, 1) of Bernoulli variables with the given logits: σ((logits + logistic noise) / tau), elementwise. A sample is above ½ with
 * probability σ(logits) exactly. Gradients are those of the relaxed problem, and biased for the discrete one, less so for small tau. Source: Maddison, Mnih and Teh,
 * 2017.
 * @throws ArgumentError for tau ≤ 0.
 * @example
 * const y = estimators.relaxedBernoulli(tensor([100, -100]), { hard: true });
 * y.toArray(); // [1, 0]
 */
export function relaxedBernoulli(logits: Tensor, { tau = 1, hard = false, generator }: RelaxedOptions = {}): Tensor {
  requirePositiveTau("relaxedBernoulli", tau);
  const u = uniformLike(logits, generator);
  const soft = sigmoid(logits.add(u.log().sub(u.neg().add(1).log())).div(tau));
  return hard ? withGradientOf(soft.detach().gt(0.5).to(soft.dtype), soft) : soft;
}
