/** Operations that properties of tensors need, and that are defined in folders above this one. */
import type { Edge } from "./graph.ts";
import type { Tensor } from "./tensor.ts";

export interface TensorHooks {
  /** Records `view` again after its base was changed in place. Calls `replaceSource` with the new edge, which returns the edge until then. */
  rebaseView(view: Tensor, base: Tensor, replaceSource: (edge: Edge | null) => Edge | null): void;
  /** Returns the sum of `dense`, or of zeros, and the row gradients that wait in the leaf's accumulator, which is empty afterwards. */
  addRowGradients(leaf: Tensor, dense: Tensor | null): Tensor;
}

let hooks: TensorHooks | null = null;

/** Provides the operations, once, when the package is loaded. */
export function setTensorHooks(provided: TensorHooks): void {
  hooks = provided;
}

/** @throws Error when the operations were not provided. */
export function tensorHooks(): TensorHooks {
  if (hooks === null) throw new Error('the ops are not loaded; import from "tapelab"');
  return hooks;
}
