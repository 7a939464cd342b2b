/** The computation of a recorded step: its losses, predictions, data, and the ops that lead to each loss. */
import { AccumulateGrad, type Node } from "../../../tape/graph/node.ts";
import { reachable } from "../../../tape/graph/reachable.ts";
import type { Scope } from "../../../tape/graph/scope.ts";
import { elements } from "../../../tensor/strided.ts";
import { Tensor } from "../../../tensor/tensor.ts";
import type { Call, ModuleCall, Pass, Step } from "./call.ts";
import { Flow } from "./flow.ts";
import { isArranging, lossScopeOf } from "./roles.ts";

/** A use of a loss function on a prediction and a target. */
export interface LossUse {
  /** Name of the composite op, such as `crossEntropy`. */
  readonly name: string;
  readonly calls: readonly Call[];
  readonly prediction: Tensor;
  /** The other operands: targets and weights. */
  readonly others: readonly Tensor[];
}

/** Returns the other operands of a loss: tensors that fit the prediction, which targets do, before weights and the like. */
function othersOf(given: readonly Tensor[], prediction: Tensor): Tensor[] {
  const others = given.filter((t) => t !== prediction);
  const classes = prediction.ndim > 1 ? prediction.shape[1] : (prediction.shape[0] ?? 1);
  const fits = (t: Tensor): boolean => t.numel() === prediction.numel() || t.numel() * classes === prediction.numel();
  return [...others.filter(fits), ...others.filter((t) => !fits(t))];
}

/** Returns the targets of a loss that it does not ignore. */
export function countedTargets({ calls }: LossUse, target: Tensor): Float64Array {
  const x = elements(target);
  const mask = calls.find((c) => c.inputs.includes(target) && c.outputs[0].dtype === "bool");
  if (mask === undefined) return x;
  const ignored = elements(mask.outputs[0]);
  return x.filter((_, i) => ignored[i] === 0);
}

/** A backward pass with the nodes and ops that it goes through. */
export interface PassView {
  readonly pass: Pass;
  readonly root: Tensor | null;
  readonly nodes: ReadonlySet<Node>;
  readonly leaves: ReadonlySet<Tensor>;
  /** Ops on which the loss depends, in order, recorded or not. */
  readonly calls: readonly Call[];
}

/** Returns all tensors in a value: a tensor, or lists and records of them. */
export function tensorsIn(value: unknown, depth = 3): Tensor[] {
  if (value instanceof Tensor) return [value];
  if (depth === 0 || typeof value !== "object" || value === null) return [];
  if (Array.isArray(value)) return value.flatMap((v) => tensorsIn(v, depth - 1));
  return Object.getPrototypeOf(value) === Object.prototype
    ? Object.values(value).flatMap((v) => tensorsIn(v, depth - 1))
    : [];
}

/** Whether the module has parameters, itself or in submodules, which losses and activations have not. */
const hasParameters = ({ module }: ModuleCall): boolean => !module.namedParameters().next().done;

/** Returns the tensor from which a backward pass starts; `null` where it is not known. */
export function resultOf({ root }: Pass): Tensor | null {
  if (root instanceof AccumulateGrad) return root.variable;
  return root?.watched?.outputs[0] ?? null;
}

/** A recorded step whose ops are kept, with facts that causes read. */
export class StepView {
  readonly step: Step;
  readonly flow: Flow;
  /** The outermost calls of modules with parameters: those of the model. */
  readonly modelCalls: readonly ModuleCall[];
  readonly passes: readonly PassView[];
  readonly lossUses: readonly LossUse[];
  readonly #modelOps = new Set<Call>();
  readonly #dataLike = new Map<Tensor, boolean>();

