/** NAdam. */

import { checkNew } from "../tensor/arguments/guard.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { updateElements } from "./elements.ts";
import { type Params, requireBetas, requireNonNegative, type Settings } from "./groups.ts";
import { Optimizer } from "./optimizer.ts";
import { type ParameterState, zerosFor } from "./state.ts";

/** Options of `NAdam`. */
export interface NAdamOptions {
  /** Learning rate; 2e-3 by default. */
  readonly lr?: number;
  /** Decay rates of the first and the second moment; [0.9, 0.999] by default. */
  readonly betas?: readonly [number, number];
  /** Added to the root of the second moment; 1e-8 by default. */
  readonly eps?: number;
  /** Weight decay λ: an L2 penalty, unless it is decoupled; 0 by default. */
  readonly weightDecay?: number;
  /** ψ of the momentum's schedule; 4e-3 by default. */
  readonly momentumDecay?: number;
  /** Whether weight decay is decoupled, p ← p - lr λ p before each step; false by default. */
  readonly decoupledWeightDecay?: boolean;
  /** Whether the loss is maximized; false by default. */
  readonly maximize?: boolean;
}

/** Settings of a group of `NAdam`. */
export type NAdamSettings = Settings & {
  betas: readonly [number, number];
  eps: number;
  weightDecay: number;
  momentumDecay: number;
  decoupledWeightDecay: boolean;
  maximize: boolean;
};

/** State of one parameter: the number of its updates, the product of all momenta, and the moments of its gradient. */
type Moments = { step: number; muProduct: number; expAvg: Tensor; expAvgSq: Tensor };

/**
 * NAdam, Adam with Nesterov momentum: with μₜ = β₁ (1 - 0.96^(t ψ) / 2), m ← β₁ m + (1 - β₁) g, v ← β₂ v + (1 - β₂) g², and
 * p ← p - lr (μₜ₊₁ m / (1 - μ₁ … μₜ₊₁) + (1 - μₜ) g / (1 - μ₁ … μₜ)) / (√(v / (1 - β₂ᵗ)) + eps) in step t. Source: Dozat, 2016.
 * @throws ArgumentError for negative settings, and betas outside of [0, 1).
 * @example
 * const w = tensor([1], { requiresGrad: true });
 * w.mul(3).sum().backward();
 * new optim.NAdam([w], { lr: 0.1 }).step();
 * w.item() < 0.9; // true
 */
export class NAdam extends Optimizer<NAdamSettings> {
  constructor(parameters: Params<NAdamOptions>, options: NAdamOptions = {}) {
    checkNew(new.target, arguments);
    const { lr = 2e-3, betas = [0.9, 0.999], eps = 1e-8, weightDecay = 0, momentumDecay = 4e-3 } = options;
    const { decoupledWeightDecay = false, maximize = false } = options;
    const defaults = { lr, betas, eps, weightDecay, momentumDecay, decoupledWeightDecay, maximize };
    super("NAdam", parameters, defaults, (group) => {
      requireBetas("NAdam", group.betas);
      requireNonNegative("NAdam", "eps", group.eps);
      requireNonNegative("NAdam", "weightDecay", group.weightDecay);
      requireNonNegative("NAdam", "momentumDecay", group.momentumDecay);
    });
  }

  override get isAdaptive(): boolean {
    return true;
  }

  protected override initialState(p: Tensor): ParameterState {
    const moments: Moments = { step: 0, muProduct: 1, expAvg: zerosFor(p), expAvgSq: zerosFor(p) };
    return moments;
  }

  protected override update(p: Tensor, g: Tensor, i: number): void {
    const { lr, betas, eps, weightDecay, momentumDecay, decoupledWeightDecay } = this.groupAt(i);
    const [b1, b2] = betas;
    const s = this.stateOf(p, i) as Moments;
    s.step++;
    const momentumAt = (t: number): number => b1 * (1 - 0.5 * 0.96 ** (t * momentumDecay));
    const [mu, next] = [momentumAt(s.step), momentumAt(s.step + 1)];
    s.muProduct *= mu;
    const rateOfGradient = (lr * (1 - mu)) / (1 - s.muProduct);
    const rateOfMean = (lr * next) / (1 - s.muProduct * next);
    const correction = 1 / (1 - b2 ** s.step);
    const penalty = decoupledWeightDecay ? 0 : weightDecay;
    const keep = decoupledWeightDecay ? 1 - lr * weightDecay : 1;
    updateElements("NAdam", p, g, [s.expAvg, s.expAvgSq], (x, grad, mean, square) => {
      for (let k = 0; k < x.length; k++) {
        const gk = grad[k] + penalty * x[k];
        mean[k] += (1 - b1) * (gk - mean[k]);
        square[k] = b2 * square[k] + (1 - b2) * gk * gk;
        const root = Math.sqrt(square[k] * correction) + eps;
        x[k] = keep * x[k] - (rateOfGradient * gk + rateOfMean * mean[k]) / root;
      }
    });
  }
}
