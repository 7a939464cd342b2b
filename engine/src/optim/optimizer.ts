/** What optimizers share. */

import { Parameter } from "../nn/base/parameter.ts";
import { gradRows } from "../ops/indexing/rows.ts";
import { addHook, type HookHandle } from "../tape/graph/hooks.ts";
import { noGrad } from "../tape/graph/mode.ts";
import { describe } from "../tensor/arguments/refusals.ts";
import { ArgumentError, ShapeError } from "../tensor/errors.ts";
import type { RowGradient } from "../tensor/graph.ts";
import { sameShape } from "../tensor/shape.ts";
import { peekGrad, Tensor } from "../tensor/tensor.ts";
import { runSteps } from "./fused.ts";

/** Called around a step. */
export type StepHook = (optimizer: Optimizer) => void;

/** The library's optimizers whose `update` keeps no gradient, and neither reads nor writes the parameter after its step. */
const ownClasses = new Set<unknown>();

/** Lists one of them; subclasses, whose `update` is the program's, are not listed with it. */
export const listOwnClass = (optimizer: abstract new (...args: never[]) => Optimizer): unknown =>
  ownClasses.add(optimizer);

const before: StepHook[] = [];
const after: StepHook[] = [];

/** Calls `hook` before each step of every optimizer. */
export const registerOptimizerStepPreHook = (hook: StepHook): HookHandle => addHook(before, hook);

/** Calls `hook` after each step of every optimizer. */
export const registerOptimizerStepPostHook = (hook: StepHook): HookHandle => addHook(after, hook);

/** The list of parameters, of which each must be a tensor; a module is told what to pass. */
function parametersOf(name: string, parameters: Iterable<Tensor>): Tensor[] {
  const list = [...parameters];
  const wrong = list.findIndex((p) => !(p instanceof Tensor));
  if (wrong >= 0)
    throw new ArgumentError(name, `parameters must be tensors, but number ${wrong} is ${describe(list[wrong])}`);
  return list;
}

/** Changes parameters by their gradients. */
export abstract class Optimizer {
  readonly parameters: readonly Tensor[];
  /** Learning rate; may be changed between steps. */
  lr: number;
  /** Steps taken. */
  steps = 0;

  constructor(name: string, parameters: Iterable<Tensor>, lr: number) {
    this.parameters = parametersOf(name, parameters);
    if (this.parameters.length === 0)
      throw new ArgumentError(
        name,
        "expected at least one parameter, but got none; a module has those that its fields hold, except fields whose names begin with #",
      );
    if (this.parameters.some((p) => !p.isLeaf)) throw new ArgumentError(name, "only leaves can be optimized");
    atLeastZero(name, "lr", lr);
    Parameter.markOptimized(this.parameters);
    this.lr = lr;
  }

  readonly #before: StepHook[] = [];
  readonly #after: StepHook[] = [];

  /** Calls `hook` before each step. */
  registerStepPreHook(hook: StepHook): HookHandle {
    return addHook(this.#before, hook);
  }

  /** Calls `hook` after each step. */
  registerStepPostHook(hook: StepHook): HookHandle {
    return addHook(this.#after, hook);
  }

  /** Drops all gradients. */
  zeroGrad(): void {
    for (const p of this.parameters) p.grad = null;
  }

  /**
   * Updates every parameter that has a gradient, off the tape.
   * @throws ShapeError for a gradient that has not the shape of its parameter; those before it are updated.
   */
  step(): void {
    atLeastZero(this.constructor.name, "lr", this.lr);
    for (const hook of [...before, ...this.#before]) hook(this);
    this.steps++;
    const own = ownClasses.has(this.constructor);
    noGrad(() => runSteps(own, () => this.parameters.forEach((p, i) => this.#updateOne(p, i, own))));
    for (const hook of [...this.#after, ...after]) hook(this);
  }

  #updateOne(p: Tensor, i: number, own: boolean): void {
    const rows = peekGrad(p) === null ? gradRows(p) : null;
    if (rows !== null && this.updateRows(p, rows, i)) return;
    // a gradient that the program has not seen is freed when it is dropped
    const g = own && !p.accumulator?.rows ? peekGrad(p) : p.grad;
    if (g === null) return;
    if (!sameShape(g.shape, p.shape))
      throw new ShapeError(this.constructor.name, "a gradient must have the shape of its parameter", [
        g.shape,
        p.shape,
      ]);
    this.update(p, g, i);
  }

  /** The update by rows, where it leaves all other rows as they are; false leaves it to the dense one. */
  protected updateRows(_p: Tensor, _rows: RowGradient, _i: number): boolean {
    return false;
  }

  /** One parameter's update; `i` is its place in the list. */
  protected abstract update(p: Tensor, g: Tensor, i: number): void;
}

/** Refuses negative settings, and NaN. */
export function atLeastZero(op: string, name: string, value: number): void {
  if (typeof value !== "number" || !(value >= 0))
    throw new ArgumentError(op, `${name} must be at least 0, but got ${describe(value)}`);
}
