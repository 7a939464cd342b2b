/** Finds the tensor that a line made, and its tape, while something still refers to them. */
import type { TapeData, TensorData } from "../../protocol/index.ts";
import { AccumulateGrad, Node } from "../../tape/graph/node.ts";
import { reachable } from "../../tape/graph/reachable.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { encodeNodes, nodesOf } from "../tape/data.ts";
import { encodeTensor } from "../tensor/data.ts";
import type { Entry } from "./entry.ts";
import type { LineRecorder } from "./recorder.ts";

/** A tensor that a line made, and its tape with the row that made it. */
export interface FoundLine {
  readonly tensor: TensorData | null;
  readonly tape: TapeData | null;
  readonly row: number;
}

/** A node, and the tensor from which it was found. */
interface FoundNode {
  readonly node: Node;
  readonly root: Tensor;
}

/** Returns the last node that a line recorded, among those that lead to tensors of the program; `null` if none is alive. */
function lastNode(recorder: LineRecorder, entries: ReadonlySet<Entry>, tensors: readonly Tensor[]): FoundNode | null {
  let found: FoundNode | null = null;
  const seen = new Set<Node>();
  for (const root of tensors) {
    if (!(root.gradFn instanceof Node)) continue;
    for (const node of reachable([root.gradFn], (n) => !seen.has(n))) {
      seen.add(node);
      if (node instanceof AccumulateGrad || !recorder.madeBy(node, entries)) continue;
      if (found === null || node.seq > found.node.seq) found = { node, root };
    }
  }
  return found;
}

/**
 * Looks for the tensor that a line made. `tensors` are those of the program, among whose graphs it is looked for, and `own` are those that variables of the line hold. The tape is
 * encoded only if it is wanted.
 */
export function findLine(
  recorder: LineRecorder,
  entries: ReadonlySet<Entry>,
  {
    tensors,
    own,
    wantsTape,
  }: { readonly tensors: readonly Tensor[]; readonly own: readonly Tensor[]; readonly wantsTape: boolean },
): FoundLine {
  const found = lastNode(recorder, entries, tensors);
  const held = [...own, ...tensors].find((t) => found !== null && t.gradFn === found.node);
  const tensor = held ?? found?.node.watched?.outputs[0] ?? own.at(-1) ?? null;
  const data = tensor === null ? null : encodeTensor(tensor);
  if (found === null || !wantsTape) return { tensor: data, tape: null, row: -1 };
  const nodes = nodesOf([found.root]);
  const tape = encodeNodes([found.root], nodes);
  const row = nodes.indexOf(found.node) - (nodes.length - tape.rows.label.length);
  return { tensor: data, tape, row };
}
