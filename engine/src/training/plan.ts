/** The parts of a training, made of checked options. */
import { Module } from "../nn/base/module.ts";
import { LBFGS } from "../optim/lbfgs.ts";
import { Optimizer } from "../optim/optimizer.ts";
import { describe } from "../tensor/arguments/refusals.ts";
import { ArgumentError } from "../tensor/errors.ts";
import { CallbackList } from "./callbacks.ts";
import { Checkpoints } from "./checkpoint/checkpoints.ts";
import { type Metrics, metricsOf } from "./measures.ts";
import { Monitor } from "./monitor.ts";
import { isLoss, validationName } from "./names.ts";
import type { Batches, EarlyStoppingOptions, FitOptions, StepOptions } from "./options.ts";
import { Schedulers } from "./schedulers.ts";
import { Stepper } from "./step.ts";

/** The parts of a training. */
export interface Plan {
  readonly options: FitOptions<string>;
  readonly epochs: number;
  readonly metrics: Metrics;
  readonly stepper: Stepper;
  readonly callbacks: CallbackList;
  readonly schedulers: Schedulers;
  readonly monitor: Monitor;
  readonly checkpoints: Checkpoints | null;
}

const wrong = (what: string, expected: string, given: unknown, op = "fit"): ArgumentError =>
  new ArgumentError(op, `${what} must be ${expected}, but got ${describe(given)}`);

/** Throws unless a number is missing, or an integer of at least `least`. */
export function requireCount(name: string, value: number | undefined, least: number, op = "fit"): void {
  if (value !== undefined && !(Number.isInteger(value) && value >= least))
    throw wrong(name, `an integer of at least ${least}`, value, op);
}

function requirePositive(name: string, value: number | undefined, op: string): void {
  if (value !== undefined && !(typeof value === "number" && value > 0))
    throw wrong(name, "a number above 0", value, op);
}

/** Throws unless `data` can be iterated over. */
function requireBatches(name: string, data: unknown, op: string): asserts data is Batches {
  const given = data as Partial<Iterable<unknown> & AsyncIterable<unknown>> & { readonly batch?: unknown };
  if (typeof data === "object" && data !== null) {
    if (typeof given.batch === "function")
      throw new ArgumentError(
        op,
        `${name} must be batches, but is a data set; wrap it: new data.DataLoader(dataset, { batchSize: 32, shuffle: true })`,
      );
    if (typeof given[Symbol.iterator] === "function" || typeof given[Symbol.asyncIterator] === "function") return;
  }
  throw wrong(name, "a DataLoader, or a list of batches", data, op);
}

/** Throws unless data, loss and optimizer are those of a training. */
export function requireTraining(
  data: unknown,
  { loss, step, optimizer, clipNorm, clipValue }: StepOptions,
  op = "fit",
): void {
  requireBatches("data", data, op);
  if ((loss === undefined) === (step === undefined))
    throw new ArgumentError(op, "expected a loss, or a function step in place of it, but got both or none");
  if (loss !== undefined && typeof loss !== "function" && !(loss instanceof Module))
    throw wrong("loss", "a function or module of output and target", loss, op);
  if (step !== undefined && typeof step !== "function") throw wrong("step", "a function of a batch", step, op);
  if (!(optimizer instanceof Optimizer)) throw wrong("optimizer", "an optimizer of optim", optimizer, op);
  requirePositive("clipNorm", clipNorm, op);
  requirePositive("clipValue", clipValue, op);
}

function requireAccumulation({ optimizer, accumulate = 1 }: FitOptions<string>): void {
  requireCount("accumulate", accumulate, 1);
  if (accumulate > 1 && optimizer instanceof LBFGS)
    throw new ArgumentError(
      "fit",
      "LBFGS evaluates a batch several times, and cannot accumulate the gradients of others",
    );
}

function earlyStoppingOf(given: FitOptions<string>["earlyStopping"]): EarlyStoppingOptions | null {
  if (given === undefined) return null;
  const options = typeof given === "number" ? { patience: given } : given;
  requireCount("patience", options.patience, 0);
  if (options.minDelta !== undefined && !(options.minDelta >= 0))
    throw wrong("minDelta", "a number of at least 0", options.minDelta);
  return options;
}

/** Returns how the monitored value is followed. @throws ArgumentError for a name that epochs do not have. */
function monitorOf(model: Module, options: FitOptions<string>, metrics: Metrics): Monitor {
  const names = ["loss", ...metrics.keys()];
  const known = [...names, ...(options.validation === undefined ? [] : names.map(validationName))];
  const { monitor = options.validation === undefined ? "loss" : "valLoss", mode } = options;
  if (!known.includes(monitor))
    throw new ArgumentError("fit", `monitor must be one of ${known.join(", ")}, but got "${monitor}"`);
  if (mode !== undefined && mode !== "min" && mode !== "max") throw wrong("mode", '"min" or "max"', mode);
  const earlyStopping = earlyStoppingOf(options.earlyStopping);
  return new Monitor(model, {
    name: monitor,
    mode: mode ?? (isLoss(monitor) ? "min" : "max"),
    earlyStopping,
    keepsWeights: options.keepBest ?? earlyStopping !== null,
  });
}

/** Returns the parts of a training. @throws ArgumentError for options that are missing, wrong, or exclude each other. */
export function planOf(model: Module, data: Batches, options: FitOptions<string>): Plan {
  requireTraining(data, options);
  if (options.validation !== undefined) requireBatches("validation", options.validation, "fit");
  requireAccumulation(options);
  const { epochs, checkpoint } = options;
  requireCount("epochs", epochs, 0);
  const metrics = metricsOf(options.metrics);
  const reserved = [...metrics.keys()].find((name) => /^(epoch|batches|loss|lr|seconds|val[A-Z].*)$/.test(name));
  if (reserved !== undefined)
    throw new ArgumentError("fit", `a metric cannot be called "${reserved}", which is a value of every epoch`);
  return {
    options,
    epochs,
    metrics,
    stepper: new Stepper(model, options),
    callbacks: new CallbackList(options.callbacks),
    schedulers: new Schedulers(options.scheduler),
    monitor: monitorOf(model, options, metrics),
    checkpoints:
      checkpoint === undefined
        ? null
        : new Checkpoints(typeof checkpoint === "string" ? { folder: checkpoint } : checkpoint),
  };
}
