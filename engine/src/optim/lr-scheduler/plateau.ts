/** A scheduler that lowers the learning rate when a metric stops improving. */
import { checkNew } from "../../tensor/arguments/guard.ts";
import { ArgumentError } from "../../tensor/errors.ts";
import { printAsText, settingsText } from "../../tensor/symbols.ts";
import { Tensor } from "../../tensor/tensor.ts";
import type { Optimizer } from "../optimizer.ts";
import { requireOptimizer, type SchedulerState, valuesPerGroup } from "./scheduler.ts";

/** Options of `ReduceLROnPlateau`. */
export interface PlateauOptions {
  /** Whether the metric is to fall, "min", the default, or to rise, "max". */
  readonly mode?: "min" | "max";
  /** Factor of the learning rate, below 1; 0.1 by default. */
  readonly factor?: number;
  /** Number of epochs without improvement that are waited for; 10 by default. */
  readonly patience?: number;
  /** By how much the metric has to be better to count as improved; 1e-4 by default. */
  readonly threshold?: number;
  /** Whether the threshold is a part of the best value, "rel", the default, or a difference, "abs". */
  readonly thresholdMode?: "rel" | "abs";
  /** Number of epochs after a reduction in which none are counted; 0 by default. */
  readonly cooldown?: number;
  /** Smallest learning rate, for all groups or for each; 0 by default. */
  readonly minLr?: number | readonly number[];
  /** Smallest change of a learning rate that is made; 1e-8 by default. */
  readonly eps?: number;
}

/**
 * Multiplies the learning rate by `factor` once the metric that `step` is given has not improved for more than `patience` epochs.
 * @throws ArgumentError for a factor of 1 or more, unknown modes, and a list of another length than that of the groups.
 * @example
 * const optimizer = new optim.SGD([tensor([1], { requiresGrad: true })], { lr: 1 });
 * const scheduler = new optim.lrScheduler.ReduceLROnPlateau(optimizer, { factor: 0.5, patience: 1 });
 * for (const loss of [3, 2, 2, 2]) scheduler.step(loss);
 * optimizer.lr; // 0.5
 */
export class ReduceLROnPlateau {
  readonly optimizer: Optimizer;
  readonly mode: "min" | "max";
  readonly factor: number;
  readonly patience: number;
  readonly threshold: number;
  readonly thresholdMode: "rel" | "abs";
  readonly cooldown: number;
  readonly minLrs: readonly number[];
  readonly eps: number;
  /** Number of the current epoch. */
  lastEpoch = 0;
  /** Best value of the metric so far. */
  best: number;
  /** Number of epochs since it improved. */
  numBadEpochs = 0;
  /** Number of epochs until they are counted again. */
  cooldownCounter = 0;
  #lastLr: number[];

  /** Returns the class, the present learning rates and the settings as text. */
  toString(): string {
    return `ReduceLROnPlateau(${settingsText({ lr: this.getLastLr() })}, ${settingsText(this)})`;
  }

  static {
    printAsText(this.prototype);
  }

  constructor(optimizer: Optimizer, options: PlateauOptions = {}) {
    checkNew(new.target, arguments);
    const name = "ReduceLROnPlateau";
    requireOptimizer(name, optimizer);
    const { mode = "min", factor = 0.1, patience = 10, threshold = 1e-4, thresholdMode = "rel" } = options;
    const { cooldown = 0, minLr = 0, eps = 1e-8 } = options;
    if (!(factor < 1)) throw new ArgumentError(name, `factor must be below 1, but got ${factor}`);
    if (mode !== "min" && mode !== "max")
      throw new ArgumentError(name, `mode must be "min" or "max", but got ${String(mode)}`);
    if (thresholdMode !== "rel" && thresholdMode !== "abs")
      throw new ArgumentError(name, `thresholdMode must be "rel" or "abs", but got ${String(thresholdMode)}`);
    this.optimizer = optimizer;
    this.mode = mode;
    this.factor = factor;
    this.patience = patience;
    this.threshold = threshold;
    this.thresholdMode = thresholdMode;
    this.cooldown = cooldown;
    this.minLrs = valuesPerGroup(name, "minLr", optimizer, minLr);
    this.eps = eps;
    this.best = mode === "min" ? Infinity : -Infinity;
    this.#lastLr = this.#present;
  }

  get #present(): number[] {
    return this.optimizer.paramGroups.map(({ lr }) => lr);
  }

  /** Returns the learning rates that were set last. */
  getLastLr(): number[] {
    return [...this.#lastLr];
  }

  #isBetter(value: number): boolean {
    const sign = this.mode === "min" ? -1 : 1;
    const bound =
      this.thresholdMode === "rel" ? this.best * (1 + sign * this.threshold) : this.best + sign * this.threshold;
    return this.mode === "min" ? value < bound : value > bound;
  }

  /** Counts an epoch by its metric, a number or a tensor of one element, and lowers the learning rates when it is time. */
  step(metric: number | Tensor): void {
    const value = metric instanceof Tensor ? metric.item() : metric;
    this.lastEpoch++;
    if (this.#isBetter(value)) {
      this.best = value;
      this.numBadEpochs = 0;
    } else this.numBadEpochs++;
    if (this.cooldownCounter > 0) {
      this.cooldownCounter--;
      this.numBadEpochs = 0;
    }
    if (this.numBadEpochs > this.patience) {
      this.#reduce();
      this.cooldownCounter = this.cooldown;
      this.numBadEpochs = 0;
    }
    this.#lastLr = this.#present;
  }

  #reduce(): void {
    this.optimizer.paramGroups.forEach((group, k) => {
      const next = Math.max(group.lr * this.factor, this.minLrs[k] ?? this.minLrs[0]);
      if (group.lr - next > this.eps) group.lr = next;
    });
  }

  /** Returns the scheduler's fields, to be saved beside the optimizer's state. */
  stateDict(): SchedulerState {
    const { optimizer: _, ...fields } = this;
    return { ...structuredClone(fields), lastLr: this.getLastLr() };
  }

  /** Sets the fields to those that `stateDict` returned. */
  loadStateDict(state: SchedulerState): void {
    const { lastLr, ...fields } = structuredClone(state);
    if (Array.isArray(lastLr)) this.#lastLr = lastLr as number[];
    Object.assign(this, fields);
  }
}
