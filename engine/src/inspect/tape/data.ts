/** Encodes a recorded computation as the JSON that a notebook stores. */
import type { TapeData } from "../../protocol/index.ts";
import { AccumulateGrad, type Node } from "../../tape/graph/node.ts";
import { reachable } from "../../tape/graph/reachable.ts";
import { GradError } from "../../tensor/errors.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { encodeDetails } from "./details.ts";
import { encodeRows } from "./rows.ts";

/** Rows that are stored; the earliest beyond them are left out. */
const maxRows = 3000;
/** Characters of the whole JSON, of its rows, and of the grids in its details. */
const maxLength = 250_000;
const maxRowsLength = 190_000;
const maxGridLength = 120_000;

/** Returns the nodes that lead to the tensors, in the order of recording, without the accumulators of leaves. */
export function nodesOf(roots: readonly Tensor[]): Node[] {
  const from = roots.map((t) => {
    if (t.gradFn === null)
      throw new GradError(
        "tape",
        "the tensor was not computed from tensors that require a gradient, so nothing was recorded",
      );
    return t.gradFn;
  });
  return [...reachable(from, (node) => !(node instanceof AccumulateGrad))].sort((a, b) => a.seq - b.seq);
}

/** Encodes the tape of the tensors: as many of the latest rows as fit, then as many details as still fit. */
export const encodeTape = (roots: readonly Tensor[]): TapeData => encodeNodes(roots, nodesOf(roots));

/** Encodes some of the nodes that lead to the tensors, in the order of recording; the inputs that the others compute count as leaves. */
export function encodeNodes(roots: readonly Tensor[], all: readonly Node[]): TapeData {
  let nodes = all.slice(-maxRows);
  let data = encodeRows(roots, nodes, all.length);
  let length = JSON.stringify(data).length;
  if (length > maxRowsLength) {
    nodes = nodes.slice(-Math.floor((nodes.length * maxRowsLength) / length));
    data = encodeRows(roots, nodes, all.length);
    length = JSON.stringify(data).length;
  }
  return { ...data, details: encodeDetails(nodes, Math.min(maxLength - length, maxGridLength)) };
}
