/**
 * The backward walk (reverse accumulation). It visits nodes in falling order of recording, which is a topological order, so one pass suffices and nothing
 * recurses. Each node turns the cotangents of its outputs into contributions to the cotangents of its inputs.
 */
import { ambient } from "../../platform/ambient.ts";
import { GradError } from "../../tensor/errors.ts";
import type { Edge } from "../../tensor/graph.ts";
import { expose, recordTemporaries } from "../../tensor/storage/memory.ts";
import type { Storage } from "../../tensor/storage/storage.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import {
  isVisitWanted,
  notifyCotangents,
  notifyVisited,
  notifyWalkBegan,
  notifyWalkEnded,
  type WalkInfo,
} from "../graph/listener.ts";
import { withGradMode } from "../graph/mode.ts";
import { AccumulateGrad, type Node } from "../graph/node.ts";
import { FreedGraphError, none } from "../graph/saved.ts";
import { abandon, addCotangent, exposeAll, freeAfterVisit, hasAny } from "./cotangents.ts";
import { runAccumulatedHooks, runPosthooks, runPrehooks, runTensorHooks } from "./hooks.ts";
import { accumulateGrad, accumulateRows } from "./leaf.ts";
import { leadsTo, nodesFrom, nodesLeadingTo, type OuterState, type Root } from "./order.ts";
import { contributionsOf, fitted } from "./rule.ts";

export type { Root };

/** Options of a walk. */
export interface WalkOptions {
  /** Whether the walk itself is recorded. */
  readonly createGraph: boolean;
  /** Whether nodes keep their saved tensors. */
  readonly retainGraph: boolean;
  /** The edges whose gradients are asked for; `null` for those of all leaves. */
  readonly targets: readonly Edge[] | null;
  /** Receives the gradients at the targets; with `null`, gradients are accumulated in leaves. */
  readonly captured: (Tensor | null)[] | null;
  /** Returns whether the walk enters a node; other nodes count as constants. By default it enters all. */
  readonly within?: (node: Node) => boolean;
}

/** The number of the last walk. */
let walks = 0;

/** The innermost walk that runs. When the program was terminated, all walks are abandoned. */
const current = ambient(
  () => ({ walk: null as Walk | null }),
  ({ walk }) => {
    for (let w = walk; w !== null; w = w.outer) w.abandon();
  },
);

/** Returns the number of the walk that runs; `null` outside of any. */
export const currentWalk = (): number | null => current.walk?.number ?? null;

/** Whether the node is one of those that the innermost walk visits, or has visited. */
export function willVisit(node: Node): boolean {
  const { walk } = current;
  return walk !== null && node.walk === walk.number && (walk.wanted === null || walk.wanted.has(node));
}

/** Calls `end` when the walk that runs is over, or now if none does. */
export function atEndOfWalk(end: () => void): void {
  if (current.walk === null) end();
  else current.walk.ends.push(end);
}

/** Walks backward from the roots. */
export function walk(roots: readonly Root[], options: WalkOptions): void {
  if (current.walk !== null && roots.some((r) => r.edge.node.cotangents.length > 0))
    throw new GradError("backward", "a hook cannot run backward through the nodes that are being walked");
  new Walk(roots, options, current.walk).run(roots);
}

/** One backward walk. */
class Walk implements WalkInfo {
  readonly number: number = ++walks;
  readonly wanted: ReadonlySet<Node> | null;
  readonly accumulates: boolean;
  readonly createGraph: boolean;
  readonly outer: Walk | null;
  /** Functions to call when the walk is over. */
  readonly ends: (() => void)[] = [];
  readonly #options: WalkOptions;
  /** The nodes to visit. */
  readonly #order: readonly Node[];
  readonly #outerState: OuterState | null;
  /** Storages that the rule of the current node has allocated; `null` for a walk whose tensors have normal lifetimes. */
  readonly #temporaries: Storage[] | null;

