/** Schedulers that multiply learning rates by a factor in each epoch. */
import { checkNew } from "../../tensor/arguments/guard.ts";
import { ArgumentError } from "../../tensor/errors.ts";
import { requireUnit } from "../groups.ts";
import type { Optimizer } from "../optimizer.ts";
import { LRScheduler, type SchedulerOptions } from "./scheduler.ts";

/** A factor of the learning rate, by the number of the epoch. */
export type LrLambda = (epoch: number) => number;

/** Returns a function for each group. @throws ArgumentError for a list of another length. */
function lambdasOf(name: string, optimizer: Optimizer, lrLambda: LrLambda | readonly LrLambda[]): readonly LrLambda[] {
  const n = optimizer.paramGroups.length;
  if (typeof lrLambda === "function") return new Array<LrLambda>(n).fill(lrLambda);
  if (lrLambda.length !== n)
    throw new ArgumentError(name, `expected a function for each of the ${n} groups, but got ${lrLambda.length}`);
  return lrLambda;
}

/**
 * Sets the learning rate of epoch t to the first one times `lrLambda(t)`; a list has a function for each group.
 * @throws ArgumentError for a list of another length than that of the groups.
 * @example
 * const optimizer = new optim.SGD([tensor([1], { requiresGrad: true })], { lr: 1 });
 * const scheduler = new optim.lrScheduler.LambdaLR(optimizer, (epoch) => 0.5 ** epoch);
 * scheduler.step();
 * optimizer.lr; // 0.5
 */
export class LambdaLR extends LRScheduler {
  readonly #lambdas: readonly LrLambda[];

  constructor(optimizer: Optimizer, lrLambda: LrLambda | readonly LrLambda[], options: SchedulerOptions = {}) {
    checkNew(new.target, arguments);
    super(optimizer, options);
    this.#lambdas = lambdasOf("LambdaLR", optimizer, lrLambda);
    this.start();
  }

  override getLr(): number[] {
    return this.baseLrs.map((lr, k) => lr * this.#lambdas[k](this.lastEpoch));
  }
}

/**
 * Multiplies the learning rate by `lrLambda(t)` in epoch t, from t = 1 on; a list has a function for each group.
 * @throws ArgumentError for a list of another length than that of the groups.
 * @example
 * const optimizer = new optim.SGD([tensor([1], { requiresGrad: true })], { lr: 1 });
 * const scheduler = new optim.lrScheduler.MultiplicativeLR(optimizer, () => 0.5);
 * scheduler.step();
 * scheduler.step();
 * optimizer.lr; // 0.25
 */
export class MultiplicativeLR extends LRScheduler {
  readonly #lambdas: readonly LrLambda[];

  constructor(optimizer: Optimizer, lrLambda: LrLambda | readonly LrLambda[], options: SchedulerOptions = {}) {
    checkNew(new.target, arguments);
    super(optimizer, options);
    this.#lambdas = lambdasOf("MultiplicativeLR", optimizer, lrLambda);
    this.start();
  }

  override getLr(): number[] {
    return this.isInitial ? this.present : this.present.map((lr, k) => lr * this.#lambdas[k](this.lastEpoch));
  }
}

/** Options of `StepLR` and `MultiStepLR`. */
export interface GammaOptions extends SchedulerOptions {
  /** The factor; 0.1 by default. */
  readonly gamma?: number;
}

/**
 * Multiplies the learning rate by `gamma` every `stepSize` epochs.
 * @example
 * const optimizer = new optim.SGD([tensor([1], { requiresGrad: true })], { lr: 1 });
 * const scheduler = new optim.lrScheduler.StepLR(optimizer, 2, { gamma: 0.5 });
 * [1, 2, 3, 4].map(() => (scheduler.step(), optimizer.lr)); // [1, 0.5, 0.5, 0.25]
 */
export class StepLR extends LRScheduler {
  readonly stepSize: number;
  readonly gamma: number;

  constructor(optimizer: Optimizer, stepSize: number, options: GammaOptions = {}) {
    checkNew(new.target, arguments);
    super(optimizer, options);
    this.stepSize = stepSize;
    this.gamma = options.gamma ?? 0.1;
    this.start();
  }

