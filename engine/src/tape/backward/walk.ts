/**
 * The backward walk (reverse accumulation). It visits nodes in falling order of recording, which is a topological order, so one pass suffices and nothing
 * recurses. Each node turns the cotangents of its outputs into contributions to the cotangents of its inputs.
 */
import { clearUpperHalves } from "../../platform/registers.ts";
import { GradError } from "../../tensor/errors.ts";
import type { Edge } from "../../tensor/graph.ts";
import { expose, recordTemporaries } from "../../tensor/storage/memory.ts";
import type { Storage } from "../../tensor/storage/storage.ts";
import { peekGrad, type Tensor } from "../../tensor/tensor.ts";
import type { Gradients } from "../graph/hooks.ts";
import {
  isVisitWanted,
  notifyCotangents,
  notifyLeafReached,
  notifyVisited,
  notifyWalkBegan,
  notifyWalkEnded,
} from "../graph/listener.ts";
import { withWalkMode } from "../graph/mode.ts";
import { AccumulateGrad, type Node } from "../graph/node.ts";
import { FreedGraphError, none } from "../graph/saved.ts";
import { abandon, addCotangent, exposeAll, freeAfterVisit, hasAny } from "./cotangents.ts";
import { type CurrentWalk, current } from "./current-walk.ts";
import { runAccumulatedHooks, runPosthooks, runPrehooks, runTensorHooks } from "./hooks.ts";
import { noteWalk } from "./last-walk.ts";
import { accumulateGrad, accumulateRows } from "./leaf.ts";
import { leadsTo, type NodeState, nodesFrom, nodesLeadingTo, type OuterState, type Root, stateOf } from "./order.ts";
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
  /** The tensors from which the walk starts, for listeners; none by default. */
  readonly outputs?: readonly Tensor[];
  /** Returns whether the walk enters a node; other nodes count as constants. By default it enters all. */
  readonly within?: (node: Node) => boolean;
  /** Called with each visited node, the cotangents of its outputs and its contributions to each input, of which a leaf has none. It may keep both lists. */
  readonly visited?: (node: Node, cotangents: Gradients, contributions: Gradients) => void;
}

/** The number of the last walk. */
let walks = 0;

/** Walks backward from the roots. */
export function walk(roots: readonly Root[], options: WalkOptions): void {
  if (current.walk !== null && roots.some((r) => r.edge.node.cotangents.length > 0))
    throw new GradError("backward", "a hook cannot run backward through the nodes that are being walked");
  new Walk(roots, options, current.walk, false).run(roots);
  clearUpperHalves();
}

/** Whether a walk has visited one of the roots before. */
export const hasRun = (roots: readonly Root[]): boolean => roots.some((r) => r.edge.node.ran);

/** Returns the error that the program gets for one of a walk, whose root had run before or not. */
export function readable(error: unknown, ranBefore: boolean): unknown {
  if (!(error instanceof FreedGraphError) || ranBefore) return error;
  return new GradError(
    "backward",
    "a part of the graph was freed by an earlier backward; detach() a state that is carried over from step to step, and add losses that share operations before one backward",
  );
}

/** One backward walk. */
export class Walk implements CurrentWalk {
  readonly number: number = ++walks;
  readonly wanted: ReadonlySet<Node> | null;
  readonly accumulates: boolean;
  readonly createGraph: boolean;
  readonly outputs: readonly Tensor[];
  readonly outer: CurrentWalk | null;
  /** The first root; `null` without any. */
  readonly root: Edge | null;
  /** Functions to call when the walk is over. */
  readonly ends: (() => void)[] = [];
  readonly #options: WalkOptions;
  /** The nodes to visit. */
  readonly #order: readonly Node[];
  readonly #outerState: OuterState | null;
  /** Storages that the rule of the current node has allocated; `null` for a walk whose tensors have normal lifetimes. */
  readonly #temporaries: Storage[] | null;
  /** Position of the next node in the order, of a walk by steps. */
  #next = 0;
  /** The state of the nodes, while another walk uses them. */
  #suspended: readonly NodeState[] | null = null;
  #isOver = false;

