/** The base class of schedulers of learning rates. */
import { describe } from "../../tensor/arguments/refusals.ts";
import { ArgumentError } from "../../tensor/errors.ts";
import { printAsText, settingsText } from "../../tensor/symbols.ts";
import type { ParamGroup } from "../groups.ts";
import { Optimizer } from "../optimizer.ts";

/** Options of every scheduler. */
export interface SchedulerOptions {
  /** Number of the last epoch, to go on from; -1, to begin, by default. */
  readonly lastEpoch?: number;
}

/** The state of a scheduler: its fields by name, without the optimizer and without functions. */
export type SchedulerState = Record<string, unknown>;

/** Returns one value for each group of an optimizer, of a list or of one value for all. @throws ArgumentError for a list of another length. */
export function valuesPerGroup(
  name: string,
  what: string,
  optimizer: Optimizer,
  value: number | readonly number[],
): number[] {
  const n = optimizer.paramGroups.length;
  if (typeof value === "number") return new Array<number>(n).fill(value);
  if (value.length !== n)
    throw new ArgumentError(name, `${what} must have a value for each of the ${n} groups, but got ${value.length}`);
  return [...value];
}

/** Throws unless `optimizer` is an optimizer. */
export function requireOptimizer(name: string, optimizer: unknown): void {
  if (!(optimizer instanceof Optimizer))
    throw new ArgumentError(name, `expected an optimizer, but got ${describe(optimizer)}`);
}

/**
 * Base class of schedulers, which set the learning rates of an optimizer's groups: first when they are created, then in each `step`, which is called after that of the
 * optimizer, once an epoch or once a batch. A subclass defines `getLr`, and calls `start` at the end of its constructor.
 * @throws ArgumentError for what is no optimizer, and for a `lastEpoch` of an optimizer that had no scheduler.
 * @example
 * class WarmUp extends optim.lrScheduler.LRScheduler {
 *   constructor(optimizer: optim.Optimizer) {
 *     super(optimizer);
 *     this.start();
 *   }
 *   getLr(): number[] {
 *     return this.baseLrs.map((lr) => lr * Math.min(1, (this.lastEpoch + 1) / 4));
 *   }
 * }
 * const optimizer = new optim.SGD([tensor([1], { requiresGrad: true })], { lr: 1 });
 * const scheduler = new WarmUp(optimizer);
 * scheduler.step();
 * optimizer.lr; // 0.5
 */
export abstract class LRScheduler {
  readonly optimizer: Optimizer;
  /** The learning rates of the groups from which the schedule starts. */
  baseLrs: number[];
  /** Number of the current epoch, from 0 on. */
  lastEpoch: number;
  /** Number of calls of `step`, with that of the constructor. */
  protected stepCount = 0;
  /** Whether `getLr` is called for the first learning rates. */
  protected isInitial = false;
  #lastLr: number[] = [];

  constructor(optimizer: Optimizer, options: SchedulerOptions = {}) {
    const { name } = new.target;
    requireOptimizer(name, optimizer);
    if (typeof options !== "object" || options === null)
      throw new ArgumentError(name, `options must be an object, but got ${describe(options)}`);
    const { lastEpoch = -1 } = options;
    for (const group of optimizer.paramGroups)
      if (lastEpoch === -1) group.initialLr ??= group.lr;
      else if (group.initialLr === undefined)
        throw new ArgumentError(
          name,
          "lastEpoch needs groups with an initialLr, as those of an optimizer that had a scheduler; load its state first",
        );
    this.optimizer = optimizer;
    this.baseLrs = optimizer.paramGroups.map((group) => group.initialLr as number);
    this.lastEpoch = lastEpoch;
  }

  /** Returns the learning rates of the groups in epoch `lastEpoch`. */
  abstract getLr(): number[];

  /** Returns the learning rates that were set last. */
  getLastLr(): number[] {
    return [...this.#lastLr];
  }

  /** Returns the class, the present learning rates and the settings as text. */
  toString(): string {
    const { stepCount: _, isInitial: __, ...settings } = this;
    return `${this.constructor.name}(${settingsText({ lr: this.present, ...settings })})`;
  }

  static {
    printAsText(this.prototype);
  }

  /** The groups of the optimizer. */
  protected get groups(): ParamGroup[] {
    return this.optimizer.paramGroups;
  }

  /** The present learning rates of the groups. */
  protected get present(): number[] {
    return this.groups.map(({ lr }) => lr);
  }

  /** Sets the first learning rates. */
  start(): void {
    this.stepCount = 0;
    this.isInitial = true;
    try {
      this.step();
    } finally {
      this.isInitial = false;
    }
  }

  /** Goes on to the next epoch, and sets its learning rates. */
  step(): void {
    this.stepCount++;
    this.lastEpoch++;
    this.setLr(this.getLr());
  }

  /** Sets the learning rates of the groups. */
  protected setLr(rates: readonly number[]): void {
    this.groups.forEach((group, k) => {
      group.lr = rates[k];
    });
    this.#lastLr = this.present;
  }

  /** Sets the learning rates of epoch 0, as `SequentialLR` does when the turn of a scheduler comes. */
  restart(): void {
    this.lastEpoch = 0;
    this.setLr(this.closedForm?.() ?? this.getLr());
  }

  /** Undoes the count of the epoch with which a scheduler was created. */
  undoStart(): void {
    this.lastEpoch--;
  }

  /** Returns the learning rates as a function of `baseLrs` and `lastEpoch` alone, where there is one. */
  protected closedForm?(): number[];

  /**
   * Returns the scheduler's fields, to be saved beside the optimizer's state.
   * @example
   * const optimizer = new optim.SGD([tensor([1], { requiresGrad: true })], { lr: 1 });
   * const scheduler = new optim.lrScheduler.StepLR(optimizer, 10);
   * scheduler.step();
   * scheduler.stateDict()["lastEpoch"]; // 1
   */
  stateDict(): SchedulerState {
    const fields = Object.entries(this).filter(([name, v]) => name !== "optimizer" && typeof v !== "function");
    return { ...structuredClone(Object.fromEntries(fields)), lastLr: this.getLastLr() };
  }

  /** Sets the fields to those that `stateDict` returned. The learning rates themselves are in the optimizer's state. */
  loadStateDict(state: SchedulerState): void {
    const { lastLr, ...fields } = structuredClone(state);
    if (Array.isArray(lastLr)) this.#lastLr = lastLr as number[];
    Object.assign(this, fields);
  }
}
