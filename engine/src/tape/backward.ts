/**
 * Reverse mode: nodes in falling order of recording, each turning the cotangents of its outputs into contributions to its
 * inputs. Recording order is a topological order, so one pass suffices and nothing recurses.
 */

import { isFloating } from "../tensor/dtype.ts";
import { DTypeError, GradError, ShapeError, showShape } from "../tensor/errors.ts";
import { sameShape } from "../tensor/shape.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { useAlgebra } from "./algebra.ts";
import { withGradMode } from "./mode.ts";
import { AccumulateGrad, type Edge, edgeOf, type GradHook, type HookHandle, type Node } from "./node.ts";

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
  const visit = (node: Node): void => {
    if (node.walk === mark) return;
    node.walk = mark;
    stack.push(node);
  };
  for (const { edge } of roots) visit(edge.node);
  for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
    found.push(node);
    for (const edge of node.edges) if (edge !== null) visit(edge.node);
  }
  return found.sort((a, b) => b.seq - a.seq);
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
  running++;
  try {
    withGradMode(createGraph, () => {
      for (const { edge, gradient } of roots) receive(edge, gradient);
      for (const node of order) {
        const cotangents = node.cotangents;
        node.cotangents = [];
        if (wanted !== null && !wanted.has(node)) continue;
        if (!cotangents.some((c) => c !== null)) continue;
        runHooks(node, cotangents);
        targets?.forEach((t, i) => {
          if (captured !== null && t.node === node) captured[i] = cotangents[t.index] ?? null;
        });
        if (node instanceof AccumulateGrad) {
          if (captured === null) accumulate(node.variable, cotangents[0], createGraph);
        } else if (wanted === null || node.edges.some((e) => e !== null && wanted.has(e.node))) {
          step(node, cotangents);
          if (!retainGraph) node.release();
        }
      }
    });
  } finally {
    running--;
    for (const node of order) node.cotangents = [];
  }
}

/** Adds a cotangent to what the edge has received so far. */
function receive(edge: Edge, g: Tensor): void {
  const { cotangents } = edge.node;
  while (cotangents.length <= edge.index) cotangents.push(null);
  const before = cotangents[edge.index];
  cotangents[edge.index] = before === null ? g : useAlgebra().add(before, g);
}

/** Runs the hooks of a node's outputs and keeps the gradients that were asked for. */
function runHooks(node: Node, cotangents: (Tensor | null)[]): void {
  node.hooks?.forEach((hooks, i) => {
    for (const hook of hooks.slice()) {
      const g = cotangents[i];
      if (g === null || g === undefined) continue;
      const replaced = hook(g);
      if (replaced === undefined) continue;
      if (!sameShape(replaced.shape, g.shape))
        throw new ShapeError("registerHook", "a hook must return a gradient of the same shape", [
          g.shape,
          replaced.shape,
        ]);
      cotangents[i] = replaced;
    }
  });
  node.retained?.forEach((t, i) => {
    const g = cotangents[i];
    if (g) t.grad = t.grad === null ? g : useAlgebra().add(t.grad, g);
  });
}

/** Applies one rule and passes the contributions on. */
function step(node: Node, cotangents: (Tensor | null)[]): void {
  const { op, edges, metas } = node;
  if (op.vjp === "none") throw new GradError(op.name, "this op has no gradient");
  const algebra = useAlgebra();
  node.cotangents = cotangents;
  while (cotangents.length < node.outputMetas.length) cotangents.push(null);
  const contributions = op.vjp(cotangents[0] ?? algebra.constant(node.outputMetas[0], 0), node);
  node.cotangents = [];
  node.ran = true;
  const sent: (Tensor | null)[] = [];
  for (let i = 0; i < edges.length; i++) {
    const edge = edges[i];
    let g = contributions[i] ?? null;
    if (edge === null || g === null) {
      sent.push(null);
      continue;
    }
    if (!sameShape(g.shape, metas[i].shape)) g = algebra.sumTo(g, metas[i].shape);
    if (g.dtype !== metas[i].dtype) g = algebra.to(g, metas[i].dtype);
    sent.push(g);
    receive(edge, g);
  }
  if (node.watched !== null) {
    node.watched.cotangents = cotangents;
    node.watched.contributions = sent;
  }
}

/** grad ← grad + g; a copy at first, as the same cotangent may have gone to several places. */
function accumulate(leaf: Tensor, g: Tensor | null, createGraph: boolean): void {
  if (g === null) return;
  const { add, clone } = useAlgebra();
  leaf.grad = leaf.grad !== null ? add(leaf.grad, g) : createGraph ? g : clone(g);
}

/**
 * Calls `hook` with the gradient of `t` each time backward has formed it; a returned tensor replaces it.
 * @throws GradError when `t` does not require a gradient.
 */
export function registerHook(t: Tensor, hook: GradHook): HookHandle {
  const edge = edgeOf(t);
  if (edge === null) throw new GradError("registerHook", "the tensor does not require a gradient");
  edge.node.hooks ??= [];
  while (edge.node.hooks.length <= edge.index) edge.node.hooks.push([]);
  const list = edge.node.hooks[edge.index];
  list.push(hook);
  return {
    remove(): void {
      const at = list.indexOf(hook);
      if (at >= 0) list.splice(at, 1);
    },
  };
}

/** Keeps the gradient of a result in its `grad`, as leaves do. No effect on leaves. */
export function retainGrad(t: Tensor): void {
  if (!t.requiresGrad) throw new GradError("retainGrad", "the tensor does not require a gradient");
  if (t.gradFn === null) return;
  t.gradFn.retained ??= new Map();
  t.gradFn.retained.set(t.outputIndex, t);
}
