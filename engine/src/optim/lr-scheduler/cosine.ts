/** Schedulers that follow a cosine. */
import { checkNew } from "../../tensor/arguments/guard.ts";
import { ArgumentError } from "../../tensor/errors.ts";
import type { Optimizer } from "../optimizer.ts";
import { LRScheduler, type SchedulerOptions } from "./scheduler.ts";

/** Options of `CosineAnnealingLR`. */
export interface CosineAnnealingLROptions extends SchedulerOptions {
  /** Smallest learning rate; 0 by default. */
  readonly etaMin?: number;
}

/**
 * Lets the learning rate follow half a cosine from its first value to `etaMin` in `tMax` epochs, then back up, and so on:
 * etaMin + (lr - etaMin) (1 + cos(π t / tMax)) / 2. Source: Loshchilov and Hutter, 2017, without restarts.
 * @example
 * const optimizer = new optim.SGD([tensor([1], { requiresGrad: true })], { lr: 1 });
 * const scheduler = new optim.lrScheduler.CosineAnnealingLR(optimizer, 2);
 * scheduler.step();
 * Math.abs(optimizer.lr - 0.5) < 1e-12; // true
 */
export class CosineAnnealingLR extends LRScheduler {
  readonly tMax: number;
  readonly etaMin: number;

  constructor(optimizer: Optimizer, tMax: number, options: CosineAnnealingLROptions = {}) {
    checkNew(new.target, arguments);
    super(optimizer, options);
    this.tMax = tMax;
    this.etaMin = options.etaMin ?? 0;
    this.start();
  }

  override getLr(): number[] {
    const { tMax, etaMin, lastEpoch, present } = this;
    if (this.isInitial) return present;
    if (this.stepCount === 1 && lastEpoch > 0) return this.closedForm();
    const angle = Math.PI / tMax;
    // the recursion starts anew at the minimum, where its factor is 0 / 0
    if ((lastEpoch - 1 - tMax) % (2 * tMax) === 0)
      return present.map((lr, k) => lr + ((this.baseLrs[k] - etaMin) * (1 - Math.cos(angle))) / 2);
    const factor = (1 + Math.cos(angle * lastEpoch)) / (1 + Math.cos(angle * (lastEpoch - 1)));
    return present.map((lr) => factor * (lr - etaMin) + etaMin);
  }

  protected override closedForm(): number[] {
    const height = (1 + Math.cos((Math.PI * this.lastEpoch) / this.tMax)) / 2;
    return this.baseLrs.map((lr) => this.etaMin + (lr - this.etaMin) * height);
  }
}

/** Options of `CosineAnnealingWarmRestarts`. */
export interface WarmRestartsOptions extends CosineAnnealingLROptions {
  /** Factor of the period after each restart, an integer; 1 by default. */
  readonly tMult?: number;
}

/**
 * Lets the learning rate follow half a cosine from its first value to `etaMin` in `t0` epochs, then restarts, with a period that is `tMult` times as long each time. Source:
 * Loshchilov and Hutter, 2017.
 * @throws ArgumentError for a `t0` or `tMult` that is not a positive integer.
 * @example
 * const optimizer = new optim.SGD([tensor([1], { requiresGrad: true })], { lr: 1 });
 * const scheduler = new optim.lrScheduler.CosineAnnealingWarmRestarts(optimizer, 2);
 * scheduler.step();
 * scheduler.step();
 * optimizer.lr; // 1
 */
export class CosineAnnealingWarmRestarts extends LRScheduler {
  readonly t0: number;
  readonly tMult: number;
  readonly etaMin: number;
  /** Length of the present period. */
  protected period: number;
  /** Number of epochs since its start. */
  protected epochInPeriod: number;

  constructor(optimizer: Optimizer, t0: number, options: WarmRestartsOptions = {}) {
    checkNew(new.target, arguments);
    const { tMult = 1, etaMin = 0, lastEpoch = -1 } = options;
    for (const [name, value] of Object.entries({ t0, tMult }))
      if (!Number.isInteger(value) || value < 1)
        throw new ArgumentError("CosineAnnealingWarmRestarts", `${name} must be a positive integer, but got ${value}`);
    super(optimizer, options);
    this.t0 = t0;
    this.tMult = tMult;
    this.etaMin = etaMin;
    this.period = t0;
    this.epochInPeriod = lastEpoch;
    this.start();
  }

  override getLr(): number[] {
    const height = (1 + Math.cos((Math.PI * this.epochInPeriod) / this.period)) / 2;
    return this.baseLrs.map((lr) => this.etaMin + (lr - this.etaMin) * height);
  }

  override step(): void {
    this.epochInPeriod++;
    if (this.epochInPeriod >= this.period) {
      this.epochInPeriod %= this.period;
      this.period *= this.tMult;
    }
    super.step();
  }

  override restart(): void {
    this.period = this.t0;
    this.epochInPeriod = 0;
    super.restart();
  }
}
