/** A step of a training: the loss of a batch, its gradients, and the update. */
import { Module } from "../nn/base/module.ts";
import { clipGradNorm_, clipGradValue_ } from "../nn/utils/clip.ts";
import { mul } from "../ops/elementwise/arithmetic.ts";
import { LBFGS } from "../optim/lbfgs.ts";
import type { Optimizer } from "../optim/optimizer.ts";
import { backward } from "../tape/backward/backward.ts";
import { noGrad } from "../tape/graph/mode.ts";
import { describe } from "../tensor/arguments/refusals.ts";
import { ArgumentError, ShapeError } from "../tensor/errors.ts";
import { Tensor } from "../tensor/tensor.ts";
import type { Batch, StepOptions, StepResult } from "./options.ts";

type Forward = (...inputs: readonly Tensor[]) => unknown;

/** Returns the number of examples of a batch. */
export const examplesOf = (batch: Batch): number => {
  const [first] = batch;
  return first.ndim === 0 ? 1 : first.shape[0];
};

/** Throws unless a batch is a list of tensors. */
export function requireBatch(batch: unknown): asserts batch is Batch {
  if (Array.isArray(batch) && batch.length > 0 && batch.every((t) => t instanceof Tensor)) return;
  throw new ArgumentError(
    "fit",
    `a batch must be a list of tensors, the inputs and behind them the target, but got ${describe(batch)}`,
  );
}

/** Computes losses, gradients and updates. */
export class Stepper {
  readonly #model: Module;
  readonly #options: StepOptions;
  readonly #loss: ((output: Tensor, target: Tensor) => Tensor) | null;
  readonly #parameters: readonly Tensor[];
  readonly #accumulate: number;
  /** Number of batches whose gradients are accumulated, and of their examples. */
  #batches = 0;
  #examples = 0;

  constructor(model: Module, options: StepOptions) {
    const { loss, accumulate = 1, optimizer } = options;
    this.#model = model;
    this.#options = options;
    this.#accumulate = accumulate;
    this.#parameters = optimizer.parameters;
    const call = loss instanceof Module ? (loss.forward as unknown) : loss;
    this.#loss = (call as ((output: Tensor, target: Tensor) => Tensor) | undefined) ?? null;
  }

  get #optimizer(): Optimizer {
    return this.#options.optimizer;
  }

  /** Whether the optimizer evaluates the loss itself. */
  get usesClosure(): boolean {
    return this.#optimizer instanceof LBFGS;
  }

  /** Whether gradients of batches wait for a step of the optimizer. */
  get isAccumulating(): boolean {
    return this.#batches > 0;
  }

  /** Returns the loss of a batch, with the output and target for metrics. */
  evaluate(batch: Batch): StepResult {
    const { step } = this.#options;
    const result = step === undefined ? this.#forward(batch) : step(batch);
    const stated = result instanceof Tensor ? { loss: result } : result;
    if (!((stated as StepResult | undefined)?.loss instanceof Tensor))
      throw new ArgumentError(
        "fit",
        `${step === undefined ? "the loss" : "step"} must return the loss, a tensor, but got ${describe(stated)}`,
      );
    if (stated.loss.numel() !== 1)
      throw new ShapeError("fit", "the loss must be a scalar, such as the mean over the examples", [stated.loss.shape]);
    return stated;
  }

  #forward(batch: Batch): StepResult {
    if (batch.length < 2)
      throw new ArgumentError(
        "fit",
        "a batch must have inputs and a target; for batches without a target, give step: (batch) => loss",
      );
    const target = batch[batch.length - 1];
    const output = (this.#model.forward as unknown as Forward)(...batch.slice(0, -1));
    if (!(output instanceof Tensor))
      throw new ArgumentError(
        "fit",
        `the model's output must be a tensor, but is ${describe(output)}; for other outputs, give step: (batch) => loss`,
      );
    return { loss: (this.#loss as (output: Tensor, target: Tensor) => Tensor)(output, target), output, target };
  }

  /** Adds the gradients of a batch to those that wait for a step. */
  addGradients(batch: Batch): StepResult {
    if (this.#batches === 0) this.#optimizer.zeroGrad();
    const result = this.evaluate(batch);
    const n = examplesOf(batch);
    // weighted by examples, so that the gradients are those of one large batch
    backward(this.#accumulate === 1 ? result.loss : mul(result.loss, n));
    this.#batches++;
    this.#examples += n;
    return result;
  }

  /** Whether as many batches are accumulated as a step takes. */
  get isDue(): boolean {
    return this.#batches >= this.#accumulate;
  }

  /** Makes the accumulated gradients those of the mean over all examples, and clips them. */
  finishGradients(): void {
    const { clipNorm, clipValue } = this.#options;
    if (this.#accumulate > 1)
      noGrad(() => {
        for (const p of this.#parameters) p.grad?.mul_(1 / this.#examples);
      });
    if (clipValue !== undefined) clipGradValue_(this.#parameters, clipValue);
    if (clipNorm !== undefined) clipGradNorm_(this.#parameters, clipNorm);
  }

  /** Updates the parameters by the gradients. */
  update(): void {
    this.#batches = 0;
    this.#examples = 0;
    this.#optimizer.step();
  }

  /** Updates the parameters by an optimizer that evaluates the loss of a batch several times; returns the result of its first evaluation. */
  updateByClosure(batch: Batch): StepResult {
    let first: StepResult | null = null;
    this.#optimizer.step(() => {
      this.#batches = 0;
      this.#examples = 0;
      const result = this.addGradients(batch);
      this.finishGradients();
      first ??= result;
      return result.loss;
    });
    this.#batches = 0;
    this.#examples = 0;
    return first ?? this.evaluate(batch);
  }

  /** Discards gradients that wait for a step. */
  discard(): void {
    this.#batches = 0;
    this.#examples = 0;
    this.#optimizer.zeroGrad();
  }
}