  constructor(roots: readonly Root[], options: WalkOptions, outer: Walk | null) {
    const { createGraph, targets, captured, within } = options;
    this.#options = options;
    this.createGraph = createGraph;
    this.accumulates = captured === null;
    this.outer = outer;
    this.#outerState = outer === null ? null : new Map();
    this.#order = nodesFrom(roots, this.number, within, this.#outerState);
    this.wanted = targets === null ? null : nodesLeadingTo(targets, this.#order);
    // the graph keeps the tensors of a recorded walk, and batched tensors refer to the storage of their physical tensor
    this.#temporaries = createGraph || roots.some((r) => r.gradient.storage.isBatched) ? null : [];
  }

  /** Delivers the initial cotangents and visits all nodes. */
  run(roots: readonly Root[]): void {
    const ranBefore = roots.some((r) => r.edge.node.ran);
    const before = recordTemporaries(this.#temporaries);
    current.walk = this;
    let completed = false;
    try {
      notifyWalkBegan(this);
      withGradMode(this.createGraph, () => {
        for (const { edge, gradient } of roots) addCotangent(edge, gradient);
        for (const node of this.#order) this.#deliver(node);
      });
      completed = true;
    } catch (error) {
      if (!(error instanceof FreedGraphError) || ranBefore) throw error;
      throw new GradError(
        "backward",
        "a part of the graph was freed by an earlier backward; detach() a state that is carried over from step to step, and add losses that share operations before one backward",
      );
    } finally {
      current.walk = this.outer;
      recordTemporaries(before);
      this.#temporaries?.forEach(expose);
      if (!completed) this.#order.forEach(abandon);
      this.#outerState?.forEach((state, node) => Object.assign(node, state));
      this.#end(completed);
    }
  }

  /** Cleans up after the program was terminated during the walk. */
  abandon(): void {
    this.#order.forEach(abandon);
    this.#outerState?.forEach(({ cotangents }) => exposeAll(cotangents));
    this.#end(false);
  }

  /** Calls the functions that wait for the end, and notifies listeners. */
  #end(completed: boolean): void {
    for (const end of this.ends) end();
    notifyWalkEnded(this, completed);
  }

  /** Delivers the cotangents that a node has accumulated, and frees those that nothing else holds. */
  #deliver(node: Node): void {
    const { cotangents } = node;
    node.cotangents = none;
    if (!hasAny(cotangents)) return;
    if (this.wanted === null || this.wanted.has(node)) this.#visit(node, cotangents);
    if (this.#temporaries !== null) freeAfterVisit(cotangents, this.#temporaries);
  }

  /** Runs the hooks on the cotangents of a node and captures them for targets, then accumulates in a leaf or propagates to the inputs. */
  #visit(node: Node, cotangents: (Tensor | null)[]): void {
    if (node.hooks !== null) runTensorHooks(node.hooks, cotangents);
    if (!this.accumulates) this.#capture(node, cotangents);
    if (node.depth === 0 && node instanceof AccumulateGrad) {
      if (this.accumulates) this.#accumulate(node, cotangents);
    } else if (this.wanted === null || leadsTo(node, this.wanted)) this.#propagate(node, cotangents);
  }

  /** Captures the cotangents at the targets that are outputs of the node. */
  #capture(node: Node, cotangents: readonly (Tensor | null)[]): void {
    const { targets, captured } = this.#options;
    if (targets === null || captured === null) return;
    for (let i = 0; i < targets.length; i++) {
      if (targets[i].node !== node) continue;
      const g = cotangents[targets[i].index] ?? null;
      if (g !== null) expose(g.storage);
      captured[i] = g;
    }
  }

  /** Accumulates the cotangent of a leaf in its `grad`, between the leaf's hooks. */
  #accumulate(node: AccumulateGrad, cotangents: (Tensor | null)[]): void {
    const { hooks } = node;
    if (hooks !== null) runPrehooks(hooks, cotangents);
    const g = cotangents[0];
    if (g === null) return;
    // if the program is terminated meanwhile, `abandon` exposes the cotangents that nodes hold
    node.cotangents = cotangents;
    accumulateGrad(node.variable, g, this.createGraph);
    node.cotangents = none;
    if (hooks === null) return;
    runAccumulatedHooks(hooks, node.variable);
    runPosthooks(hooks, [], cotangents);
  }

  /** Propagates the cotangents of a node's outputs to its inputs. A leaf gets its gradient as soon as its last contribution was added. */
  #propagate(node: Node, cotangents: (Tensor | null)[]): void {
    while (cotangents.length < node.outputCount) cotangents.push(null);
    if (node.hooks !== null) runPrehooks(node.hooks, cotangents);
    const canBeRows = this.accumulates && !this.createGraph;
    if (!canBeRows || !accumulateRows(node, cotangents)) this.#contribute(node, cotangents);
    if (!this.#options.retainGraph) node.release();
    for (const edge of node.edges)
      if (edge !== null && edge.node.depth === 0 && --edge.node.pending === 0) this.#deliver(edge.node);
  }

  /** Adds the contributions of a node to the cotangents of its inputs. */
  #contribute(node: Node, cotangents: (Tensor | null)[]): void {
    if (!notifyCotangents(node, cotangents)) return;
    const { edges, metas } = node;
    const contributions = contributionsOf(node, cotangents);
    const shown: (Tensor | null)[] | null = isVisitWanted(node) ? new Array(edges.length).fill(null) : null;
    for (let i = 0; i < edges.length; i++) {
      const edge = edges[i];
      const contribution = contributions[i] ?? null;
      if (edge === null || contribution === null) continue;
      const g = fitted(contribution, metas[i]);
      if (shown !== null) {
        // exposed before `addCotangent`, which may free it
        expose(g.storage);
        shown[i] = g;
      }
      if (this.#enters(edge.node)) addCotangent(edge, g);
    }
    node.cotangents = none;
    if (shown === null) return;
    exposeAll(cotangents);
    notifyVisited(node, cotangents, shown);
  }

  /** Whether the walk delivers cotangents to the node. */
  #enters(node: Node): boolean {
    return (this.wanted === null || this.wanted.has(node)) && this.#options.within?.(node) !== false;
  }
}
