/** Points of a model at which contributions are computed: its input, or the output of a layer. */
import type { Module } from "../../nn/base/module.ts";
import { restoring } from "../../platform/ambient.ts";
import { grad } from "../../tape/backward/backward.ts";
import { enableGrad, noGrad } from "../../tape/graph/mode.ts";
import { takesGradients } from "../../tensor/dtype.ts";
import { ArgumentError, DTypeError } from "../../tensor/errors.ts";
import { Tensor } from "../../tensor/tensor.ts";
import { type AttributionTarget, type Target, targetOf } from "./target.ts";

/** A model, or a function, from an input to an output. */
export type Predictor = ((input: Tensor) => Tensor) | { forward(input: Tensor): Tensor };

/** Options of all attributions. */
export interface AttributionOptions {
  /** The output to explain: a class, a class for each example, or a function from the output to one score for each example. By default the class with the largest output. */
  readonly target?: AttributionTarget;
  /** Names of the classes, for titles. */
  readonly classes?: readonly string[];
  /** The tokens of a text, or of each text, to show them with their contributions. */
  readonly tokens?: readonly string[] | readonly (readonly string[])[];
  /** Names of the features of an input [n, features]. */
  readonly features?: readonly string[];
}

/** Options of attributions by gradients. */
export interface GradientAttributionOptions extends AttributionOptions {
  /** The layer at whose output contributions are computed, such as the embedding of a text, whose tokens have no gradient. By default they are computed at the input. */
  readonly layer?: Module;
}

/** A point of a model, and the scores of the model as a function of the value there. */
export interface Point {
  readonly name: string;
  /** The value in the given run, off the tape. */
  readonly value: Tensor;
  readonly target: Target;
  /** The scores of the run, of shape [n]. */
  readonly scores: Tensor;
  /** Computes the scores for another value at the point. */
  readonly scoresAt: (value: Tensor) => Tensor;
}

/** Runs the model. */
export function predict(caller: string, model: Predictor, input: Tensor): Tensor {
  const output: unknown = typeof model === "function" ? model(input) : model.forward(input);
  if (!(output instanceof Tensor)) throw new ArgumentError(caller, "the model must return a tensor");
  return output;
}

/** Runs the model with the output of a layer passed through `change`. */
export function predictThrough(
  caller: string,
  model: Predictor,
  input: Tensor,
  layer: Module,
  change: (output: Tensor) => Tensor,
): Tensor {
  let calls = 0;
  const handle = layer.registerForwardHook((_layer, _inputs, output) => {
    calls++;
    if (!(output instanceof Tensor)) throw new ArgumentError(caller, "the layer must return a tensor");
    return change(output);
  });
  const output = restoring(
    () => predict(caller, model, input),
    () => handle.remove(),
  );
  if (calls !== 1)
    throw new ArgumentError(caller, `the layer must run once in a forward pass, but it ran ${calls} times`);
  return output;
}

/** Returns the point at the input or, with `layer`, at its output. */
export function pointOf(
  caller: string,
  model: Predictor,
  input: Tensor,
  { target, layer }: GradientAttributionOptions,
): Point {
  let value = input.detach();
  const output = noGrad(() =>
    layer === undefined
      ? predict(caller, model, input)
      : predictThrough(caller, model, input, layer, (y) => {
          value = y.detach();
          return y;
        }),
  );
  if (!takesGradients(value.dtype))
    throw new DTypeError(
      caller,
      `${layer === undefined ? "the input" : "the output of layer"} must be float; pass the embedding, or another layer with a float output, as layer`,
      [value.dtype],
    );
  const explained = targetOf(caller, output, input.shape, target);
  return {
    name: layer === undefined ? "the input" : `the output of ${layer.constructor.name}`,
    value,
    target: explained,
    scores: explained.scores(output).detach(),
    scoresAt: (v) =>
      explained.scores(
        layer === undefined ? predict(caller, model, v) : predictThrough(caller, model, input, layer, () => v),
      ),
  };
}

/** Returns the gradient of the scores at a value of the point; zeros where they do not depend on it. */
export function gradientAt(point: Point, value: Tensor): Tensor {
  const leaf = value.detach().requiresGrad_();
  return enableGrad(() => {
    const sum = point.scoresAt(leaf).sum();
    return sum.requiresGrad ? grad([sum], [leaf], { materializeGrads: true })[0] : leaf.detach().mul(0);
  }).detach();
}
