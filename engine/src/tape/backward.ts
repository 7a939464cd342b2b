/**
 * Reverse mode: nodes in falling order of recording, each turning the cotangents of its outputs into contributions to its
 * inputs. Recording order is a topological order, so one pass suffices and nothing recurses.
 */

import { isFloating } from "../tensor/dtype.ts";
import { DTypeError, GradError, ShapeError, showShape } from "../tensor/errors.ts";
import { collectTemporaries, isTemporary, publish } from "../tensor/memory.ts";
import { sameShape } from "../tensor/shape.ts";
import type { Storage } from "../tensor/storage.ts";
import { giveGrad, peekGrad, type Tensor } from "../tensor/tensor.ts";
import { useAlgebra } from "./algebra.ts";
import { arrived, outOfWalk, receive, settle } from "./cotangents.ts";
import { runHooks } from "./hooks.ts";
import { isGradEnabled, withGradMode } from "./mode.ts";
import { AccumulateGrad, type Edge, edgeOf, type Node, none } from "./node.ts";
import { fastRuleOf } from "./rules.ts";
import { keepsTensors } from "./watch.ts";

/** Options of `backward`. */
export interface BackwardOptions {
  /** Keeps the saved tensors, so that backward can run again. By default the value of `createGraph`. */
  readonly retainGraph?: boolean;
  /** Records the backward pass itself, for derivatives of gradients. */
  readonly createGraph?: boolean;
  /** Accumulates only into these leaves. */
  readonly inputs?: readonly Tensor[];
}

/** Options of `grad`. */
export interface GradOptions {
  /** Cotangents of the outputs; needed where an output is not a scalar. */
  readonly gradOutputs?: Tensor | readonly (Tensor | null)[];
  readonly retainGraph?: boolean;
  readonly createGraph?: boolean;
  /** Whether an input that the outputs do not depend on gives `null` instead of an error. */
  readonly allowUnused?: boolean;
}

interface Root {
  readonly edge: Edge;
  readonly gradient: Tensor;
}

let walks = 0;
let running = 0;

/** Forgets walks that were terminated on their way. */
export function forgetWalks(): void {
  running = 0;
}

/**
 * Accumulates the gradients of `tensors` in the leaves they were computed from.
 * @throws GradError when a tensor requires no gradient, is not a scalar and no gradient is given, or its graph was freed.
 */
export function backward(
  tensors: Tensor | readonly Tensor[],
  gradients: Tensor | null | readonly (Tensor | null)[] = null,
  options: BackwardOptions = {},
): void {
  const list = asList(tensors);
  const roots = rootsOf("backward", list, asList(gradients ?? list.map(() => null)));
  const createGraph = options.createGraph ?? false;
  const only = options.inputs?.map((t) => {
    if (!t.isLeaf && t.gradFn?.retained?.has(t.outputIndex) !== true)
      throw new GradError("backward", "inputs must be leaves or tensors that called retainGrad()");
    return wantedEdge("backward", t);
  });
  walk(roots, createGraph, options.retainGraph ?? createGraph, only ?? null, null);
}

/**
 * Gradients of `outputs` with respect to `inputs`, returned instead of accumulated.
 * @throws GradError when an input was not used and `allowUnused` is not set.
 * @example
 * const x = tensor(3, { requiresGrad: true });
 * const [dx] = autograd.grad(x.mul(x), [x]);
 * dx!.item(); // 6
 */
export function grad(
  outputs: Tensor | readonly Tensor[],
  inputs: Tensor | readonly Tensor[],
  options: GradOptions = {},
): (Tensor | null)[] {
  const list = asList(outputs);
  const roots = rootsOf("grad", list, asList(options.gradOutputs ?? list.map(() => null)));
  const edges = asList(inputs).map((t) => wantedEdge("grad", t));
  const createGraph = options.createGraph ?? false;
  const found: (Tensor | null)[] = edges.map(() => null);
  walk(roots, createGraph, options.retainGraph ?? createGraph, edges, found);
  if (options.allowUnused !== true)
    found.forEach((g, i) => {
      if (g === null)
        throw new GradError(
          "grad",
          `input ${i} of shape ${showShape(asList(inputs)[i].shape)} was not used by the outputs; pass { allowUnused: true } to get null for it`,
        );
    });
  return found;
}

const asList = <T>(x: T | readonly T[]): readonly T[] => (Array.isArray(x) ? (x as readonly T[]) : [x as T]);

function wantedEdge(op: string, t: Tensor): Edge {
  const edge = edgeOf(t);
  if (edge === null) throw new GradError(op, "one of the inputs does not require a gradient");
  return edge;
}

function rootsOf(op: string, tensors: readonly Tensor[], gradients: readonly (Tensor | null)[]): Root[] {
  if (tensors.length !== gradients.length)
    throw new GradError(
      op,
      `as many gradients as tensors are needed, but got ${gradients.length} for ${tensors.length}`,
    );
  return tensors.map((t, i) => {
    const edge = edgeOf(t);
    if (edge === null)
      throw new GradError(
        op,
        "the tensor does not require a gradient: it was not computed from a tensor made with { requiresGrad: true }, or inside noGrad, or after detach()",
      );
    const g = gradients[i];
    if (g === null) {
      if (t.numel() !== 1)
        throw new GradError(
          op,
          `only a scalar has an implicit gradient, but got ${showShape(t.shape)}; reduce it first, as in x.sum(), or pass a gradient of that shape`,
        );
      return { edge, gradient: useAlgebra().constant(t, 1) };
    }
    if (!sameShape(g.shape, t.shape))
      throw new ShapeError(op, "the gradient must have the shape of the tensor", [t.shape, g.shape]);
    if (!isFloating(g.dtype)) throw new DTypeError(op, "the gradient must be a float tensor", [g.dtype]);
    return { edge, gradient: g };
  });
}