  override getLr(): number[] {
    const isDue = this.lastEpoch !== 0 && this.lastEpoch % this.stepSize === 0;
    return this.present.map((lr) => (isDue ? lr * this.gamma : lr));
  }

  protected override closedForm(): number[] {
    return this.baseLrs.map((lr) => lr * this.gamma ** Math.floor(this.lastEpoch / this.stepSize));
  }
}

/**
 * Multiplies the learning rate by `gamma` at each of the `milestones`, which are numbers of epochs; at one that is listed twice by its square.
 * @example
 * const optimizer = new optim.SGD([tensor([1], { requiresGrad: true })], { lr: 1 });
 * const scheduler = new optim.lrScheduler.MultiStepLR(optimizer, [1, 3], { gamma: 0.5 });
 * [1, 2, 3].map(() => (scheduler.step(), optimizer.lr)); // [0.5, 0.5, 0.25]
 */
export class MultiStepLR extends LRScheduler {
  readonly milestones: readonly number[];
  readonly gamma: number;

  constructor(optimizer: Optimizer, milestones: Iterable<number>, options: GammaOptions = {}) {
    checkNew(new.target, arguments);
    super(optimizer, options);
    this.milestones = [...milestones];
    this.gamma = options.gamma ?? 0.1;
    this.start();
  }

  override getLr(): number[] {
    const count = this.milestones.filter((m) => m === this.lastEpoch).length;
    return this.present.map((lr) => (count === 0 ? lr : lr * this.gamma ** count));
  }

  protected override closedForm(): number[] {
    const count = this.milestones.filter((m) => m <= this.lastEpoch).length;
    return this.baseLrs.map((lr) => lr * this.gamma ** count);
  }
}

/** Options of `ConstantLR`. */
export interface ConstantLROptions extends SchedulerOptions {
  /** Factor of the learning rate until epoch `totalIters`, in [0, 1]; 1/3 by default. */
  readonly factor?: number;
  /** The epoch in which the factor is taken back; 5 by default. */
  readonly totalIters?: number;
}

/**
 * Multiplies the learning rate by `factor` until epoch `totalIters`.
 * @throws ArgumentError for a factor outside of [0, 1].
 * @example
 * const optimizer = new optim.SGD([tensor([1], { requiresGrad: true })], { lr: 1 });
 * const scheduler = new optim.lrScheduler.ConstantLR(optimizer, { factor: 0.5, totalIters: 2 });
 * [0, 1, 2].map(() => { const { lr } = optimizer; scheduler.step(); return lr; }); // [0.5, 0.5, 1]
 */
export class ConstantLR extends LRScheduler {
  readonly factor: number;
  readonly totalIters: number;

  constructor(optimizer: Optimizer, options: ConstantLROptions = {}) {
    checkNew(new.target, arguments);
    const { factor = 1 / 3, totalIters = 5 } = options;
    requireUnit("ConstantLR", "factor", factor);
    super(optimizer, options);
    this.factor = factor;
    this.totalIters = totalIters;
    this.start();
  }

  override getLr(): number[] {
    if (this.lastEpoch === 0) return this.present.map((lr) => lr * this.factor);
    return this.present.map((lr) => (this.lastEpoch === this.totalIters ? lr * (1 / this.factor) : lr));
  }

  protected override closedForm(): number[] {
    const factor = this.lastEpoch >= this.totalIters ? 1 : this.factor;
    return this.baseLrs.map((lr) => lr * factor);
  }
}

/** Options of `LinearLR`. */
export interface LinearLROptions extends SchedulerOptions {
  /** First factor of the learning rate, in (0, 1]; 1/3 by default. */
  readonly startFactor?: number;
  /** Factor from epoch `totalIters` on, in [0, 1]; 1 by default. */
  readonly endFactor?: number;
  /** Number of epochs in which the factor changes; 5 by default. */
  readonly totalIters?: number;
}

/**
 * Multiplies the learning rate by a factor that goes linearly from `startFactor` to `endFactor` in `totalIters` epochs: a warm-up, or a decay.
 * @throws ArgumentError for factors out of range.
 * @example
 * const optimizer = new optim.SGD([tensor([1], { requiresGrad: true })], { lr: 1 });
 * const scheduler = new optim.lrScheduler.LinearLR(optimizer, { startFactor: 0.5, totalIters: 2 });
 * [0, 1, 2].map(() => { const { lr } = optimizer; scheduler.step(); return lr; }); // [0.5, 0.75, 1]
 */
export class LinearLR extends LRScheduler {
  readonly startFactor: number;
  readonly endFactor: number;
  readonly totalIters: number;

