/** Nodes of the tape: what was computed, from what, and what the gradient rule needs. */

import type { DType } from "../tensor/dtype.ts";
import { GradError } from "../tensor/errors.ts";
import type { Shape } from "../tensor/shape.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { currentScope, type Scope } from "./scope.ts";
import { type Watched, watch } from "./watch.ts";

/** Shape and dtype of a tensor, without its elements. */
export interface Meta {
  readonly shape: Shape;
  readonly dtype: DType;
  readonly wrapped?: DType | null;
}

/** What a gradient or tangent rule may look at. */
export interface RuleContext<P> {
  readonly params: P;
  /** The saved inputs, by position; reading one that the op does not save is an error. */
  readonly inputs: readonly Tensor[];
  /** The saved first output. */
  readonly output: Tensor;
  /** All saved outputs. */
  readonly outputs: readonly Tensor[];
  /** Shapes and dtypes of all inputs, saved or not. */
  readonly metas: readonly Meta[];
  /** Which inputs want a cotangent. */
  readonly needs: readonly boolean[];
  /** The cotangents of all outputs; `null` where none arrived. */
  readonly cotangents: readonly (Tensor | null)[];
}

/** What the tape knows of an op: enough to walk back and to be shown. */
export interface TapeOp<P> {
  readonly name: string;
  readonly label: (params: P) => string;
  readonly tex: { readonly forward: string; readonly vjp: string };
  readonly vjp: ((g: Tensor, ctx: RuleContext<P>) => readonly (Tensor | null)[]) | "none";
}

/** Called with the gradient; what it returns, if anything, replaces it. */
export type GradHook = (grad: Tensor) => Tensor | undefined | void;

/** Undoes a registration. */
export interface HookHandle {
  remove(): void;
}

/** A place where gradients arrive: output `index` of `node`. */
export interface Edge {
  readonly node: Node;
  readonly index: number;
}

let sequence = 0;
const noTensors: readonly (Tensor | null)[] = [];

const className = (op: string): string => `${op[0].toUpperCase()}${op.slice(1)}Backward`;

/** One recorded operation. */
export class Node implements RuleContext<unknown> {
  /** Order of recording: inputs always have smaller numbers. */
  readonly seq: number;
  readonly op: TapeOp<unknown>;
  readonly params: unknown;
  readonly metas: readonly Meta[];
  readonly outputMetas: readonly Meta[];
  readonly needs: readonly boolean[];
  readonly scope: Scope | null;
  /** Where each input's cotangent goes; `null` for an input that needs none. */
  readonly edges: readonly (Edge | null)[];
  /** Set while a backward walk holds cotangents for the outputs. */
  cotangents: (Tensor | null)[] = [];
  /** Hooks on the gradients of the outputs, by output. */
  hooks: GradHook[][] | null = null;
  /** Outputs that keep their gradient. */
  retained: Map<number, Tensor> | null = null;
  watched: Watched | null = null;
  /** Mark of the backward walk that visited last. */
  walk = 0;
  /** Whether its rule has been applied. */
  ran = false;
  #savedInputs: readonly (Tensor | null)[] = noTensors;
  #savedOutputs: readonly (Tensor | null)[] = noTensors;
  #versions: readonly number[] = [];
  #released = false;
  #saves = false;

  constructor(
    op: TapeOp<unknown>,
    params: unknown,
    metas: readonly Meta[],
    outputMetas: readonly Meta[],
    edges: readonly (Edge | null)[],
  ) {
    this.seq = sequence++;
    this.op = op;
    this.params = params;
    this.metas = metas;
    this.outputMetas = outputMetas;
    this.edges = edges;
    this.needs = edges.map((e) => e !== null);
    this.scope = currentScope();
  }

  /** `"MulBackward"` for an op named `mul`. */
  get name(): string {
    return className(this.op.name);
  }

  /** The nodes of the inputs, with the number of the output that is read; `null` where no gradient flows. */
  get nextFunctions(): readonly (readonly [node: Node, index: number] | null)[] {
    return this.edges.map((e) => (e === null ? null : [e.node, e.index]));
  }

