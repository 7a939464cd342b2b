/** Discrete samples made smooth: Gumbel-softmax and relaxed Bernoulli variables. */

import { sigmoid } from "../ops/functional/activation.ts";
import { softmax } from "../ops/functional/softmax.ts";
import { rand, zeros } from "../tensor/create.ts";
import { ArgumentError } from "../tensor/errors.ts";
import type { Generator } from "../tensor/random.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { withGradientOf } from "./straight-through.ts";

/** Options of relaxed samples. */
export interface RelaxedOptions {
  /** Temperature: towards 0 the sample is discrete and its gradient's variance grows; above, it is smooth and the gradient biased. */
  readonly tau?: number;
  /** Whether the value is discrete, with the gradient of the relaxed one (straight through). */
  readonly hard?: boolean;
  readonly generator?: Generator;
}

function positive(op: string, tau: number): void {
  if (!(tau > 0)) throw new ArgumentError(op, `tau must be above 0, but got ${tau}`);
}

/** Standard uniform numbers that are never 0. */
function uniform({ shape, dtype }: Tensor, generator: Generator | undefined): Tensor {
  const u = rand(shape, generator === undefined ? { dtype } : { dtype, generator });
  return u.mul(1 - 1e-7).add(5e-8);
}

/** -log(-log u) is Gumbel-distributed: the largest of logits with such noise is a sample of their softmax. */
export const gumbelLike = (like: Tensor, generator?: Generator): Tensor =>
  uniform(like, generator).log().neg().log().neg();

/** 1 at the largest along a dimension. */
export function oneHotMax(x: Tensor, dim: number): Tensor {
  const at = x.argmax(dim, { keepdim: true });
  return zeros(x.shape, { dtype: x.dtype }).scatterAdd(dim, at, at.to(x.dtype).mul(0).add(1));
}

/**
 * A relaxed one-hot sample of the categorical distribution with these logits: softmax((logits + Gumbel noise) / tau) along `dim`. The argmax of a sample is
 * distributed exactly as the softmax of the logits; gradients are those of the relaxed problem, which is biased for the discrete one, less so for small tau. Sources:
 * Jang, Gu and Poole, 2017; Maddison, Mnih and Teh, 2017.
 * @throws ArgumentError for tau ≤ 0.
 * @example
 * const y = estimators.gumbelSoftmax(tensor([0, 5]), { tau: 0.5, hard: true });
 * y.sum().item(); // 1
 */
export function gumbelSoftmax(
  logits: Tensor,
  { tau = 1, hard = false, dim = -1, generator }: RelaxedOptions & { readonly dim?: number } = {},
): Tensor {
  positive("gumbelSoftmax", tau);
  const soft = softmax(logits.add(gumbelLike(logits, generator)).div(tau), dim);
  return hard ? withGradientOf(oneHotMax(soft.detach(), dim), soft) : soft;
}

/**
 * A relaxed sample in (0, 1) of Bernoulli variables with these logits: σ((logits + logistic noise) / tau). It is above ½ with probability σ(logits)
 * exactly; gradients are biased as those of `gumbelSoftmax`. Source: Maddison, Mnih and Teh, 2017.
 * @throws ArgumentError for tau ≤ 0.
 * @example
 * const y = estimators.relaxedBernoulli(tensor([100, -100]), { hard: true });
 * y.toArray(); // [1, 0]
 */
export function relaxedBernoulli(logits: Tensor, { tau = 1, hard = false, generator }: RelaxedOptions = {}): Tensor {
  positive("relaxedBernoulli", tau);
  const u = uniform(logits, generator);
  const soft = sigmoid(logits.add(u.log().sub(u.neg().add(1).log())).div(tau));
  return hard ? withGradientOf(soft.detach().gt(0.5).to(soft.dtype), soft) : soft;
}
