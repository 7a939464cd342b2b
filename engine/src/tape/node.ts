/** Nodes of the tape: what was computed, from what, and what the gradient rule needs. */

import type { DType } from "../tensor/dtype.ts";
import { GradError } from "../tensor/errors.ts";
import type { Shape } from "../tensor/shape.ts";
import { placeText } from "../tensor/site.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { addTo, type HookHandle, type NodeHook, NodeHooks, type NodePrehook } from "./hooks.ts";
import { currentKeeper } from "./keeping.ts";
import { currentScope, type Scope } from "./scope.ts";
import { unsaved } from "./unsaved.ts";
import { currentSite, isAnomalyEnabled, keepsTensors, sited, stackSite, type Watched, watch } from "./watch.ts";

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

/** A place where gradients arrive: output `index` of `node`. */
export interface Edge {
  readonly node: Node;
  readonly index: number;
}

/** A place on the tape, as programs hold it. */
export type GradientEdge = Edge;

let sequence = 0;
/** Shared by all nodes that hold nothing; never written to. */
export const none: (Tensor | null)[] = [];
const noVersions: readonly number[] = [];

const isList = (x: Meta | readonly Meta[]): x is readonly Meta[] => Array.isArray(x);

const className = (op: string): string => `${op[0].toUpperCase()}${op.slice(1)}Backward`;

/** One recorded operation. */
export class Node implements RuleContext<unknown>, Edge {
  /** Order of recording: inputs always have smaller numbers. */
  readonly seq: number;
  readonly op: TapeOp<unknown>;
  readonly params: unknown;
  readonly metas: readonly Meta[];
  readonly scope: Scope | null;
  /** Where each input's cotangent goes; `null` for an input that needs none. */
  readonly edges: readonly (Edge | null)[];
  /** Set while a backward walk holds cotangents for the outputs. */
  cotangents: (Tensor | null)[] = none;
  hooks: NodeHooks | null = null;
  watched: Watched | null = null;
  /** Mark of the backward walk that visited last. */
  walk = 0;
  /** Whether its rule has been applied. */
  ran = false;
  /** Ops on the longest way from a leaf to here. */
  readonly depth: number;
  readonly #outputs: Meta | readonly Meta[];
  #needs: readonly boolean[] | null = null;
  /** Saved inputs by position, then saved outputs, with the versions that their storages had; none where all were 0. */
  #saved: readonly (Tensor | null)[] = none;
  #versions: readonly number[] = noVersions;
  #savedInputs = 0;
  /** What gives the saved tensors back where they are not kept as they are. */
  #kept: readonly ((() => Tensor) | null)[] | null = null;
  #metadata: Record<string, unknown> | null = null;
  /** Whether all inputs, and nothing else, are saved. */
  #wholeInputs = false;
  #released = false;
  #hadSaved = false;

  constructor(
    op: TapeOp<unknown>,
    params: unknown,
    metas: readonly Meta[],
    outputs: Meta | readonly Meta[],
    edges: readonly (Edge | null)[],
  ) {
    this.seq = sequence++;
    this.op = op;
    this.params = params;
    this.metas = metas;
    this.#outputs = outputs;
    this.edges = edges;
    let depth = 0;
    for (let i = 0; i < edges.length; i++) {
      const edge = edges[i];
      if (edge !== null && edge.node.depth >= depth) depth = edge.node.depth + 1;
    }
    this.depth = depth;
    this.scope = currentScope();
  }

  /** A node is the place of its own first output. */
  get node(): Node {
    return this;
  }
  get index(): number {
    return 0;
  }

