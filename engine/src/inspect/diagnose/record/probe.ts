/** A probe of the model: whether the output for one example depends on the others, and which op mixes them. */

import type { Module } from "../../../nn/base/module.ts";
import { listenDuring } from "../../../tape/graph/listener.ts";
import { noGrad } from "../../../tape/graph/mode.ts";
import type { OpRole, TapeOp } from "../../../tape/graph/op.ts";
import { defaultGenerator } from "../../../tensor/random.ts";
import { elements } from "../../../tensor/strided.ts";
import { fromArray, Tensor } from "../../../tensor/tensor.ts";
import type { Call, ModuleCall } from "./call.ts";
import type { StepView } from "./step-view.ts";

/** Elements of a tensor that are compared; larger tensors are not. */
const maxElements = 2_000_000;
const maxOps = 3000;

/** The first op whose output depends on other examples than its input does. */
export interface Mixing {
  /** Index among the ops of the model's forward. */
  readonly index: number;
  readonly op: string;
  readonly role: OpRole | null;
  readonly input: readonly number[];
  readonly output: readonly number[];
}

interface RanOp {
  readonly op: TapeOp<unknown>;
  readonly inputs: readonly Tensor[];
  readonly outputs: readonly Tensor[];
}

/** Returns a copy in which the example at `index` has the elements of another one; `null` where all examples are equal. */
function withOtherExample(t: Tensor, batch: number, index: number): Tensor | null {
  const x = elements(t).slice();
  const row = x.length / batch;
  const own = x.slice(index * row, (index + 1) * row);
  for (let k = 1; k < batch; k++) {
    const b = (index + batch - k) % batch;
    const other = x.slice(b * row, (b + 1) * row);
    if (other.every((v, i) => v === own[i])) continue;
    x.set(other, index * row);
    return fromArray(x, "float64", t.shape).to(t.dtype);
  }
  return null;
}

/** Runs the module and returns the ops that ran. */
function opsOf(module: Module, args: readonly unknown[]): RanOp[] {
  const ran: RanOp[] = [];
  const forward = module.forward as (...args: readonly unknown[]) => unknown;
  listenDuring(
    {
      opRan: (op, inputs, _params, outputs) => {
        if (ran.length < maxOps) ran.push({ op, inputs: inputs.slice(), outputs: outputs.slice() });
      },
    },
    () => forward(...args),
  );
  return ran;
}

/** Whether the elements that differ belong to one of `batch` examples, in some arrangement of the dimensions. */
function isConfined(x: Tensor, y: Tensor, batch: number): boolean {
  const [a, b] = [elements(x), elements(y)];
  const { shape, ndim } = x;
  const low = shape.map(() => Infinity);
  const high = shape.map(() => -Infinity);
  /** Dimensions in which examples follow each other in turns, as after [time, batch] became one dimension. */
  const turns = shape.map((n) => n % batch === 0 && n > batch);
  let changed = 0;
  for (let at = 0; at < a.length; at++) {
    if (a[at] === b[at] || (Number.isNaN(a[at]) && Number.isNaN(b[at]))) continue;
    changed++;
    for (let d = ndim - 1, rest = at; d >= 0; d--) {
      const i = rest % shape[d];
      rest = (rest - i) / shape[d];
      if (i < low[d]) low[d] = i;
      if (i > high[d]) high[d] = i;
      if (i % batch !== 0) turns[d] = false;
    }
  }
  if (changed === 0) return true;
  const volume = low.reduce((n, l, d) => n * (high[d] - l + 1), 1);
  return volume <= Math.max(1, a.length / batch) || turns.some(Boolean);
}

/** Runs `body`, which calls the module again, in evaluation mode and without recording, and restores the modes and the random numbers; `null` if it throws. */
export function probing<T>(module: Module, body: () => T): T | null {
  const modes = [...module.modules()].map((m) => [m, m.training] as const);
  const state = defaultGenerator.getState();
  try {
    for (const [m] of modes) m.training = false;
    return noGrad(body);
  } catch {
    // a forward that needs other state than it has now cannot be probed
    return null;
  } finally {
    for (const [m, training] of modes) m.training = training;
    defaultGenerator.setState(state);
  }
}

/**
 * Runs a module twice, the second time with another example at `index`, and returns the first op that lets this change other examples; `null` if there is none.
 */
function findMixing(call: ModuleCall, batch: number, index: number): Mixing | null {
  const { module } = call;
  let any = false;
  const swap = (value: unknown): unknown => {
    if (!(value instanceof Tensor) || value.ndim === 0 || value.shape[0] !== batch || value.numel() > maxElements)
      return value;
    const changed = withOtherExample(value, batch, index);
    if (changed === null) return value;
    any = true;
    return changed;
  };
  const others = call.inputs.map(swap);
  if (!any || batch < 2) return null;
  const state = defaultGenerator.getState();
  return probing(module, () => {
    const first = opsOf(module, call.inputs);
    defaultGenerator.setState(state);
    return compare(first, opsOf(module, others), batch);
  });
}

function compare(first: readonly RanOp[], second: readonly RanOp[], batch: number): Mixing | null {
  for (let i = 0; i < first.length; i++) {
    const [a, b] = [first[i], second[i]];
    if (b === undefined || a.op.name !== b.op.name) return null;
    const pairs = a.outputs.map((y, k) => [y, b.outputs[k]] as const);
    if (pairs.some(([y, z]) => y.shape.join() !== z.shape.join() || y.numel() > maxElements)) return null;
    if (pairs.every(([y, z]) => isConfined(y, z, batch))) continue;
    // a mixture in the inputs comes from an op that was looked at already
    return {
      index: i,
      op: a.op.name,
      role: a.op.role ?? null,
      input: a.inputs[0]?.shape ?? [],
      output: a.outputs[0].shape,
    };
  }
  return null;
}

/** An op of the model that mixes examples. */
export interface MixedExamples {
  readonly mixing: Mixing;
  /** Number of examples. */
  readonly batch: number;
  /** The call of the model that was probed. */
  readonly model: ModuleCall;
  /** The op in the recorded step; `null` where it was not found there. */
  readonly call: Call | null;
}

/** Returns the op of a model that mixes the examples of a step; `null` if none does, or if it is not clear which dimension holds the examples. */
export function mixedExamples(view: StepView, models: readonly Module[]): MixedExamples | null {
  const { batchSize, targetData, step, modelCalls } = view;
  const model = modelCalls.find((m) => models.includes(m.module) && m.isGradEnabled);
  if (model === undefined || batchSize === null || batchSize < 2) return null;
  // the first dimension holds the examples if that of the targets has the same size
  if (targetData.length === 0 || targetData.some((t) => t.shape[0] !== batchSize)) return null;
  // an op that selects the last example, as the last step, is not reached by a change of the first one
  const mixing = findMixing(model, batchSize, 0) ?? findMixing(model, batchSize, batchSize - 1);
  if (mixing === null) return null;
  const ops = step.calls.slice(model.first, model.end);
  // in training other ops may run, as in batch norm and dropout, so the op is found by its name and shapes
  const call = [ops[mixing.index], ...ops].find(
    (c) =>
      c !== undefined &&
      c.op.name === mixing.op &&
      c.outputs[0].shape.join() === mixing.output.join() &&
      (c.inputs[0]?.shape ?? []).join() === mixing.input.join(),
  );
  return { mixing, batch: batchSize, model, call: call ?? null };
}
