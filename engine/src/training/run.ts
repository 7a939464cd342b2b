/** A training that runs: its epochs, from wherever a checkpoint left it. */
import { Series } from "../inspect/watch/series.ts";
import type { Module } from "../nn/base/module.ts";
import type { TrainingData } from "../protocol/index.ts";
import { ArgumentError } from "../tensor/errors.ts";
import type { MimeBundle } from "../tensor/symbols.ts";
import { trainingOutput } from "../view/training/output.ts";
import { BatchTrainer } from "./batch.ts";
import { iterate, lengthOf } from "./batches.ts";
import type { TrainingContext } from "./callbacks.ts";
import type { Position, Saved } from "./checkpoint/checkpoints.ts";
import { Clock } from "./clock.ts";
import { encodeTraining } from "./data.ts";
import { type EpochRecord, History, type Progress } from "./history.ts";
import { type LiveTraining, Show } from "./live.ts";
import { Measures } from "./measures.ts";
import { validationName } from "./names.ts";
import type { Batch, Batches, StepResult } from "./options.ts";
import type { Plan } from "./plan.ts";
import { examplesOf, requireBatch } from "./step.ts";
import { preserveModes, validate } from "./validation.ts";

declare const performance: { now(): number };

/** A training. */
export class Run implements LiveTraining, Saved {
  readonly model: Module;
  readonly data: Batches;
  readonly plan: Plan;
  readonly history: History<string>;
  readonly measures: Measures;
  readonly progress: Progress;
  readonly position: Position = { epoch: 0, batch: 0, seconds: 0 };
  readonly #losses = new Series();
  readonly #show: Show;
  readonly #clock: Clock;
  readonly #context: TrainingContext;
  readonly #trainer: BatchTrainer;
  /** Whether the current epoch was begun before the checkpoint from which the training goes on. */
  #isResumed = false;
  /** Number of batches that are passed over, of data that have no position. */
  #skipped = 0;
  #epochBegan = 0;
  /** Ends evaluation mode, while the training validates. */
  #restoreModes: (() => void) | null = null;

  constructor(model: Module, data: Batches, plan: Plan) {
    this.model = model;
    this.data = data;
    this.plan = plan;
    this.measures = new Measures(plan.metrics);
    this.progress = {
      state: "running",
      reason: null,
      planned: plan.epochs,
      perEpoch: lengthOf(data),
      batches: 0,
      seconds: 0,
      rate: null,
      left: null,
      isRestored: false,
    };
    this.history = new History([...plan.metrics.keys()], this.#losses, this.progress);
    this.#show = new Show(this, () => this.#encode(), plan.options.progress);
    this.#clock = new Clock(this.progress, this.#show, () => this.#open);
    this.#context = this.#makeContext();
    this.#trainer = new BatchTrainer(plan, this.#context, (batch, result) => this.#note(batch, result));
  }

  #makeContext(): TrainingContext {
    const { model, history, position, progress, plan } = this;
    return {
      model,
      optimizer: plan.options.optimizer,
      history,
      get epoch() {
        return position.epoch + 1;
      },
      get batch() {
        return position.batch;
      },
      get steps() {
        return progress.batches;
      },
      stop: (reason) => this.#stop("stopped", reason ?? null),
    };
  }

