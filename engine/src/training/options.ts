/** The options of `fit`. */
import type { StreamingMetric, StreamingName } from "../metrics/streaming.ts";
import type { Module } from "../nn/base/module.ts";
import type { ReduceLROnPlateau } from "../optim/lr-scheduler/plateau.ts";
import type { LRScheduler } from "../optim/lr-scheduler/scheduler.ts";
import type { Optimizer } from "../optim/optimizer.ts";
import type { Tensor } from "../tensor/tensor.ts";
import type { Callbacks } from "./callbacks.ts";
import type { CheckpointOptions } from "./checkpoint/options.ts";

/** A batch: the inputs of the model, and the target behind them. */
export type Batch = readonly Tensor[];

/** Batches that can be iterated over in each epoch, such as those of a `DataLoader` or a list. */
export type Batches = (Iterable<Batch> | AsyncIterable<Batch>) & {
  /** Number of batches, where it is known. */
  readonly length?: number;
};

/** The part of an `AbortSignal` that is read. Its type belongs to libraries that not every project includes. */
export interface StopSignal {
  readonly aborted: boolean;
  readonly reason?: unknown;
}

/** Returns the loss of an output and its target, a scalar. */
export type LossFunction = (output: never, target: never) => Tensor;

/** The result of a step: its loss, and the output and target that metrics are computed of. */
export interface StepResult {
  readonly loss: Tensor;
  readonly output?: Tensor;
  readonly target?: Tensor;
}

/** A scheduler of `optim.lrScheduler`. */
export type Scheduler = LRScheduler | ReduceLROnPlateau;

/** A scheduler, with the moments of its steps: after each epoch, or after each step of the optimizer. */
export interface PlannedScheduler {
  readonly scheduler: Scheduler;
  readonly every: "epoch" | "step";
}

/** Options of early stopping. */
export interface EarlyStoppingOptions {
  /** Number of epochs in a row without improvement after which the training stops. */
  readonly patience: number;
  /** By how much the monitored value has to be better to count as improved; 0 by default. */
  readonly minDelta?: number;
}

/** Name of a value of an epoch: the losses, and the metrics of training and validation. */
export type Monitor<M extends string> = "loss" | "valLoss" | M | `val${Capitalize<M>}`;

/** The options that decide a single step. */
export type StepOptions = Pick<
  FitOptions<string>,
  "loss" | "step" | "optimizer" | "accumulate" | "clipNorm" | "clipValue"
>;

/** Options of `fit`. `M` are the names of its metrics. */
export interface FitOptions<M extends string = never> {
  /** The optimizer of the model's parameters. */
  readonly optimizer: Optimizer;
  /** Number of epochs. */
  readonly epochs: number;
  /** The loss: a function or module of the model's output and the target. Needed without `step`. */
  readonly loss?: LossFunction | Module;
  /** Computes the loss of a batch in a way of its own, in place of `loss` of `model.forward(...inputs)`. Validation calls it too, in evaluation mode. */
  readonly step?: (batch: Batch) => Tensor | StepResult;
  /** Batches of validation, after each epoch. */
  readonly validation?: Batches;
  /** Metrics of training and validation: names of `metrics.streaming`, or metrics that it returned, by name. */
  readonly metrics?: readonly (M & StreamingName)[] | Readonly<Record<M, StreamingMetric>>;
  /** Schedulers of the learning rate. `OneCycleLR` and `CyclicLR` step with the optimizer, others after each epoch, unless `every` says so. */
  readonly scheduler?: Scheduler | PlannedScheduler | readonly (Scheduler | PlannedScheduler)[];
  /** The value that decides which epoch is best, for early stopping, the best weights and `ReduceLROnPlateau`: "valLoss" with validation, else "loss". */
  readonly monitor?: Monitor<M>;
  /** Whether the monitored value is to fall or to rise; by default "min" for losses and errors, and "max" for scores. */
  readonly mode?: "min" | "max";
  /** Patience in epochs, or all options: stops when the monitored value no longer improves. */
  readonly earlyStopping?: number | EarlyStoppingOptions;
  /** Whether the model has the weights of its best epoch at the end, whatever ended it; by default with `earlyStopping` alone. */
  readonly keepBest?: boolean;
  /** Largest norm of all gradients together, to which they are scaled. */
  readonly clipNorm?: number;
  /** Largest absolute value of an element of a gradient. */
  readonly clipValue?: number;
  /** Number of batches whose gradients are accumulated for a step of the optimizer; 1 by default. */
  readonly accumulate?: number;
  /** Stops the training after the current batch. */
  readonly signal?: StopSignal;
  /** Hooks that are called in the course of the training. */
  readonly callbacks?: Callbacks | readonly Callbacks[];
  /** Folder of checkpoints, or all options. A training whose folder has one goes on from it. */
  readonly checkpoint?: string | CheckpointOptions;
  /** Whether progress is shown: in notebooks and terminals by default. `true` also writes a line for each epoch elsewhere. */
  readonly progress?: boolean;
}
