/** Gradients of expectations over discrete choices, by the derivative of their log-probability. */
import { ArgumentError, ShapeError } from "../tensor/errors.ts";
import { sameShape } from "../tensor/shape.ts";
import type { Tensor } from "../tensor/tensor.ts";

/** What is subtracted from costs: nothing, a number or tensor, or the mean of the other samples. */
export type Baseline = "none" | "leave-one-out" | number | Tensor;

/**
 * A loss whose gradient is an unbiased estimate of that of E[cost], for costs of samples along the first dimension and the log-probabilities of
 * the samples: mean((cost - baseline) log p) in its gradient, mean(cost) in its value. A baseline that does not depend on the own sample leaves it unbiased and lowers the
 * variance; `"leave-one-out"` takes the mean of the other samples. Sources: Williams, 1992 (REINFORCE); Kool, van Hoof and Welling, 2019 (leave-one-out).
 * @throws ShapeError when shapes differ; ArgumentError for leave-one-out of a single sample.
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
  const [n] = cost.shape;
  const c = cost.detach();
  if (baseline === "leave-one-out" && n < 2)
    throw new ArgumentError("scoreFunction", "leave-one-out needs two samples at least");
  const b =
    baseline === "none"
      ? 0
      : baseline === "leave-one-out"
        ? c
            .sum(0, { keepdim: true })
            .sub(c)
            .div(n - 1)
        : typeof baseline === "number"
          ? baseline
          : baseline.detach();
  const score = c.sub(b).mul(logProb).mean();
  // the value is that of the costs, whose own gradient counts, too
  return cost.mean().add(score.sub(score.detach()));
}

/**
 * DiCE's magic box, exp(Σ log p - stop(Σ log p)): 1 in value, and its derivatives of every order are those of the probabilities. Multiply each cost by the box
 * of the choices that it depends on; derivatives of any order of the mean are unbiased then. Source: Foerster et al., 2018.
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
