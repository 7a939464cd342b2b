/** Checkpoints of a training: when they are due, and what they hold. */
import type { Module } from "../../nn/base/module.ts";
import type { OptimizerState } from "../../optim/state.ts";
import type { SavedValue } from "../../serialization/state.ts";
import { describe } from "../../tensor/arguments/refusals.ts";
import { ArgumentError } from "../../tensor/errors.ts";
import { defaultGenerator, type GeneratorState } from "../../tensor/random.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { restoreBatches, stateOfBatches } from "../batches.ts";
import type { History, Progress } from "../history.ts";
import type { Measures } from "../measures.ts";
import type { Batches } from "../options.ts";
import type { Plan } from "../plan.ts";
import { CheckpointFiles } from "./files.ts";
import type { CheckpointOptions } from "./options.ts";

/** The position of a training. */
export interface Position {
  /** Number of epochs that have ended. */
  epoch: number;
  /** Number of batches of the current epoch. */
  batch: number;
  /** Seconds of the current epoch before the program began. */
  seconds: number;
}

/** A training whose state is saved and restored. */
export interface Saved {
  readonly model: Module;
  readonly data: Batches;
  readonly plan: Plan;
  readonly history: History<string>;
  readonly measures: Measures;
  readonly progress: Progress;
  readonly position: Position;
}

/** Version of what a checkpoint holds. */
const version = 1;

/** A checkpoint. */
interface Checkpoint {
  readonly version: number;
  readonly position: Position;
  readonly batches: number;
  readonly seconds: number;
  readonly steps: number;
  readonly model: Readonly<Record<string, Tensor>>;
  readonly optimizer: OptimizerState;
  readonly schedulers: readonly SavedValue[];
  readonly random: GeneratorState;
  readonly data: SavedValue;
  readonly validation: SavedValue;
  readonly measures: SavedValue;
  readonly history: SavedValue;
  readonly monitor: SavedValue;
  readonly callbacks: readonly SavedValue[];
}

/** Returns what a checkpoint holds. */
const gather = ({ model, data, plan, history, measures, progress, position }: Saved): Checkpoint => ({
  version,
  position: { ...position },
  batches: progress.batches,
  seconds: progress.seconds,
  steps: plan.options.optimizer.steps,
  model: model.stateDict(),
  optimizer: plan.options.optimizer.stateDict(),
  schedulers: plan.schedulers.stateDict(),
  random: defaultGenerator.getState(),
  data: stateOfBatches(data),
  validation: stateOfBatches(plan.options.validation),
  measures: position.batch === 0 ? null : measures.stateDict(),
  history: history.stateDict(),
  monitor: plan.monitor.stateDict(),
  callbacks: plan.callbacks.stateDict(),
});

/** The checkpoints of a training. */
export class Checkpoints {
  readonly files: CheckpointFiles;
  readonly #options: CheckpointOptions;
  /** Number of batches at the last checkpoint. */
  #saved = 0;

  constructor(options: CheckpointOptions) {
    for (const name of ["everyEpochs", "everyBatches", "keepLast"] as const) {
      const value = options[name];
      if (value !== undefined && !(Number.isInteger(value) && value >= 1))
        throw new ArgumentError("fit", `${name} must be an integer of at least 1, but got ${describe(value)}`);
    }
    this.#options = options;
    this.files = new CheckpointFiles(options);
  }

  /** Whether a checkpoint is due within an epoch. */
  isDue(batches: number): boolean {
    const { everyBatches } = this.#options;
    return everyBatches !== undefined && batches - this.#saved >= everyBatches;
  }

  /** Whether a checkpoint is due after an epoch, which is given by its number. */
  isDueAfter(epoch: number): boolean {
    return epoch % (this.#options.everyEpochs ?? 1) === 0;
  }

  /** Writes a checkpoint. */
  async save(training: Saved): Promise<void> {
    this.#saved = training.progress.batches;
    await this.files.write(training.progress.batches, gather(training));
  }

  /** Goes on from the latest checkpoint; returns the number of batches to pass over in data without a position, `null` if there is no checkpoint. */
  async resume(training: Saved): Promise<number | null> {
    await this.files.prepare();
    if (this.#options.resume === false) {
      await this.files.clear();
      return null;
    }
    const stored = (await this.files.latest()) as Checkpoint | null;
    if (stored === null) return null;
    if (stored.version !== version)
      throw new ArgumentError(
        "fit",
        `the checkpoint in ${this.#options.folder} is of version ${describe(stored.version)}, and ${version} is read`,
      );
    const { model, data, plan, history, measures, progress, position } = training;
    const { options, schedulers, monitor, callbacks } = plan;
    model.loadStateDict(stored.model);
    options.optimizer.loadStateDict(stored.optimizer);
    options.optimizer.steps = stored.steps;
    schedulers.loadStateDict(stored.schedulers);
    history.loadStateDict(stored.history);
    monitor.loadStateDict(stored.monitor);
    if (stored.measures !== null) measures.loadStateDict(stored.measures);
    callbacks.loadStateDict(stored.callbacks);
    Object.assign(position, stored.position);
    Object.assign(progress, { batches: stored.batches, seconds: stored.seconds });
    this.#saved = stored.batches;
    // last, as other parts may draw numbers when they are restored
    restoreBatches(options.validation, stored.validation);
    const hasPosition = restoreBatches(data, stored.data);
    defaultGenerator.setState(stored.random);
    if (monitor.weights !== null) await this.files.writeBest(monitor.weights);
    return hasPosition ? 0 : position.batch;
  }
}
