/** Changes of a tensor's own elements. They raise the storage's version, so that backward finds saved tensors that are stale. */

import { walk } from "../op/loops.ts";
import { type Operand, operand } from "../op/operand.ts";
import { isGradEnabled, noGrad } from "../tape/mode.ts";
import { isFloating, type NumericArray } from "../tensor/dtype.ts";
import { DTypeError, GradError, ShapeError } from "../tensor/errors.ts";
import { broadcastShapes, contiguousStrides, sameShape } from "../tensor/shape.ts";
import { adopt } from "../tensor/storage.ts";
import { contiguousArray } from "../tensor/strided.ts";
import { Tensor } from "../tensor/tensor.ts";
import { add, mul, sub } from "./arithmetic.ts";
import { div } from "./division.ts";
import { expand } from "./shape.ts";

/** Refuses changes that the tape could not follow. */
function writable(op: string, x: Tensor, sources: readonly Tensor[]): void {
  if (isGradEnabled() && x.requiresGrad)
    throw new GradError(
      op,
      x.isLeaf
        ? "a leaf that requires a gradient cannot be changed in place; do it inside noGrad(() => …)"
        : "a recorded result cannot be changed in place; use the op without the underscore",
    );
  if (isGradEnabled() && sources.some((s) => s.requiresGrad))
    throw new GradError(
      op,
      "a tensor off the tape cannot take in one that requires a gradient; use the op without the underscore, or detach()",
    );
  if (x.strides.some((s, d) => s === 0 && x.shape[d] > 1))
    throw new GradError(op, "an expanded tensor shares elements and cannot be changed in place; clone() it first");
}

/** Writes the elements of `from`, broadcast, into `x`. */
function write(op: string, x: Tensor, from: Tensor): Tensor {
  if (!sameShape(broadcastShapes(op, [x.shape, from.shape]), x.shape))
    throw new ShapeError(op, "the operand must broadcast to the tensor", [x.shape, from.shape]);
  if (isFloating(from.dtype) && !isFloating(x.dtype) && from.wrapped !== "int32" && from.wrapped !== "bool")
    throw new DTypeError(op, "a float result cannot be stored in place", [x.dtype]);
  if (x.numel() === 0) return changed(op, x);
  const source = contiguousArray(noGrad(() => expand(from, x.shape)));
  const { array } = x.storage;
  const bool = x.dtype === "bool";
  if (x.isContiguous() && !bool) array.set(source, x.offset);
  else
    walk(x.shape, [x.shape.length === 0 ? [] : x.strides, contiguousStrides(x.shape)], (at, [o]) => {
      array[x.offset + o] = bool ? Number(source[at] !== 0) : source[at];
    });
  return changed(op, x);
}

/** Refuses, or counts, a change that a kernel is about to make. */
export function changing(op: string, x: Tensor): void {
  writable(op, x, []);
  changed(op, x);
}

function changed(op: string, x: Tensor): Tensor {
  x.storage.version++;
  x.storage.changedBy = op;
  return x;
}

/** Lets `change` write on the elements in row-major order. */
export function changeInPlace(op: string, x: Tensor, change: (elements: NumericArray) => void): void {
  writable(op, x, []);
  const elements = contiguousArray(x);
  change(elements);
  if (x.isContiguous()) changed(op, x);
  else write(op, x, new Tensor(adopt(elements, x.dtype), x.shape));
}

const updating =
  (op: string, f: (x: Tensor, z: Tensor) => Tensor) =>
  (x: Tensor, other: Operand): Tensor => {
    const z = operand(op, other);
    writable(op, x, [z]);
    return write(
      op,
      x,
      noGrad(() => f(x, z)),
    );
  };

export const addInPlace: (x: Tensor, other: Operand) => Tensor = updating("add_", add);
export const subInPlace: (x: Tensor, other: Operand) => Tensor = updating("sub_", sub);
export const mulInPlace: (x: Tensor, other: Operand) => Tensor = updating("mul_", mul);
export const divInPlace: (x: Tensor, other: Operand) => Tensor = updating("div_", div);
export const copyInPlace: (x: Tensor, other: Operand) => Tensor = updating("copy_", (_x, z) => z);
export const fillInPlace: (x: Tensor, value: number | boolean) => Tensor = updating("fill_", (_x, z) => z);
