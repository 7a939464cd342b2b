/** The JSON of a training by `fit`. */
import type { Num } from "./number.ts";
import type { BinColumns } from "./watch.ts";

/** Why a training is not running, or that it is. */
export type TrainingState = "running" | "finished" | "stopped early" | "stopped" | "aborted" | "interrupted" | "failed";

/** A quantity of each shown epoch, in training and in validation; `null` where it was not measured. */
export interface TrainingSeries {
  readonly name: string;
  readonly training: readonly (Num | null)[];
  readonly validation: readonly (Num | null)[];
}

/** The epoch with the best value of the monitored quantity. */
export interface BestEpoch {
  readonly epoch: number;
  readonly monitor: string;
  readonly value: Num;
  /** Whether the model has the weights of this epoch. */
  readonly restored: boolean;
}

/** A training by `fit`. */
export interface TrainingData {
  readonly schema: 1;
  readonly state: TrainingState;
  /** The reason of a stop. */
  readonly reason?: string;
  /** Number of epochs that were asked for, and of those that have ended. */
  readonly epochs: number;
  readonly done: number;
  /** Number of batches so far, and in an epoch where that is known. */
  readonly batches: number;
  readonly perEpoch: number | null;
  /** Batches a second, lately; `null` before it is known. */
  readonly rate: number | null;
  /** Seconds so far, and those that are left where that is known. */
  readonly seconds: number;
  readonly left: number | null;
  /** The loss of the batches by bins of `width` batches, and the last one. */
  readonly width: number;
  readonly loss: BinColumns;
  readonly last: Num | null;
  /** Numbers of the shown epochs, and the numbers of batches at their ends. */
  readonly epoch: readonly number[];
  readonly end: readonly number[];
  /** The loss, and the metrics. */
  readonly series: readonly TrainingSeries[];
  /** The learning rate of the first group in each shown epoch. */
  readonly lr: readonly Num[];
  readonly best: BestEpoch | null;
}
