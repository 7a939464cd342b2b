/** Stochastic gradient descent. */

import { checkNew } from "../tensor/arguments/guard.ts";
import { ArgumentError } from "../tensor/errors.ts";
import type { RowGradient } from "../tensor/graph.ts";
import { contiguousArray } from "../tensor/strided.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { sgdStep } from "./fused.ts";
import { type ParamGroup, type Params, requireNonNegative, type Settings } from "./groups.ts";
import { markFused, Optimizer } from "./optimizer.ts";
import { changeRows } from "./row-updates.ts";
import { type ParameterState, zerosFor } from "./state.ts";

/** Options of `SGD`. */
export interface SGDOptions {
  /** Learning rate; 1e-3 by default. */
  readonly lr?: number;
  /** Decay rate of the velocity; 0, without a velocity, by default. */
  readonly momentum?: number;
  /** Dampening of the gradient's contribution to the velocity; 0 by default. */
  readonly dampening?: number;
  /** L2 penalty λ: λ p is added to the gradient; 0 by default. */
  readonly weightDecay?: number;
  /** Whether to use Nesterov momentum; false by default. */
  readonly nesterov?: boolean;
  /** Whether the loss is maximized; false by default. */
  readonly maximize?: boolean;
}

/** Settings of a group of `SGD`. */
export type SGDSettings = Settings & {
  momentum: number;
  dampening: number;
  weightDecay: number;
  nesterov: boolean;
  maximize: boolean;
};

/** State of one parameter with momentum, which begins with its first update. */
type Velocity = { momentumBuffer?: Tensor };

/**
 * Stochastic gradient descent: p ← p - lr v with v ← momentum v + (1 - dampening) g, starting from v = g; with Nesterov momentum, p ← p - lr (g + momentum v). A row
 * gradient, as of a sparse embedding, updates its rows alone, unless there is momentum or weight decay. Source: Sutskever et al., 2013.
 * @throws ArgumentError for negative settings, and for Nesterov momentum without momentum or with dampening.
 * @example
 * const w = tensor([1, 2], { requiresGrad: true });
 * w.square().sum().backward();
 * new optim.SGD([w], { lr: 0.25 }).step();
 * w.toArray(); // [0.5, 1]
 */
export class SGD extends Optimizer<SGDSettings> {
  constructor(parameters: Params<SGDOptions>, options: SGDOptions = {}) {
    checkNew(new.target, arguments);
    const { lr = 1e-3, momentum = 0, dampening = 0, weightDecay = 0, nesterov = false, maximize = false } = options;
    super("SGD", parameters, { lr, momentum, dampening, weightDecay, nesterov, maximize }, (group) => {
      requireNonNegative("SGD", "momentum", group.momentum);
      requireNonNegative("SGD", "weightDecay", group.weightDecay);
      if (group.nesterov && (group.momentum <= 0 || group.dampening !== 0))
        throw new ArgumentError("SGD", "nesterov needs a momentum above 0 and no dampening");
    });
  }

  protected override initialState(p: Tensor, { momentum }: ParamGroup<SGDSettings>): ParameterState {
    return momentum === 0 ? {} : { momentumBuffer: zerosFor(p) };
  }

  protected override updateRows(p: Tensor, { index, values }: RowGradient, i: number): boolean {
    const { lr, momentum, weightDecay } = this.groupAt(i);
    if (momentum !== 0 || weightDecay !== 0) return false;
    changeRows("SGD", p, index, (row, k) => {
      const g = contiguousArray(values);
      for (let j = 0, at = k * row.length; j < row.length; j++) row[j] -= lr * g[at + j];
    });
    return true;
  }

  protected override update(p: Tensor, g: Tensor, i: number): void {
    const { lr, momentum, dampening, nesterov, weightDecay } = this.groupAt(i);
    let velocity = (this.state.get(p) as Velocity | undefined)?.momentumBuffer ?? null;
    const first = velocity === null;
    if (momentum === 0) velocity = null;
    else if (first) {
      velocity = zerosFor(p);
      this.state.set(p, { momentumBuffer: velocity });
    }
    sgdStep(p, g, velocity, { lr, momentum, dampening, penalty: weightDecay, nesterov, first });
  }

  static {
    markFused(this);
  }
}
