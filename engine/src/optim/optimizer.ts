/** The base class of optimizers, and hooks around their steps. */

import { Parameter } from "../nn/base/parameter.ts";
import { gradRows } from "../ops/indexing/rows.ts";
import { addHook, type HookHandle } from "../tape/graph/hooks.ts";
import { noGrad } from "../tape/graph/mode.ts";
import { describe } from "../tensor/arguments/refusals.ts";
import { ArgumentError, ShapeError } from "../tensor/errors.ts";
import type { RowGradient } from "../tensor/graph.ts";
import { sameShape } from "../tensor/shape.ts";
import { peekGrad, Tensor } from "../tensor/tensor.ts";
import { runUpdates } from "./fused.ts";

/** A hook called before or after a step. */
export type StepHook = (optimizer: Optimizer) => void;

/** The library's optimizers whose `update` keeps no gradient and does not touch the parameter after its step, so that updates can be fused. */
const fusedOptimizers = new Set<unknown>();

/** Marks an optimizer of the library as one whose updates can be fused. Its subclasses, which may override `update`, are not marked with it. */
export const markFused = (optimizer: abstract new (...args: never[]) => Optimizer): unknown =>
  fusedOptimizers.add(optimizer);

const globalPreHooks: StepHook[] = [];
const globalPostHooks: StepHook[] = [];

/**
 * Registers a hook that runs before each step of every optimizer, before the optimizer's own hooks.
 * @example
 * const steps: number[] = [];
 * const handle = optim.registerOptimizerStepPreHook((optimizer) => void steps.push(optimizer.steps));
 * new optim.SGD([tensor([1], { requiresGrad: true })]).step();
 * handle.remove();
 * steps; // [0]
 */
export const registerOptimizerStepPreHook = (hook: StepHook): HookHandle => addHook(globalPreHooks, hook);

/**
 * Registers a hook that runs after each step of every optimizer, after the optimizer's own hooks.
 * @example
 * const steps: number[] = [];
 * const handle = optim.registerOptimizerStepPostHook((optimizer) => void steps.push(optimizer.steps));
 * new optim.SGD([tensor([1], { requiresGrad: true })]).step();
 * handle.remove();
 * steps; // [1]
 */
export const registerOptimizerStepPostHook = (hook: StepHook): HookHandle => addHook(globalPostHooks, hook);

/** Returns the parameters as a list. @throws ArgumentError for one that is no tensor. */
function parametersOf(name: string, parameters: Iterable<Tensor>): Tensor[] {
  const list = [...parameters];
  const wrong = list.findIndex((p) => !(p instanceof Tensor));
  if (wrong >= 0)
    throw new ArgumentError(name, `parameters must be tensors, but number ${wrong} is ${describe(list[wrong])}`);
  return list;
}

/**
 * Base class of optimizers, which update parameters in place by their gradients. A subclass defines `update(p, g, i)`, which changes one parameter.
 * @throws ArgumentError for parameters that are no tensors, no leaves, or none at all, and for a negative learning rate.
 * @example
 * class SignDescent extends optim.Optimizer {
 *   constructor(parameters: Iterable<Tensor>, lr: number) {
 *     super("SignDescent", parameters, lr);
 *   }
 *   update(p: Tensor, g: Tensor): void {
 *     p.sub_(g.sign().mul(this.lr));
 *   }
 * }
 * const w = tensor([2, -2], { requiresGrad: true });
 * w.square().sum().backward();
 * new SignDescent([w], 0.5).step();
 * w.toArray(); // [1.5, -1.5]
 */
export abstract class Optimizer {
  readonly parameters: readonly Tensor[];
  /** Learning rate. May be changed between steps. */
  lr: number;
  /** Number of steps taken. */
  steps = 0;

  constructor(name: string, parameters: Iterable<Tensor>, lr: number) {
    this.parameters = parametersOf(name, parameters);
    if (this.parameters.length === 0)
      throw new ArgumentError(
        name,
        "expected at least one parameter, but got none; a module has those that its fields hold, except fields whose names begin with #",
      );
    if (this.parameters.some((p) => !p.isLeaf)) throw new ArgumentError(name, "only leaves can be optimized");
    requireNonNegative(name, "lr", lr);
    Parameter.markOptimized(this.parameters);
    this.lr = lr;
  }

  readonly #preHooks: StepHook[] = [];
  readonly #postHooks: StepHook[] = [];

  /** Registers a hook that runs before each step. */
  registerStepPreHook(hook: StepHook): HookHandle {
    return addHook(this.#preHooks, hook);
  }

  /** Registers a hook that runs after each step. */
  registerStepPostHook(hook: StepHook): HookHandle {
    return addHook(this.#postHooks, hook);
  }

  /** Sets the gradients of all parameters to `null`. */
  zeroGrad(): void {
    for (const p of this.parameters) p.grad = null;
  }

  /**
   * Updates every parameter that has a gradient, off the tape, and runs the hooks. Parameters without a gradient are skipped.
   * @throws ArgumentError for a negative learning rate; ShapeError for a gradient of another shape than its parameter, after the parameters before it were updated.
   */
  step(): void {
    requireNonNegative(this.constructor.name, "lr", this.lr);
    for (const hook of [...globalPreHooks, ...this.#preHooks]) hook(this);
    this.steps++;
    const isFused = fusedOptimizers.has(this.constructor);
    noGrad(() => runUpdates(isFused, () => this.parameters.forEach((p, i) => this.#updateOne(p, i, isFused))));
    for (const hook of [...this.#postHooks, ...globalPostHooks]) hook(this);
  }

  #updateOne(p: Tensor, i: number, isFused: boolean): void {
    const rows = peekGrad(p) === null ? gradRows(p) : null;
    if (rows !== null && this.updateRows(p, rows, i)) return;
    // reading without publishing: a gradient that user code has not read is freed by zeroGrad
    const g = isFused && !p.accumulator?.rows ? peekGrad(p) : p.grad;
    if (g === null) return;
    if (!sameShape(g.shape, p.shape))
      throw new ShapeError(this.constructor.name, "a gradient must have the shape of its parameter", [
        g.shape,
        p.shape,
      ]);
    this.update(p, g, i);
  }

  /** Updates the rows of a row gradient alone, and returns true; returns false where other rows change as well, so that the dense update is needed. */
  protected updateRows(_p: Tensor, _rows: RowGradient, _i: number): boolean {
    return false;
  }

  /** Updates one parameter by its gradient; `i` is its index in `parameters`. */
  protected abstract update(p: Tensor, g: Tensor, i: number): void;
}

/** Throws for a setting that is negative, NaN, or no number. */
export function requireNonNegative(op: string, name: string, value: number): void {
  if (typeof value !== "number" || !(value >= 0))
    throw new ArgumentError(op, `${name} must be at least 0, but got ${describe(value)}`);
}
