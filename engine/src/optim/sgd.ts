/** Stochastic gradient descent. */
import { ArgumentError } from "../tensor/errors.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { atLeastZero, Optimizer } from "./optimizer.ts";

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

  constructor(
    parameters: Iterable<Tensor>,
    { lr = 1e-3, momentum = 0, dampening = 0, weightDecay = 0, nesterov = false }: SGDOptions = {},
  ) {
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

  protected override update(p: Tensor, grad: Tensor, i: number): void {
    const { momentum, dampening, weightDecay } = this;
    let g = weightDecay === 0 ? grad : grad.add(p, { alpha: weightDecay });
    if (momentum !== 0) {
      const before = this.#velocity[i];
      const v = before === undefined ? g.clone() : before.mul_(momentum).add_(g.mul(1 - dampening));
      this.#velocity[i] = v;
      g = this.nesterov ? g.add(v, { alpha: momentum }) : v;
    }
    p.sub_(g.mul(this.lr));
  }
}
