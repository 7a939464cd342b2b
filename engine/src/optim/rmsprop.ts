/** RMSprop. */

import { checkNew } from "../tensor/arguments/guard.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { updateElements } from "./elements.ts";
import { type ParamGroup, type Params, requireNonNegative, type Settings } from "./groups.ts";
import { Optimizer } from "./optimizer.ts";
import { type ParameterState, zerosFor } from "./state.ts";

/** Options of `RMSprop`. */
export interface RMSpropOptions {
  /** Learning rate; 1e-2 by default. */
  readonly lr?: number;
  /** Decay rate α of the mean of squares; 0.99 by default. */
  readonly alpha?: number;
  /** Added to the root of the mean; 1e-8 by default. */
  readonly eps?: number;
  /** L2 penalty λ: λ p is added to the gradient; 0 by default. */
  readonly weightDecay?: number;
  /** Decay rate of a velocity; 0, without a velocity, by default. */
  readonly momentum?: number;
  /** Whether to divide by the standard deviation instead of the root of the mean square; false by default. */
  readonly centered?: boolean;
  /** Whether the loss is maximized; false by default. */
  readonly maximize?: boolean;
}

/** Settings of a group of `RMSprop`. */
export type RMSpropSettings = Settings & {
  alpha: number;
  eps: number;
  weightDecay: number;
  momentum: number;
  centered: boolean;
  maximize: boolean;
};

/** State of one parameter: the number of its updates, means of its gradient's square and, if centered, of its gradient, and the velocity, if there is momentum. */
type Means = { step: number; squareAvg: Tensor; gradAvg?: Tensor; momentumBuffer?: Tensor };

/**
 * RMSprop: v ← α v + (1 - α) g², p ← p - lr g / (√v + eps); centered, √(v - ḡ²) with ḡ ← α ḡ + (1 - α) g takes the place of √v; with momentum, b ← momentum b + g / (√v +
 * eps) and p ← p - lr b. Source: Hinton's lectures, 2012; centered: Graves, 2013.
 * @throws ArgumentError for negative settings.
 * @example
 * const w = tensor([1], { requiresGrad: true });
 * w.mul(3).sum().backward();
 * new optim.RMSprop([w], { lr: 0.01 }).step();
 * Math.abs(w.item() - 0.9) < 1e-6; // true
 */
export class RMSprop extends Optimizer<RMSpropSettings> {
  constructor(parameters: Params<RMSpropOptions>, options: RMSpropOptions = {}) {
    checkNew(new.target, arguments);
    const { lr = 1e-2, alpha = 0.99, eps = 1e-8, weightDecay = 0, momentum = 0 } = options;
    const { centered = false, maximize = false } = options;
    super("RMSprop", parameters, { lr, alpha, eps, weightDecay, momentum, centered, maximize }, (group) => {
      for (const name of ["alpha", "eps", "weightDecay", "momentum"] as const)
        requireNonNegative("RMSprop", name, group[name]);
    });
  }

  override get isAdaptive(): boolean {
    return true;
  }

  protected override initialState(p: Tensor, { centered, momentum }: ParamGroup<RMSpropSettings>): ParameterState {
    const means: Means = { step: 0, squareAvg: zerosFor(p) };
    if (momentum > 0) means.momentumBuffer = zerosFor(p);
    if (centered) means.gradAvg = zerosFor(p);
    return means;
  }

  protected override update(p: Tensor, g: Tensor, i: number): void {
    const { lr, alpha, eps, weightDecay, momentum, centered } = this.groupAt(i);
    const s = this.stateOf(p, i) as Means;
    s.step++;
    if (centered) s.gradAvg ??= zerosFor(p);
    if (momentum > 0) s.momentumBuffer ??= zerosFor(p);
    const states = [
      s.squareAvg,
      ...(centered ? [s.gradAvg as Tensor] : []),
      ...(momentum > 0 ? [s.momentumBuffer as Tensor] : []),
    ];
    updateElements("RMSprop", p, g, states, (x, grad, square, ...others) => {
      const mean = centered ? others[0] : undefined;
      const velocity = momentum > 0 ? others.at(-1) : undefined;
      for (let k = 0; k < x.length; k++) {
        const gk = grad[k] + weightDecay * x[k];
        square[k] = alpha * square[k] + (1 - alpha) * gk * gk;
        let variance = square[k];
        if (mean !== undefined) {
          mean[k] += (1 - alpha) * (gk - mean[k]);
          variance -= mean[k] * mean[k];
        }
        let step = gk / (Math.sqrt(variance) + eps);
        if (velocity !== undefined) {
          step += momentum * velocity[k];
          velocity[k] = step;
        }
        x[k] -= lr * step;
      }
    });
  }
}
