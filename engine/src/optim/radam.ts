/** RAdam. */

import { checkNew } from "../tensor/arguments/guard.ts";
import type { Tensor } from "../tensor/tensor.ts";
import type { AdamOptions } from "./adam.ts";
import { updateElements } from "./elements.ts";
import { type Params, requireBetas, requireNonNegative, type Settings } from "./groups.ts";
import { Optimizer } from "./optimizer.ts";
import { type ParameterState, zerosFor } from "./state.ts";

/** Options of `RAdam`. */
export type RAdamOptions = Omit<AdamOptions, "amsgrad">;

/** Settings of a group of `RAdam`. */
export type RAdamSettings = Settings & {
  betas: readonly [number, number];
  eps: number;
  weightDecay: number;
  decoupledWeightDecay: boolean;
  maximize: boolean;
};

/** State of one parameter: the number of its updates, and the moments of its gradient. */
type Moments = { step: number; expAvg: Tensor; expAvgSq: Tensor };

/**
 * RAdam, Adam whose step is rectified while the second moment is uncertain: with ρ∞ = 2 / (1 - β₂) - 1 and ρ = ρ∞ - 2 t β₂ᵗ / (1 - β₂ᵗ), the step t is lr m̂ while
 * ρ ≤ 5, and lr m̂ r √(1 - β₂ᵗ) / (√v + eps) with r² = (ρ - 4) (ρ - 2) ρ∞ / ((ρ∞ - 4) (ρ∞ - 2) ρ) from then on. Source: Liu et al., 2020.
 * @throws ArgumentError for negative settings, and betas outside of [0, 1).
 * @example
 * const w = tensor([1], { requiresGrad: true });
 * w.mul(3).sum().backward();
 * new optim.RAdam([w], { lr: 0.1 }).step();
 * Math.abs(w.item() - 0.7) < 1e-6; // true
 */
export class RAdam extends Optimizer<RAdamSettings> {
  constructor(parameters: Params<RAdamOptions>, options: RAdamOptions = {}) {
    checkNew(new.target, arguments);
    const { lr = 1e-3, betas = [0.9, 0.999], eps = 1e-8, weightDecay = 0 } = options;
    const { decoupledWeightDecay = false, maximize = false } = options;
    super("RAdam", parameters, { lr, betas, eps, weightDecay, decoupledWeightDecay, maximize }, (group) => {
      requireBetas("RAdam", group.betas);
      requireNonNegative("RAdam", "eps", group.eps);
      requireNonNegative("RAdam", "weightDecay", group.weightDecay);
    });
  }

  override get isAdaptive(): boolean {
    return true;
  }

  protected override initialState(p: Tensor): ParameterState {
    const moments: Moments = { step: 0, expAvg: zerosFor(p), expAvgSq: zerosFor(p) };
    return moments;
  }

  protected override update(p: Tensor, g: Tensor, i: number): void {
    const { lr, betas, eps, weightDecay, decoupledWeightDecay } = this.groupAt(i);
    const [b1, b2] = betas;
    const s = this.stateOf(p, i) as Moments;
    s.step++;
    const decayed = b2 ** s.step;
    const limit = 2 / (1 - b2) - 1;
    const length = limit - (2 * s.step * decayed) / (1 - decayed);
    const rate = lr / (1 - b1 ** s.step);
    const isCertain = length > 5;
    const rectified = isCertain
      ? rate *
        Math.sqrt(1 - decayed) *
        Math.sqrt(((length - 4) * (length - 2) * limit) / ((limit - 4) * (limit - 2) * length))
      : 0;
    const penalty = decoupledWeightDecay ? 0 : weightDecay;
    const keep = decoupledWeightDecay ? 1 - lr * weightDecay : 1;
    updateElements("RAdam", p, g, [s.expAvg, s.expAvgSq], (x, grad, mean, square) => {
      for (let k = 0; k < x.length; k++) {
        const gk = grad[k] + penalty * x[k];
        mean[k] += (1 - b1) * (gk - mean[k]);
        square[k] = b2 * square[k] + (1 - b2) * gk * gk;
        const step = isCertain ? (rectified * mean[k]) / (Math.sqrt(square[k]) + eps) : rate * mean[k];
        x[k] = keep * x[k] - step;
      }
    });
  }
}
