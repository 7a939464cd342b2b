/** Averaged stochastic gradient descent. */

import { checkNew } from "../tensor/arguments/guard.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { updateElements } from "./elements.ts";
import { type ParamGroup, type Params, requireNonNegative, type Settings } from "./groups.ts";
import { Optimizer } from "./optimizer.ts";
import { type ParameterState, zerosFor } from "./state.ts";

/** Options of `ASGD`. */
export interface ASGDOptions {
  /** Learning rate; 1e-2 by default. */
  readonly lr?: number;
  /** Decay λ: of the parameter in each step, and of the learning rate; 1e-4 by default. */
  readonly lambd?: number;
  /** Power of the decay of the learning rate; 0.75 by default. */
  readonly alpha?: number;
  /** The step in which averaging starts; 1e6 by default. */
  readonly t0?: number;
  /** L2 penalty: it times p is added to the gradient; 0 by default. */
  readonly weightDecay?: number;
  /** Whether the loss is maximized; false by default. */
  readonly maximize?: boolean;
}

/** Settings of a group of `ASGD`. */
export type ASGDSettings = Settings & {
  lambd: number;
  alpha: number;
  t0: number;
  weightDecay: number;
  maximize: boolean;
};

/** State of one parameter: the number of its updates, the learning rate and the weight of the average in the next one, and the average. */
type Average = { step: number; eta: number; mu: number; ax: Tensor };

/**
 * Averaged stochastic gradient descent: p ← (1 - λ η) p - η g with η = lr / (1 + λ lr t)^α, and the average a ← a + μ (p - a) with μ = 1 / max(1, t - t0), which is `ax` of
 * the state; the parameters are not replaced by it. Source: Polyak and Juditsky, 1992.
 * @throws ArgumentError for a negative weight decay.
 * @example
 * const w = tensor([1], { requiresGrad: true });
 * w.mul(3).sum().backward();
 * new optim.ASGD([w], { lr: 0.25, lambd: 0 }).step();
 * w.item(); // 0.25
 */
export class ASGD extends Optimizer<ASGDSettings> {
  constructor(parameters: Params<ASGDOptions>, options: ASGDOptions = {}) {
    checkNew(new.target, arguments);
    const { lr = 1e-2, lambd = 1e-4, alpha = 0.75, t0 = 1e6, weightDecay = 0, maximize = false } = options;
    super("ASGD", parameters, { lr, lambd, alpha, t0, weightDecay, maximize }, (group) =>
      requireNonNegative("ASGD", "weightDecay", group.weightDecay),
    );
  }

  protected override initialState(p: Tensor, { lr }: ParamGroup<ASGDSettings>): ParameterState {
    const average: Average = { step: 0, eta: lr, mu: 1, ax: zerosFor(p) };
    return average;
  }

  protected override update(p: Tensor, g: Tensor, i: number): void {
    const { lr, lambd, alpha, t0, weightDecay } = this.groupAt(i);
    const s = this.stateOf(p, i) as Average;
    s.step++;
    const { eta, mu } = s;
    updateElements("ASGD", p, g, [s.ax], (x, grad, average) => {
      for (let k = 0; k < x.length; k++) {
        const gk = grad[k] + weightDecay * x[k];
        x[k] = (1 - lambd * eta) * x[k] - eta * gk;
        average[k] = mu === 1 ? x[k] : average[k] + mu * (x[k] - average[k]);
      }
    });
    s.eta = lr / (1 + lambd * lr * s.step) ** alpha;
    s.mu = 1 / Math.max(1, s.step - t0);
  }
}
