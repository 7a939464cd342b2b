/** Rprop. */

import { checkNew } from "../tensor/arguments/guard.ts";
import { ArgumentError } from "../tensor/errors.ts";
import { contiguousArray, storeElements } from "../tensor/strided.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { updateElements } from "./elements.ts";
import { type ParamGroup, type Params, type Settings } from "./groups.ts";
import { Optimizer } from "./optimizer.ts";
import { type ParameterState, zerosFor } from "./state.ts";

/** Options of `Rprop`. */
export interface RpropOptions {
  /** Length of the first step; 1e-2 by default. */
  readonly lr?: number;
  /** Factors of the step's length when the sign of the gradient changes, and when it does not; [0.5, 1.2] by default. */
  readonly etas?: readonly [number, number];
  /** Smallest and largest length of a step; [1e-6, 50] by default. */
  readonly stepSizes?: readonly [number, number];
  /** Whether the loss is maximized; false by default. */
  readonly maximize?: boolean;
}

/** Settings of a group of `Rprop`. */
export type RpropSettings = Settings & {
  etas: readonly [number, number];
  stepSizes: readonly [number, number];
  maximize: boolean;
};

/** State of one parameter: the number of its updates, its last gradient, and the length of each element's step. */
type Steps = { step: number; prev: Tensor; stepSize: Tensor };

/**
 * Rprop: each element has a step of its own length, in the direction of the gradient's sign. The length is multiplied by the second of `etas` while the sign stays, by the
 * first, and the step left out, when it changes. For whole batches: noise changes signs. Source: Riedmiller and Braun, 1993.
 * @throws ArgumentError unless 0 < etas[0] < 1 < etas[1].
 * @example
 * const w = tensor([1], { requiresGrad: true });
 * w.mul(3).sum().backward();
 * new optim.Rprop([w], { lr: 0.25 }).step();
 * w.item(); // 0.75
 */
export class Rprop extends Optimizer<RpropSettings> {
  constructor(parameters: Params<RpropOptions>, options: RpropOptions = {}) {
    checkNew(new.target, arguments);
    const { lr = 1e-2, etas = [0.5, 1.2], stepSizes = [1e-6, 50], maximize = false } = options;
    super("Rprop", parameters, { lr, etas, stepSizes, maximize }, (group) => {
      const [less, more] = group.etas;
      if (!(less > 0 && less < 1 && more > 1))
        throw new ArgumentError("Rprop", `etas must lie in (0, 1) and above 1, but got ${group.etas.join(", ")}`);
    });
  }

  override get isAdaptive(): boolean {
    return true;
  }

  protected override initialState(p: Tensor, { lr }: ParamGroup<RpropSettings>): ParameterState {
    const stepSize = zerosFor(p);
    storeElements(stepSize, contiguousArray(stepSize).fill(lr));
    const steps: Steps = { step: 0, prev: zerosFor(p), stepSize };
    return steps;
  }

  protected override update(p: Tensor, g: Tensor, i: number): void {
    const { etas, stepSizes } = this.groupAt(i);
    const [less, more] = etas;
    const [shortest, longest] = stepSizes;
    const s = this.stateOf(p, i) as Steps;
    s.step++;
    updateElements("Rprop", p, g, [s.prev, s.stepSize], (x, grad, last, length) => {
      for (let k = 0; k < x.length; k++) {
        const same = grad[k] * last[k];
        length[k] = Math.min(Math.max(length[k] * (same > 0 ? more : same < 0 ? less : 1), shortest), longest);
        last[k] = same < 0 ? 0 : grad[k];
        x[k] -= Math.sign(last[k]) * length[k];
      }
    });
  }
}
