/**
 * The backward walk: nodes in falling order of recording, each turning the cotangents of its outputs into contributions to its inputs. Recording order
 * is a topological order, so one pass suffices and nothing recurses.
 */
import { ambient } from "../../platform/ambient.ts";
import { GradError } from "../../tensor/errors.ts";
import type { Edge } from "../../tensor/graph.ts";
import type { Meta } from "../../tensor/meta.ts";
import { sameShape } from "../../tensor/shape.ts";
import { expose, isTemporary, recordTemporaries } from "../../tensor/storage/memory.ts";
import type { Storage } from "../../tensor/storage/storage.ts";
import { peekGrad, setOwnedGrad, type Tensor } from "../../tensor/tensor.ts";
import { useAlgebra } from "../graph/algebra.ts";
import { usesFastPaths } from "../graph/fast-path.ts";
import { isGradEnabled, withGradMode } from "../graph/mode.ts";
import { AccumulateGrad, type Node } from "../graph/node.ts";
import { FreedGraphError, none } from "../graph/saved.ts";
import { keepsTensors } from "../graph/watched.ts";
import { checkBackward } from "../watch/anomaly.ts";
import { findsAnomalies } from "../watch/anomaly-mode.ts";
import { tellGradient } from "../watch/events.ts";
import { countWalk } from "../watch/growth.ts";
import { arrived, receive, settle } from "./cotangents.ts";
import { runAccumulatedHooks, runPosthooks, runPrehooks, runTensorHooks } from "./hooks.ts";
import { noteInterrupted } from "./interrupted.ts";

/** Where a walk begins, and with what. */
export interface Root {
  readonly edge: Edge;
  readonly gradient: Tensor;
}

/** What a walk is to do. */
export interface WalkOptions {
  readonly createGraph: boolean;
  readonly retainGraph: boolean;
  /** Only what leads to these is walked; all leaves if there are none. */
  readonly targets: readonly Edge[] | null;
  /** Takes the gradients that arrive at the targets; otherwise they are accumulated in leaves. */
  readonly captured: (Tensor | null)[] | null;
  /** Nodes that count as constants where this is false. */
  readonly within?: (node: Node) => boolean;
}

/** A walk that is under way. */
interface Walk {
  readonly number: number;
  readonly wanted: ReadonlySet<Node> | null;
  /** Whether gradients are accumulated in leaves. */
  readonly accumulates: boolean;
  readonly order: readonly Node[];
  /** What to do at its end. */
  readonly ends: (() => void)[];
  /** The walk that it is inside of. */
  readonly outer: Walk | null;
  /** What that one had left on the nodes of both. */
  readonly aside: Outer | null;
}

let walks = 0;

/** The walk that is under way. A terminated one is ended, and the cotangents that wait at its nodes are released. */
const current = ambient(() => ({ walk: null as Walk | null }), abandonWalks);

function abandonWalks({ walk }: { readonly walk: Walk | null }): void {
  for (let w = walk; w !== null; w = w.outer) {
    if (w.outer === null && w.accumulates) noteInterrupted(w.number, w.wanted);
    w.order.forEach(abandon);
    w.aside?.forEach((found) => publishAll(found.cotangents));
    for (const end of w.ends) end();
  }
}

/** The number of the walk that is under way, and `null` outside of any. */
export const currentWalk = (): number | null => current.walk?.number ?? null;

/** Whether the walk that is under way comes, or came, to the node. */
export function willVisit(node: Node): boolean {
  const { walk } = current;
  return walk !== null && node.walk === walk.number && (walk.wanted === null || walk.wanted.has(node));
}

/** Calls `end` when the walk that is under way is over, at once when there is none. */
export function atEndOfWalk(end: () => void): void {
  if (current.walk === null) end();
  else current.walk.ends.push(end);
}

/** What a walk inside of another one finds on a node, and leaves there. */
type Outer = Map<Node, Pick<Node, "walk" | "pending" | "cotangents">>;

function setAside(outer: Outer, node: Node): void {
  if (outer.has(node)) return;
  const { walk, pending, cotangents } = node;
  outer.set(node, { walk, pending, cotangents });
  node.cotangents = none;
}

/** All nodes that the roots lead to, latest first. */
function reach(roots: readonly Root[], mark: number, within: WalkOptions["within"], outer: Outer | null): Node[] {
  const found: Node[] = [];
  const stack: Node[] = [];
  for (const { edge } of roots) {
    if (edge.node.walk === mark) continue;
    if (outer !== null) setAside(outer, edge.node);
    edge.node.walk = mark;
    stack.push(edge.node);
  }
  let sorted = true;
  for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
    if (found.length > 0 && found[found.length - 1].seq < node.seq) sorted = false;
    found.push(node);
    for (const edge of node.edges) {
      if (edge === null) continue;
      if (outer !== null) setAside(outer, edge.node);
      // leaves, which take their gradients as soon as all of it is there
      if (edge.node.depth === 0) edge.node.pending = edge.node.walk === mark ? edge.node.pending + 1 : 1;
      if (edge.node.walk === mark || within?.(edge.node) === false) continue;
      edge.node.walk = mark;
      stack.push(edge.node);
    }
  }
  return sorted ? found : found.sort((a, b) => b.seq - a.seq);
}

