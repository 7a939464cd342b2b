/** `fit`: a training in one call. */
import { Module } from "../nn/base/module.ts";
import { describe } from "../tensor/arguments/refusals.ts";
import { ArgumentError } from "../tensor/errors.ts";
import type { History } from "./history.ts";
import type { Batches, FitOptions } from "./options.ts";
import { planOf } from "./plan.ts";
import { Run } from "./run.ts";

/**
 * Trains a model on the batches of `data` for a number of epochs, and returns the history. A batch is a list of tensors: the inputs of the model, and the target behind
 * them. Each batch is the step of a plain loop: `zeroGrad`, `loss(model.forward(...inputs), target)`, `backward`, and `step` of the optimizer. The model is in training
 * mode, and in evaluation mode for validation.
 *
 * Notebooks show the losses and the progress while the training runs, terminals a line. Other work of the event loop gets a turn every 50 ms, between two batches. An
 * aborted `signal`, a callback that calls `stop`, early stopping and the interrupt of a notebook end the training between two batches; with `keepBest`, the model has the
 * weights of its best epoch then.
 *
 * With `checkpoint`, a training that was stopped or killed goes on from the last checkpoint when it is run again, and has the weights of one that was not stopped, to
 * the bit: model, optimizer, schedulers, the default generator, the position and the generators of a `DataLoader`, metrics, history and best weights are restored.
 * @throws ArgumentError for options that are missing, wrong or exclude each other, and for batches that are no lists of tensors; ShapeError for a loss that is no scalar.
 * @example
 * const x = rand([64, 1]);
 * const loader = new data.DataLoader(new data.TensorDataset(x, x.mul(3)), { batchSize: 16, shuffle: true, seed: 1 });
 * const model = new nn.Linear(1, 1);
 * const optimizer = new optim.SGD(model.parameters(), { lr: 0.5 });
 * const history = await fit(model, loader, { loss: F.mseLoss, optimizer, epochs: 5 });
 * history.values("loss").length; // 5
 */
export async function fit<M extends string = never>(
  model: Module,
  data: Batches,
  options: FitOptions<M>,
): Promise<History<M>> {
  if (!(model instanceof Module)) throw new ArgumentError("fit", `model must be a module, but is ${describe(model)}`);
  const run = new Run(model, data, planOf(model, data, options));
  return (await run.train()) as unknown as History<M>;
}
