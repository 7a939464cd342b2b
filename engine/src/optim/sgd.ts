/** Stochastic gradient descent. */

import { checkNew } from "../tensor/arguments/guard.ts";
import { zerosLike } from "../tensor/create.ts";
import { ArgumentError } from "../tensor/errors.ts";
import type { RowGradient } from "../tensor/graph.ts";
import { contiguousArray } from "../tensor/strided.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { sgdStep } from "./fused.ts";
import { markFused, Optimizer, requireNonNegative } from "./optimizer.ts";
import { changeRows } from "./row-updates.ts";

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
}

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
export class SGD extends Optimizer {
  readonly momentum: number;
  readonly dampening: number;
  readonly weightDecay: number;
  readonly nesterov: boolean;
  #velocity: (Tensor | undefined)[] = [];

  constructor(parameters: Iterable<Tensor>, options: SGDOptions = {}) {
    checkNew(new.target, arguments);
    const { lr = 1e-3, momentum = 0, dampening = 0, weightDecay = 0, nesterov = false } = options;
    super("SGD", parameters, lr);
    requireNonNegative("SGD", "momentum", momentum);
    requireNonNegative("SGD", "weightDecay", weightDecay);
    if (nesterov && (momentum <= 0 || dampening !== 0))
      throw new ArgumentError("SGD", "nesterov needs a momentum above 0 and no dampening");
    this.momentum = momentum;
    this.dampening = dampening;
    this.weightDecay = weightDecay;
    this.nesterov = nesterov;
  }

  protected override updateRows(p: Tensor, { index, values }: RowGradient): boolean {
    if (this.momentum !== 0 || this.weightDecay !== 0) return false;
    changeRows("SGD", p, index, (row, k) => {
      const g = contiguousArray(values);
      for (let j = 0, at = k * row.length; j < row.length; j++) row[j] -= this.lr * g[at + j];
    });
    return true;
  }

  protected override update(p: Tensor, g: Tensor, i: number): void {
    const { lr, momentum, dampening, nesterov, weightDecay } = this;
    const first = this.#velocity[i] === undefined;
    if (momentum !== 0) this.#velocity[i] ??= zerosLike(p);
    const velocity = momentum === 0 ? null : (this.#velocity[i] ?? null);
    sgdStep(p, g, velocity, { lr, momentum, dampening, penalty: weightDecay, nesterov, first });
  }

  static {
    markFused(this);
  }
}
