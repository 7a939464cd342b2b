/** A scheduler for weight averaging. */
import { checkNew } from "../../tensor/arguments/guard.ts";
import { ArgumentError } from "../../tensor/errors.ts";
import { LRScheduler, requireOptimizer, type SchedulerOptions, valuesPerGroup } from "../lr-scheduler/scheduler.ts";
import type { Optimizer } from "../optimizer.ts";

/** Options of `SWALR`. */
export interface SWALROptions extends SchedulerOptions {
  /** Number of epochs in which the learning rate changes; 10 by default. */
  readonly annealEpochs?: number;
  /** Whether it follows half a cosine, "cos", the default, or a line, "linear". */
  readonly annealStrategy?: "cos" | "linear";
}

/**
 * Leads the learning rate to `swaLr` in `annealEpochs` epochs, and keeps it there while weights are averaged. `swaLr` is a number, or a list with one for each group.
 * Source: Izmailov et al., 2018.
 * @throws ArgumentError for a list of another length than that of the groups, and for settings out of range.
 * @example
 * const optimizer = new optim.SGD([tensor([1], { requiresGrad: true })], { lr: 1 });
 * const scheduler = new optim.swaUtils.SWALR(optimizer, 0.5, { annealEpochs: 2, annealStrategy: "linear" });
 * [1, 2, 3].map(() => (scheduler.step(), optimizer.lr)); // [0.75, 0.5, 0.5]
 */
export class SWALR extends LRScheduler {
  readonly swaLrs: readonly number[];
  readonly annealEpochs: number;
  readonly annealStrategy: "cos" | "linear";

  constructor(optimizer: Optimizer, swaLr: number | readonly number[], options: SWALROptions = {}) {
    checkNew(new.target, arguments);
    const { annealEpochs = 10, annealStrategy = "cos" } = options;
    requireOptimizer("SWALR", optimizer);
    if (!Number.isInteger(annealEpochs) || annealEpochs < 0)
      throw new ArgumentError("SWALR", `annealEpochs must be an integer of at least 0, but got ${annealEpochs}`);
    if (annealStrategy !== "cos" && annealStrategy !== "linear")
      throw new ArgumentError("SWALR", `annealStrategy must be "cos" or "linear", but got ${String(annealStrategy)}`);
    super(optimizer, options);
    this.swaLrs = valuesPerGroup("SWALR", "swaLr", optimizer, swaLr);
    this.annealEpochs = annealEpochs;
    this.annealStrategy = annealStrategy;
    this.start();
  }

  /** Returns the weight of `swaLr` after so many steps. */
  #weight(step: number): number {
    const part = Math.max(0, Math.min(1, step / Math.max(1, this.annealEpochs)));
    return this.annealStrategy === "linear" ? part : (1 - Math.cos(Math.PI * part)) / 2;
  }

  override getLr(): number[] {
    const step = this.annealEpochs === 0 ? Math.max(1, this.stepCount - 1) : this.stepCount - 1;
    const [before, now] = [this.#weight(step - 1), this.#weight(step)];
    return this.present.map((lr, k) => {
      const swaLr = this.swaLrs[k];
      const first = before === 1 ? swaLr : (lr - before * swaLr) / (1 - before);
      return swaLr * now + first * (1 - now);
    });
  }
}
