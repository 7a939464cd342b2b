/** The monitored value: which epoch is best, its weights, and early stopping. */
import type { Module } from "../nn/base/module.ts";
import { copyOf } from "../optim/state.ts";
import type { SavedValue } from "../serialization/state.ts";
import { ArgumentError } from "../tensor/errors.ts";
import type { Tensor } from "../tensor/tensor.ts";
import type { Best, EpochRecord } from "./history.ts";
import type { EarlyStoppingOptions } from "./options.ts";

/** The monitored value of a training, and its uses. */
export interface MonitorOptions {
  readonly name: string;
  readonly mode: "min" | "max";
  readonly earlyStopping: EarlyStoppingOptions | null;
  /** Whether the weights of the best epoch are kept. */
  readonly keepsWeights: boolean;
}

/** Follows the monitored value. */
export class Monitor {
  readonly #model: Module;
  readonly #options: MonitorOptions;
  #best: Best | null = null;
  /** Number of epochs since the best one. */
  #bad = 0;
  /** The weights and buffers of the best epoch, by name. */
  #weights: Readonly<Record<string, Tensor>> | null = null;

  constructor(model: Module, options: MonitorOptions) {
    this.#model = model;
    this.#options = options;
  }

  get best(): Best | null {
    return this.#best;
  }

  /** The weights and buffers of the best epoch by name, if they are kept. */
  get weights(): Readonly<Record<string, Tensor>> | null {
    return this.#weights;
  }

  /** Name of the monitored value. */
  get name(): string {
    return this.#options.name;
  }

  /** Returns the monitored value of an epoch. @throws ArgumentError where the epoch has none. */
  valueOf(record: EpochRecord<string>): number {
    const { name } = this.#options;
    const value = (record as Readonly<Record<string, number | undefined>>)[name];
    if (value === undefined) throw new ArgumentError("fit", `epoch ${record.epoch} has no value "${name}" to monitor`);
    return value;
  }

  /** Notes an epoch; returns whether it is the best so far. */
  note(record: EpochRecord<string>): boolean {
    const value = this.valueOf(record);
    const { name, mode, earlyStopping } = this.#options;
    const delta = earlyStopping?.minDelta ?? 0;
    const isBetter =
      this.#best === null
        ? !Number.isNaN(value)
        : mode === "min"
          ? value < this.#best.value - delta
          : value > this.#best.value + delta;
    if (!isBetter) {
      this.#bad++;
      return false;
    }
    this.#best = { epoch: record.epoch, monitor: name, value };
    this.#bad = 0;
    if (this.#options.keepsWeights) this.#weights = this.copyWeights();
    return true;
  }

  /** Whether the patience of early stopping is at its end. */
  get isExhausted(): boolean {
    const { earlyStopping } = this.#options;
    return earlyStopping !== null && this.#bad >= Math.max(earlyStopping.patience, 1);
  }

  /** Says why training stops early. */
  get reason(): string {
    const { name } = this.#options;
    return this.#best === null
      ? `${name} was not a number in ${this.#bad} epochs`
      : `${name} has not improved since epoch ${this.#best.epoch}`;
  }

  /** Returns copies of the model's state by name. */
  copyWeights(): Readonly<Record<string, Tensor>> {
    return Object.fromEntries(Object.entries(this.#model.stateDict()).map(([name, t]) => [name, copyOf(t)]));
  }

  /** Gives the model the weights of the best epoch, if they are kept; returns whether it has. */
  restore(): boolean {
    if (this.#weights === null) return false;
    this.#model.loadStateDict(this.#weights);
    return true;
  }

  stateDict(): SavedValue {
    return { best: this.#best as unknown as SavedValue, bad: this.#bad, weights: this.#weights };
  }

  loadStateDict(state: SavedValue): void {
    const { best, bad, weights } = state as unknown as {
      readonly best: Best | null;
      readonly bad: number;
      readonly weights: Readonly<Record<string, Tensor>> | null;
    };
    this.#best = best;
    this.#bad = bad;
    this.#weights = weights;
  }
}
