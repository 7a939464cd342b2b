/** Stochastic gradient descent. */

import { checkNew } from "../tensor/arguments/guard.ts";
import { zerosLike } from "../tensor/create.ts";
import { ArgumentError } from "../tensor/errors.ts";
import type { RowGradient } from "../tensor/graph.ts";
import { contiguousArray } from "../tensor/strided.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { sgdStep } from "./fused.ts";
import { atLeastZero, listOwnClass, Optimizer } from "./optimizer.ts";
import { changeRows } from "./row-updates.ts";

/** Options of `SGD`. */
export interface SGDOptions {
  readonly lr?: number;
  readonly momentum?: number;
  readonly dampening?: number;
  /** L2 penalty, added to the gradient. */
  readonly weightDecay?: number;
  readonly nesterov?: boolean;
}

/**
 * p ← p - lr v, where v ← momentum v + (1 - dampening) g starts as the first g; Nesterov steps along g + momentum v.
 * @throws ArgumentError when Nesterov momentum lacks a momentum or has dampening.
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
    atLeastZero("SGD", "momentum", momentum);
    atLeastZero("SGD", "weightDecay", weightDecay);
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
    listOwnClass(this);
  }
}
