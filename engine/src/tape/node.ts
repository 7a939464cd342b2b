/** Nodes of the tape: what was computed, from what, and what the gradient rule needs. */

import type { DType } from "../tensor/dtype.ts";
import { GradError } from "../tensor/errors.ts";
import type { Shape } from "../tensor/shape.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { currentScope, type Scope } from "./scope.ts";
import { keepsTensors, type Watched, watch } from "./watch.ts";

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
  /** Hooks on the gradients of the outputs, by output. */
  hooks: GradHook[][] | null = null;
  /** Outputs that keep their gradient. */
  retained: Map<number, Tensor> | null = null;
  watched: Watched | null = null;
  /** Mark of the backward walk that visited last. */
  walk = 0;
  /** Whether its rule has been applied. */
  ran = false;
  readonly #outputs: Meta | readonly Meta[];
  #needs: readonly boolean[] | null = null;
  /** Saved inputs by position, then saved outputs, with the versions that their storages had; none where all were 0. */
  #saved: readonly (Tensor | null)[] = none;
  #versions: readonly number[] = noVersions;
  #savedInputs = 0;
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

  /** Keeps tensors for the rule: inputs by position, as many as there are saved, then outputs. */
  save(saved: readonly (Tensor | null)[], inputs: number): void {
    for (let i = 0; i < saved.length; i++) {
      const t = saved[i];
      if (t === null) continue;
      if (t.storage.version !== 0 && this.#versions === noVersions) this.#versions = new Array(saved.length).fill(0);
      if (t.storage.version !== 0) (this.#versions as number[])[i] = t.storage.version;
      t.storage.savedBy = this.op.name;
    }
    this.#saved = saved;
    this.#savedInputs = inputs;
    this.#wholeInputs = saved.length === inputs && !saved.includes(null);
  }

  /** Begins to watch the node if the budget allows it. */
  observe(inputs: readonly Tensor[], outputs: readonly Tensor[]): void {
    this.watched = watch(inputs, outputs);
    if (keepsTensors(this.watched)) this.watched.saved = this.savedTensors();
  }

  /** Saved tensors with names for the reader; empty once released. */
  savedTensors(): { name: string; tensor: Tensor }[] {
    return this.#saved.flatMap((tensor, i) =>
      tensor === null ? [] : [{ name: i < this.#savedInputs ? inputName(i, this.metas.length) : "y", tensor }],
    );
  }

  #check(at: number): Tensor {
    const t = this.#saved[at];
    if (t === undefined || t === null) return unsaved(this.op.name, at);
    const version = this.#versions[at] ?? 0;
    if (t.storage.version !== version)
      throw new GradError(
        "backward",
        `a tensor of shape [${t.shape.join(", ")}] that ${this.op.name} saved was changed in place by ${t.storage.changedBy ?? "an op"} (version ${t.storage.version}, saved at ${version})`,
      );
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
    return this.#saved.slice(this.#savedInputs).map((_, i) => this.#check(this.#savedInputs + i));
  }

  get output(): Tensor {
    this.#checkReleased();
    const at = this.#savedInputs;
    if (at >= this.#saved.length)
      throw new GradError(this.op.name, "the rule reads an output, which the op does not save");
    return this.#check(at);
  }

  /** Frees the saved tensors. */
  release(): void {
    for (let i = 0; i < this.#saved.length; i++) {
      const t = this.#saved[i];
      if (t !== null) t.storage.savedBy = null;
    }
    this.#hadSaved = this.#saved.length > 0;
    this.#saved = none;
    this.#wholeInputs = false;
    this.#released = true;
  }
}

/** How formulas call the input: x, or x and y, or x₁ … */
export const inputName = (i: number, count: number): string =>
  count === 1 ? "x" : count === 2 ? ["x", "z"][i] : `x${i + 1}`;

const standIns = new Map<string, Tensor>();

/** A stand-in that explains itself when a rule reads what the op did not save. */
function unsaved(op: string, i: number): Tensor {
  const key = `${op} ${i}`;
  const known = standIns.get(key);
  if (known !== undefined) return known;
  const made = new Proxy({} as Tensor, {
    get(_target, property): never {
      throw new GradError(op, `the rule reads ${String(property)} of input ${i}, which the op does not save`);
    },
  });
  standIns.set(key, made);
  return made;
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
