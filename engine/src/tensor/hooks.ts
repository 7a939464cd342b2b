/** Operations that properties of tensors need, and that are defined in folders above this one. */
import type { CutKind } from "./cut.ts";
import type { Edge } from "./graph.ts";
import type { Tensor } from "./tensor.ts";

export interface TensorHooks {
  /** Records `view` again after its base was changed in place. Calls `replaceSource` with the new edge, which returns the edge until then. */
  rebaseView(view: Tensor, base: Tensor, replaceSource: (edge: Edge | null) => Edge | null): void;
  /** Returns the sum of `dense`, or of zeros, and the row gradients that wait in the leaf's accumulator, which is empty afterwards. */
  addRowGradients(leaf: Tensor, dense: Tensor | null): Tensor;
  /** Notes on `y` that it is made of `x`, which is on the tape or has come from it. */
  noteMadeOf(y: Tensor, x: Tensor, kind: CutKind, op: string): void;
  /** Notes that the program read the elements of `x`, which is on the tape or has come from it. */
  noteElementsRead(x: Tensor, op: string): void;
  /** Notes on a tensor that was made of plain data whether its elements were read from the tape. */
  noteMadeOfData(y: Tensor, data: ArrayLike<unknown>): void;
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

/** Notes that the program reads the elements of `x`, if it is on the tape or has come from it. Returns `x`. */
export function noteRead(x: Tensor, op: string): Tensor {
  if (x.cut !== null || x.requiresGrad) tensorHooks().noteElementsRead(x, op);
  return x;
}

/** Notes on `y` that it is made of `x`, if that is on the tape or has come from it. Returns `y`. */
export function noteMade(y: Tensor, x: Tensor, kind: CutKind, op: string): Tensor {
  // a tensor of another copy of the package has no cut
  if (x.cut || x.requiresGrad) tensorHooks().noteMadeOf(y, x, kind, op);
  return y;
}
