/** Nodes of the tape: what was computed, from what, and what the gradient rule needs. */

import { GradError } from "../../tensor/errors.ts";
import type { Edge, AccumulateGrad as GraphAccumulateGrad, RowGradient } from "../../tensor/graph.ts";
import type { Meta } from "../../tensor/meta.ts";
import { type Tensor, viewInfoOf } from "../../tensor/tensor.ts";
import type { FastPath } from "./fast-path.ts";
import { addTo, type HookHandle, type NodeHook, NodeHooks, type NodePrehook } from "./hooks.ts";
import type { SavePlans } from "./save-plans.ts";
import { none, SavedTensors } from "./saved.ts";
import { currentScope, type Scope } from "./scope.ts";

/** What a gradient or tangent rule may look at. */
export interface RuleContext<P> {
  readonly params: P;
  /** The saved inputs, by position; reading one that the op does not save for the inputs that need gradients is an error. */
  readonly inputs: readonly Tensor[];
  /** The first output; an error when the op does not save it for the inputs that need gradients. */
  readonly output: Tensor;
  /** All saved outputs. */
  readonly outputs: readonly Tensor[];
  /** Shapes and dtypes of all inputs, saved or not. */
  readonly metas: readonly Meta[];
  /** Shapes and dtypes of all outputs, saved or not. */
  readonly outputMetas: readonly Meta[];
  /** Which inputs want a cotangent. */
  readonly needs: readonly boolean[];
  /** The cotangents of all outputs; `null` where none arrived. */
  readonly cotangents: readonly (Tensor | null)[];
}

/** Properties of an op that listeners and the inspector rely on. */
export interface OpTraits {
  /** Whether an element of the input gets no gradient where the output is 0, as in relu: units that stay at 0 do not learn. */
  readonly zeroStopsGradient?: boolean;
  /**
   * Which direction turns finite elements into finite elements only: `"forward"` for a bounded function such as tanh, `"both"` for an op whose outputs and
   * gradients are elements of its operands, up to sign, and constants. Anomaly mode does not check that direction.
   */
  readonly keepsFinite?: "forward" | "both" | undefined;
  /** The role of the op in a statement that accumulates a value step by step: `"sum"` is linear in all inputs, `"scale"` multiplies or divides. */
  readonly accumulation?: "sum" | "scale" | undefined;
}

/** The part of an op's record that the tape needs, to compute gradients and to show the op. */
export interface TapeOp<P> extends OpTraits {
  readonly name: string;
  /** Whether the program defines the op itself. */
  readonly custom?: boolean;
  /** The fast kernel and gradient rule; none for a custom op. */
  readonly fastPath?: FastPath;
  /** The inputs and outputs to save, by the inputs that need gradients; none for a custom op, which lists its saved tensors itself. */
  readonly plans?: SavePlans;
  /** The gradient of the first input by rows, where its other rows are zero and it is asked for so. */
  readonly rows?: ((g: Tensor, ctx: RuleContext<P>) => RowGradient | null) | undefined;
  /** Names of the tensors that a custom op saves. */
  readonly savedNames?: readonly string[];
  /** Computes the tangents of a custom op's outputs from those of the inputs. */
  readonly push?: ((tangents: readonly (Tensor | null)[], node: Node) => readonly (Tensor | null)[]) | undefined;
  /** The batching rule; `"elementwise"` says that each output element depends on the input elements at its position alone. */
  readonly batch?: unknown;
  readonly label: (params: P) => string;
  readonly tex: { readonly forward: string; readonly vjp: string };
  readonly vjp: ((g: Tensor, ctx: RuleContext<P>) => readonly (Tensor | null)[]) | "none";
}

/** A place on the tape, as programs hold it. */
export type GradientEdge = Edge;

let sequence = 0;

const isList = (x: Meta | readonly Meta[]): x is readonly Meta[] => Array.isArray(x);

const className = (op: string): string => `${op[0].toUpperCase()}${op.slice(1)}Backward`;

/** The number that the next node will get. */
export const nextSequence = (): number => sequence;

/** Shared by the nodes of one input, or two: by which edges there are. */
const oneNeed: readonly (readonly boolean[])[] = [[false], [true]];
const twoNeeds: readonly (readonly boolean[])[] = [
  [false, false],
  [true, false],
  [false, true],
  [true, true],
];

