/** Adagrad. */

import { checkNew } from "../tensor/arguments/guard.ts";
import type { RowGradient } from "../tensor/graph.ts";
import { contiguousArray, storeElements } from "../tensor/strided.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { updateElements } from "./elements.ts";
import { type ParamGroup, type Params, requireNonNegative, type Settings } from "./groups.ts";
import { Optimizer } from "./optimizer.ts";
import { changeRows } from "./row-updates.ts";
import { type ParameterState, zerosFor } from "./state.ts";

/** Options of `Adagrad`. */
export interface AdagradOptions {
  /** Learning rate; 1e-2 by default. */
  readonly lr?: number;
  /** Decay η of the learning rate, which is lr / (1 + (t - 1) η) in step t; 0 by default. */
  readonly lrDecay?: number;
  /** L2 penalty λ: λ p is added to the gradient; 0 by default. */
  readonly weightDecay?: number;
  /** Initial value of the sum of squares; 0 by default. */
  readonly initialAccumulatorValue?: number;
  /** Added to the root of the sum; 1e-10 by default. */
  readonly eps?: number;
  /** Whether the loss is maximized; false by default. */
  readonly maximize?: boolean;
}

/** Settings of a group of `Adagrad`. */
export type AdagradSettings = Settings & {
  lrDecay: number;
  weightDecay: number;
  initialAccumulatorValue: number;
  eps: number;
  maximize: boolean;
};

/** State of one parameter: the number of its updates, and the sum of the squares of its gradients. */
type Sum = { step: number; sum: Tensor };

/**
 * Adagrad: s ← s + g², p ← p - lr g / (√s + eps). A row gradient, as of a sparse embedding, updates its rows alone, unless there is weight decay. Source: Duchi et al., 2011.
 * @throws ArgumentError for negative settings.
 * @example
 * const w = tensor([1], { requiresGrad: true });
 * w.mul(3).sum().backward();
 * new optim.Adagrad([w], { lr: 0.1 }).step();
 * Math.abs(w.item() - 0.9) < 1e-6; // true
 */
export class Adagrad extends Optimizer<AdagradSettings> {
  constructor(parameters: Params<AdagradOptions>, options: AdagradOptions = {}) {
    checkNew(new.target, arguments);
    const { lr = 1e-2, lrDecay = 0, weightDecay = 0, initialAccumulatorValue = 0 } = options;
    const { eps = 1e-10, maximize = false } = options;
    super("Adagrad", parameters, { lr, lrDecay, weightDecay, initialAccumulatorValue, eps, maximize }, (group) => {
      for (const name of ["lrDecay", "weightDecay", "initialAccumulatorValue", "eps"] as const)
        requireNonNegative("Adagrad", name, group[name]);
    });
  }

  override get isAdaptive(): boolean {
    return true;
  }

  protected override initialState(p: Tensor, group: ParamGroup<AdagradSettings>): ParameterState {
    const value = group.initialAccumulatorValue;
    const sum = zerosFor(p);
    const elements = contiguousArray(sum).fill(value);
    storeElements(sum, elements);
    const state: Sum = { step: 0, sum };
    return state;
  }

  /** Counts an update, and returns the learning rate of its step. */
  #rate(s: Sum, { lr, lrDecay }: AdagradSettings): number {
    s.step++;
    return lr / (1 + (s.step - 1) * lrDecay);
  }

  protected override updateRows(p: Tensor, { index, values }: RowGradient, i: number): boolean {
    const group = this.groupAt(i);
    if (group.weightDecay !== 0) return false;
    const s = this.stateOf(p, i) as Sum;
    const rate = this.#rate(s, group);
    const [g, at, sum] = [values, index, s.sum].map(contiguousArray);
    changeRows("Adagrad", p, index, (row, k) => {
      for (let j = 0, from = k * row.length, to = at[k] * row.length; j < row.length; j++, from++, to++) {
        sum[to] += g[from] * g[from];
        row[j] -= (rate * g[from]) / (Math.sqrt(sum[to]) + group.eps);
      }
    });
    storeElements(s.sum, sum);
    return true;
  }

  protected override update(p: Tensor, g: Tensor, i: number): void {
    const group = this.groupAt(i);
    const { weightDecay, eps } = group;
    const s = this.stateOf(p, i) as Sum;
    const rate = this.#rate(s, group);
    updateElements("Adagrad", p, g, [s.sum], (x, grad, sum) => {
      for (let k = 0; k < x.length; k++) {
        const gk = grad[k] + weightDecay * x[k];
        sum[k] += gk * gk;
        x[k] -= (rate * gk) / (Math.sqrt(sum[k]) + eps);
      }
    });
  }
}
