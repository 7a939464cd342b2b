/** Nodes of the tape, which is the graph of recorded ops, and the edges between them. */

import { type Cut, type Trail, together } from "../../tensor/cut.ts";
import { GradError } from "../../tensor/errors.ts";
import type { Edge, AccumulateGrad as GraphAccumulateGrad, RowGradient } from "../../tensor/graph.ts";
import type { Meta } from "../../tensor/meta.ts";
import { printAsText } from "../../tensor/symbols.ts";
import { type Tensor, viewInfoOf } from "../../tensor/tensor.ts";
import { addHook, type HookHandle, type NodeHook, NodeHooks, type NodePrehook } from "./hooks.ts";
import type { RuleContext, TapeOp } from "./op.ts";
import { none, SavedTensors } from "./saved.ts";
import { currentScope, type Scope } from "./scope.ts";

/** An edge of the graph, which a program can hold instead of the tensor. */
export type GradientEdge = Edge;

let sequence = 0;

const isList = (x: Meta | readonly Meta[]): x is readonly Meta[] => Array.isArray(x);

const className = (op: string): string => `${op[0].toUpperCase()}${op.slice(1)}Backward`;

/** Returns the sequence number of the next node. */
export const nextSequence = (): number => sequence;

/** Lists that all nodes of one input, or of two, share. */
const oneNeed: readonly (readonly boolean[])[] = [[false], [true]];
const twoNeeds: readonly (readonly boolean[])[] = [
  [false, false],
  [true, false],
  [false, true],
  [true, true],
];

/** Returns which edges are not null. */
function needsOf(edges: readonly (Edge | null)[]): readonly boolean[] {
  if (edges.length === 1) return oneNeed[edges[0] === null ? 0 : 1];
  if (edges.length === 2) return twoNeeds[(edges[0] === null ? 0 : 1) + (edges[1] === null ? 0 : 2)];
  return edges.map((e) => e !== null);
}

