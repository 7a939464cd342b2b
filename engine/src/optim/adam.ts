/** Adam and AdamW. */

import { checkNew } from "../tensor/arguments/guard.ts";
import { zerosLike } from "../tensor/create.ts";
import { ArgumentError } from "../tensor/errors.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { adamStep } from "./fused.ts";
import { markFused, Optimizer, requireNonNegative } from "./optimizer.ts";

/** Options of `Adam` and `AdamW`. */
export interface AdamOptions {
  /** Learning rate; 1e-3 by default. */
  readonly lr?: number;
  /** Decay rates of the first and the second moment; [0.9, 0.999] by default. */
  readonly betas?: readonly [number, number];
  /** Added to the root of the second moment; 1e-8 by default. */
  readonly eps?: number;
  /** Weight decay λ: 0 by default in `Adam`, where it is an L2 penalty, and 0.01 in `AdamW`, where it is decoupled. */
  readonly weightDecay?: number;
}

/** First and second moment of one parameter's gradient. */
interface Moments {
  readonly m: Tensor;
  readonly v: Tensor;
  steps: number;
}

/** Base class of `Adam` and `AdamW`, which differ in weight decay. */
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
    requireNonNegative(name, "eps", eps);
    requireNonNegative(name, "weightDecay", weightDecay);
    this.betas = betas;
    this.eps = eps;
    this.weightDecay = weightDecay;
  }

  /** Updates a parameter with `penalty` as the L2 penalty and `decay` as the decoupled weight decay. */
  protected updateAdam(op: string, p: Tensor, g: Tensor, i: number, penalty: number, decay: number): void {
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

/**
 * Adam: m ← β₁ m + (1 - β₁) g, v ← β₂ v + (1 - β₂) g², p ← p - lr m̂ / (√v̂ + eps), with m̂ = m / (1 - β₁ᵗ) and v̂ = v / (1 - β₂ᵗ) in step t. Weight decay is an L2
 * penalty: g ← g + λ p. Source: Kingma and Ba, 2015.
 * @throws ArgumentError for negative settings, and betas outside of [0, 1).
 * @example
 * const w = tensor([1], { requiresGrad: true });
 * w.mul(3).sum().backward();
 * new optim.Adam([w], { lr: 0.1 }).step();
 * Math.abs(w.item() - 0.9) < 1e-6; // true
 */
export class Adam extends AdamBase {
  constructor(parameters: Iterable<Tensor>, options: AdamOptions = {}) {
    checkNew(new.target, arguments);
    const { lr = 1e-3, betas = [0.9, 0.999], eps = 1e-8, weightDecay = 0 } = options;
    super("Adam", parameters, lr, betas, eps, weightDecay);
  }
  protected override update(p: Tensor, g: Tensor, i: number): void {
    this.updateAdam("Adam", p, g, i, this.weightDecay, 0);
  }

  static {
    markFused(this);
  }
}

/**
 * AdamW: Adam with decoupled weight decay, p ← p - lr λ p before each step, instead of an L2 penalty; λ is 0.01 by default. Source: Loshchilov and Hutter, 2019.
 * @throws ArgumentError for negative settings, and betas outside of [0, 1).
 * @example
 * const w = tensor([1], { requiresGrad: true });
 * w.mul(0).sum().backward();
 * new optim.AdamW([w], { lr: 0.5, weightDecay: 0.5 }).step();
 * w.item(); // 0.75
 */
export class AdamW extends AdamBase {
  constructor(parameters: Iterable<Tensor>, options: AdamOptions = {}) {
    checkNew(new.target, arguments);
    const { lr = 1e-3, betas = [0.9, 0.999], eps = 1e-8, weightDecay = 1e-2 } = options;
    super("AdamW", parameters, lr, betas, eps, weightDecay);
  }
  protected override update(p: Tensor, g: Tensor, i: number): void {
    this.updateAdam("AdamW", p, g, i, 0, this.weightDecay);
  }

  static {
    markFused(this);
  }
}