  /** True once backward has freed the saved tensors. */
  get released(): boolean {
    return this.#released;
  }

  save(inputs: readonly (Tensor | null)[], outputs: readonly (Tensor | null)[]): void {
    this.#savedInputs = inputs;
    this.#savedOutputs = outputs;
    const saved = [...inputs, ...outputs];
    this.#saves = saved.some((t) => t !== null);
    this.#versions = saved.map((t) => t?.storage.version ?? 0);
  }

  /** Begins to watch the node if the budget allows it. */
  observe(inputs: readonly Tensor[], outputs: readonly Tensor[]): void {
    this.watched = watch(inputs, outputs);
    if (this.watched !== null) this.watched.saved = this.savedTensors();
  }

  /** Saved tensors with names for the reader; empty once released. */
  savedTensors(): { name: string; tensor: Tensor }[] {
    const list: { name: string; tensor: Tensor }[] = [];
    this.#savedInputs.forEach((t, i) => t !== null && list.push({ name: inputName(i, this.metas.length), tensor: t }));
    this.#savedOutputs.forEach((t) => t !== null && list.push({ name: "y", tensor: t }));
    return list;
  }

  #read(saved: readonly (Tensor | null)[], at: number, first: number, what: string): Tensor {
    if (this.#released && this.#saves)
      throw new GradError(
        "backward",
        `the saved tensors of ${this.op.name} were freed by an earlier backward; pass { retainGraph: true } to that call`,
      );
    const t = saved[at];
    if (t === undefined || t === null)
      throw new GradError(this.op.name, `the rule reads ${what} ${at}, which the op does not save`);
    if (t.storage.version !== this.#versions[first + at])
      throw new GradError(
        "backward",
        `a tensor of shape [${t.shape.join(", ")}] that ${this.op.name} saved was changed in place by ${t.storage.changedBy ?? "an op"} (version ${t.storage.version}, saved at ${this.#versions[first + at]})`,
      );
    return t;
  }

  get inputs(): readonly Tensor[] {
    if (this.#released) this.#read(noTensors, 0, 0, "input");
    return this.metas.map((_, i) =>
      this.#savedInputs[i] ? this.#read(this.#savedInputs, i, 0, "input") : unsaved(this.op.name, i),
    );
  }

  get outputs(): readonly Tensor[] {
    return this.#savedOutputs.map((_, i) => this.#read(this.#savedOutputs, i, this.#savedInputs.length, "output"));
  }

  get output(): Tensor {
    return this.#read(this.#savedOutputs, 0, this.#savedInputs.length, "output");
  }

  /** Frees the saved tensors. */
  release(): void {
    this.#savedInputs = noTensors;
    this.#savedOutputs = noTensors;
    this.#released = true;
  }
}

/** How formulas call the input: x, or x and y, or x₁ … */
export const inputName = (i: number, count: number): string =>
  count === 1 ? "x" : count === 2 ? ["x", "z"][i] : `x${i + 1}`;

/** A stand-in that explains itself when a rule reads what the op did not save. */
function unsaved(op: string, i: number): Tensor {
  return new Proxy({} as Tensor, {
    get(_target, key): never {
      throw new GradError(op, `the rule reads ${String(key)} of input ${i}, which the op does not save`);
    },
  });
}

const accumulateOp: TapeOp<unknown> = {
  name: "accumulateGrad",
  label: () => "accumulate",
  tex: { forward: "", vjp: "" },
  vjp: "none",
};

/** The end of the road: adds what arrives to the leaf's `grad`. */
export class AccumulateGrad extends Node {
  readonly variable: Tensor;
  constructor(variable: Tensor) {
    super(accumulateOp, null, [], [variable], []);
    this.variable = variable;
  }
  override get name(): string {
    return "AccumulateGrad";
  }
}

/** Where gradients of the tensor go: its recorded node, or its accumulator; `null` when it requires none. */
export function edgeOf(t: Tensor): Edge | null {
  if (t.gradFn !== null) return { node: t.gradFn, index: t.outputIndex };
  if (!t.requiresGrad) return null;
  t.accumulator ??= new AccumulateGrad(t);
  return { node: t.accumulator, index: 0 };
}
