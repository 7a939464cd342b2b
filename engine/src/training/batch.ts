/** Training on a batch: the step, the hooks around it, and the schedulers. */
import type { CallbackList, TrainingContext } from "./callbacks.ts";
import type { Batch, StepResult } from "./options.ts";
import type { Schedulers } from "./schedulers.ts";
import type { Stepper } from "./step.ts";

/** The parts that train on a batch. */
interface Parts {
  readonly stepper: Stepper;
  readonly callbacks: CallbackList;
  readonly schedulers: Schedulers;
}

/** Trains on one batch after the other. */
export class BatchTrainer {
  readonly #parts: Parts;
  readonly #context: TrainingContext;
  /** Notes the result of a batch, and returns its loss. */
  readonly #note: (batch: Batch, result: StepResult) => number;
  readonly #isHooked: boolean;
  #loss = Number.NaN;

  constructor(parts: Parts, context: TrainingContext, note: (batch: Batch, result: StepResult) => number) {
    this.#parts = parts;
    this.#context = context;
    this.#note = note;
    const { callbacks } = parts;
    this.#isHooked = callbacks.has("onBatchStart") || callbacks.has("onGradients") || callbacks.has("onBatchEnd");
  }

  /** Trains on a batch; returns a promise only where callbacks have hooks of batches. */
  train(batch: Batch): Promise<void> | null {
    if (this.#isHooked) return this.#trainWithHooks(batch);
    if (!this.#compute(batch)) return null;
    this.#parts.stepper.finishGradients();
    this.#update();
    return null;
  }

  /** Computes the gradients; returns whether an update is due. */
  #compute(batch: Batch): boolean {
    const { stepper, schedulers } = this.#parts;
    const result = stepper.usesClosure ? stepper.updateByClosure(batch) : stepper.addGradients(batch);
    this.#loss = this.#note(batch, result);
    if (stepper.usesClosure) schedulers.stepped(this.#loss);
    return stepper.isDue;
  }

  #update(): void {
    this.#parts.stepper.update();
    this.#parts.schedulers.stepped(this.#loss);
  }

  async #trainWithHooks(batch: Batch): Promise<void> {
    const { callbacks, stepper } = this.#parts;
    await callbacks.call("onBatchStart", this.#context, batch);
    const isDue = this.#compute(batch);
    if (isDue) await this.finish();
    const hasStepped = isDue || stepper.usesClosure;
    await callbacks.call("onBatchEnd", this.#context, { batch, loss: this.#loss, hasStepped });
  }

  /** Updates the parameters by the gradients that are accumulated. */
  async finish(): Promise<void> {
    this.#parts.stepper.finishGradients();
    await this.#parts.callbacks.call("onGradients", this.#context);
    this.#update();
  }
}