  constructor(step: Step) {
    this.step = step;
    this.flow = new Flow(step);
    const learned = new Map<ModuleCall, boolean>();
    for (const m of step.moduleCalls) learned.set(m, hasParameters(m));
    this.modelCalls = step.moduleCalls.filter((m) => {
      if (learned.get(m) !== true) return false;
      for (let p = m.parent; p !== null; p = p.parent) if (learned.get(p) === true) return false;
      return true;
    });
    for (const call of step.calls)
      for (let m = call.module; m !== null; m = m.parent) if (learned.get(m) === true) this.#modelOps.add(call);
    this.passes = step.events.flatMap((e) => (e.kind === "backward" ? [this.#passView(e.pass)] : []));
    this.lossUses = this.#findLossUses();
  }

  #passView(pass: Pass): PassView {
    const { root } = pass;
    const output = resultOf(pass);
    const nodes = root === null ? new Set<Node>() : new Set(reachable([root]));
    const leaves = new Set<Tensor>();
    for (const node of nodes) if (node instanceof AccumulateGrad) leaves.add(node.variable);
    return {
      pass,
      root: output,
      nodes,
      leaves,
      calls: output === null ? [] : this.flow.ancestors([output]),
    };
  }

  /** Whether the op ran inside of a module with parameters. */
  isInModel(call: Call): boolean {
    return this.#modelOps.has(call);
  }

  /** Whether a tensor is data: not a parameter, not a number of the program, and not computed in the step from anything that requires a gradient. */
  isData(t: Tensor): boolean {
    if (t.requiresGrad || t.wrapped !== null) return false;
    const known = this.#dataLike.get(t);
    if (known !== undefined) return known;
    this.#dataLike.set(t, true);
    const source = this.flow.producer(t);
    const result =
      source === null ||
      (source.call.isGradEnabled && source.call.inputs.every((x) => x.wrapped !== null || this.isData(x)));
    this.#dataLike.set(t, result);
    return result;
  }

  /** The data that enters the model: tensors that its outermost calls are given. */
  get inputs(): readonly Tensor[] {
    return [...new Set(this.modelCalls.flatMap((m) => tensorsIn(m.inputs)))].filter((t) => this.isData(t));
  }

  /** The data that the losses compare with, without weights of classes. */
  get targets(): readonly Tensor[] {
    return [...new Set(this.lossUses.flatMap((u) => u.others.slice(0, 1)))].filter((t) => this.isData(t));
  }

  /** The data from which the targets are arranged, as by `flatten` before the loss. */
  get targetData(): readonly Tensor[] {
    return [...new Set(this.targets.map((t) => this.unarranged(t)))];
  }

  /** Returns the tensor whose elements an arranged one has, behind ops that only arrange them. */
  unarranged(t: Tensor): Tensor {
    let x = t;
    for (let s = this.flow.producer(x); s !== null && isArranging(s.call); s = this.flow.producer(x))
      x = s.call.inputs[0];
    return x;
  }

  /** The outputs of the outermost calls of the model. */
  get outputs(): readonly Tensor[] {
    return this.modelCalls.flatMap((m) => tensorsIn(m.output));
  }

  /** The size of the first dimension of the model's first input; `null` without one. */
  get batchSize(): number | null {
    const [x] = this.inputs;
    return x === undefined || x.ndim === 0 ? null : x.shape[0];
  }

  #findLossUses(): LossUse[] {
    const groups = new Map<Scope, Call[]>();
    for (const call of this.step.calls) {
      const scope = lossScopeOf(call);
      if (scope === null) continue;
      const group = groups.get(scope);
      if (group === undefined) groups.set(scope, [call]);
      else group.push(call);
    }
    return [...groups].flatMap(([scope, calls]) => {
      const made = new Set(calls.flatMap((c) => c.outputs));
      const given = [...new Set(calls.flatMap((c) => c.inputs))].filter((t) => !made.has(t) && t.wrapped === null);
      const prediction = given.find((t) => t.requiresGrad) ?? given[0];
      if (prediction === undefined) return [];
      return [{ name: scope.name, calls, prediction, others: othersOf(given, prediction) }];
    });
  }
}
