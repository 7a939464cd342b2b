/** Adam and AdamW. */

import { checkNew } from "../tensor/arguments/guard.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { adamStep } from "./fused.ts";
import { type ParamGroup, type Params, requireBetas, requireNonNegative, type Settings } from "./groups.ts";
import { markFused, Optimizer } from "./optimizer.ts";
import { type ParameterState, zerosFor } from "./state.ts";

/** Options of `AdamW`. */
export interface AdamWOptions {
  /** Learning rate; 1e-3 by default. */
  readonly lr?: number;
  /** Decay rates of the first and the second moment; [0.9, 0.999] by default. */
  readonly betas?: readonly [number, number];
  /** Added to the root of the second moment; 1e-8 by default. */
  readonly eps?: number;
  /** Weight decay λ: 0 by default in `Adam`, where it is an L2 penalty, and 0.01 in `AdamW`, where it is decoupled. */
  readonly weightDecay?: number;
  /** Whether to divide by the root of the largest second moment so far (AMSGrad); false by default. */
  readonly amsgrad?: boolean;
  /** Whether the loss is maximized; false by default. */
  readonly maximize?: boolean;
}

/** Options of `Adam`. */
export interface AdamOptions extends AdamWOptions {
  /** Whether weight decay is decoupled, as in `AdamW`; false by default. */
  readonly decoupledWeightDecay?: boolean;
}

/** Settings of a group of `Adam` and `AdamW`. */
export type AdamSettings = Settings & {
  betas: readonly [number, number];
  eps: number;
  weightDecay: number;
  amsgrad: boolean;
  maximize: boolean;
  decoupledWeightDecay: boolean;
};

/** State of one parameter: the number of its updates, and the moments of its gradient. */
type Moments = { step: number; expAvg: Tensor; expAvgSq: Tensor; maxExpAvgSq?: Tensor };

/** Base class of `Adam` and `AdamW`, which differ in weight decay. */
abstract class AdamBase extends Optimizer<AdamSettings> {
  constructor(name: string, parameters: Params<AdamOptions>, options: AdamOptions, weightDecay: number) {
    const defaults = {
      lr: options.lr ?? 1e-3,
      betas: options.betas ?? ([0.9, 0.999] as const),
      eps: options.eps ?? 1e-8,
      weightDecay: options.weightDecay ?? weightDecay,
      amsgrad: options.amsgrad ?? false,
      maximize: options.maximize ?? false,
      decoupledWeightDecay: options.decoupledWeightDecay ?? false,
    };
    super(name, parameters, defaults, (group) => {
      requireBetas(name, group.betas);
      requireNonNegative(name, "eps", group.eps);
      requireNonNegative(name, "weightDecay", group.weightDecay);
    });
  }

  override get isAdaptive(): boolean {
    return true;
  }

  protected override initialState(p: Tensor, { amsgrad }: ParamGroup<AdamSettings>): ParameterState {
    const moments: Moments = { step: 0, expAvg: zerosFor(p), expAvgSq: zerosFor(p) };
    return amsgrad ? { ...moments, maxExpAvgSq: zerosFor(p) } : moments;
  }

  protected override update(p: Tensor, g: Tensor, i: number): void {
    const { lr, betas, eps, weightDecay, amsgrad, decoupledWeightDecay } = this.groupAt(i);
    const s = this.stateOf(p, i) as Moments;
    s.step++;
    if (amsgrad) s.maxExpAvgSq ??= zerosFor(p);
    adamStep(this.constructor.name, p, g, s.expAvg, s.expAvgSq, amsgrad ? (s.maxExpAvgSq as Tensor) : null, {
      lr,
      betas,
      eps,
      steps: s.step,
      penalty: decoupledWeightDecay ? 0 : weightDecay,
      decay: decoupledWeightDecay ? weightDecay : 0,
    });
  }
}

/**
 * Adam: m ← β₁ m + (1 - β₁) g, v ← β₂ v + (1 - β₂) g², p ← p - lr m̂ / (√v̂ + eps), with m̂ = m / (1 - β₁ᵗ) and v̂ = v / (1 - β₂ᵗ) in step t. Weight decay is an L2
 * penalty: g ← g + λ p. Source: Kingma and Ba, 2015; AMSGrad: Reddi et al., 2018.
 * @throws ArgumentError for negative settings, and betas outside of [0, 1).
 * @example
 * const w = tensor([1], { requiresGrad: true });
 * w.mul(3).sum().backward();
 * new optim.Adam([w], { lr: 0.1 }).step();
 * Math.abs(w.item() - 0.9) < 1e-6; // true
 */
export class Adam extends AdamBase {
  constructor(parameters: Params<AdamOptions>, options: AdamOptions = {}) {
    checkNew(new.target, arguments);
    super("Adam", parameters, options, 0);
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
  constructor(parameters: Params<AdamWOptions>, options: AdamWOptions = {}) {
    checkNew(new.target, arguments);
    super("AdamW", parameters, { ...options, decoupledWeightDecay: true }, 1e-2);
  }

  static {
    markFused(this);
  }
}
