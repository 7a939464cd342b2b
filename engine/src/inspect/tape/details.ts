/** Encodes what an opened row shows: saved tensors, and grids of value, gradient, local slope and contributions. */
import type { Contribution, Grid, RowDetail, SavedTensor } from "../../protocol/index.ts";
import type { Node } from "../../tape/graph/node.ts";
import { keepsTensors } from "../../tape/graph/watched.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { gridOf } from "../shared/grid.ts";
import { summarize } from "../shared/statistics.ts";
import { nameOfInput, nameOfSaved, savedOf } from "./saved.ts";
import { localSlope } from "./slope.ts";

const gridRows = 12;
const gridColumns = 20;

/** Encodes details of the nodes, the latest first, until they take `length` characters. */
export function encodeDetails(nodes: readonly Node[], length: number): (RowDetail | null)[] {
  const details = nodes.map((): RowDetail | null => null);
  let left = length;
  for (let i = nodes.length - 1; i >= 0 && left > 0; i--) {
    const detail = encodeDetail(nodes[i]);
    left -= JSON.stringify(detail).length;
    if (left > 0) details[i] = detail;
  }
  return details;
}

/** Yields the details of all nodes, each encoded when it is asked for. */
export function* detailsOf(nodes: readonly Node[]): Generator<RowDetail | null> {
  for (const node of nodes) yield encodeDetail(node);
}

const encodeGrid = (t: Tensor | null | undefined): Grid | null => (t ? gridOf(t, gridRows, gridColumns) : null);

/** Encodes the details of a node; `null` where it saved nothing and was not watched. */
function encodeDetail(node: Node): RowDetail | null {
  const { watched } = node;
  const saved: SavedTensor[] = savedOf(node).map(({ name, tensor }) => ({
    name: nameOfSaved(node, name, tensor),
    shape: tensor.shape,
    dtype: tensor.dtype,
    bytes: tensor.nbytes,
  }));
  if (saved.length === 0 && !keepsTensors(watched)) return null;
  const contributions: Contribution[] = (watched?.contributions ?? []).flatMap((g, i) =>
    g === null ? [] : [{ name: nameOfInput(node, i), norm: summarize(g).norm, grid: encodeGrid(g) }],
  );
  return {
    saved,
    value: encodeGrid(watched?.outputs[0]),
    gradient: encodeGrid(watched?.cotangents?.[0]),
    local: encodeGrid(localSlope(node)),
    contributions,
  };
}
