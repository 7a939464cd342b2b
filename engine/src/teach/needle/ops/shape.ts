/** Ops of the course that change the shape: transpose, reshape, broadcast, and its adjoint, the sum. */
import { ShapeError } from "../../../tensor/errors.ts";
import { broadcastShapes, normalizeDim, type Shape, sameShape } from "../../../tensor/shape.ts";
import { type Tensor, TensorOp } from "../tensor.ts";
import type { NDArray, Value } from "../value.ts";

/** Dimensions to sum over: one, several, or all (`null`). */
export type Axes = number | readonly number[] | null;

const inputsOf = (node: Value): Tensor[] => node.inputs as Tensor[];

/**
 * Swap of two dimensions, by default the last two. Gradient: g with the same dimensions swapped.
 * @example new needle.ops.Transpose([0, 1]).call(new needle.Tensor([[1, 2]])).shape; // [2, 1]
 */
export class Transpose extends TensorOp {
  readonly axes: readonly [number, number] | null;
  constructor(axes: readonly [number, number] | null = null) {
    super();
    this.axes = axes;
  }
  override compute(a: NDArray): NDArray {
    const [i, j] = this.axes ?? [-1, -2];
    return a.transpose(i, j).contiguous();
  }
  override gradient(g: Tensor): Tensor {
    return transpose(g, this.axes);
  }
}

/**
 * Returns `a` with two dimensions swapped, by default the last two.
 * @example needle.ops.transpose(new needle.Tensor([[1, 2]])).shape; // [2, 1]
 */
export const transpose = (a: Tensor, axes: readonly [number, number] | null = null): Tensor =>
  new Transpose(axes).call(a);

/**
 * Another shape of as many elements. Gradient: g in the shape of the input.
 * @example new needle.ops.Reshape([2]).call(new needle.Tensor([[1, 2]])).numpy(); // [1, 2]
 */
export class Reshape extends TensorOp {
  readonly shape: Shape;
  constructor(shape: Shape) {
    super();
    this.shape = shape;
  }
  override compute(a: NDArray): NDArray {
    return a.reshape([...this.shape]);
  }
  override gradient(g: Tensor, node: Value): Tensor {
    return reshape(g, inputsOf(node)[0].shape);
  }
}

/**
 * Returns `a` in another shape of as many elements.
 * @example needle.ops.reshape(new needle.Tensor([[1, 2]]), [2]).numpy(); // [1, 2]
 */
export const reshape = (a: Tensor, shape: Shape): Tensor => new Reshape(shape).call(a);

/**
 * Broadcast to a shape. Gradient: g summed over the broadcast dimensions.
 * @example new needle.ops.BroadcastTo([2]).call(new needle.Tensor([1])).numpy(); // [1, 1]
 */
export class BroadcastTo extends TensorOp {
  readonly shape: Shape;
  constructor(shape: Shape) {
    super();
    this.shape = shape;
  }
  override compute(a: NDArray): NDArray {
    if (!sameShape(broadcastShapes("BroadcastTo", [a.shape, this.shape]), this.shape))
      throw new ShapeError("BroadcastTo", "the tensor does not broadcast to the shape", [a.shape, this.shape]);
    return a.expand([...this.shape]).contiguous();
  }
  override gradient(g: Tensor, node: Value): Tensor {
    return sumTo(g, inputsOf(node)[0].shape);
  }
}

/**
 * Returns `a` broadcast to a shape. Throws ShapeError where it does not broadcast.
 * @example needle.ops.broadcastTo(new needle.Tensor([1]), [2, 2]).numpy(); // [[1, 1], [1, 1]]
 */
export const broadcastTo = (a: Tensor, shape: Shape): Tensor => new BroadcastTo(shape).call(a);

/**
 * Sum over a dimension, several, or all (`null`). Gradient: g broadcast to the shape of the input.
 * @example new needle.ops.Summation(0).call(new needle.Tensor([[1, 2]])).numpy(); // [1, 2]
 */
export class Summation extends TensorOp {
  readonly axes: Axes;
  constructor(axes: Axes = null) {
    super();
    this.axes = axes;
  }
  override compute(a: NDArray): NDArray {
    return this.axes === null ? a.sum() : a.sum(typeof this.axes === "number" ? this.axes : [...this.axes]);
  }
  override gradient(g: Tensor, node: Value): Tensor {
    const { shape } = inputsOf(node)[0];
    return broadcastTo(reshape(g, withOnes(shape, this.axes)), shape);
  }
}

/**
 * Returns the sum over a dimension, several, or by default all; the summed dimensions are removed.
 * @example needle.ops.summation(new needle.Tensor([[1, 2]]), 1).numpy(); // [3]
 */
export const summation = (a: Tensor, axes: Axes = null): Tensor => new Summation(axes).call(a);

/** Returns the shape with 1 in place of the summed dimensions. */
export function withOnes(shape: Shape, axes: Axes): number[] {
  const summed =
    axes === null
      ? shape.map((_, d) => d)
      : (typeof axes === "number" ? [axes] : axes).map((d) => normalizeDim("Summation", d, shape.length));
  return shape.map((n, d) => (summed.includes(d) ? 1 : n));
}

/** Returns the sum over the dimensions along which a tensor of the given shape was broadcast to the shape of `x`. */
export function sumTo(x: Tensor, shape: Shape): Tensor {
  const lead = x.shape.length - shape.length;
  const axes = x.shape.flatMap((n, d) => (d < lead || (shape[d - lead] === 1 && n !== 1) ? [d] : []));
  return axes.length === 0 ? x : reshape(summation(x, axes), shape);
}