/** Which edges lead anywhere. */
function needsOf(edges: readonly (Edge | null)[]): readonly boolean[] {
  if (edges.length === 1) return oneNeed[edges[0] === null ? 0 : 1];
  if (edges.length === 2) return twoNeeds[(edges[0] === null ? 0 : 1) + (edges[1] === null ? 0 : 2)];
  return edges.map((e) => e !== null);
}

/** One recorded operation. */
export class Node extends SavedTensors implements RuleContext<unknown>, Edge {
  /** Order of recording: inputs always have smaller numbers. */
  readonly seq: number;
  readonly params: unknown;
  readonly scope: Scope | null;
  /** Where each input's cotangent goes; `null` for an input that needs none. */
  readonly edges: readonly (Edge | null)[];
  /** Set while a backward walk holds cotangents for the outputs. */
  cotangents: (Tensor | null)[] = none;
  hooks: NodeHooks | null = null;
  /** Mark of the backward walk that visited last. */
  walk = 0;
  /** For a leaf's: contributions that the walk has still to bring. */
  pending = 0;
  /** Whether its rule has been applied. */
  ran = false;
  /** Ops on the longest way from a leaf to here. */
  readonly depth: number;
  readonly #outputs: Meta | readonly Meta[];

  constructor(
    op: TapeOp<unknown>,
    params: unknown,
    metas: readonly Meta[],
    outputs: Meta | readonly Meta[],
    edges: readonly (Edge | null)[],
  ) {
    super(op, metas);
    this.seq = sequence++;
    this.params = params;
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

  get needs(): readonly boolean[] {
    return needsOf(this.edges);
  }

  /** For notes of the program's own. */
  get metadata(): Record<string, unknown> {
    return this.ensureHooks().metadata;
  }

  /** Whether any input wants a gradient; true for all nodes, as others are not recorded. */
  get requiresGrad(): boolean {
    return true;
  }

  /** The hooks, to add to. */
  ensureHooks(): NodeHooks {
    this.hooks ??= new NodeHooks();
    return this.hooks;
  }

  /** Calls `hook` with the gradients of the outputs before the rule is applied; a returned list replaces them. */
  registerPrehook(hook: NodePrehook): HookHandle {
    return addTo(this.ensureHooks().pre, hook);
  }

  /** Calls `hook` with the gradients of inputs and outputs after the rule was applied; a returned list replaces those of the inputs. */
  registerHook(hook: NodeHook): HookHandle {
    return addTo(this.ensureHooks().post, hook);
  }

  protected placeOfSaved(t: Tensor, output: number): Edge | null {
    if (output < 0) return edgeOf(t);
    return output === 0 ? this : { node: this, index: output };
  }
}

type NodeClass = Node;

/** Gives `Tensor.gradFn` and `Edge.node` the members of the class. */
declare module "../../tensor/graph.ts" {
  interface Node extends NodeClass {}
}

const accumulateOp: Readonly<TapeOp<unknown>> = {
  name: "accumulateGrad",
  label: () => "accumulate",
  tex: { forward: "", vjp: "" },
  vjp: "none",
};

/** The end of the road: adds what arrives to the leaf's `grad`. */
export class AccumulateGrad extends Node implements GraphAccumulateGrad {
  readonly variable: Tensor;
  /** Gradients by rows, until somebody wants them all. */
  rows: RowGradient[] | null = null;
  constructor(variable: Tensor) {
    super(accumulateOp, null, [], variable.meta, []);
    this.variable = variable;
  }
  override get name(): string {
    return "AccumulateGrad";
  }
}

/**
 * Where gradients of the tensor go: its recorded node, or its accumulator; `null` when it requires none.
 * @throws GradError for one of several views of an op whose base was changed in place.
 */
export function edgeOf(t: Tensor): Edge | null {
  const view = viewInfoOf(t);
  if (
    view?.kind === "multi-output" &&
    view.version !== t.storage.version &&
    (t.source !== null || view.base.requiresGrad)
  )
    throw new GradError(
      "in place",
      "one of several views of an op, as from split, cannot be used once the tensor that it shows was changed in place; take it by narrow(), or make it after the change",
    );
  if (t.source !== null) return t.source;
  if (!t.requiresGrad) return null;
  t.accumulator ??= new AccumulateGrad(t);
  return t.accumulator;
}
