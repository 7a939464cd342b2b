/** Recording: puts a node on the tape for an op that ran, saves what its gradient rule reads, and links the outputs to the node. */
import { disablePretenuring } from "../../platform/v8.ts";
import type { Cut } from "../../tensor/cut.ts";
import { takesGradients } from "../../tensor/dtype.ts";
import type { Edge } from "../../tensor/graph.ts";
import type { Meta } from "../../tensor/meta.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { noteUnrecorded, noteUnrecordedOne, noteWithoutGradient } from "./cuts.ts";
import { listeners, notifyDepth, notifyOpRan, notifyOpRecorded, notifyOpUnrecorded } from "./listener.ts";
import { isGradEnabled, notesCuts } from "./mode.ts";
import { edgeOf, Node } from "./node.ts";
import type { TapeOp } from "./op.ts";
import { planFor, type SavePlans } from "./save-plans.ts";

/** One output, or the list of several. */
type Outputs = Tensor | readonly Tensor[];

type Edges = readonly (Edge | null)[];

const isList = (outputs: Outputs): outputs is readonly Tensor[] => Array.isArray(outputs);

/** Records an op with one output, if a gradient is needed. Returns the output, or the tensor that a listener put in its place. */
export function recordOne(op: TapeOp<unknown>, inputs: readonly Tensor[], params: unknown, output: Tensor): Tensor {
  const edges = edgesOf(op, inputs);
  if (listeners.hasOpListeners) return notifyAndRecord(op, inputs, params, [output], edges)[0];
  if (edges !== null) notifyDepth(recordNode(op, inputs, params, output, edges));
  else if (notesCuts()) noteUnrecordedOne(op, inputs, output);
  return output;
}

/** Records an op, if a gradient is needed. Returns the outputs, or the tensors that listeners put in their place. */
export function record(
  op: TapeOp<unknown>,
  inputs: readonly Tensor[],
  params: unknown,
  outputs: readonly Tensor[],
): readonly Tensor[] {
  return notifyAndRecord(op, inputs, params, outputs, edgesOf(op, inputs));
}

/** Notifies listeners before and after the op is recorded. */
function notifyAndRecord(
  op: TapeOp<unknown>,
  inputs: readonly Tensor[],
  params: unknown,
  outputs: readonly Tensor[],
  edges: Edges | null,
): readonly Tensor[] {
  notifyOpRan(op, inputs, params, outputs, edges !== null);
  if (edges === null) {
    if (notesCuts()) noteUnrecorded(op, inputs, outputs);
    return notifyOpUnrecorded(op, inputs, outputs, params);
  }
  const node = recordNode(op, inputs, params, outputs.length === 1 ? outputs[0] : outputs, edges);
  const results = notifyOpRecorded(node, inputs, outputs);
  notifyDepth(node);
  return results;
}

/** Returns the edges along which the gradients of the inputs flow; `null` if none is needed. */
function edgesOf(op: TapeOp<unknown>, inputs: readonly Tensor[]): Edges | null {
  if (!isGradEnabled() || op.vjp === "none") return null;
  if (inputs.length === 1) {
    const edge = edgeOf(inputs[0]);
    return edge === null ? null : [edge];
  }
  if (inputs.length === 2) {
    const first = edgeOf(inputs[0]);
    const second = edgeOf(inputs[1]);
    return first === null && second === null ? null : [first, second];
  }
  const edges = inputs.map(edgeOf);
  return edges.some((edge) => edge !== null) ? edges : null;
}

/** Creates the node of an op, saves the tensors that its rule reads, and links the outputs. */
function recordNode(
  op: TapeOp<unknown>,
  inputs: readonly Tensor[],
  params: unknown,
  outputs: Outputs,
  edges: Edges,
): Node {
  const node = newNode(op, inputs, params, outputs, edges);
  if (op.plans !== undefined) save(node, op.plans, inputs, outputs, edges);
  link(outputs, node);
  return node;
}

/** A recorded op that the program defines itself: its node, and the outputs, or the tensors that a listener put in their place. */
export interface RecordedCustom {
  readonly node: Node;
  readonly outputs: readonly Tensor[];
}

/**
 * Records an op that the program defines itself: `outputs`, which are off the tape, become results of `inputs`. `saved` lists the tensors that the
 * gradient rule reads; those among the outputs are saved with their new edge.
 */
export function recordCustom(
  op: TapeOp<unknown>,
  inputs: readonly Tensor[],
  outputs: readonly Tensor[],
  saved: readonly (Tensor | null)[],
): RecordedCustom {
  notifyOpRan(op, inputs, null, outputs, true);
  const node = newNode(op, inputs, null, outputs, inputs.map(edgeOf));
  link(outputs, node);
  if (saved.length > 0) node.save(saved, saved.length);
  const results = notifyOpRecorded(node, inputs, outputs);
  notifyDepth(node);
  return { node, outputs: results };
}

const metaOf = (t: Tensor): Meta => t.meta;

/** Creates a node. Its outputs are not linked yet. */
function newNode(
  op: TapeOp<unknown>,
  inputs: readonly Tensor[],
  params: unknown,
  outputs: Outputs,
  edges: Edges,
): Node {
  disablePretenuring();
  const metas = inputs.length === 2 ? [inputs[0].meta, inputs[1].meta] : inputs.map(metaOf);
  const node = new Node(op, params, metas, isList(outputs) ? outputs.map(metaOf) : outputs.meta, edges);
  for (let i = 0; i < edges.length; i++)
    if (edges[i] === null && inputs[i].cut !== null) node.noteCut(inputs[i].cut as Cut);
  return node;
}

/** Makes the node the source of its float and complex outputs; others carry no gradient. */
function link(outputs: Outputs, node: Node): void {
  if (!isList(outputs)) {
    if (takesGradients(outputs.dtype)) outputs.source = node;
    else noteWithoutGradient(outputs, node);
    return;
  }
  for (let i = 0; i < outputs.length; i++)
    if (takesGradients(outputs[i].dtype)) outputs[i].source = i === 0 ? node : { node, index: i };
    else noteWithoutGradient(outputs[i], node);
}

/** Returns the tensors at the positions of a bit mask, and `null` at the others. The mask may have bits beyond the last tensor. */
function masked(tensors: readonly Tensor[], mask: number): readonly (Tensor | null)[] {
  const all = (1 << tensors.length) - 1;
  if ((mask & all) === all) return tensors;
  if (tensors.length === 2) return (mask & 1) !== 0 ? [tensors[0], null] : [null, tensors[1]];
  return tensors.map((t, i) => ((mask & (1 << i)) !== 0 ? t : null));
}

/** Saves the inputs and outputs that the rules read to compute the gradients that are needed. */
function save(node: Node, plans: SavePlans, inputs: readonly Tensor[], outputs: Outputs, edges: Edges): void {
  const plan = planFor(plans, edges);
  if (plan.outputs === 0) {
    if (plan.inputs !== 0) node.save(masked(inputs, plan.inputs), inputs.length);
    return;
  }
  const results = isList(outputs) ? masked(outputs, plan.outputs) : [outputs];
  if (plan.inputs === 0) node.save(results, 0);
  else node.save([...masked(inputs, plan.inputs), ...results], inputs.length);
}