/** All nodes that the roots lead to, latest first. */
function reach(roots: readonly Root[], mark: number): Node[] {
  const found: Node[] = [];
  const stack: Node[] = [];
  for (const { edge } of roots) {
    if (edge.node.walk === mark) continue;
    edge.node.walk = mark;
    stack.push(edge.node);
  }
  let sorted = true;
  for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
    if (found.length > 0 && found[found.length - 1].seq < node.seq) sorted = false;
    found.push(node);
    for (const edge of node.edges) {
      if (edge === null || edge.node.walk === mark) continue;
      edge.node.walk = mark;
      stack.push(edge.node);
    }
  }
  return sorted ? found : found.sort((a, b) => b.seq - a.seq);
}

/** The nodes from which a target can be reached: the rest need not run. */
function leadingTo(order: readonly Node[], targets: readonly Edge[]): Set<Node> {
  const wanted = new Set(targets.map((t) => t.node));
  for (let i = order.length - 1; i >= 0; i--) {
    const node = order[i];
    if (node.edges.some((e) => e !== null && wanted.has(e.node))) wanted.add(node);
  }
  return wanted;
}

function walk(
  roots: readonly Root[],
  createGraph: boolean,
  retainGraph: boolean,
  targets: readonly Edge[] | null,
  captured: (Tensor | null)[] | null,
): void {
  if (running > 0 && roots.some((r) => r.edge.node.cotangents.length > 0))
    throw new GradError("backward", "a hook cannot run backward through the nodes that are being walked");
  const order = reach(roots, ++walks);
  const wanted = targets === null ? null : leadingTo(order, targets);
  // what a recorded walk makes may be read again, through the graph
  const made: Storage[] | null = createGraph ? null : [];
  const before = collectTemporaries(made);
  running++;
  try {
    withGradMode(createGraph, () => {
      for (const { edge, gradient } of roots) receive(edge, gradient);
      for (const node of order) {
        const { cotangents } = node;
        node.cotangents = none;
        if (!arrived(cotangents)) continue;
        if (wanted === null || wanted.has(node)) visit(node, cotangents);
        if (made !== null) settle(cotangents, made);
      }
    });
  } finally {
    running--;
    collectTemporaries(before);
    made?.forEach(publish);
    for (const node of order) {
      for (const g of node.cotangents) if (g !== null) publish(g.storage);
      node.cotangents = none;
    }
  }

  function visit(node: Node, cotangents: (Tensor | null)[]): void {
    if (node.hooks !== null || node.retained !== null) outOfWalk(cotangents, () => runHooks(node, cotangents));
    if (captured !== null && targets !== null)
      for (let i = 0; i < targets.length; i++) {
        if (targets[i].node !== node) continue;
        const g = cotangents[targets[i].index] ?? null;
        if (g !== null) publish(g.storage);
        captured[i] = g;
      }
    if (node instanceof AccumulateGrad) {
      if (captured === null && cotangents[0] !== null) accumulate(node.variable, cotangents[0], createGraph);
    } else if (wanted === null || node.edges.some((e) => e !== null && wanted.has(e.node))) {
      step(node, cotangents);
      if (!retainGraph) node.release();
    }
  }
}

/** Applies one rule and passes the contributions on. */
function step(node: Node, cotangents: (Tensor | null)[]): void {
  const { op, edges, metas } = node;
  if (op.vjp === "none") throw new GradError(op.name, "this op has no gradient");
  const algebra = useAlgebra();
  node.cotangents = cotangents;
  while (cotangents.length < node.outputCount) cotangents.push(null);
  const g = cotangents[0] ?? algebra.constant(node.outputMetas[0], 0);
  const contributions = (isGradEnabled() ? null : fastRuleOf(op.name)?.(g, node)) ?? op.vjp(g, node);
  node.cotangents = none;
  node.ran = true;
  const sent: (Tensor | null)[] | null = keepsTensors(node.watched) ? new Array(edges.length).fill(null) : null;
  for (let i = 0; i < edges.length; i++) {
    const edge = edges[i];
    let g = contributions[i] ?? null;
    if (edge === null || g === null) continue;
    if (!sameShape(g.shape, metas[i].shape)) g = algebra.sumTo(g, metas[i].shape);
    if (g.dtype !== metas[i].dtype) g = algebra.to(g, metas[i].dtype);
    if (sent !== null) {
      // before it is added to another, after which it would be free
      publish(g.storage);
      sent[i] = g;
    }
    receive(edge, g);
  }
  if (node.watched === null || sent === null) return;
  for (const g of cotangents) if (g !== null) publish(g.storage);
  node.watched.cotangents = cotangents;
  node.watched.contributions = sent;
}

/** grad ← grad + g; at first a copy, as the same cotangent may have gone to several places, or g itself where it has not. */
function accumulate(leaf: Tensor, g: Tensor, createGraph: boolean): void {
  const { add, clone } = useAlgebra();
  const before = peekGrad(leaf);
  if (createGraph) {
    leaf.grad = before === null ? g : add(before, g);
    return;
  }
  const { storage } = g;
  const alone = isTemporary(storage) && storage.holders === 1 && storage.length === g.numel() && g.isContiguous();
  const total = before !== null ? add(before, g) : alone ? g : clone(g);
  publish(total.storage);
  giveGrad(leaf, total);
}
