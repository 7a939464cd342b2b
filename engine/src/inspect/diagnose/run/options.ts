/** The arguments of `diagnose`. */
import { Module } from "../../../nn/base/module.ts";
import { Optimizer } from "../../../optim/optimizer.ts";
import { describe } from "../../../tensor/arguments/refusals.ts";
import { ArgumentError } from "../../../tensor/errors.ts";
import { Tensor } from "../../../tensor/tensor.ts";
import { nameOf } from "../../shared/naming.ts";
import type { TrackedParameter } from "../record/parameters.ts";

/** The subject of a diagnosis: a module, several, or the tensors that are trained, in a list or by name. */
export type DiagnosisModel = Module | Tensor | readonly (Module | Tensor)[] | Readonly<Record<string, Module | Tensor>>;

/** A training step, with a batch of `data` and the number of the step as arguments. May return the loss. */
export type TrainingStep = (batch: never, index: number) => unknown;

/** Options of `diagnose`. */
export interface DiagnoseOptions {
  /** Computes the loss: without arguments, of a batch, or, as a loss function or module, of the model's output and the target. Needed without `step`. */
  readonly loss?: ((...args: never[]) => Tensor) | Module | undefined;
  /** The optimizer, or several, such as those of a generator and a discriminator. */
  readonly optimizer?: Optimizer | readonly Optimizer[] | undefined;
  /** One step of the training as the program runs it: forward, backward, update. By default `zeroGrad`, `loss`, `backward` and `step` of the optimizers. */
  readonly step?: TrainingStep | undefined;
  /** Batches for `step` and `loss`, or one batch as `[inputs, targets]`. */
  readonly data?: Iterable<unknown> | undefined;
  /** The number of steps to run; 20 by default. */
  readonly steps?: number | undefined;
}

/** Models, optimizers and parameters, from the arguments of a diagnosis. */
export interface Subject {
  readonly models: readonly Module[];
  readonly names: ReadonlyMap<Module, string>;
  readonly optimizers: readonly Optimizer[];
  readonly parameters: readonly TrackedParameter[];
}

/** Returns modules and tensors of a model with their names. */
function partsOf(model: DiagnosisModel, caller: string): [name: string, part: Module | Tensor][] {
  if (model instanceof Module) return [["", model]];
  if (model instanceof Tensor) return [[nameOf(model) ?? "tensor", model]];
  const entries: [string, Module | Tensor][] = Array.isArray(model)
    ? (model as readonly (Module | Tensor)[]).map((m, i) => [
        m instanceof Tensor ? (nameOf(m) ?? `[${i}]`) : String(i),
        m,
      ])
    : Object.entries(model as Readonly<Record<string, Module | Tensor>>);
  const wrong = entries.find(([, m]) => !(m instanceof Module || m instanceof Tensor));
  if (wrong !== undefined)
    throw new ArgumentError(
      caller,
      `model must be a module, a tensor, a list or a record of them, but "${wrong[0]}" is ${describe(wrong[1])}`,
    );
  return entries;
}

/** Returns the optimizers as a list. `caller` is the function that was called. */
export function optimizersOf(given: DiagnoseOptions["optimizer"], caller = "diagnose"): readonly Optimizer[] {
  const list = given === undefined ? [] : given instanceof Optimizer ? [given] : given;
  const wrong = list.find((o) => !(o instanceof Optimizer));
  if (wrong !== undefined) throw new ArgumentError(caller, `optimizer must be an optimizer, but is ${describe(wrong)}`);
  return list;
}

/** Returns models, names and parameters. `caller` is the function that was called. */
export function subjectOf(model: DiagnosisModel, optimizers: readonly Optimizer[], caller = "diagnose"): Subject {
  const parts = partsOf(model, caller);
  const names = new Map<Module, string>();
  const parameters = new Map<Tensor, { name: string; inModel: boolean }>();
  const models: Module[] = [];
  for (const [prefix, part] of parts) {
    if (part instanceof Tensor) {
      parameters.set(part, { name: prefix, inModel: true });
      continue;
    }
    models.push(part);
    for (const [name, module] of part.namedModules({ prefix }))
      if (!names.has(module)) names.set(module, name === "" ? module.constructor.name : name);
    for (const [name, p] of part.namedParameters({ prefix }))
      if (!parameters.has(p)) parameters.set(p, { name, inModel: true });
  }
  const optimized = new Set(optimizers.flatMap((o) => o.parameters));
  for (const p of optimized)
    if (!parameters.has(p))
      parameters.set(p, { name: nameOf(p) ?? `parameter ${parameters.size} of the optimizer`, inModel: false });
  return {
    models,
    names,
    optimizers,
    parameters: [...parameters].map(([tensor, { name, inModel }], index) => ({
      index,
      name,
      tensor,
      inModel,
      isOptimized: optimized.has(tensor),
    })),
  };
}

/** Whether a value is one batch and not a list of batches: a list of tensors. */
const isBatch = (data: Iterable<unknown>): boolean =>
  Array.isArray(data) && data.length > 0 && data.every((t) => t instanceof Tensor);

/** Yields batches without end: those of `data`, from the start again when it ends, or `undefined` without data. */
export function* batchesOf(data: Iterable<unknown> | undefined): Generator<unknown, never> {
  if (data === undefined) for (;;) yield undefined;
  if (isBatch(data)) for (;;) yield data;
  for (;;) {
    let any = false;
    for (const batch of data) {
      any = true;
      yield batch;
    }
    if (!any) throw new ArgumentError("diagnose", "data has no batches");
  }
}

/** Returns the step to run: the program's own, or one of `loss` and the optimizers. */
export function stepOf(model: DiagnosisModel, options: DiagnoseOptions): TrainingStep {
  const { step, loss } = options;
  if (step !== undefined) return step;
  if (loss === undefined)
    throw new ArgumentError(
      "diagnose",
      "expected a step, or a loss from which steps can be made; watchTraining watches steps that the program runs itself",
    );
  const optimizers = optimizersOf(options.optimizer);
  const lossOf = lossFunction(model, loss);
  return (batch: never) => {
    for (const optimizer of optimizers) optimizer.zeroGrad();
    const value = lossOf(batch);
    value.backward();
    for (const optimizer of optimizers) optimizer.step();
    return value;
  };
}

/** Returns the function from a batch to the loss. */
function lossFunction(model: DiagnosisModel, loss: NonNullable<DiagnoseOptions["loss"]>): (batch: unknown) => Tensor {
  const compare =
    loss instanceof Module
      ? (loss.forward as (...args: unknown[]) => Tensor)
      : (loss as (...args: unknown[]) => Tensor);
  if (!(loss instanceof Module) && loss.length < 2) return (batch) => compare(batch);
  return (batch) => {
    if (!(model instanceof Module) || !Array.isArray(batch) || batch.length < 2)
      throw new ArgumentError(
        "diagnose",
        "a loss of output and target needs one module as the model, and batches [inputs, targets] as data",
      );
    const forward = model.forward as (x: unknown) => Tensor;
    return compare(forward(batch[0]), batch[1]);
  };
}
