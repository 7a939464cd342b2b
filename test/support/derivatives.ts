/** Directional derivatives by central differences, by the gradient rules, and by the tangent rules. */

import type { Generator } from "tapelab";
import { autograd, type Shape, Tensor, zeros, zerosLike } from "tapelab";
import { apply } from "../../engine/src/dispatch/dispatch.ts";
import type { AnyOp } from "../../engine/src/dispatch/spec.ts";

/** A function of float tensors. */
export type Differentiable = (inputs: readonly Tensor[]) => readonly Tensor[];

/** Returns a leaf with the same elements that requires a gradient. */
export const leaf = (x: Tensor): Tensor => x.detach().clone().requiresGrad_();

/** Returns the dot product of all elements. */
export const dot = (a: Tensor, b: Tensor): number => {
  const [x, y] = [a.detach().toTypedArray(), b.detach().toTypedArray()];
  let s = 0;
  for (let i = 0; i < x.length; i++) s += x[i] * y[i];
  return s;
};

/** Returns standard normal float64 numbers in the shape of a tensor. */
export const randomLike = ({ shape }: { readonly shape: Shape }, g: Generator): Tensor => {
  const out = zeros(shape, { dtype: "float64" });
  const { array } = out.storage;
  for (let i = 0; i < array.length; i++) array[i] = g.normal();
  return out;
};

const shift = (x: Tensor, v: Tensor, h: number): Tensor => x.detach().add(v.mul(h));

/** Returns <u, J v> by central differences. */
export function numericDirectional(
  f: Differentiable,
  xs: readonly Tensor[],
  vs: readonly Tensor[],
  us: readonly Tensor[],
): number {
  const h = 1e-6;
  const up = f(xs.map((x, i) => shift(x, vs[i], h)));
  const down = f(xs.map((x, i) => shift(x, vs[i], -h)));
  return us.reduce((s, u, i) => s + (dot(u, up[i]) - dot(u, down[i])) / (2 * h), 0);
}

/** Returns uᵀ J by the gradient rules. */
export function pullBack(
  f: Differentiable,
  xs: readonly Tensor[],
  us: readonly Tensor[],
  createGraph = false,
): Tensor[] {
  const leaves = xs.map((x) => (createGraph ? x : leaf(x)));
  const ys = f(leaves);
  const kept = ys.map((y, i) => [y, us[i]] as const).filter(([y]) => y.requiresGrad);
  if (kept.length === 0) return leaves.map((x) => zerosLike(x));
  const gs = autograd.grad(
    kept.map(([y]) => y),
    leaves,
    { gradOutputs: kept.map(([, u]) => u), allowUnused: true, createGraph },
  );
  return gs.map((g, i) => g ?? zerosLike(leaves[i]));
}

/** Returns J v by the tangent rules, along the tape that `f` records; `null` for an output without a tangent. */
export function pushForward(f: Differentiable, xs: readonly Tensor[], vs: readonly Tensor[]): (Tensor | null)[] {
  const leaves = xs.map(leaf);
  const ys = f(leaves);
  const nodes = new Set<autograd.Node>();
  const stack = ys.flatMap((y) => (y.gradFn === null ? [] : [y.gradFn]));
  for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
    if (nodes.has(node)) continue;
    nodes.add(node);
    for (const edge of node.edges) if (edge !== null) stack.push(edge.node);
  }
  const tangents = new Map<autograd.Node, readonly (Tensor | null)[]>();
  leaves.forEach((x, i) => x.accumulator !== null && tangents.set(x.accumulator.node, [vs[i]]));
  for (const node of [...nodes].sort((a, b) => a.seq - b.seq)) {
    if (node instanceof autograd.AccumulateGrad) continue;
    const incoming = node.edges.map((edge) => (edge === null ? null : (tangents.get(edge.node)?.[edge.index] ?? null)));
    if (incoming.every((t) => t === null)) continue;
    tangents.set(node, tangentsOf(node, incoming));
  }
  return ys.map((y) => {
    if (y.gradFn === null) return vs[leaves.indexOf(y)] ?? null;
    const t = tangents.get(y.gradFn)?.[y.outputIndex] ?? null;
    return t === null ? null : t.expand(y.shape);
  });
}

/** Returns the tangents of a node's outputs from those of its inputs. */
function tangentsOf(node: autograd.Node, incoming: readonly (Tensor | null)[]): readonly Tensor[] {
  const spec = node.op as AnyOp;
  if (spec.jvp === "none") throw new Error(`${spec.name} has a gradient but no tangent rule`);
  if (spec.jvp === "linear")
    return apply(
      spec,
      incoming.map((t, i) => t ?? zeros(node.metas[i].shape, { dtype: node.metas[i].dtype })),
      node.params,
    );
  const result = spec.jvp(incoming, node);
  return result instanceof Tensor ? [result] : result;
}

export const isTensor = (x: unknown): x is Tensor => x instanceof Tensor;
