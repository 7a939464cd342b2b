/** Assignment to elements, as `x[…] = value` in NumPy. */

import { type Operand, toOperand } from "../../dispatch/operand.ts";
import { isGradEnabled } from "../../tape/graph/mode.ts";
import { tensor } from "../../tensor/create/data.ts";
import { addMethods } from "../../tensor/methods.ts";
import type { NestedArray } from "../../tensor/nested.ts";
import { requireBroadcast, type Shape } from "../../tensor/shape.ts";
import { contiguousArray } from "../../tensor/strided.ts";
import { Tensor } from "../../tensor/tensor.ts";
import { copyElements } from "../elementwise/assign.ts";
import { to } from "../elementwise/convert.ts";
import { changeInPlace, readBefore, updateInPlace } from "../inplace.ts";
import { expand } from "../shape/expand.ts";
import { reshape } from "../shape/reshape.ts";
import { putOp } from "./indexing.ts";
import { type Index, type Located, locate } from "./locate.ts";
import { offsetsOf, pickedShape, storeElements } from "./offsets.ts";

/** Returns the value as a tensor, without leading dimensions of size 1 that the elements do not have, as NumPy allows. */
function valueOf(value: Operand | readonly NestedArray[], { dtype }: Tensor, shape: Shape): Tensor {
  const z = Array.isArray(value)
    ? tensor(value as readonly NestedArray[], { dtype })
    : toOperand("set", value as Operand);
  let surplus = 0;
  while (z.ndim - surplus > shape.length && z.shape[surplus] === 1) surplus++;
  const fitting = surplus === 0 ? z : reshape(z, z.shape.slice(surplus));
  requireBroadcast("set", "the value", fitting.shape, shape);
  return fitting;
}

/** Stores values at the combinations of index tensors. */
function putInPlace({ view, indices, ...params }: Located, values: Tensor): void {
  const shapes = indices.map((i) => i.shape);
  const all = expand(to(values, view.dtype), pickedShape(view.shape, shapes, params));
  const isRecorded = isGradEnabled() && (view.requiresGrad || all.requiresGrad);
  if (isRecorded || view.storage.isBatched) {
    updateInPlace("set", view, (x, z) => putOp([x, z as Tensor, ...indices], params), [all]);
    return;
  }
  const offsets = offsetsOf("set", view.shape, indices.map(contiguousArray), shapes, params);
  changeInPlace("set", view, (elements) => storeElements(elements, readBefore(all, view), offsets));
}

/** Assigns a value to the elements of `x` that the entries pick. */
function assign(x: Tensor, entries: readonly Index[], value: Operand | readonly NestedArray[]): Tensor {
  const located = locate("set", x, entries);
  const { view, indices, ...params } = located;
  const shapes = indices.map((i) => i.shape);
  const shape = indices.length === 0 ? view.shape : pickedShape(view.shape, shapes, params);
  const values = valueOf(value, x, shape);
  if (indices.length === 0) copyElements("set", view, values);
  else putInPlace(located, values);
  return x;
}

addMethods({
  set(indices, value) {
    return assign(this, indices, value);
  },
});

declare module "../../tensor/tensor.ts" {
  interface Tensor {
    /**
     * Assigns a number, a tensor or nested arrays, broadcast and cast, to the elements that the entries pick, as `x[…] = value` does in NumPy, and returns
     * this tensor. The entries are those of `at`. The change is in place: views change too, the version of the storage is raised, and the tape records it.
     * Gradients flow to the value, and to the elements that are not replaced. Of several values for one element, the last remains and gets the gradient.
     * @throws IndexError for an index out of range, for text that is no slice, and for too many entries; ShapeError for a value that does not broadcast;
     * GradError for a leaf that requires a gradient.
     * @example
     * const x = zeros([2, 3]).set([0], 1).set([":, 1"], tensor([5, 6]));
     * x.toArray(); // [[1, 5, 1], [0, 6, 0]]
     * x.set([x.eq(0)], -1).toArray(); // [[1, 5, 1], [-1, 6, -1]]
     */
    set(indices: readonly Index[], value: Operand | readonly NestedArray[]): Tensor;
  }
}
