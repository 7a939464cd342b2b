/** Ops that arrange elements anew, and convolution, in the course's layout: images NHWC, weights KKIO. */

import { conv2d } from "../../../ops/functional/conv.ts";
import { stack as stackArrays } from "../../../ops/shape/join.ts";
import { grad } from "../../../tape/backward/backward.ts";
import { enableGrad } from "../../../tape/graph/mode.ts";
import { zeros } from "../../../tensor/create.ts";
import { ArgumentError, ShapeError } from "../../../tensor/errors.ts";
import { normalizeDim, type Shape, sameShape } from "../../../tensor/shape.ts";
import { fromArray } from "../../../tensor/tensor.ts";
import type { NDArray } from "../lazy-mode.ts";
import { type Tensor, TensorOp, TensorTuple, TensorTupleOp, type Value } from "../value.ts";

/** Tensors of one shape along a new dimension. */
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

/** The slices of a dimension, without it. */
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

/** The elements of a dimension in the order given. */
const pick = (a: NDArray, d: number, at: Int32Array): NDArray => a.indexSelect(d, fromArray(at, "int32", [at.length]));

/** Dimensions backwards. */
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

/** `dilation` zeros behind each element of some dimensions, the last one too; dimensions that are not there are left out. */
export class Dilate extends TensorOp {
  readonly axes: readonly number[];
  readonly dilation: number;
  constructor(axes: readonly number[], dilation: number) {
    super();
    this.axes = axes;
    this.dilation = dilation;
  }
  override compute(a: NDArray): NDArray {
    return within(a, this.axes).reduce((x, d) => {
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

/** Undoes a dilation. */
export class UnDilate extends TensorOp {
  readonly axes: readonly number[];
  readonly dilation: number;
  constructor(axes: readonly number[], dilation: number) {
    super();
    this.axes = axes;
    this.dilation = dilation;
  }
  override compute(a: NDArray): NDArray {
    return within(a, this.axes).reduce((x, d) => {
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

/** Cut off, or filled up with zeros, at the end of each dimension: its own dual. */
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

const within = (a: NDArray, axes: readonly number[]): number[] =>
  axes.map((d) => (d < 0 ? d + a.ndim : d)).filter((d) => d >= 0 && d < a.ndim);

/** How a convolution strides and pads. */
interface Geometry {
  readonly stride: number;
  readonly padding: number;
}

/** NHWC with KKIO to NHWC, by the engine's convolution. */
function convolve(x: NDArray, w: NDArray, { stride, padding }: Geometry): NDArray {
  if (x.ndim !== 4 || w.ndim !== 4 || w.shape[2] !== x.shape[3])
    throw new ShapeError("Conv", "images must be [N, H, W, C] and weights [K, K, C, O]", [x.shape, w.shape]);
  return conv2d(x.permute([0, 3, 1, 2]), w.permute([3, 2, 0, 1]), { stride, padding })
    .permute([0, 2, 3, 1])
    .contiguous();
}

/** Convolution of images and weights. It is linear in both, so its two gradients, below, are made of it and of each other. */
export class Conv extends TensorOp {
  readonly geometry: Geometry;
  constructor(stride = 1, padding = 0) {
    super();
    this.geometry = { stride, padding };
  }
  override compute(x: NDArray, w: NDArray): NDArray {
    return convolve(x, w, this.geometry);
  }
  override gradient(g: Tensor, node: Value): Tensor[] {
    const [x, w] = node.inputs as Tensor[];
    return [new ConvToImages(this.geometry, x.shape).call(g, w), new ConvToWeights(this.geometry, w.shape).call(g, x)];
  }
}

/** From gradients of the result and weights to gradients of the images. */
class ConvToImages extends TensorOp {
  readonly geometry: Geometry;
  readonly shape: Shape;
  constructor(geometry: Geometry, shape: Shape) {
    super();
    this.geometry = geometry;
    this.shape = shape;
  }
  override compute(g: NDArray, w: NDArray): NDArray {
    const x = zeros(this.shape, { dtype: g.dtype, requiresGrad: true });
    return enableGrad(() => grad(convolve(x, w, this.geometry), [x], { gradOutputs: [g] }))[0];
  }
  override gradient(gg: Tensor, node: Value): Tensor[] {
    const [g, w] = node.inputs as Tensor[];
    const { stride, padding } = this.geometry;
    return [new Conv(stride, padding).call(gg, w), new ConvToWeights(this.geometry, w.shape).call(g, gg)];
  }
}

/** From gradients of the result and images to gradients of the weights. */
class ConvToWeights extends TensorOp {
  readonly geometry: Geometry;
  readonly shape: Shape;
  constructor(geometry: Geometry, shape: Shape) {
    super();
    this.geometry = geometry;
    this.shape = shape;
  }
  override compute(g: NDArray, x: NDArray): NDArray {
    const w = zeros(this.shape, { dtype: g.dtype, requiresGrad: true });
    return enableGrad(() => grad(convolve(x, w, this.geometry), [w], { gradOutputs: [g] }))[0];
  }
  override gradient(gg: Tensor, node: Value): Tensor[] {
    const [g, x] = node.inputs as Tensor[];
    const { stride, padding } = this.geometry;
    return [new Conv(stride, padding).call(x, gg), new ConvToImages(this.geometry, x.shape).call(g, gg)];
  }
}

/** Stacks a list or a tuple of tensors. */
export function stack(args: readonly Tensor[] | TensorTuple, axis = 0): Tensor {
  const list = args instanceof TensorTuple ? args.tuple() : args;
  if (list.length === 0) throw new ArgumentError("stack", "there is nothing to stack");
  return new Stack(axis).call(...list);
}
export const split = (a: Tensor, axis = 0): TensorTuple => new Split(axis).call(a);
export const flip = (a: Tensor, axes: readonly number[]): Tensor => new Flip(axes).call(a);
export const dilate = (a: Tensor, axes: readonly number[], dilation: number): Tensor =>
  new Dilate(axes, dilation).call(a);
export const undilate = (a: Tensor, axes: readonly number[], dilation: number): Tensor =>
  new UnDilate(axes, dilation).call(a);
export const conv = (a: Tensor, b: Tensor, stride = 1, padding = 0): Tensor => new Conv(stride, padding).call(a, b);