const leadsOn = (node: Node, wanted: ReadonlySet<Node>): boolean =>
  node.edges.some((e) => e !== null && wanted.has(e.node));

/** The nodes from which a target can be reached: the rest need not run. */
function leadingTo(order: readonly Node[], targets: readonly Edge[]): Set<Node> {
  const wanted = new Set(targets.map((t) => t.node));
  for (let i = order.length - 1; i >= 0; i--) {
    const node = order[i];
    if (leadsOn(node, wanted)) wanted.add(node);
  }
  return wanted;
}

/** Walks from the roots. */
export function walk(roots: readonly Root[], options: WalkOptions): void {
  const { createGraph, retainGraph, targets, captured, within } = options;
  const outer = current.walk;
  if (outer !== null && roots.some((r) => r.edge.node.cotangents.length > 0))
    throw new GradError("backward", "a hook cannot run backward through the nodes that are being walked");
  const number = ++walks;
  const aside: Outer | null = outer === null ? null : new Map();
  const order = reach(roots, number, within, aside);
  const wanted = targets === null ? null : leadingTo(order, targets);
  // what a recorded walk makes may be read again, through the graph, and the memory of examples is that of all of them
  const examples = roots.some((r) => r.gradient.storage.isBatched);
  const made: Storage[] | null = createGraph || examples ? null : [];
  const before = recordTemporaries(made);
  const accumulates = captured === null;
  const self: Walk = { number, wanted, accumulates, order, ends: [], outer, aside };
  current.walk = self;
  let over = false;
  const again = roots.some((r) => r.edge.node.ran);
  try {
    withGradMode(createGraph, () => {
      for (const { edge, gradient } of roots) receive(edge, gradient);
      for (const node of order) come(node);
    });
    over = true;
  } catch (error) {
    if (!(error instanceof FreedGraphError) || again) throw error;
    throw new GradError(
      "backward",
      "a part of the graph was freed by an earlier backward; detach() a state that is carried over from step to step, and add losses that share operations before one backward",
    );
  } finally {
    current.walk = outer;
    if (outer === null && accumulates) noteInterrupted(over ? null : number, wanted);
    if (!createGraph && outer === null) countWalk();
    recordTemporaries(before);
    made?.forEach(expose);
    if (!over) for (const node of order) abandon(node);
    aside?.forEach((found, node) => Object.assign(node, found));
    for (const end of self.ends) end();
  }

  function come(node: Node): void {
    const { cotangents } = node;
    node.cotangents = none;
    if (!arrived(cotangents)) return;
    if (wanted === null || wanted.has(node)) visit(node, cotangents);
    if (made !== null) settle(cotangents, made);
  }

  function visit(node: Node, cotangents: (Tensor | null)[]): void {
    const { hooks } = node;
    if (hooks !== null) runTensorHooks(hooks, cotangents);
    if (captured !== null && targets !== null)
      for (let i = 0; i < targets.length; i++) {
        if (targets[i].node !== node) continue;
        const g = cotangents[targets[i].index] ?? null;
        if (g !== null) expose(g.storage);
        captured[i] = g;
      }
    if (node.depth === 0 && node instanceof AccumulateGrad) {
      if (captured !== null) return;
      if (hooks !== null) runPrehooks(hooks, cotangents);
      const g = cotangents[0];
      if (g === null) return;
      node.cotangents = cotangents;
      accumulate(node.variable, g, createGraph);
      node.cotangents = none;
      if (hooks === null) return;
      runAccumulatedHooks(hooks, node.variable);
      runPosthooks(hooks, [], cotangents);
    } else if (wanted === null || leadsOn(node, wanted)) {
      while (cotangents.length < node.outputCount) cotangents.push(null);
      if (hooks !== null) runPrehooks(hooks, cotangents);
      if (createGraph || captured !== null || !byRows(node, cotangents)) step(node, cotangents, wanted, within);
      if (!retainGraph) node.release();
      for (const edge of node.edges)
        if (edge !== null && edge.node.depth === 0 && --edge.node.pending === 0) come(edge.node);
    }
  }
}

/** Lets go of what arrived at a node that was not visited any more. */
function abandon(node: Node): void {
  publishAll(node.cotangents);
  node.cotangents = none;
}

