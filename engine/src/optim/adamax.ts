/** Adamax. */

import { checkNew } from "../tensor/arguments/guard.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { updateElements } from "./elements.ts";
import { type Params, requireBetas, requireNonNegative, type Settings } from "./groups.ts";
import { Optimizer } from "./optimizer.ts";
import { type ParameterState, zerosFor } from "./state.ts";

/** Options of `Adamax`. */
export interface AdamaxOptions {
  /** Learning rate; 2e-3 by default. */
  readonly lr?: number;
  /** Decay rates of the mean and of the maximum; [0.9, 0.999] by default. */
  readonly betas?: readonly [number, number];
  /** Added to the absolute value of the gradient; 1e-8 by default. */
  readonly eps?: number;
  /** L2 penalty λ: λ p is added to the gradient; 0 by default. */
  readonly weightDecay?: number;
  /** Whether the loss is maximized; false by default. */
  readonly maximize?: boolean;
}

/** Settings of a group of `Adamax`. */
export type AdamaxSettings = Settings & {
  betas: readonly [number, number];
  eps: number;
  weightDecay: number;
  maximize: boolean;
};

/** State of one parameter: the number of its updates, the mean of its gradient, and the decaying maximum of its absolute value. */
type Moments = { step: number; expAvg: Tensor; expInf: Tensor };

/**
 * Adamax, Adam with the infinity norm: m ← β₁ m + (1 - β₁) g, u ← max(β₂ u, |g| + eps), p ← p - lr m̂ / u, with m̂ = m / (1 - β₁ᵗ) in step t. Source: Kingma and Ba,
 * 2015, section 7.1.
 * @throws ArgumentError for negative settings, and betas outside of [0, 1).
 * @example
 * const w = tensor([1], { requiresGrad: true });
 * w.mul(3).sum().backward();
 * new optim.Adamax([w], { lr: 0.1 }).step();
 * Math.abs(w.item() - 0.9) < 1e-6; // true
 */
export class Adamax extends Optimizer<AdamaxSettings> {
  constructor(parameters: Params<AdamaxOptions>, options: AdamaxOptions = {}) {
    checkNew(new.target, arguments);
    const { lr = 2e-3, betas = [0.9, 0.999], eps = 1e-8, weightDecay = 0, maximize = false } = options;
    super("Adamax", parameters, { lr, betas, eps, weightDecay, maximize }, (group) => {
      requireBetas("Adamax", group.betas);
      requireNonNegative("Adamax", "eps", group.eps);
      requireNonNegative("Adamax", "weightDecay", group.weightDecay);
    });
  }

  override get isAdaptive(): boolean {
    return true;
  }

  protected override initialState(p: Tensor): ParameterState {
    const moments: Moments = { step: 0, expAvg: zerosFor(p), expInf: zerosFor(p) };
    return moments;
  }

  protected override update(p: Tensor, g: Tensor, i: number): void {
    const { lr, betas, eps, weightDecay } = this.groupAt(i);
    const [b1, b2] = betas;
    const s = this.stateOf(p, i) as Moments;
    s.step++;
    const rate = lr / (1 - b1 ** s.step);
    updateElements("Adamax", p, g, [s.expAvg, s.expInf], (x, grad, mean, largest) => {
      for (let k = 0; k < x.length; k++) {
        const gk = grad[k] + weightDecay * x[k];
        mean[k] += (1 - b1) * (gk - mean[k]);
        largest[k] = Math.max(b2 * largest[k], Math.abs(gk) + eps);
        x[k] -= (rate * mean[k]) / largest[k];
      }
    });
  }
}