  /** Encodes the training in the size of an update. */
  #encode(): TrainingData {
    return encodeTraining(this.history, [...this.plan.metrics.keys()], this.#losses, this.progress, {
      epochs: 60,
      bins: 64,
    });
  }

  liveBundle(): MimeBundle {
    return trainingOutput.bundle(this.#encode());
  }

  /** Number of batches that are left; `null` where it is not known. */
  get #open(): number | null {
    const { perEpoch } = this.progress;
    return perEpoch === null
      ? null
      : Math.max((this.plan.epochs - this.position.epoch) * perEpoch - this.position.batch, 0);
  }

  #stop(state: Progress["state"], reason: string | null): void {
    if (this.progress.state === "running") Object.assign(this.progress, { state, reason });
  }

  /** Whether the training goes on. Notes an abort by the signal. */
  get #goesOn(): boolean {
    const { signal } = this.plan.options;
    if (signal?.aborted === true) {
      const reason: unknown = signal.reason;
      this.#stop("aborted", reason instanceof Error ? reason.message : String(reason));
    }
    return this.progress.state === "running";
  }

  /** Trains until the end, and returns the history. */
  async train(): Promise<History<string>> {
    const { callbacks, checkpoints, monitor, epochs } = this.plan;
    try {
      const skipped = checkpoints === null ? null : await checkpoints.resume(this);
      this.#isResumed = skipped !== null && this.position.batch > 0;
      this.#skipped = skipped ?? 0;
      this.#clock.begin();
      this.model.train();
      await callbacks.call("onStart", this.#context);
      while (this.#goesOn && this.position.epoch < epochs) {
        if (monitor.isExhausted) this.#stop("stopped early", monitor.reason);
        else await this.#runEpoch();
      }
      this.#stop("finished", null);
    } catch (error) {
      this.#stop("failed", error instanceof Error ? error.message : String(error));
      throw error;
    } finally {
      this.#end();
      await callbacks.call("onEnd", this.#context);
    }
    return this.history;
  }

  #end(): void {
    this.plan.stepper.discard();
    this.progress.isRestored = this.plan.monitor.restore();
    this.#clock.note(performance.now());
    this.progress.left = null;
    this.#show.finish();
  }

  interrupt(): void {
    if (this.progress.state !== "running") return;
    this.#stop("interrupted", null);
    this.#restoreModes?.();
    this.#end();
  }

  async #runEpoch(): Promise<void> {
    const { callbacks, stepper } = this.plan;
    if (!this.#isResumed) {
      this.position.batch = 0;
      this.position.seconds = 0;
      this.measures.reset();
    }
    this.#isResumed = false;
    this.#epochBegan = performance.now();
    await callbacks.call("onEpochStart", this.#context);
    if (!(await this.#runBatches())) return;
    if (this.position.batch === 0)
      throw new ArgumentError("fit", "data has no batches; a generator can be iterated over only once");
    if (stepper.isAccumulating) await this.#trainer.finish();
    await this.#endEpoch();
  }

  /** Trains on the batches of an epoch; returns false if the training stopped within it. */
  async #runBatches(): Promise<boolean> {
    const { checkpoints, stepper } = this.plan;
    const iterator = iterate(this.data);
    let isOver = false;
    try {
      while (this.#goesOn) {
        const next = iterator.next();
        const { done, value: batch } = next instanceof Promise ? await next : next;
        if (done === true) {
          isOver = true;
          break;
        }
        if (this.#skipped > 0) {
          this.#skipped--;
          continue;
        }
        requireBatch(batch);
        const trained = this.#trainer.train(batch);
        if (trained !== null) await trained;
        const turn = this.#clock.breathe();
        if (turn !== null) await turn;
        if (checkpoints === null || stepper.isAccumulating) continue;
        if (checkpoints.isDue(this.progress.batches) || !this.#goesOn) await this.#save();
      }
    } finally {
      if (!isOver) iterator.return?.();
    }
    return isOver;
  }

  async #save(): Promise<void> {
    const now = performance.now();
    this.position.seconds += (now - this.#epochBegan) / 1000;
    this.#epochBegan = now;
    this.#clock.note(now);
    await this.plan.checkpoints?.save(this);
  }

  /** Notes the loss of a batch, and its output for the metrics; returns the loss. */
  #note(batch: Batch, { loss, output, target }: StepResult): number {
    const value = loss.item();
    this.#losses.add(this.progress.batches++, value);
    this.position.batch++;
    this.measures.addLoss(value, examplesOf(batch));
    if (output !== undefined && target !== undefined) this.measures.addOutput(output, target);
    return value;
  }

  async #endEpoch(): Promise<void> {
    const { callbacks, monitor, options, schedulers, epochs, checkpoints } = this.plan;
    const values: Record<string, number> = { loss: this.measures.loss, ...this.measures.metrics() };
    const measured = options.validation === undefined ? {} : await this.#validate(options.validation);
    if (measured === null) return;
    const { position } = this;
    const record = {
      epoch: position.epoch + 1,
      batches: position.batch,
      ...values,
      ...measured,
      lr: options.optimizer.lr,
      seconds: position.seconds + (performance.now() - this.#epochBegan) / 1000,
    } as unknown as EpochRecord<string>;
    this.history.epochs.push(record);
    const isBest = monitor.note(record);
    this.history.best = monitor.best;
    schedulers.epochEnded(monitor.valueOf(record));
    await callbacks.call("onEpochEnd", this.#context, record);
    position.epoch++;
    Object.assign(position, { batch: 0, seconds: 0 });
    this.progress.perEpoch ??= record.batches;
    this.#show.epochEnded();
    if (checkpoints === null) return;
    const isLast = position.epoch === epochs || monitor.isExhausted || !this.#goesOn;
    if (isLast || checkpoints.isDueAfter(position.epoch)) await this.#save();
    if (isBest) await checkpoints.files.writeBest(monitor.weights ?? monitor.copyWeights());
  }

  /** Returns the loss and the metrics of validation by name; `null` if the training was stopped within it. */
  async #validate(batches: Batches): Promise<Record<string, number> | null> {
    const measures = new Measures(this.plan.metrics);
    this.#restoreModes = preserveModes(this.model);
    this.model.eval();
    try {
      const isWhole = await validate(batches, this.plan.stepper, measures, () => this.#breathe());
      if (!isWhole) return null;
    } finally {
      this.#restoreModes?.();
      this.#restoreModes = null;
    }
    const values = { loss: measures.loss, ...measures.metrics() };
    return Object.fromEntries(Object.entries(values).map(([name, v]) => [validationName(name), v]));
  }

  #breathe(): boolean | Promise<boolean> {
    const turn = this.#clock.breathe();
    return turn === null ? this.#goesOn : turn.then(() => this.#goesOn);
  }
}
