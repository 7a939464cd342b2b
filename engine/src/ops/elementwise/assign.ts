/** Methods that assign elements. */

import type { Operand } from "../../dispatch/operand.ts";
import { toOperand } from "../../dispatch/operand.ts";
import { registerMethod } from "../../dispatch/registry.ts";
import { isGradEnabled } from "../../tape/graph/mode.ts";
import { ShapeError } from "../../tensor/errors.ts";
import { addMethods } from "../../tensor/methods.ts";
import { contiguousStrides, requireBroadcast } from "../../tensor/shape.ts";
import { Tensor } from "../../tensor/tensor.ts";
import { countChange, requireWritable, updateInPlace } from "../inplace.ts";
import { expand } from "../shape/expand.ts";
import { asStridedScatterOp } from "../shape/strided.ts";
import { to } from "./convert.ts";

/** Returns `x` with all elements replaced by those of `z`, so that no gradient flows to `x`. */
const replaced = (x: Tensor, z: unknown): Tensor =>
  asStridedScatterOp([x, to(expand(z as Tensor, x.shape), x.dtype)], {
    size: x.shape,
    stride: contiguousStrides(x.shape),
    storageOffset: 0,
  });

/** Copies the elements of an operand, broadcast and cast, to `x`. */
export function copyElements(op: string, x: Tensor, other: Operand, change: "copies" | "fills" = "copies"): Tensor {
  const z = toOperand(op, other);
  requireBroadcast(op, "the operand", z.shape, x.shape);
  const recorded = isGradEnabled() && (x.requiresGrad || z.requiresGrad);
  const f = recorded ? replaced : (_x: Tensor, from: unknown): Tensor => from as Tensor;
  return updateInPlace(op, x, f, [z], change);
}

/** Copies the elements of `other`, broadcast and cast, to `x`. Copying a tensor to itself changes no element. */
export function copyInPlace(x: Tensor, other: Operand): Tensor {
  if (x !== other) return copyElements("copy_", x, other, "copies");
  requireWritable("copy_", x, []);
  return countChange("copy_", x);
}

/** Sets all elements to a number, or to that of a 0-d tensor. */
export function fillInPlace(x: Tensor, value: Operand): Tensor {
  if (value instanceof Tensor && value.ndim > 0)
    throw new ShapeError("fill_", "the value must be a number or a 0-d tensor; use copy_ for others", [value.shape]);
  return copyElements("fill_", x, value, "fills");
}

addMethods({
  copy_(from) {
    return copyInPlace(this, from);
  },
  fill_(value) {
    return fillInPlace(this, value);
  },
  zero_() {
    return copyElements("zero_", this, 0, "fills");
  },
});

registerMethod("copy_", "Tensor.copy_", "input, src", (x: Tensor, src: Operand) => copyInPlace(x, src));
registerMethod("fill_", "Tensor.fill_", "input, value", (x: Tensor, value: Operand) => fillInPlace(x, value));
registerMethod("item", "Tensor.item", "input", (x: Tensor) => x.item());
registerMethod("zero_", "zero_", "input", (x: Tensor) => x.zero_());

declare module "../../tensor/tensor.ts" {
  interface Tensor {
    /**
     * Copies the elements of another tensor, broadcast and cast, or a number, to this tensor. The gradient flows to `from`.
     * @throws ShapeError when the shape does not broadcast to that of this tensor; GradError for a leaf that requires a gradient.
     * @example zeros([2]).copy_(tensor([1, 2])).toArray(); // [1, 2]
     */
    copy_(from: Operand): Tensor;
    /**
     * Sets all elements to a number, or to the element of a 0-d tensor.
     * @throws ShapeError for a tensor with dimensions; GradError for a leaf that requires a gradient.
     * @example zeros([2]).fill_(3).toArray(); // [3, 3]
     */
    fill_(value: Operand): Tensor;
    /** Sets all elements to 0. */
    zero_(): Tensor;
  }
}
