/** The base class of optimizers, and hooks around their steps. */

import { Parameter } from "../nn/base/parameter.ts";
import { neg } from "../ops/elementwise/arithmetic.ts";
import { gradRows } from "../ops/indexing/rows.ts";
import { addHook, type HookHandle } from "../tape/graph/hooks.ts";
import { enableGrad, noGrad } from "../tape/graph/mode.ts";
import { ArgumentError, ShapeError } from "../tensor/errors.ts";
import type { RowGradient } from "../tensor/graph.ts";
import { sameShape } from "../tensor/shape.ts";
import { printAsText, settingsText } from "../tensor/symbols.ts";
import { peekGrad, Tensor } from "../tensor/tensor.ts";
import { runUpdates } from "./fused.ts";
import {
  completeGroup,
  type GivenGroup,
  givenGroups,
  type ParamGroup,
  type Params,
  requireNonNegative,
  type Settings,
} from "./groups.ts";
import { globalPostHooks, globalPreHooks, type StepHook } from "./hooks.ts";
import { copyState, fromStateDict, type OptimizerState, type ParameterState, toStateDict } from "./state.ts";

/** The library's optimizers whose `update` keeps no gradient and does not touch the parameter after its step, so that updates can be fused. */
const fusedOptimizers = new Set<unknown>();

/** Marks an optimizer of the library as one whose updates can be fused. Its subclasses, which may override `update`, are not marked with it. */
export const markFused = (optimizer: abstract new (...args: never[]) => Optimizer): unknown =>
  fusedOptimizers.add(optimizer);

