/** Adam and AdamW. */

import { checkNew } from "../tensor/arguments/guard.ts";
import { zerosLike } from "../tensor/create.ts";
import { ArgumentError } from "../tensor/errors.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { adamStep } from "./fused.ts";
import { atLeastZero, listOwnClass, Optimizer } from "./optimizer.ts";

/** Options of `Adam` and `AdamW`. */
export interface AdamOptions {
  readonly lr?: number;
  /** Decay rates of the two moments. */
  readonly betas?: readonly [number, number];
  /** Added to the root of the second moment. */
  readonly eps?: number;
  readonly weightDecay?: number;
}

interface Moments {
  readonly m: Tensor;
  readonly v: Tensor;
  steps: number;
}

/** The step that both share; they differ in what weight decay does. */
abstract class AdamBase extends Optimizer {
  readonly betas: readonly [number, number];
  readonly eps: number;
  readonly weightDecay: number;
  #moments: (Moments | undefined)[] = [];

  constructor(
    name: string,
    parameters: Iterable<Tensor>,
    lr: number,
    betas: readonly [number, number],
    eps: number,
    weightDecay: number,
  ) {
    super(name, parameters, lr);
    if (betas.length !== 2) throw new ArgumentError(name, `betas must be two numbers, but got ${betas.join(", ")}`);
    if (betas.some((b) => !(b >= 0 && b < 1)))
      throw new ArgumentError(name, `betas must lie in [0, 1), but got ${betas.join(", ")}`);
    atLeastZero(name, "eps", eps);
    atLeastZero(name, "weightDecay", weightDecay);
    this.betas = betas;
    this.eps = eps;
    this.weightDecay = weightDecay;
  }

  /** `penalty` and `decay` are the weight decay of the one kind and of the other. */
  protected adam(op: string, p: Tensor, g: Tensor, i: number, penalty: number, decay: number): void {
    this.#moments[i] ??= { m: zerosLike(p), v: zerosLike(p), steps: 0 };
    const s = this.#moments[i];
    s.steps++;
    adamStep(op, p, g, s.m, s.v, {
      lr: this.lr,
      betas: this.betas,
      eps: this.eps,
      steps: s.steps,
      penalty,
      decay,
    });
  }
}

/** Adam; weight decay is an L2 penalty in the gradient. Source: Kingma and Ba, 2015. */
export class Adam extends AdamBase {
  constructor(parameters: Iterable<Tensor>, options: AdamOptions = {}) {
    checkNew(new.target, arguments);
    const { lr = 1e-3, betas = [0.9, 0.999], eps = 1e-8, weightDecay = 0 } = options;
    super("Adam", parameters, lr, betas, eps, weightDecay);
  }
  protected override update(p: Tensor, g: Tensor, i: number): void {
    this.adam("Adam", p, g, i, this.weightDecay, 0);
  }

  static {
    listOwnClass(this);
  }
}

/** Adam with decoupled weight decay: p ← p - lr λ p before the step. Source: Loshchilov and Hutter, 2019. */
export class AdamW extends AdamBase {
  constructor(parameters: Iterable<Tensor>, options: AdamOptions = {}) {
    checkNew(new.target, arguments);
    const { lr = 1e-3, betas = [0.9, 0.999], eps = 1e-8, weightDecay = 1e-2 } = options;
    super("AdamW", parameters, lr, betas, eps, weightDecay);
  }
  protected override update(p: Tensor, g: Tensor, i: number): void {
    this.adam("AdamW", p, g, i, 0, this.weightDecay);
  }

  static {
    listOwnClass(this);
  }
}
