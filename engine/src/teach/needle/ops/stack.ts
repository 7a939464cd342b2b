/** Ops of the course that stack tensors and split them again. */
import { stack as stackArrays } from "../../../ops/shape/join.ts";
import { ArgumentError } from "../../../tensor/errors.ts";
import { normalizeDim } from "../../../tensor/shape.ts";
import { type Tensor, TensorOp, TensorTuple, TensorTupleOp } from "../tensor.ts";
import type { NDArray, Value } from "../value.ts";

/**
 * Stack of tensors of one shape along a new dimension. Gradients: the slices of g.
 * @example new needle.ops.Stack(0).call(new needle.Tensor([1]), new needle.Tensor([2])).numpy(); // [[1], [2]]
 */
export class Stack extends TensorOp {
  readonly axis: number;
  constructor(axis = 0) {
    super();
    this.axis = axis;
  }
  override compute(...args: NDArray[]): NDArray {
    return stackArrays(args, { dim: this.axis });
  }
  override gradient(g: Tensor): Value[] {
    return [...split(g, this.axis).tuple()];
  }
}

/**
 * Returns tensors of one shape, in a list or a tuple, stacked along a new dimension, by default the first. Throws ArgumentError for an empty list.
 * @example needle.ops.stack([new needle.Tensor([1]), new needle.Tensor([2])]).numpy(); // [[1], [2]]
 */
export function stack(args: readonly Tensor[] | TensorTuple, axis = 0): Tensor {
  const list = args instanceof TensorTuple ? args.tuple() : args;
  if (list.length === 0) throw new ArgumentError("stack", "there is nothing to stack");
  return new Stack(axis).call(...list);
}

/**
 * Slices of a dimension, as a tuple. Gradient: the stack of the slices' gradients.
 * @example new needle.ops.Split(0).call(new needle.Tensor([[1], [2]])).length; // 2
 */
export class Split extends TensorTupleOp {
  readonly axis: number;
  constructor(axis = 0) {
    super();
    this.axis = axis;
  }
  override compute(a: NDArray): readonly NDArray[] {
    const d = normalizeDim("Split", this.axis, a.ndim);
    return Array.from({ length: a.shape[d] }, (_, i) => a.select(d, i).contiguous());
  }
  override gradient(g: Value): Value {
    return stack([...(g as TensorTuple).tuple()], this.axis);
  }
}

/**
 * Returns the slices of a dimension, by default the first, as a tuple of tensors without that dimension.
 * @example needle.ops.split(new needle.Tensor([[1], [2]])).at(1).numpy(); // [2]
 */
export const split = (a: Tensor, axis = 0): TensorTuple => new Split(axis).call(a);
