/** Sinkhorn's algorithm: doubly stochastic matrices from scores. */
import { logsumexp } from "../ops/reduce/logsumexp.ts";
import { ArgumentError, ShapeError } from "../tensor/errors.ts";
import type { Tensor } from "../tensor/tensor.ts";

/** Options of `sinkhorn`. */
export interface SinkhornOptions {
  /** Temperature, 1 by default; towards 0 the result becomes a permutation, the assignment of largest total score. */
  readonly tau?: number;
  /** Number of iterations, each of which normalizes the rows and then the columns; 50 by default. */
  readonly iterations?: number;
}

/**
 * Returns matrices [..., n, n] with rows and columns that sum to 1, from scores of that shape: exp(scores / tau), with rows and columns normalized in turn, in the
 * logarithm. Gradients are those of the iterations, of any order. Sources: Sinkhorn, 1964; Cuturi, 2013; Mena et al., 2018.
 * @throws ShapeError for matrices that are not square; ArgumentError for tau ≤ 0.
 * @example estimators.sinkhorn(tensor([[5, 0], [0, 5]]), { tau: 0.2 }).sum(0).toArray(); // [1, 1]
 */
export function sinkhorn(scores: Tensor, { tau = 1, iterations = 50 }: SinkhornOptions = {}): Tensor {
  if (scores.ndim < 2 || scores.shape[scores.ndim - 1] !== scores.shape[scores.ndim - 2])
    throw new ShapeError("sinkhorn", "scores must be square matrices", [scores.shape]);
  if (!(tau > 0)) throw new ArgumentError("sinkhorn", `tau must be above 0, but got ${tau}`);
  let logP = scores.div(tau);
  for (let i = 0; i < iterations; i++) {
    logP = logP.sub(logsumexp(logP, -1, { keepdim: true }));
    logP = logP.sub(logsumexp(logP, -2, { keepdim: true }));
  }
  return logP.exp();
}