  /** Shapes and dtypes of the outputs. */
  get outputMetas(): readonly Meta[] {
    return isList(this.#outputs) ? this.#outputs : [this.#outputs];
  }
  get outputCount(): number {
    return isList(this.#outputs) ? this.#outputs.length : 1;
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

  get needs(): readonly boolean[] {
    this.#needs ??= this.edges.map((e) => e !== null);
    return this.#needs;
  }

  /** For notes of the program's own. */
  get metadata(): Record<string, unknown> {
    this.#metadata ??= {};
    return this.#metadata;
  }

  /** Whether any input wants a gradient; true for all nodes, as others are not recorded. */
  get requiresGrad(): boolean {
    return true;
  }

  /** The hooks, to add to. */
  hooksOf(): NodeHooks {
    this.hooks ??= new NodeHooks();
    return this.hooks;
  }

  /** Calls `hook` with the gradients of the outputs before the rule is applied; a returned list replaces them. */
  registerPrehook(hook: NodePrehook): HookHandle {
    return addTo(this.hooksOf().pre, hook);
  }

  /** Calls `hook` with the gradients of inputs and outputs after the rule was applied; a returned list replaces those of the inputs. */
  registerHook(hook: NodeHook): HookHandle {
    return addTo(this.hooksOf().post, hook);
  }

  /**
   * The saved tensors by the names that the formulas use: `x` and `z`, or `x1` …, for inputs, `y` for the output.
   * @throws GradError when one was changed in place, or backward has freed them.
   */
  get saved(): Readonly<Record<string, Tensor>> {
    this.#checkReleased();
    const names = this.#saved.length > 0 ? this.#saved : (this.#kept ?? none);
    return Object.fromEntries(
      names.flatMap((s, i) => (s === null ? [] : [[this.#savedName(i), this.#check(i)] as const])),
    );
  }

  #savedName(i: number): string {
    return i < this.#savedInputs
      ? inputName(i, this.metas.length)
      : i === this.#savedInputs
        ? "y"
        : `y${i - this.#savedInputs + 1}`;
  }

  /** Keeps tensors for the rule: inputs by position, as many as there are saved, then outputs. */
  save(saved: readonly (Tensor | null)[], inputs: number): void {
    this.#savedInputs = inputs;
    const keeper = currentKeeper();
    if (keeper !== null) {
      // a number in the program is no tensor that anybody would want to pack
      this.#kept = saved.map((t) => (t === null ? null : t.wrapped === null ? keeper(t) : () => t));
      return;
    }
    for (let i = 0; i < saved.length; i++) {
      const t = saved[i];
      if (t === null) continue;
      if (t.storage.inference)
        throw new GradError(
          this.op.name,
          "an inference tensor cannot be saved for backward; clone() it outside of inferenceMode to get an ordinary one",
        );
      if (t.storage.version !== 0 && this.#versions === noVersions) this.#versions = new Array(saved.length).fill(0);
      if (t.storage.version !== 0) (this.#versions as number[])[i] = t.storage.version;
      t.storage.savedBy = this.op.name;
    }
    this.#saved = saved;
    this.#wholeInputs = saved.length === inputs && !saved.includes(null);
  }

  /** Begins to watch the node if the budget allows it. */
  observe(inputs: readonly Tensor[], outputs: readonly Tensor[]): void {
    this.watched = watch(inputs, outputs);
    if (this.watched === null && isAnomalyEnabled()) this.watched = sited(currentSite() ?? stackSite());
    if (keepsTensors(this.watched)) this.watched.saved = this.savedTensors();
  }

  /** Saved tensors with names for the reader; empty once released. */
  savedTensors(): { name: string; tensor: Tensor }[] {
    return this.#saved.flatMap((tensor, i) =>
      tensor === null ? [] : [{ name: i < this.#savedInputs ? inputName(i, this.metas.length) : "y", tensor }],
    );
  }

  #check(at: number): Tensor {
    if (this.#kept !== null) return this.#kept[at]?.() ?? unsaved(this.op.name, at);
    const t = this.#saved[at];
    if (t === undefined || t === null) return unsaved(this.op.name, at);
    const version = this.#versions[at] ?? 0;
    if (t.storage.version !== version) {
      const { change } = t.storage;
      throw new GradError(
        "backward",
        `a tensor of shape [${t.shape.join(", ")}] that ${this.op.name}${placeText(this.watched?.site)} saved was changed in place by ${change === null ? "an op" : `${change.op}${placeText(change.at)}`} (version ${t.storage.version}, saved at ${version}); clone() it before the change, use an op that makes a new tensor, or allowMutationOnSavedTensors`,
      );
    }
    return t;
  }

  #checkReleased(): void {
    if (this.#released && this.#hadSaved)
      throw new GradError(
        "backward",
        `the saved tensors of ${this.op.name} were freed by an earlier backward; pass { retainGraph: true } to that call`,
      );
  }

  get inputs(): readonly Tensor[] {
    this.#checkReleased();
    const n = this.metas.length;
    if (this.#wholeInputs) {
      for (let i = 0; i < n; i++) this.#check(i);
      return this.#saved as readonly Tensor[];
    }
    const list = new Array<Tensor>(n);
    for (let i = 0; i < n; i++) list[i] = i < this.#savedInputs ? this.#check(i) : unsaved(this.op.name, i);
    return list;
  }

  get outputs(): readonly Tensor[] {
    this.#checkReleased();
    return (this.#kept ?? this.#saved).slice(this.#savedInputs).map((_, i) => this.#check(this.#savedInputs + i));
  }

  get output(): Tensor {
    this.#checkReleased();
    const at = this.#savedInputs;
    if (at >= (this.#kept ?? this.#saved).length)
      throw new GradError(this.op.name, "the rule reads an output, which the op does not save");
    return this.#check(at);
  }

  /** Frees the saved tensors. */
  release(): void {
    for (let i = 0; i < this.#saved.length; i++) {
      const t = this.#saved[i];
      if (t !== null) t.storage.savedBy = null;
    }
    if (this.#released) return;
    this.#hadSaved = (this.#kept ?? this.#saved).length > 0;
    this.#saved = none;
    this.#kept = null;
    this.#wholeInputs = false;
    this.#released = true;
  }
}

/** How formulas call the input: x, or x and y, or x₁ … */
export const inputName = (i: number, count: number): string =>
  count === 1 ? "x" : count === 2 ? ["x", "z"][i] : `x${i + 1}`;

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
    super(accumulateOp, null, [], variable.meta, []);
    this.variable = variable;
  }
  override get name(): string {
    return "AccumulateGrad";
  }
}

/** Where gradients of the tensor go: its recorded node, or its accumulator; `null` when it requires none. */
export function edgeOf(t: Tensor): Edge | null {
  if (t.source !== null) return t.source;
  if (!t.requiresGrad) return null;
  t.accumulator ??= new AccumulateGrad(t);
  return t.accumulator;
}