function publishAll(cotangents: readonly (Tensor | null)[]): void {
  for (const g of cotangents) if (g !== null) expose(g.storage);
}

/** Gives a leaf its gradient by rows, where the op was asked for that and nobody wants to see it; false where it was not. */
function byRows(node: Node, cotangents: readonly (Tensor | null)[]): boolean {
  const { op, edges, hooks } = node;
  const g = cotangents[0];
  if (op.rows === undefined || g === null || hooks !== null || findsAnomalies()) return false;
  const leaf = edges[0]?.node;
  if (!(leaf instanceof AccumulateGrad) || leaf.hooks !== null) return false;
  // what the program may have read is added to in place
  if (peekGrad(leaf.variable) !== null) return false;
  const found = op.rows(g, node);
  if (found === null) return false;
  expose(found.index.storage);
  expose(found.values.storage);
  leaf.rows = [...(leaf.rows ?? []), found];
  node.ran = true;
  return true;
}

/** Applies one rule and passes the contributions on; to where `within` is false nothing is passed. */
function step(
  node: Node,
  cotangents: (Tensor | null)[],
  wanted: ReadonlySet<Node> | null,
  within: WalkOptions["within"],
): void {
  const { op, edges, metas, hooks } = node;
  if (op.vjp === "none") throw new GradError(op.name, "this op has no gradient");
  if (!tellGradient(node, cotangents)) return;
  node.cotangents = cotangents;
  const g = cotangents[0] ?? useAlgebra().constant(node.outputMetas[0], 0);
  const rule = op.fastPath?.rule ?? null;
  let contributions =
    (rule === null || isGradEnabled() || g.storage.isBatched || !usesFastPaths() ? null : rule(g, node)) ??
    op.vjp(g, node);
  node.ran = true;
  if (hooks?.post.length || findsAnomalies()) {
    node.cotangents = none;
    contributions = inspected(node, cotangents, contributions);
  }
  const sent: (Tensor | null)[] | null = keepsTensors(node.watched) ? new Array(edges.length).fill(null) : null;
  for (let i = 0; i < edges.length; i++) {
    const edge = edges[i];
    const contribution = contributions[i] ?? null;
    if (edge === null || contribution === null) continue;
    const g = fitted(contribution, metas[i]);
    if (sent !== null) {
      // before it is added to another, after which it would be free
      expose(g.storage);
      sent[i] = g;
    }
    if ((wanted === null || wanted.has(edge.node)) && within?.(edge.node) !== false) receive(edge, g);
  }
  node.cotangents = none;
  if (node.watched === null || sent === null) return;
  for (const g of cotangents) if (g !== null) expose(g.storage);
  node.watched.cotangents = cotangents;
  node.watched.contributions = sent;
}

/** A contribution in shape and dtype of its input. */
function fitted(g: Tensor, { shape, dtype }: Meta): Tensor {
  const h = sameShape(g.shape, shape) ? g : useAlgebra().sumTo(g, shape);
  return h.dtype === dtype ? h : useAlgebra().to(h, dtype);
}

/** What the rule gave, once anomaly mode and the hooks behind the rule have seen it. */
function inspected(
  node: Node,
  cotangents: (Tensor | null)[],
  rule: readonly (Tensor | null)[],
): readonly (Tensor | null)[] {
  const { edges, metas, hooks } = node;
  let contributions: readonly (Tensor | null)[] = edges.map((edge, i) => {
    const g = rule[i] ?? null;
    return edge === null || g === null ? null : fitted(g, metas[i]);
  });
  checkBackward(node, cotangents, contributions);
  if (hooks !== null && hooks.post.length > 0) contributions = runPosthooks(hooks, contributions, cotangents);
  return contributions;
}

/**
 * grad ← grad + g, in place unless the sum itself is recorded. The first gradient is a copy, because the cotangent may be held elsewhere: by another leaf,
 * a hook, or the caller of `backward`. It is `g` itself only where the walk is the only owner.
 */
function accumulate(leaf: Tensor, g: Tensor, createGraph: boolean): void {
  const { add, addInPlace, clone } = useAlgebra();
  const before = peekGrad(leaf);
  if (createGraph) {
    leaf.grad = before === null ? clone(g) : add(before, g);
    return;
  }
  // examples of a batch do not fit what lies outside of it
  if (before !== null && !before.storage.isBatched && !g.storage.isBatched) {
    addInPlace(before, g);
    return;
  }
  const { storage } = g;
  const alone =
    isTemporary(storage) && storage.cotangentCount === 1 && storage.length === g.numel() && g.isContiguous();
  const total = before !== null ? add(before, g) : alone ? g : clone(g);
  expose(total.storage);
  setOwnedGrad(leaf, total);
}