  constructor(roots: readonly Root[], options: WalkOptions, outer: CurrentWalk | null, isStepped: boolean) {
    const { createGraph, targets, captured, within, outputs = [] } = options;
    this.#options = options;
    this.createGraph = createGraph;
    this.outputs = outputs;
    this.accumulates = captured === null;
    this.outer = outer;
    this.root = roots[0]?.edge ?? null;
    current.between?.suspend();
    this.#outerState = outer === null || isStepped ? null : new Map();
    this.#order = nodesFrom(roots, this.number, within, this.#outerState);
    this.wanted = targets === null ? null : nodesLeadingTo(targets, this.#order);
    // the graph keeps the tensors of a recorded walk, and batched tensors refer to the storage of their physical tensor
    this.#temporaries = isStepped || createGraph || roots.some((r) => r.gradient.storage.isBatched) ? null : [];
  }

  /** Whether the walk is complete or was ended or abandoned. */
  get isOver(): boolean {
    return this.#isOver;
  }

  /** Delivers the initial cotangents and visits all nodes. */
  run(roots: readonly Root[]): void {
    const ranBefore = hasRun(roots);
    const before = recordTemporaries(this.#temporaries);
    current.walk = this;
    let completed = false;
    try {
      this.begin(roots);
      withWalkMode(this.createGraph, () => {
        for (const node of this.#order) this.#deliver(node);
      });
      completed = true;
    } catch (error) {
      throw readable(error, ranBefore);
    } finally {
      current.walk = this.outer;
      recordTemporaries(before);
      this.#temporaries?.forEach(expose);
      this.finish(completed);
    }
  }

  /** Delivers the initial cotangents. */
  begin(roots: readonly Root[]): void {
    if (this.accumulates && this.outer === null && roots.length > 0) noteWalk(this.number, roots[0].edge);
    notifyWalkBegan(this);
    withWalkMode(this.createGraph, () => {
      for (const { edge, gradient } of roots) addCotangent(edge, gradient);
    });
  }

  /** Visits the next node that has cotangents and leads to a target. Returns false if there is none. */
  visitNext(): boolean {
    return withWalkMode(this.createGraph, () => {
      while (this.#next < this.#order.length) {
        const node = this.#order[this.#next++];
        const isVisited = hasAny(node.cotangents) && (this.wanted === null || this.wanted.has(node));
        this.#deliver(node);
        if (isVisited) return true;
      }
      return false;
    });
  }

  /** Ends the walk; one that is not complete leaves no cotangents on the nodes. */
  finish(completed: boolean): void {
    if (!completed) this.#order.forEach(abandon);
    this.#outerState?.forEach((state, node) => Object.assign(node, state));
    this.#end(completed);
  }

  /** Takes the state of the walk off its nodes, as another walk may use these. */
  suspend(): void {
    if (this.#suspended !== null) return;
    this.#suspended = this.#order.map(stateOf);
    for (const node of this.#order) node.cotangents = none;
  }

  /** Puts the state of the walk back on its nodes. */
  resume(): void {
    this.#suspended?.forEach((state, i) => Object.assign(this.#order[i], state));
    this.#suspended = null;
  }

  /** Cleans up after the program was terminated during the walk, or between its steps. */
  abandon(): void {
    if (this.#suspended === null) this.#order.forEach(abandon);
    else for (const { cotangents } of this.#suspended) exposeAll(cotangents);
    this.#outerState?.forEach(({ cotangents }) => exposeAll(cotangents));
    this.#end(false);
  }

  /** Calls the functions that wait for the end, and notifies listeners. */
  #end(completed: boolean): void {
    this.#isOver = true;
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
    else this.#options.visited?.(node, cotangents, none);
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
    notifyLeafReached(node, cotangents);
    const g = cotangents[0];
    if (g === null) return;
    // if the program is terminated meanwhile, `abandon` exposes the cotangents that nodes hold
    node.cotangents = cotangents;
    node.noteAccumulation(peekGrad(node.variable) === null, this.number);
    accumulateGrad(node.variable, g, this.createGraph);
    node.cotangents = none;
    this.#options.visited?.(node, cotangents, none);
    if (hooks === null) return;
    runAccumulatedHooks(hooks, node.variable);
    runPosthooks(hooks, [], cotangents);
  }

  /** Propagates the cotangents of a node's outputs to its inputs. A leaf gets its gradient as soon as its last contribution was added. */
  #propagate(node: Node, cotangents: (Tensor | null)[]): void {
    while (cotangents.length < node.outputCount) cotangents.push(null);
    if (node.hooks !== null) runPrehooks(node.hooks, cotangents);
    const canBeRows = this.accumulates && !this.createGraph && this.#options.visited === undefined;
    if (!canBeRows || !accumulateRows(node, cotangents, this.number)) this.#contribute(node, cotangents);
    if (!this.#options.retainGraph) node.release();
    for (const edge of node.edges)
      if (edge !== null && edge.node.depth === 0 && --edge.node.pending === 0) this.#deliver(edge.node);
  }

  /** Adds the contributions of a node to the cotangents of its inputs. */
  #contribute(node: Node, cotangents: (Tensor | null)[]): void {
    const { visited } = this.#options;
    if (!notifyCotangents(node, cotangents)) return visited?.(node, cotangents, none);
    const { edges, metas } = node;
    const contributions = contributionsOf(node, cotangents);
    const isShown = visited !== undefined || isVisitWanted(node);
    const shown: (Tensor | null)[] | null = isShown ? new Array(edges.length).fill(null) : null;
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
    visited?.(node, cotangents, shown);
    notifyVisited(node, cotangents, shown);
  }

  /** Whether the walk delivers cotangents to the node. */
  #enters(node: Node): boolean {
    return (this.wanted === null || this.wanted.has(node)) && this.#options.within?.(node) !== false;
  }
}
