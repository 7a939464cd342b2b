/** Whether a model of sequences sees the targets that it predicts: targets that are the inputs, or the inputs one step later. */
import type { Module } from "../../../nn/base/module.ts";
import { sameShape } from "../../../tensor/shape.ts";
import { elements } from "../../../tensor/strided.ts";
import { fromArray, type Tensor } from "../../../tensor/tensor.ts";
import { probing } from "./probe.ts";
import { type StepView, tensorsIn } from "./step-view.ts";

/** The relation of targets and inputs of a model of sequences. */
export interface TargetLeak {
  /** The target of a step: the input of the step itself, or that of the next one. */
  readonly target: "own" | "next";
  /** Whether outputs depend on later inputs. */
  readonly seesFuture: boolean;
  /** The shapes of the inputs and of the output. */
  readonly input: readonly number[];
  readonly output: readonly number[];
}

/** Elements of a sequence that are compared. */
const maxElements = 200_000;

/** Returns whether targets are the inputs, or the inputs one step later; `null` for neither. */
function relationOf(input: Tensor, target: Tensor): TargetLeak["target"] | null {
  const [batch, steps, width = 1] = input.shape;
  const [x, y] = [elements(input), elements(target)];
  const own = y.length / batch / width;
  if (own !== steps && own !== steps - 1) return null;
  let [isOwn, isNext] = [own === steps, true];
  for (let b = 0; b < batch && (isOwn || isNext); b++)
    for (let i = 0; i < own * width; i++) {
      const v = y[b * own * width + i];
      if (v !== x[b * steps * width + i]) isOwn = false;
      if (i + width < steps * width && v !== x[b * steps * width + i + width]) isNext = false;
    }
  return isOwn === isNext ? null : isOwn ? "own" : "next";
}

/** Returns a copy in which the last steps of the sequences are exchanged among the examples; `null` if they are all equal. */
function withOtherEnds(input: Tensor): Tensor | null {
  const [batch, steps, width = 1] = input.shape;
  const x = elements(input);
  const changed = x.slice();
  const at = (b: number, i: number): number => (b * steps + steps - 1) * width + i;
  for (let b = 0; b < batch; b++) for (let i = 0; i < width; i++) changed[at(b, i)] = x[at((b + 1) % batch, i)];
  return changed.every((v, i) => v === x[i]) ? null : fromArray(changed, "float64", input.shape).to(input.dtype);
}

/** Returns the outputs by [examples and steps, features]; `null` for an output that has no step for each of the input. */
function byStep(output: Tensor | undefined, [batch, steps]: readonly number[]): Float64Array | null {
  if (output === undefined || output.ndim < 2) return null;
  const [a, b] = output.shape;
  return (a === batch && b === steps) || a === batch * steps ? elements(output) : null;
}

/** Returns the relation of the targets of a step to the inputs of its model; `null` if they have none, or if the model cannot be run again. */
export function targetLeak(view: StepView, models: readonly Module[]): TargetLeak | null {
  const model = view.modelCalls.find((m) => models.includes(m.module) && m.isGradEnabled);
  const [target] = view.targets;
  if (model === undefined || target === undefined) return null;
  const [input] = tensorsIn(model.inputs).filter((t) => view.isData(t));
  if (input === undefined || input.ndim < 2 || input.ndim > 3 || input.numel() > maxElements) return null;
  const [batch, steps] = input.shape;
  if (batch < 2 || steps < 3 || model.inputs[0] !== input) return null;
  const relation = relationOf(input, target);
  const ends = relation === null ? null : withOtherEnds(input);
  if (relation === null || ends === null) return null;
  const forward = (x: Tensor): Tensor | undefined =>
    tensorsIn((model.module.forward as (...args: readonly unknown[]) => unknown)(x, ...model.inputs.slice(1)))[0];
  const outputs = probing(model.module, () => [forward(input), forward(ends)] as const);
  if (outputs === null) return null;
  const [output, other] = outputs;
  const [a, b] = [byStep(output, input.shape), byStep(other, input.shape)];
  if (a === null || b === null || output === undefined || other === undefined || !sameShape(output.shape, other.shape))
    return null;
  const width = a.length / batch / steps;
  const differs = (isLast: boolean): boolean =>
    a.some((v, i) => (Math.floor(i / width) % steps === steps - 1) === isLast && !Object.is(v, b[i]));
  // an output that does not know its own input either is made of something else
  if (!differs(true)) return null;
  return { target: relation, seesFuture: differs(false), input: input.shape, output: output.shape };
}
