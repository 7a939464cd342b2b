/** Forward mode: tangents pushed along the operations that a function recorded, by the tangent rules of the ops. */
import { apply } from "../dispatch/dispatch.ts";
import type { AnyOp } from "../dispatch/spec.ts";
import { expand } from "../ops/shape/reshape.ts";
import { isGradEnabled, withGradMode } from "../tape/graph/mode.ts";
import { AccumulateGrad, edgeOf, type Node } from "../tape/graph/node.ts";
import { reachable } from "../tape/graph/reachable.ts";
import { zeros } from "../tensor/create.ts";
import { isFloating } from "../tensor/dtype.ts";
import { ArgumentError, GradError, ShapeError } from "../tensor/errors.ts";
import type { Edge } from "../tensor/graph.ts";
import type { Meta } from "../tensor/meta.ts";
import { sameShape } from "../tensor/shape.ts";
import { Tensor } from "../tensor/tensor.ts";
import { asRecordedAt, bottomOf, levelsOf } from "./batch-levels.ts";
import { fillTree, leavesOf } from "./pytree.ts";
import { differentiating, finished, fromRecord, type Traced, trace } from "./vjp.ts";

type Tangents = readonly (Tensor | null)[];

/** Nodes that lead to the outputs, first recorded first. */
function order(outputs: readonly Tensor[]): Node[] {
  const from = outputs.flatMap((y) => edgeOf(bottomOf(y))?.node ?? []);
  return [...reachable(from)].sort((a, b) => a.seq - b.seq);
}

const zerosOf = ({ shape, dtype }: Meta): Tensor => zeros(shape, { dtype });

/** The tangents of one operation's outputs. */
function tangentsOf(node: Node, incoming: Tangents): Tangents {
  const { op, metas } = node;
  if (op.custom === true) {
    if (op.push === undefined)
      throw new GradError(op.name, "this operation has no tangent rule; give its Function a static jvp");
    return op.push(incoming, node);
  }
  const spec = op as AnyOp;
  if (spec.jvp === "none") throw new GradError(op.name, "this op has no tangent rule");
  if (spec.jvp === "linear")
    return apply(
      spec,
      incoming.map((t, i) => t ?? zerosOf(metas[i])),
      node.params,
    );
  const result = spec.jvp(incoming, node);
  return result instanceof Tensor ? [result] : result;
}

/** Tangents of outputs from those at the places of inputs, along what was recorded. `places` says where the inputs were before they were changed in place. */
export function pushAlong(
  inputs: readonly Tensor[],
  tangents: Tangents,
  outputs: readonly Tensor[],
  createGraph: boolean,
  places: readonly (Edge | null)[] | null = null,
): (Tensor | null)[] {
  const at = new Map<Node, (Tensor | null)[]>();
  inputs.forEach((x, i) => {
    const edge = places?.[i] ?? edgeOf(bottomOf(x));
    const t = tangents[i];
    if (edge === null || t === null) return;
    const list = at.get(edge.node) ?? [];
    while (list.length <= edge.index) list.push(null);
    list[edge.index] = t;
    at.set(edge.node, list);
  });
  withGradMode(createGraph, () => {
    for (const node of order(outputs)) {
      if (node instanceof AccumulateGrad || at.has(node)) continue;
      const incoming = node.edges.map((e, i) => {
        const t = e === null ? null : (at.get(e.node)?.[e.index] ?? null);
        return t === null ? null : fitted(t, node.metas[i]);
      });
      if (incoming.some((t) => t !== null)) at.set(node, [...tangentsOf(node, incoming)]);
    }
  });
  return outputs.map((y) => {
    const edge = edgeOf(bottomOf(y));
    const t = edge === null ? null : (at.get(edge.node)?.[edge.index] ?? null);
    return t === null ? null : fitted(t, bottomOf(y));
  });
}

/** A rule may leave out what broadcasting repeats. */
const fitted = (t: Tensor, { shape }: { readonly shape: Meta["shape"] }): Tensor =>
  sameShape(t.shape, shape) ? t : expand(t, shape);

/** Tangents of the outputs of a traced function; zeros where nothing connects them. */
export function pushForward(op: string, traced: Traced<unknown>, tangents: Tangents): Tensor[] {
  const { inputs, places, outputs, nested } = traced;
  const placed = inputs.map((x, i) => {
    const t = tangents[i];
    if (t === null || !isFloating(x.dtype)) return null;
    if (!sameShape(t.shape, x.shape))
      throw new ShapeError(op, "a tangent must have the shape of its primal", [x.shape, t.shape]);
    return asRecordedAt(t.dtype === x.dtype ? t : t.to(x.dtype), levelsOf(x).toReversed());
  });
  const wants = tangents.some((t) => t !== null && isGradEnabled() && bottomOf(t).requiresGrad);
  const pushed = pushAlong(inputs, placed, outputs, nested || wants, places);
  return outputs.map((y, i) => {
    const t = pushed[i];
    return t === null ? zeros(y.shape, { dtype: y.dtype }) : fromRecord(t, levelsOf(y));
  });
}

function tangentsFor(op: string, primals: unknown, tangents: unknown): Tangents {
  const [xs, ts] = [leavesOf(primals), leavesOf(tangents)];
  if (xs.length !== ts.length)
    throw new ArgumentError(op, `as many tangents as primals are needed, but got ${ts.length} for ${xs.length}`);
  return ts;
}

/**
 * The value of `f` at the primals, and Jv: how it changes along the tangents.
 * @throws ShapeError for a tangent of another shape; GradError where an operation has no tangent rule.
 * @example
 * const [y, dy] = func.jvp((x: Tensor) => x.mul(x), [tensor([1, 2])], [tensor([1, 10])]);
 * y.toArray(); // [1, 4]
 * dy.toArray(); // [2, 40]
 */
export function jvp<const A extends readonly unknown[], Y>(
  f: (...primals: A) => Y,
  primals: A,
  tangents: A,
): [output: Y, tangent: Y] {
  return differentiating(() => {
    const ts = tangentsFor("jvp", primals, tangents);
    const traced = trace("jvp", (x: A) => f(...x), primals, true);
    const pushed = pushForward("jvp", traced, ts);
    const results = finished(traced, traced.outputs);
    return [fillTree(traced.output, results), fillTree(traced.output, keepIf(traced, ts, pushed))];
  });
}

const keepIf = (traced: Traced<unknown>, ts: Tangents, results: readonly Tensor[]): Tensor[] =>
  ts.some((t) => t !== null && bottomOf(t).requiresGrad) ? [...results] : finished(traced, results);

/**
 * The value of `f` at the primals, and the linear function v ↦ Jv there, which does not run `f` again.
 * @example
 * const [y, push] = func.linearize((x: Tensor) => x.exp(), tensor([0]));
 * y.toArray(); // [1]
 * push(tensor([3])).toArray(); // [3]
 */
export function linearize<A extends readonly unknown[], Y>(
  f: (...primals: A) => Y,
  ...primals: A
): [output: Y, push: (...tangents: A) => Y] {
  return differentiating(() => {
    const traced = trace("linearize", (x: A) => f(...x), primals, true);
    const push = (...tangents: A): Y =>
      differentiating(() => {
        const ts = tangentsFor("linearize", primals, tangents);
        return fillTree(traced.output, keepIf(traced, ts, pushForward("linearize", traced, ts)));
      });
    return [fillTree(traced.output, finished(traced, traced.outputs)), push];
  });
}
