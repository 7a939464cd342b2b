/** Row gradients: gradients of a leaf of which only some rows are stored, as the others are zero. */
import { noGrad } from "../../tape/graph/mode.ts";
import { zeros, zerosLike } from "../../tensor/create.ts";
import type { RowGradient } from "../../tensor/graph.ts";
import { fromArray, type Tensor } from "../../tensor/tensor.ts";
import { cat } from "../shape/join.ts";
import { indexAdd } from "./index-select.ts";

/** Returns the sum of a dense gradient, or of zeros, and the row gradients in the leaf's accumulator, and empties the accumulator. */
export function addRowGradients(leaf: Tensor, dense: Tensor | null): Tensor {
  const { accumulator } = leaf;
  const parts = accumulator?.rows ?? [];
  if (accumulator !== null) accumulator.rows = null;
  return noGrad(() =>
    parts.reduce((sum, { index, values }) => indexAdd(sum, 0, index, values), dense ?? zerosLike(leaf.detach())),
  );
}

/**
 * Returns the row gradient of a leaf, with each row once, or `null` if its gradient is dense. Reading `grad` makes it dense.
 * @example
 * const table = new nn.Embedding(1000, 2, { sparse: true });
 * table.forward(tensor([3, 5, 3], { dtype: "int32" })).sum().backward();
 * autograd.gradRows(table.weight)!.index.toArray(); // [3, 5]
 * autograd.gradRows(table.weight)!.values.toArray(); // [[2, 2], [1, 1]]
 */
export function gradRows(leaf: Tensor): RowGradient | null {
  const parts = leaf.accumulator?.rows ?? null;
  return parts === null ? null : coalesced(parts);
}

/** Returns the sum of row gradients, with each row once, in order of first appearance. */
function coalesced(parts: readonly RowGradient[]): RowGradient {
  return noGrad(() => {
    const [index, values] = [cat(parts.map((p) => p.index)), cat(parts.map((p) => p.values))];
    const at = index.toTypedArray() as Int32Array;
    const places = new Map<number, number>();
    const to = at.map((row) => {
      const place = places.get(row) ?? places.size;
      places.set(row, place);
      return place;
    });
    if (places.size === at.length) return { index, values };
    const rows = Int32Array.from(places.keys());
    const shape = [rows.length, ...values.shape.slice(1)];
    return {
      index: fromArray(rows, "int32", [rows.length]),
      values: indexAdd(zeros(shape, { dtype: values.dtype }), 0, fromArray(to, "int32", [to.length]), values),
    };
  });
}
