/** The search for a learning rate by a sweep. */
import { restoringTraining } from "../../inspect/diagnose/run/restore.ts";
import { Module } from "../../nn/base/module.ts";
import { nextTurn } from "../../platform/turn.ts";
import { describe } from "../../tensor/arguments/refusals.ts";
import { ArgumentError } from "../../tensor/errors.ts";
import { iterate, restoreBatches, stateOfBatches } from "../batches.ts";
import type { Batch, Batches, StepOptions } from "../options.ts";
import { requireCount, requireTraining } from "../plan.ts";
import { requireBatch, Stepper } from "../step.ts";
import { LearningRateCurve } from "./curve.ts";

declare const performance: { now(): number };

/** Options of `findLearningRate`. */
export interface FindLearningRateOptions extends Omit<StepOptions, "accumulate"> {
  /** The first and the last learning rate; 1e-7 and 10 by default. */
  readonly from?: number;
  readonly to?: number;
  /** Number of steps between them; 100 by default. */
  readonly steps?: number;
  /** Weight of the past in the moving average of the losses, in [0, 1); 0.9 by default. */
  readonly smoothing?: number;
  /** Factor of the least average at which the search ends; 4 by default. */
  readonly divergence?: number;
}

/** Milliseconds after which other work of the event loop gets a turn. */
const turnMs = 50;

/** Yields batches, from the start again at the end. */
async function* endless(batches: Batches): AsyncGenerator<Batch, never> {
  for (;;) {
    const iterator = iterate(batches);
    let any = false;
    try {
      for (;;) {
        const { done, value: batch } = await iterator.next();
        if (done === true) break;
        requireBatch(batch);
        any = true;
        yield batch;
      }
    } finally {
      iterator.return?.();
    }
    if (!any) throw new ArgumentError("findLearningRate", "data has no batches");
  }
}

function requireSweep({
  from = 1e-7,
  to = 10,
  steps = 100,
  smoothing = 0.9,
  divergence = 4,
}: FindLearningRateOptions): Required<
  Pick<FindLearningRateOptions, "from" | "to" | "steps" | "smoothing" | "divergence">
> {
  const op = "findLearningRate";
  if (!(from > 0 && to > from && to < Infinity))
    throw new ArgumentError(op, `the rates must be above 0, and from below to, but got ${from} and ${to}`);
  requireCount("steps", steps, 10, op);
  if (!(smoothing >= 0 && smoothing < 1))
    throw new ArgumentError(op, `smoothing must lie in [0, 1), but got ${smoothing}`);
  if (!(divergence > 1)) throw new ArgumentError(op, `divergence must be above 1, but got ${divergence}`);
  return { from, to, steps, smoothing, divergence };
}

/**
 * Trains for some steps at learning rates that grow by a constant factor, and returns the losses, with the rate at which their moving average falls most steeply as a
 * suggestion. The search ends before the last rate when the average is several times its least value. Model, optimizer, gradients, random numbers and the position of a
 * loader are restored afterwards. Notebooks show the curve. Source: Smith, "Cyclical learning rates for training neural networks", 2017, with the average and the end of
 * fastai's.
 * @throws ArgumentError for options that are missing, wrong or exclude each other, and for data without batches.
 * @example
 * const x = randn([64, 3]);
 * const model = new nn.Linear(3, 1);
 * const optimizer = new optim.SGD(model.parameters(), { lr: 0.1 });
 * const curve = await findLearningRate(model, [[x, x.sum(1, { keepdim: true })]], { loss: F.mseLoss, optimizer });
 * optimizer.lr; // 0.1
 * curve.suggestion! > 1e-4; // true
 */
export async function findLearningRate(
  model: Module,
  data: Batches,
  options: FindLearningRateOptions,
): Promise<LearningRateCurve> {
  const op = "findLearningRate";
  if (!(model instanceof Module)) throw new ArgumentError(op, `model must be a module, but is ${describe(model)}`);
  requireTraining(data, options, op);
  const sweep = requireSweep(options);
  const { optimizer } = options;
  const position = stateOfBatches(data);
  try {
    return await restoringTraining([model], [optimizer], [], () => search(model, data, options, sweep));
  } finally {
    restoreBatches(data, position);
  }
}

async function search(
  model: Module,
  data: Batches,
  options: FindLearningRateOptions,
  { from, to, steps, smoothing, divergence }: ReturnType<typeof requireSweep>,
): Promise<LearningRateCurve> {
  const stepper = new Stepper(model, options);
  const [rates, losses, smoothed]: number[][] = [[], [], []];
  let [average, least, diverged] = [0, Infinity, false];
  let turned = performance.now();
  model.train();
  for await (const batch of endless(data)) {
    const i = rates.length;
    const rate = from * (to / from) ** (i / (steps - 1));
    options.optimizer.lr = rate;
    const loss = (stepper.usesClosure ? stepper.updateByClosure(batch) : stepper.addGradients(batch)).loss.item();
    average = smoothing * average + (1 - smoothing) * loss;
    // the average begins at 0, as in Adam
    const value = average / (1 - smoothing ** (i + 1));
    if (!Number.isFinite(value) || (i > 0 && value > divergence * Math.abs(least))) {
      diverged = true;
      break;
    }
    least = Math.min(least, value);
    rates.push(rate);
    losses.push(loss);
    smoothed.push(value);
    if (rates.length === steps) break;
    if (!stepper.usesClosure) {
      stepper.finishGradients();
      stepper.update();
    }
    if (performance.now() - turned < turnMs) continue;
    await nextTurn();
    turned = performance.now();
  }
  return new LearningRateCurve(rates, losses, smoothed, diverged);
}
