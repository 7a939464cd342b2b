/** The history of a training: the values of its epochs, and the losses of its batches. */
import { Series, type SeriesState } from "../inspect/watch/series.ts";
import type { TrainingState } from "../protocol/index.ts";
import type { SavedValue } from "../serialization/state.ts";
import { ArgumentError } from "../tensor/errors.ts";
import { displayAs, type MimeBundle, printAsText } from "../tensor/symbols.ts";
import { trainingOutput } from "../view/training/output.ts";
import { encodeTraining } from "./data.ts";
import { validationName } from "./names.ts";

/** The values of an epoch. `M` are the names of metrics; those of validation begin with `val`, and are missing without it. */
export type EpochRecord<M extends string = never> = {
  /** Number of the epoch, from 1 on. */
  readonly epoch: number;
  /** Number of its batches. */
  readonly batches: number;
  /** Mean loss of its examples, each as the model was in its batch. */
  readonly loss: number;
  /** Mean loss of the examples of validation. */
  readonly valLoss?: number;
  /** Learning rate of the first group in its last step. */
  readonly lr: number;
  readonly seconds: number;
} & { readonly [K in M]: number } & { readonly [K in M as `val${Capitalize<K>}`]?: number };

/** The best epoch of a training. */
export interface Best {
  /** Number of the epoch, from 1 on. */
  readonly epoch: number;
  /** Name of the monitored value. */
  readonly monitor: string;
  readonly value: number;
}

/** The state of a training that its history shows. */
export interface Progress {
  state: TrainingState;
  reason: string | null;
  /** Number of epochs that were asked for. */
  planned: number;
  perEpoch: number | null;
  /** Number of batches so far. */
  batches: number;
  seconds: number;
  /** Batches a second, lately. */
  rate: number | null;
  /** Seconds that are left. */
  left: number | null;
  /** Whether the model has the weights of the best epoch. */
  isRestored: boolean;
}

/** The history of a training by `fit`: what each epoch brought. Notebooks show its curves, and it prints as a table. */
export class History<M extends string = never> {
  /** The values of each epoch that has ended. */
  readonly epochs: EpochRecord<M>[] = [];
  /** The best epoch by the monitored value; `null` before the first one has ended. */
  best: Best | null = null;
  readonly #metrics: readonly M[];
  readonly #losses: Series;
  readonly #progress: Progress;

  constructor(metrics: readonly M[], losses: Series, progress: Progress) {
    this.#metrics = metrics;
    this.#losses = losses;
    this.#progress = progress;
  }

  /** Why the training ended: "finished", "stopped early", "stopped" by a callback, "aborted" by its signal, "interrupted" or "failed"; "running" before. */
  get state(): TrainingState {
    return this.#progress.state;
  }

  /** The reason of a stop, where one was given. */
  get reason(): string | null {
    return this.#progress.reason;
  }

  /** Number of batches so far. */
  get batches(): number {
    return this.#progress.batches;
  }

  /** Seconds that the training has taken, those before a checkpoint included. */
  get seconds(): number {
    return this.#progress.seconds;
  }

  /**
   * Returns the values of all epochs by name, such as "valLoss" or "accuracy"; NaN for an epoch without the value.
   * @throws ArgumentError for a name that no epoch has.
   */
  values(name: string): number[] {
    const known = ["loss", "valLoss", "lr", "seconds", ...this.#metrics.flatMap((m) => [m, validationName(m)])];
    if (!known.includes(name))
      throw new ArgumentError("values", `there is no value "${name}"; there are ${known.join(", ")}`);
    return this.epochs.map((record) => (record as Readonly<Record<string, number>>)[name] ?? Number.NaN);
  }

  /** Returns the representations that a notebook stores. */
  bundle(): MimeBundle {
    return trainingOutput.bundle(encodeTraining(this, this.#metrics, this.#losses, this.#progress));
  }

  toString(): string {
    return trainingOutput.text(encodeTraining(this, this.#metrics, this.#losses, this.#progress));
  }

  /** Returns what a checkpoint saves. */
  stateDict(): SavedValue {
    return {
      epochs: this.epochs as unknown as SavedValue,
      best: this.best as unknown as SavedValue,
      losses: this.#losses.stateDict() as unknown as SavedValue,
    };
  }

  /** Continues from what a checkpoint saved. */
  loadStateDict(state: SavedValue): void {
    const { epochs, best, losses } = state as unknown as {
      readonly epochs: readonly EpochRecord<M>[];
      readonly best: Best | null;
      readonly losses: SeriesState;
    };
    this.epochs.splice(0, this.epochs.length, ...epochs);
    this.best = best;
    this.#losses.loadStateDict(losses);
  }

  static {
    printAsText(this.prototype);
    displayAs(this.prototype, (history) => history.bundle());
  }
}
