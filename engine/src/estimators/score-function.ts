/** Score-function estimators: gradients of expectations over discrete choices, by the derivative of their log-probability. */
import { ArgumentError, ShapeError } from "../tensor/errors.ts";
import { sameShape } from "../tensor/shape.ts";
import type { Tensor } from "../tensor/tensor.ts";

/** The baseline subtracted from the costs: none, the mean of the other samples, or a number or tensor. */
export type Baseline = "none" | "leave-one-out" | number | Tensor;

function baselineOf(cost: Tensor, baseline: Baseline): Tensor | number {
  if (baseline === "none") return 0;
  if (baseline !== "leave-one-out") return typeof baseline === "number" ? baseline : baseline.detach();
  const [n] = cost.shape;
  if (n < 2) throw new ArgumentError("scoreFunction", "leave-one-out needs two samples at least");
  const sumOfOthers = cost.sum(0, { keepdim: true }).sub(cost);
  return sumOfOthers.div(n - 1);
}

/**
 * Returns a loss whose value is mean(cost) and whose gradient is an unbiased estimate of that of E[cost], mean((cost - baseline) ∇ log p), plus the gradient of the
 * costs themselves. `logProb` and `cost` have one shape, with the samples along the first dimension. A baseline that does not depend on the sample itself keeps the
 * estimate unbiased and lowers its variance; by default it is the mean cost of the other samples. Sources: Williams, 1992 (REINFORCE); Kool, van Hoof and Welling, 2019
 * (leave-one-out).
 * @throws ShapeError when the shapes differ or have no dimension; ArgumentError for leave-one-out with fewer than two samples.
 * @example
 * const logP = tensor([-0.5, -1], { requiresGrad: true });
 * estimators.scoreFunction(logP, tensor([1, 3]), { baseline: "none" }).backward();
 * logP.grad!.toArray(); // [0.5, 1.5]
 */
export function scoreFunction(
  logProb: Tensor,
  cost: Tensor,
  { baseline = "leave-one-out" }: { readonly baseline?: Baseline } = {},
): Tensor {
  if (!sameShape(logProb.shape, cost.shape) || cost.ndim === 0)
    throw new ShapeError("scoreFunction", "log-probabilities and costs must have one shape, samples first", [
      logProb.shape,
      cost.shape,
    ]);
  const constantCost = cost.detach();
  const score = constantCost.sub(baselineOf(constantCost, baseline)).mul(logProb).mean();
  // score - stop(score) is 0 in value, and has the gradient of the score
  return cost.mean().add(score.sub(score.detach()));
}

/**
 * Returns DiCE's magic box of log-probabilities, exp(Σ log p - stop(Σ log p)): 1 in value, with the derivatives of the probabilities. Multiply each cost by the box of
 * the choices that it depends on; then derivatives of the mean cost, of any order, are unbiased. Source: Foerster et al., 2018.
 * @throws ArgumentError without log-probabilities.
 * @example
 * const logP = tensor(-0.7, { requiresGrad: true });
 * const box = estimators.magicBox(logP);
 * box.item(); // 1
 * box.mul(3).backward();
 * logP.grad!.item(); // 3
 */
export function magicBox(...logProbs: readonly Tensor[]): Tensor {
  if (logProbs.length === 0) throw new ArgumentError("magicBox", "expected at least one log-probability");
  const sum = logProbs.reduce((a, b) => a.add(b));
  return sum.sub(sum.detach()).exp();
}