  constructor(optimizer: Optimizer, options: LinearLROptions = {}) {
    checkNew(new.target, arguments);
    const { startFactor = 1 / 3, endFactor = 1, totalIters = 5 } = options;
    requireUnit("LinearLR", "startFactor", startFactor);
    requireUnit("LinearLR", "endFactor", endFactor);
    if (startFactor === 0) throw new ArgumentError("LinearLR", "startFactor must be above 0, but got 0");
    super(optimizer, options);
    this.startFactor = startFactor;
    this.endFactor = endFactor;
    this.totalIters = totalIters;
    this.start();
  }

  override getLr(): number[] {
    const { startFactor, endFactor, totalIters, lastEpoch, present } = this;
    if (lastEpoch === 0) return present.map((lr) => lr * startFactor);
    if (this.isInitial || lastEpoch > totalIters) return present;
    const rise = endFactor - startFactor;
    const growth = 1 + rise / (totalIters * startFactor + (lastEpoch - 1) * rise);
    return present.map((lr) => lr * growth);
  }

  protected override closedForm(): number[] {
    const part = Math.min(this.totalIters, this.lastEpoch) / this.totalIters;
    return this.baseLrs.map((lr) => lr * (this.startFactor + (this.endFactor - this.startFactor) * part));
  }
}

/**
 * Multiplies the learning rate by `gamma` in each epoch.
 * @example
 * const optimizer = new optim.SGD([tensor([1], { requiresGrad: true })], { lr: 1 });
 * const scheduler = new optim.lrScheduler.ExponentialLR(optimizer, 0.5);
 * scheduler.step();
 * scheduler.step();
 * optimizer.lr; // 0.25
 */
export class ExponentialLR extends LRScheduler {
  readonly gamma: number;

  constructor(optimizer: Optimizer, gamma: number, options: SchedulerOptions = {}) {
    checkNew(new.target, arguments);
    super(optimizer, options);
    this.gamma = gamma;
    this.start();
  }

  override getLr(): number[] {
    return this.isInitial ? this.present : this.present.map((lr) => lr * this.gamma);
  }

  protected override closedForm(): number[] {
    return this.baseLrs.map((lr) => lr * this.gamma ** this.lastEpoch);
  }
}

/** Options of `PolynomialLR`. */
export interface PolynomialLROptions extends SchedulerOptions {
  /** The epoch from which on the learning rate is 0; 5 by default. */
  readonly totalIters?: number;
  /** The power; 1, a line, by default. */
  readonly power?: number;
}

/**
 * Lets the learning rate fall to 0 in `totalIters` epochs: lr (1 - t / totalIters)^power in epoch t.
 * @example
 * const optimizer = new optim.SGD([tensor([1], { requiresGrad: true })], { lr: 1 });
 * const scheduler = new optim.lrScheduler.PolynomialLR(optimizer, { totalIters: 4 });
 * scheduler.step();
 * optimizer.lr; // 0.75
 */
export class PolynomialLR extends LRScheduler {
  readonly totalIters: number;
  readonly power: number;

  constructor(optimizer: Optimizer, options: PolynomialLROptions = {}) {
    checkNew(new.target, arguments);
    super(optimizer, options);
    this.totalIters = options.totalIters ?? 5;
    this.power = options.power ?? 1;
    this.start();
  }

  override getLr(): number[] {
    const { lastEpoch, totalIters, power, present } = this;
    if (this.isInitial || lastEpoch > totalIters) return present;
    const decay = ((1 - lastEpoch / totalIters) / (1 - (lastEpoch - 1) / totalIters)) ** power;
    return present.map((lr) => lr * decay);
  }

  protected override closedForm(): number[] {
    const part = Math.min(this.totalIters, this.lastEpoch) / this.totalIters;
    return this.baseLrs.map((lr) => lr * (1 - part) ** this.power);
  }
}