/**
 * Base class of optimizers, which update parameters in place by their gradients. `parameters` are tensors, or groups `{ params, ...settings }` that differ in settings. A
 * subclass defines `update(p, g, i)`, which changes one parameter; `defaults` are its settings, or its learning rate alone.
 * @throws ArgumentError for parameters that are no tensors, no leaves, in two groups, or none at all, for unknown settings, and for a negative learning rate.
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
export abstract class Optimizer<S extends Settings = Settings> {
  /** The settings of groups that state none of their own. */
  readonly defaults: Readonly<S>;
  /** The groups of parameters. Their settings may be changed between steps. */
  readonly paramGroups: ParamGroup<S>[] = [];
  /** The state of each parameter that was updated, such as moments of its gradient. */
  readonly state: Map<Tensor, ParameterState> = new Map();
  /** Number of steps taken. */
  steps = 0;
  readonly #name: string;
  readonly #check: (settings: Settings) => void;

  constructor(name: string, parameters: Params<S>, defaults: S | number, check: (settings: S) => void = () => {}) {
    this.#name = name;
    this.#check = check as (settings: Settings) => void;
    this.defaults = typeof defaults === "number" ? ({ lr: defaults } as S) : defaults;
    for (const group of givenGroups(name, parameters)) this.addParamGroup(group);
    if (this.parameters.length === 0) throw new ArgumentError(name, "expected at least one parameter, but got none");
  }

  /** All parameters, group by group. */
  get parameters(): readonly Tensor[] {
    return this.paramGroups.flatMap(({ params }) => params);
  }

  /** Returns the settings of each group as text, and the numbers of its parameters and of their elements. */
  toString(): string {
    const lines = this.paramGroups.map(({ params, ...settings }, i) => {
      const elements = params.reduce((n, p) => n + p.numel(), 0);
      return `  (${i}): ${settingsText(settings)}; parameters=${params.length}, elements=${elements}`;
    });
    return `${this.#name}(\n${lines.join("\n")}\n)`;
  }

  static {
    printAsText(this.prototype);
  }

  /** The learning rate of the first group. Setting it sets that of every group. */
  get lr(): number {
    return this.paramGroups[0].lr;
  }

  set lr(lr: number) {
    for (const group of this.paramGroups) group.lr = lr;
  }

  /**
   * Adds a group of parameters, as when layers that were frozen are to be trained from now on.
   * @throws ArgumentError for a parameter that the optimizer has already, for one that is no leaf, and for unknown settings.
   * @example
   * const [a, b] = [tensor([1], { requiresGrad: true }), tensor([2], { requiresGrad: true })];
   * const optimizer = new optim.SGD([a], { lr: 0.1 });
   * optimizer.addParamGroup({ params: [b], lr: 0.01 });
   * optimizer.paramGroups.map((group) => group.lr); // [0.1, 0.01]
   */
  addParamGroup(group: GivenGroup<S>): void {
    const complete = completeGroup(this.#name, group, this.defaults);
    requireNonNegative(this.#name, "lr", complete.lr);
    this.#check(complete);
    const present = new Set(this.parameters);
    if (complete.params.some((p) => present.has(p)))
      throw new ArgumentError(this.#name, "a parameter is in more than one group");
    Parameter.markOptimized(complete.params);
    this.paramGroups.push(complete);
  }

  /** Returns the settings of a parameter, those of the first group for a tensor that is no parameter of the optimizer. */
  settingsOf(parameter: Tensor): ParamGroup<S> {
    return this.paramGroups.find(({ params }) => params.includes(parameter)) ?? this.paramGroups[0];
  }

  /** Returns the group of parameter number `i`. */
  protected groupAt(i: number): ParamGroup<S> {
    for (const group of this.paramGroups) {
      if (i < group.params.length) return group;
      i -= group.params.length;
    }
    return this.paramGroups[0];
  }

  /** Whether a step has about the size of the learning rate, whatever the size of the gradient is, as in Adam. */
  get isAdaptive(): boolean {
    return false;
  }

  /** Numbers of steps in which each parameter had a gradient. */
  readonly #updates: number[] = [];

  /** Returns the number of steps in which a parameter had a gradient; 0 for a tensor that is no parameter of the optimizer. */
  updatesOf(parameter: Tensor): number {
    return this.#updates[this.parameters.indexOf(parameter)] ?? 0;
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

  /**
   * Returns a function that resets settings, number of steps and state, such as velocities, to what they are now. Weights are not part of the state. A subclass
   * with state of its own extends the method.
   * @example
   * const optimizer = new optim.SGD([tensor([1], { requiresGrad: true })], { lr: 0.1 });
   * const restore = optimizer.preserveState();
   * optimizer.lr = 1;
   * restore();
   * optimizer.lr; // 0.1
   */
  preserveState(): () => void {
    const fields = Object.fromEntries(Object.entries(this));
    const groups = this.paramGroups.map((group) => ({ ...group, params: [...group.params] }));
    const states = [...this.state].map(([p, s]) => [p, copyState(s)] as const);
    return () => {
      Object.assign(this, fields);
      this.paramGroups.splice(0, this.paramGroups.length, ...groups.map((g) => ({ ...g, params: [...g.params] })));
      this.state.clear();
      for (const [p, s] of states) this.state.set(p, copyState(s));
    };
  }

  /**
   * Returns copies of the parameters' states, by the index of the parameter, and the groups with these indices in place of the parameters. States have PyTorch's names
   * in camel case.
   * @example
   * const w = tensor([1, 2], { requiresGrad: true });
   * const optimizer = new optim.SGD([w], { lr: 0.1, momentum: 0.9 });
   * w.square().sum().backward();
   * optimizer.step();
   * (optimizer.stateDict().state[0].momentumBuffer as Tensor).toArray(); // [2, 4]
   */
  stateDict(): OptimizerState {
    return toStateDict(this.paramGroups, (p) => this.state.get(p));
  }

  /**
   * Sets states and settings to those of a state dictionary, also one with PyTorch's own names such as `exp_avg`. Parameters are matched by their order.
   * @throws ArgumentError when the numbers of groups or parameters differ, or a state lacks a value; ShapeError for a state of another shape. Nothing is changed then.
   * @example
   * const [a, b] = [tensor([1], { requiresGrad: true }), tensor([1], { requiresGrad: true })];
   * const optimizer = new optim.Adam([a], { lr: 0.5 });
   * const other = new optim.Adam([b]);
   * other.loadStateDict(optimizer.stateDict());
   * other.lr; // 0.5
   */
  loadStateDict(stateDict: OptimizerState | Readonly<Record<string, unknown>>): void {
    const { settings, states } = fromStateDict(this.#name, stateDict, this.paramGroups, (p, group) =>
      this.initialState(p, group),
    );
    this.paramGroups.forEach((group, k) => void Object.assign(group, settings[k]));
    this.state.clear();
    for (const [p, s] of states) this.state.set(p, s);
  }

  /** Returns the state of a parameter before its first update, by the names in a state dictionary. */
  protected initialState(_p: Tensor, _group: ParamGroup<S>): ParameterState {
    return {};
  }

  /** Returns the state of parameter number `i`, which begins as `initialState`. */
  protected stateOf(p: Tensor, i: number): ParameterState {
    let state = this.state.get(p);
    if (state === undefined) {
      state = this.initialState(p, this.groupAt(i));
      this.state.set(p, state);
    }
    return state;
  }

  /** Sets the gradients of all parameters to `null`, or to zeros where `setToNone` is false. */
  zeroGrad({ setToNone = true }: { readonly setToNone?: boolean } = {}): void {
    for (const { params } of this.paramGroups)
      for (const p of params)
        if (setToNone) p.grad = null;
        else if (p.grad !== null) p.grad.detach_().zero_();
  }

  /**
   * Updates every parameter that has a gradient, off the tape, and runs the hooks. Parameters without a gradient are skipped. A `closure` clears the gradients, computes
   * the loss, runs backward, and returns the loss, which is then the result.
   * @throws ArgumentError for a negative learning rate; ShapeError for a gradient of another shape than its parameter, after the parameters before it were updated.
   */
  step(): void;
  step(closure: () => Tensor): Tensor;
  step(closure?: () => Tensor): Tensor | undefined {
    for (const { lr } of this.paramGroups) requireNonNegative(this.#name, "lr", lr);
    for (const hook of [...globalPreHooks, ...this.#preHooks]) hook(this);
    this.steps++;
    const loss = this.takeStep(closure);
    for (const hook of [...this.#postHooks, ...globalPostHooks]) hook(this);
    return loss;
  }

  /** Updates all parameters once. An optimizer that evaluates the closure several times overrides it. */
  protected takeStep(closure: (() => Tensor) | undefined): Tensor | undefined {
    const loss = closure === undefined ? undefined : enableGrad(closure);
    const isFused = fusedOptimizers.has(this.constructor);
    noGrad(() =>
      runUpdates(isFused, () => {
        let i = 0;
        for (const group of this.paramGroups)
          for (const p of group.params) this.#updateOne(p, i++, isFused, group.maximize === true);
      }),
    );
    return loss;
  }

  #count(i: number): void {
    this.#updates[i] = (this.#updates[i] ?? 0) + 1;
  }

  #updateOne(p: Tensor, i: number, isFused: boolean, maximize: boolean): void {
    const rows = peekGrad(p) === null ? gradRows(p) : null;
    if (rows !== null && this.updateRows(p, maximize ? { ...rows, values: neg(rows.values) } : rows, i))
      return this.#count(i);
    // reading without publishing: a gradient that user code has not read is freed by zeroGrad
    const g = isFused && !p.accumulator?.rows ? peekGrad(p) : p.grad;
    if (g === null) return;
    if (!sameShape(g.shape, p.shape))
      throw new ShapeError(this.#name, "a gradient must have the shape of its parameter", [g.shape, p.shape]);
    this.#count(i);
    this.update(p, maximize ? neg(g) : g, i);
  }

  /** Updates the rows of a row gradient alone, and returns true; returns false where other rows change as well, so that the dense update is needed. */
  protected updateRows(_p: Tensor, _rows: RowGradient, _i: number): boolean {
    return false;
  }

  /** Updates one parameter by its gradient, which is negated where the loss is maximized; `i` is the index in `parameters`. */
  protected abstract update(p: Tensor, g: Tensor, i: number): void;
}
