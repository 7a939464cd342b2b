/** Adadelta. */

import { checkNew } from "../tensor/arguments/guard.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { updateElements } from "./elements.ts";
import { type Params, requireNonNegative, requireUnit, type Settings } from "./groups.ts";
import { Optimizer } from "./optimizer.ts";
import { type ParameterState, zerosFor } from "./state.ts";

/** Options of `Adadelta`. */
export interface AdadeltaOptions {
  /** Factor of the step; 1 by default. */
  readonly lr?: number;
  /** Decay rate ρ of both means of squares; 0.9 by default. */
  readonly rho?: number;
  /** Added to both means below the root; 1e-6 by default. */
  readonly eps?: number;
  /** L2 penalty λ: λ p is added to the gradient; 0 by default. */
  readonly weightDecay?: number;
  /** Whether the loss is maximized; false by default. */
  readonly maximize?: boolean;
}

/** Settings of a group of `Adadelta`. */
export type AdadeltaSettings = Settings & { rho: number; eps: number; weightDecay: number; maximize: boolean };

/** State of one parameter: the number of its updates, and means of the squares of its gradients and of its steps. */
type Means = { step: number; squareAvg: Tensor; accDelta: Tensor };

/**
 * Adadelta: v ← ρ v + (1 - ρ) g², Δ = g √(u + eps) / √(v + eps), u ← ρ u + (1 - ρ) Δ², p ← p - lr Δ. Source: Zeiler, 2012.
 * @throws ArgumentError for negative settings, and a `rho` outside of [0, 1].
 * @example
 * const w = tensor([1], { requiresGrad: true });
 * w.mul(3).sum().backward();
 * new optim.Adadelta([w]).step();
 * w.item() < 1; // true
 */
export class Adadelta extends Optimizer<AdadeltaSettings> {
  constructor(parameters: Params<AdadeltaOptions>, options: AdadeltaOptions = {}) {
    checkNew(new.target, arguments);
    const { lr = 1, rho = 0.9, eps = 1e-6, weightDecay = 0, maximize = false } = options;
    super("Adadelta", parameters, { lr, rho, eps, weightDecay, maximize }, (group) => {
      requireUnit("Adadelta", "rho", group.rho);
      requireNonNegative("Adadelta", "eps", group.eps);
      requireNonNegative("Adadelta", "weightDecay", group.weightDecay);
    });
  }

  protected override initialState(p: Tensor): ParameterState {
    const means: Means = { step: 0, squareAvg: zerosFor(p), accDelta: zerosFor(p) };
    return means;
  }

  protected override update(p: Tensor, g: Tensor, i: number): void {
    const { lr, rho, eps, weightDecay } = this.groupAt(i);
    const s = this.stateOf(p, i) as Means;
    s.step++;
    updateElements("Adadelta", p, g, [s.squareAvg, s.accDelta], (x, grad, square, steps) => {
      for (let k = 0; k < x.length; k++) {
        const gk = grad[k] + weightDecay * x[k];
        square[k] = rho * square[k] + (1 - rho) * gk * gk;
        const delta = (Math.sqrt(steps[k] + eps) / Math.sqrt(square[k] + eps)) * gk;
        steps[k] = rho * steps[k] + (1 - rho) * delta * delta;
        x[k] -= lr * delta;
      }
    });
  }
}
