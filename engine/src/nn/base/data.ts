/** Replacing the elements of parameters and buffers, with another dtype or shape, while they stay the same tensors. */
import { to } from "../../ops/elementwise/convert.ts";
import { noGrad } from "../../tape/graph/mode.ts";
import { AccumulateGrad } from "../../tape/graph/node.ts";
import { type DType, isFloating } from "../../tensor/dtype.ts";
import { DTypeError } from "../../tensor/errors.ts";
import { setWindow, type Tensor } from "../../tensor/tensor.ts";

/** Gives a leaf the elements of another tensor, and its shape and dtype. Hooks on the leaf stay. */
export function replaceData(leaf: Tensor, data: Tensor): void {
  const { accumulator } = leaf;
  setWindow(leaf, data);
  if (accumulator === null) return;
  // the terminal node states shape and dtype
  const fresh = new AccumulateGrad(leaf);
  fresh.hooks = (accumulator as AccumulateGrad).hooks;
  leaf.accumulator = fresh;
}

/** Casts a leaf, and its gradient. */
function castLeaf(leaf: Tensor, dtype: DType): void {
  const { grad } = leaf;
  if (leaf.dtype !== dtype) replaceData(leaf, to(leaf, dtype));
  if (grad !== null && grad.dtype !== dtype) leaf.grad = to(grad, dtype);
}

/**
 * Casts the float tensors among parameters and buffers.
 * @throws DTypeError for a dtype that is not float.
 */
export function castFloats(leaves: readonly Tensor[], dtype: DType): void {
  if (!isFloating(dtype)) throw new DTypeError("to", "a module has a float dtype", [dtype]);
  noGrad(() => {
    for (const leaf of leaves) if (isFloating(leaf.dtype)) castLeaf(leaf, dtype);
  });
}
