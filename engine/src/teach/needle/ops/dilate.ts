/** Ops of the course that reverse dimensions and dilate them, for the gradients of convolutions. */
import { zeros } from "../../../tensor/create.ts";
import { normalizeDim, type Shape, sameShape } from "../../../tensor/shape.ts";
import { fromArray } from "../../../tensor/tensor.ts";
import { type Tensor, TensorOp } from "../tensor.ts";
import type { NDArray, Value } from "../value.ts";

/** Returns the elements of a dimension at the given indices. */
const pick = (a: NDArray, d: number, at: Int32Array): NDArray => a.indexSelect(d, fromArray(at, "int32", [at.length]));

/** Returns the dimensions that `a` has, counted from the start. */
const existingDims = (a: NDArray, axes: readonly number[]): number[] =>
  axes.map((d) => (d < 0 ? d + a.ndim : d)).filter((d) => d >= 0 && d < a.ndim);

/**
 * Reversal of the order of elements along some dimensions. Gradient: g, reversed.
 * @example new needle.ops.Flip([0]).call(new needle.Tensor([1, 2])).numpy(); // [2, 1]
 */
export class Flip extends TensorOp {
  readonly axes: readonly number[];
  constructor(axes: readonly number[]) {
    super();
    this.axes = axes;
  }
  override compute(a: NDArray): NDArray {
    return this.axes.reduce((x, axis) => {
      const d = normalizeDim("Flip", axis, x.ndim);
      const n = x.shape[d];
      return pick(
        x,
        d,
        Int32Array.from({ length: n }, (_, i) => n - 1 - i),
      );
    }, a);
  }
  override gradient(g: Tensor): Tensor {
    return flip(g, this.axes);
  }
}

/**
 * Returns `a` with the order of the elements along some dimensions reversed.
 * @example needle.ops.flip(new needle.Tensor([1, 2]), [0]).numpy(); // [2, 1]
 */
export const flip = (a: Tensor, axes: readonly number[]): Tensor => new Flip(axes).call(a);

/**
 * Insertion of `dilation` zeros after each element along some dimensions. Gradient: g, undilated.
 * @example new needle.ops.Dilate([0], 1).call(new needle.Tensor([1, 2])).numpy(); // [1, 0, 2, 0]
 */
export class Dilate extends TensorOp {
  readonly axes: readonly number[];
  readonly dilation: number;
  constructor(axes: readonly number[], dilation: number) {
    super();
    this.axes = axes;
    this.dilation = dilation;
  }
  override compute(a: NDArray): NDArray {
    return existingDims(a, this.axes).reduce((x, d) => {
      const n = x.shape[d];
      const wide = zeros(x.shape.with(d, n * (this.dilation + 1)), { dtype: x.dtype });
      const at = Int32Array.from({ length: n }, (_, i) => i * (this.dilation + 1));
      return wide.indexAdd(d, fromArray(at, "int32", [n]), x);
    }, a);
  }
  override gradient(g: Tensor): Tensor {
    return undilate(g, this.axes, this.dilation);
  }
}

/**
 * Returns `a` with `dilation` zeros after each element along some dimensions, also after the last. Dimensions that `a` does not have are ignored.
 * @example needle.ops.dilate(new needle.Tensor([1, 2]), [0], 1).numpy(); // [1, 0, 2, 0]
 */
export const dilate = (a: Tensor, axes: readonly number[], dilation: number): Tensor =>
  new Dilate(axes, dilation).call(a);

/**
 * Every (dilation + 1)-th element along some dimensions. Gradient: g, dilated, in the shape of the input.
 * @example new needle.ops.UnDilate([0], 1).call(new needle.Tensor([1, 0, 2, 0])).numpy(); // [1, 2]
 */
export class UnDilate extends TensorOp {
  readonly axes: readonly number[];
  readonly dilation: number;
  constructor(axes: readonly number[], dilation: number) {
    super();
    this.axes = axes;
    this.dilation = dilation;
  }
  override compute(a: NDArray): NDArray {
    return existingDims(a, this.axes).reduce((x, d) => {
      const n = Math.ceil(x.shape[d] / (this.dilation + 1));
      return pick(
        x,
        d,
        Int32Array.from({ length: n }, (_, i) => i * (this.dilation + 1)),
      );
    }, a);
  }
  override gradient(g: Tensor, node: Value): Tensor {
    const { shape } = node.inputs[0] as Tensor;
    const wide = dilate(g, this.axes, this.dilation);
    return sameShape(wide.shape, shape) ? wide : new Fit(shape).call(wide);
  }
}

/**
 * Returns every (dilation + 1)-th element of `a` along some dimensions: the inverse of `dilate`.
 * @example needle.ops.undilate(new needle.Tensor([1, 0, 2, 0]), [0], 1).numpy(); // [1, 2]
 */
export const undilate = (a: Tensor, axes: readonly number[], dilation: number): Tensor =>
  new UnDilate(axes, dilation).call(a);

/** Crops each dimension at its end, or pads it with zeros, to a shape. Gradient: g in the shape of the input, by the same op. */
class Fit extends TensorOp {
  readonly shape: Shape;
  constructor(shape: Shape) {
    super();
    this.shape = shape;
  }
  override compute(a: NDArray): NDArray {
    return this.shape.reduce((x, n, d) => {
      const cut = x.narrow(d, 0, Math.min(n, x.shape[d])).contiguous();
      if (cut.shape[d] === n) return cut;
      const at = Int32Array.from({ length: cut.shape[d] }, (_, i) => i);
      return zeros(cut.shape.with(d, n), { dtype: cut.dtype }).indexAdd(d, fromArray(at, "int32", [at.length]), cut);
    }, a);
  }
  override gradient(g: Tensor, node: Value): Tensor {
    return new Fit((node.inputs[0] as Tensor).shape).call(g);
  }
}
