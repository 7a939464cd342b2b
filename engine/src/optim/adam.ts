/** Adam and AdamW. */

import { zerosLike } from "../tensor/create.ts";
import { ArgumentError } from "../tensor/errors.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { atLeastZero, Optimizer } from "./optimizer.ts";

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
    if (betas.some((b) => !(b >= 0 && b < 1)))
      throw new ArgumentError(name, `betas must lie in [0, 1), but got ${betas.join(", ")}`);
    atLeastZero(name, "eps", eps);
    atLeastZero(name, "weightDecay", weightDecay);
    this.betas = betas;
    this.eps = eps;
    this.weightDecay = weightDecay;
  }

  /** m ← β₁ m + (1 - β₁) g, v ← β₂ v + (1 - β₂) g², p ← p - lr m̂ / (√v̂ + ε) with m̂, v̂ corrected for their start at 0 */
  protected adam(p: Tensor, g: Tensor, i: number): void {
    const [b1, b2] = this.betas;
    this.#moments[i] ??= { m: zerosLike(p), v: zerosLike(p), steps: 0 };
    const s = this.#moments[i];
    s.steps++;
    s.m.mul_(b1).add_(g.mul(1 - b1));
    s.v.mul_(b2).add_(g.mul(g).mul(1 - b2));
    const denominator = s.v
      .sqrt()
      .div(Math.sqrt(1 - b2 ** s.steps))
      .add(this.eps);
    p.sub_(s.m.div(denominator).mul(this.lr / (1 - b1 ** s.steps)));
  }
}

/** Adam; weight decay is an L2 penalty in the gradient. Source: Kingma and Ba, 2015. */
export class Adam extends AdamBase {
  constructor(
    parameters: Iterable<Tensor>,
    { lr = 1e-3, betas = [0.9, 0.999], eps = 1e-8, weightDecay = 0 }: AdamOptions = {},
  ) {
    super("Adam", parameters, lr, betas, eps, weightDecay);
  }
  protected override update(p: Tensor, g: Tensor, i: number): void {
    this.adam(p, this.weightDecay === 0 ? g : g.add(p, { alpha: this.weightDecay }), i);
  }
}

/** Adam with decoupled weight decay: p ← p - lr λ p before the step. Source: Loshchilov and Hutter, 2019. */
export class AdamW extends AdamBase {
  constructor(
    parameters: Iterable<Tensor>,
    { lr = 1e-3, betas = [0.9, 0.999], eps = 1e-8, weightDecay = 1e-2 }: AdamOptions = {},
  ) {
    super("AdamW", parameters, lr, betas, eps, weightDecay);
  }
  protected override update(p: Tensor, g: Tensor, i: number): void {
    p.mul_(1 - this.lr * this.weightDecay);
    this.adam(p, g, i);
  }
}
