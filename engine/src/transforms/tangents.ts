/** Forward-mode propagation: tangents carried along recorded operations, by the tangent rules of the ops. */
import { apply } from "../dispatch/dispatch.ts";
import type { AnyOp } from "../dispatch/spec.ts";
import { to } from "../ops/elementwise/convert.ts";
import { expand } from "../ops/shape/expand.ts";
import { isGradEnabled, withGradMode } from "../tape/graph/mode.ts";
import { AccumulateGrad, edgeOf, type Node } from "../tape/graph/node.ts";
import { reachable } from "../tape/graph/reachable.ts";
import { zeros } from "../tensor/create.ts";
import { takesGradients } from "../tensor/dtype.ts";
import { GradError, ShapeError } from "../tensor/errors.ts";
import type { Edge } from "../tensor/graph.ts";
import type { Meta } from "../tensor/meta.ts";
import { physicalOf } from "../tensor/physical.ts";
import { sameShape } from "../tensor/shape.ts";
import { Tensor } from "../tensor/tensor.ts";
import { batchLevelsOf, fromRecordLevels, toRecordLevels } from "./batch-levels.ts";
import type { Traced } from "./trace.ts";

/** Tangents, `null` for a tensor that has none. */
export type Tangents = readonly (Tensor | null)[];

/** Returns the nodes that the outputs depend on, in the order in which they were recorded. */
function nodesInOrder(outputs: readonly Tensor[]): Node[] {
  const from = outputs.flatMap((y) => edgeOf(physicalOf(y))?.node ?? []);
  return [...reachable(from)].sort((a, b) => a.seq - b.seq);
}

const zerosOf = ({ shape, dtype }: Meta): Tensor => zeros(shape, { dtype });

/** Returns the tangents of a node's outputs from those of its inputs. */
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

/** Expands a tangent to the shape of its tensor and casts it to its dtype: a rule may leave out dimensions that broadcasting repeats, and compute in a wider dtype. */
const expanded = (t: Tensor, { shape, dtype }: Pick<Meta, "shape" | "dtype">): Tensor => {
  const full = sameShape(t.shape, shape) ? t : expand(t, shape);
  return full.dtype === dtype ? full : to(full, dtype);
};

/**
 * Returns the tangents of `outputs` from those of `inputs`, `null` for an output that depends on no input with a tangent. `inputEdges` are the edges of the
 * inputs before they were changed in place; by default, their present ones.
 */
export function propagateTangents(
  inputs: readonly Tensor[],
  tangents: Tangents,
  outputs: readonly Tensor[],
  createGraph: boolean,
  inputEdges: readonly (Edge | null)[] | null = null,
): (Tensor | null)[] {
  /** Tangents of the outputs of each node. */
  const byNode = new Map<Node, (Tensor | null)[]>();
  const at = (edge: Edge | null): Tensor | null =>
    edge === null ? null : (byNode.get(edge.node)?.[edge.index] ?? null);
  inputs.forEach((x, i) => {
    const edge = inputEdges?.[i] ?? edgeOf(physicalOf(x));
    const t = tangents[i];
    if (edge === null || t === null) return;
    const list = byNode.get(edge.node) ?? [];
    while (list.length <= edge.index) list.push(null);
    list[edge.index] = t;
    byNode.set(edge.node, list);
  });
  withGradMode(createGraph, () => {
    for (const node of nodesInOrder(outputs)) {
      if (node instanceof AccumulateGrad || byNode.has(node)) continue;
      const incoming = node.edges.map((edge, i) => {
        const t = at(edge);
        return t === null ? null : expanded(t, node.metas[i]);
      });
      if (incoming.some((t) => t !== null)) byNode.set(node, [...tangentsOf(node, incoming)]);
    }
  });
  return outputs.map((y) => {
    const physical = physicalOf(y);
    const t = at(edgeOf(physical));
    return t === null ? null : expanded(t, physical);
  });
}

/** Returns Jv of a traced function: the tangents of its outputs from those of its inputs, zeros for an output that depends on no input. */
export function pushForward(op: string, traced: Traced<unknown>, tangents: Tangents): Tensor[] {
  const { inputs, inputEdges, outputs, nested } = traced;
  const aligned = inputs.map((x, i) => {
    const t = tangents[i];
    if (t === null || !takesGradients(x.dtype)) return null;
    if (!sameShape(t.shape, x.shape))
      throw new ShapeError(op, "a tangent must have the shape of its primal", [x.shape, t.shape]);
    return toRecordLevels(t.dtype === x.dtype ? t : t.to(x.dtype), batchLevelsOf(x).toReversed());
  });
  const isRecorded = tangents.some((t) => t !== null && isGradEnabled() && physicalOf(t).requiresGrad);
  const pushed = propagateTangents(inputs, aligned, outputs, nested || isRecorded, inputEdges);
  return outputs.map((y, i) => {
    const t = pushed[i];
    return t === null ? zeros(y.shape, { dtype: y.dtype }) : fromRecordLevels(t, batchLevelsOf(y));
  });
}
