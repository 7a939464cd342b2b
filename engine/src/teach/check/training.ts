/** `check.trains`: what training reaches. */
import type { Module } from "../../nn/base/module.ts";
import { crossEntropy } from "../../ops/functional/index.ts";
import { Adam } from "../../optim/adam.ts";
import { noGrad } from "../../tape/graph/mode.ts";
import { ArgumentError } from "../../tensor/errors.ts";
import { contiguousArray } from "../../tensor/strided.ts";
import { Tensor } from "../../tensor/tensor.ts";
import { isFinite } from "./builtins.ts";
import { CheckError } from "./failure.ts";
import type { CheckHost } from "./host.ts";
import { wordsOf } from "./plain.ts";

declare const performance: { now(): number };

/** Inputs with the class of each, and others on which the accuracy is measured. */
export interface TrainingData {
  readonly x: Tensor;
  /** Classes as integers. */
  readonly y: Tensor;
  /** Inputs that are not trained on; the training data where there are none. */
  readonly testX?: Tensor;
  readonly testY?: Tensor;
}

/** The aim of a training. */
export interface TrainsOptions {
  /** The share of right classes, between 0 and 1. */
  readonly accuracy: number;
  /** The time that it may take, such as `"20s"`; 20 seconds by default. */
  readonly within?: string | number;
  /** Learning rate of Adam, for a module that the check trains. */
  readonly lr?: number;
}

/** A model that gives a score for each class, or a function that trains one. */
export type Trainable = Pick<Module, "parameters"> & { forward(x: Tensor): Tensor };

function secondsOf(within: string | number): number {
  const found = /^\s*([\d.]+)\s*(ms|s|min)?\s*$/.exec(String(within));
  const value = Number(found?.[1]);
  if (found === null || !isFinite(value) || value <= 0)
    throw new ArgumentError("check.trains", `within must be a time such as "20s", but got ${JSON.stringify(within)}`);
  return value * ({ ms: 1e-3, s: 1, min: 60 }[found[2] ?? "s"] ?? 1);
}

/** Returns the share of inputs whose highest score is that of their class. */
function accuracyOf(predict: (x: Tensor) => unknown, x: Tensor, y: Tensor): number {
  const scores = noGrad(() => predict(x));
  if (!(scores instanceof Tensor) || scores.ndim === 0 || scores.shape[0] !== x.shape[0])
    throw new CheckError({
      check: "check.trains",
      sentence: `expected a score for each of ${x.shape[0]} inputs, but got ${scores instanceof Tensor ? `the shape [${scores.shape.join(", ")}]` : wordsOf(scores)}`,
    });
  const values = contiguousArray(scores) as ArrayLike<number>;
  const classes = contiguousArray(y) as ArrayLike<number>;
  const [n] = x.shape;
  const each = values.length / n;
  let right = 0;
  for (let i = 0; i < n; i++) {
    let best = 0;
    for (let k = 1; k < each; k++) if (values[i * each + k] > values[i * each + best]) best = k;
    // one column holds the class itself, or the score of class 1
    const found = each === 1 ? Math.round(values[i]) : best;
    if (found === classes[i]) right++;
  }
  return right / n;
}

/** Trains a module with Adam until the accuracy is reached or the time is over, and returns the last loss. */
function train(model: Trainable, { x, y }: TrainingData, lr: number, isDone: () => boolean): number {
  const optimizer = new Adam([...model.parameters()], { lr });
  let loss = Number.NaN;
  for (let step = 0; !isDone(); step++) {
    optimizer.zeroGrad();
    const value = crossEntropy(model.forward(x), y);
    value.backward();
    optimizer.step();
    loss = value.item<number>();
    if (!isFinite(loss)) break;
  }
  return loss;
}

export function checkTrains(host: CheckHost, model: unknown, data: TrainingData, options: TrainsOptions): void {
  const { accuracy, within = "20s", lr = 1e-2 } = options;
  if (!(typeof accuracy === "number" && accuracy > 0 && accuracy <= 1))
    throw new ArgumentError("check.trains", `accuracy must be between 0 and 1, but got ${accuracy}`);
  const seconds = secondsOf(within);
  const began = performance.now();
  const took = (): number => (performance.now() - began) / 1000;
  const { x, y, testX = x, testY = y } = data;
  const isFunction = typeof model === "function" && !("forward" in model);
  let steps = 0;
  let loss = Number.NaN;
  let predict: (x: Tensor) => unknown;
  if (isFunction) {
    // the classes of the test data are not handed over
    const trained: unknown = (model as (data: object) => unknown)({ x, y });
    predict = predictorOf(trained);
  } else {
    const module = model as Trainable;
    if (typeof module?.forward !== "function" || typeof module.parameters !== "function")
      throw new ArgumentError(
        "check.trains",
        `expected a module, or a function that trains one, but got ${wordsOf(model)}`,
      );
    predict = (z) => module.forward(z);
    const elsewhere = host.train(module, x, y, seconds, lr);
    const here = (): number =>
      train(module, data, lr, () => {
        if (took() >= seconds) return true;
        return steps++ % 10 === 9 && accuracyOf(predict, testX, testY) >= accuracy;
      });
    loss = elsewhere ?? here();
  }
  const time = took();
  const reached = accuracyOf(predict, testX, testY);
  if (reached >= accuracy && time <= seconds + 1) return;
  const percent = (v: number): string => `${(100 * v).toFixed(1)} %`;
  const late = reached >= accuracy;
  throw new CheckError({
    check: "check.trains",
    sentence: late
      ? `the accuracy was reached, but in ${time.toFixed(1)} s, not within ${seconds} s`
      : `expected an accuracy of ${percent(accuracy)}, but reached ${percent(reached)}`,
    facts: [
      { name: "expected", text: `${percent(accuracy)} within ${seconds} s` },
      { name: "got", text: `${percent(reached)} in ${time.toFixed(1)} s${steps > 0 ? `, after ${steps} steps` : ""}` },
      ...(Number.isNaN(loss) && steps > 0
        ? [{ name: "loss", text: "NaN" }]
        : Number.isNaN(loss)
          ? []
          : [{ name: "loss", text: loss.toPrecision(4) }]),
    ],
    hints: [
      Number.isNaN(loss) && steps > 0
        ? "The loss is NaN: is the learning rate too large, or a logarithm taken of 0?"
        : reached <= 1.2 / Math.max(2, 1 + Math.max(...(contiguousArray(y) as unknown as number[])))
          ? "That is no better than guessing: do the gradients reach all parameters? See inspect's gradients(model)."
          : "It learns, but not enough: try another learning rate, more steps, or a wider model.",
    ],
  });
}

/** Returns the function that predicts: what a training function returns, or the `forward` of the module that it returns. */
function predictorOf(trained: unknown): (x: Tensor) => unknown {
  const forward = (trained as { forward?: unknown } | null | undefined)?.forward;
  if (typeof forward === "function") return (x) => (trained as Trainable).forward(x);
  if (typeof trained === "function") return trained as (x: Tensor) => unknown;
  throw new CheckError({
    check: "check.trains",
    sentence: `expected the training function to return a model, or a function that predicts, but got ${wordsOf(trained)}`,
  });
}