/** The node of one recorded op. */
export class Node extends SavedTensors implements RuleContext<unknown>, Edge {
  /** Sequence number. The nodes of the inputs have smaller ones, so falling numbers are a topological order. */
  readonly seq: number;
  readonly params: unknown;
  readonly scope: Scope | null;
  /** The edge to each input; `null` for an input that needs no gradient. */
  readonly edges: readonly (Edge | null)[];
  /** Cotangents of the outputs that a backward walk has accumulated. */
  cotangents: (Tensor | null)[] = none;
  hooks: NodeHooks | null = null;
  /** The number of the last backward walk that reached the node. */
  walk = 0;
  /** For a leaf: the number of contributions that the walk has not delivered yet. */
  pending = 0;
  /** Whether a backward walk has applied its gradient rule. */
  ran = false;
  /** The number of ops on the longest path from a leaf to the node; 0 for a leaf. */
  readonly depth: number;
  /** A hash of the ops and leaves that lead to the node: the same computation from the same leaves has the same. */
  hash: number;
  /** The places at which values that are constants here left the tape; `null` for none. */
  cuts: Cut | null = null;
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
    let hash = edges.length === 0 ? this.seq : (op.hash ?? 0);
    for (let i = 0; i < edges.length; i++) {
      const edge = edges[i];
      if (edge === null) continue;
      const { node } = edge;
      hash = (Math.imul(hash, 31) + node.hash + edge.index) | 0;
      if (node.depth >= depth) depth = node.depth + 1;
      if (node.depth === 0 && node instanceof AccumulateGrad) node.noteUse(this);
    }
    this.depth = depth;
    this.hash = hash;
    this.scope = currentScope();
  }

  /** The node itself: a node is the edge of its first output, so that no object is allocated for it. */
  get node(): Node {
    return this;
  }
  get index(): number {
    return 0;
  }

  /** Shapes and dtypes of all outputs. */
  get outputMetas(): readonly Meta[] {
    return isList(this.#outputs) ? this.#outputs : [this.#outputs];
  }
  get outputCount(): number {
    return isList(this.#outputs) ? this.#outputs.length : 1;
  }

  /** The name as in PyTorch: `"MulBackward"` for an op named `mul`. */
  get name(): string {
    return className(this.op.name);
  }

  /** Returns the name in angle brackets, as in `<MulBackward>`. */
  override toString(): string {
    return `<${this.name}>`;
  }

  static {
    printAsText(this.prototype);
  }

  /** The node of each input and the index of its output that is read; `null` for an input that needs no gradient. */
  get nextFunctions(): readonly (readonly [node: Node, index: number] | null)[] {
    return this.edges.map((e) => (e === null ? null : [e.node, e.index]));
  }

  /** Whether each input needs a gradient. */
  get needs(): readonly boolean[] {
    return needsOf(this.edges);
  }

  /** A record in which the program can store anything. */
  get metadata(): Record<string, unknown> {
    return this.ensureHooks().metadata;
  }

  /** Whether any input needs a gradient: true, as other ops are not recorded. */
  get requiresGrad(): boolean {
    return true;
  }

  /** Notes where the value of an input that is a constant here left the tape. */
  noteCut(cut: Cut): void {
    this.cuts = together(this.cuts, cut);
    this.hash = (Math.imul(this.hash, 31) + cut.trail.seq) | 0;
  }

  /** Returns the node's hooks, creating them on first use. */
  ensureHooks(): NodeHooks {
    this.hooks ??= new NodeHooks();
    return this.hooks;
  }

  /** Registers a hook that is called with the gradients of the outputs before the gradient rule is applied. A returned list replaces them. */
  registerPrehook(hook: NodePrehook): HookHandle {
    return addHook(this.ensureHooks().pre, hook);
  }

  /** Registers a hook that is called with the gradients of inputs and outputs after the gradient rule was applied. A returned list replaces those of the inputs. */
  registerHook(hook: NodeHook): HookHandle {
    return addHook(this.ensureHooks().post, hook);
  }

  protected edgeOfSaved(t: Tensor, output: number): Edge | null {
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

/** The terminal node of a leaf, which accumulates into the leaf's `grad`. */
export class AccumulateGrad extends Node implements GraphAccumulateGrad {
  readonly variable: Tensor;
  /** Row gradients that `grad` does not include yet; `null` for none. */
  rows: RowGradient[] | null = null;
  /** The trail of the leaf, created when its value first leaves the tape. */
  trail: Trail | null = null;
  /** Number and op of the last node that used the leaf; -1 and `null` before any. */
  lastUse = -1;
  lastUser: string | null = null;
  /** Number of gradients that were accumulated, and of those since `grad` was last `null`. */
  accumulations = 0;
  sinceNull = 0;
  /** Number of the walk that last accumulated; -1 before any. */
  lastAccumulation = -1;
  constructor(variable: Tensor) {
    super(accumulateOp, null, [], variable.meta, []);
    this.variable = variable;
  }
  override get name(): string {
    return "AccumulateGrad";
  }

  /** Notes that a node uses the leaf. */
  noteUse({ seq, op }: Node): void {
    this.lastUse = seq;
    this.lastUser = op.name;
  }

  /** Notes that a gradient is being accumulated. */
  noteAccumulation(isFirst: boolean, walk: number): void {
    this.accumulations++;
    this.lastAccumulation = walk;
    this.sinceNull = isFirst ? 1 : this.sinceNull + 1;
  }
}

/** Returns a function that restores what is noted about uses and accumulations of a leaf as it is now. */
export function preserveNotes(leaf: AccumulateGrad): () => void {
  const { lastUse, lastUser, accumulations, sinceNull, lastAccumulation } = leaf;
  return () => Object.assign(leaf, { lastUse, lastUser, accumulations, sinceNull, lastAccumulation });
}

/**
 * Returns the edge along which gradients reach the tensor: that of the op that computed it, or the terminal node of a leaf. `null` if it requires no gradient.
 * @throws GradError for a view from an op with several outputs, if its base was changed in place.
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
      "a view from an op with several outputs, such as split, cannot be used after its base was changed in place; take the view by narrow(), or after the change",
    );
  return recordedEdge(t);
}

/** Returns the edge of a tensor as `edgeOf` does, for information: without the check of views. */
export function recordedEdge(t: Tensor): Edge | null {
  if (t.source !== null) return t.source;
  if (!t.requiresGrad) return null;
  t.accumulator ??= new AccumulateGrad(t);
  return t.accumulator;
}
