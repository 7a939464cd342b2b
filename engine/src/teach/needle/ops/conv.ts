/** The convolution of the course: images NHWC, weights KKIO. */
import { conv2d } from "../../../ops/functional/conv.ts";
import { grad } from "../../../tape/backward/backward.ts";
import { enableGrad } from "../../../tape/graph/mode.ts";
import { zeros } from "../../../tensor/create.ts";
import { ShapeError } from "../../../tensor/errors.ts";
import type { Shape } from "../../../tensor/shape.ts";
import { type Tensor, TensorOp } from "../tensor.ts";
import type { NDArray, Value } from "../value.ts";

/** Stride and padding of a convolution. */
interface Geometry {
  readonly stride: number;
  readonly padding: number;
}

/** Returns the convolution of NHWC images with KKIO weights, by the engine's `conv2d`. */
function convolve(x: NDArray, w: NDArray, { stride, padding }: Geometry): NDArray {
  if (x.ndim !== 4 || w.ndim !== 4 || w.shape[2] !== x.shape[3])
    throw new ShapeError("Conv", "images must be [N, H, W, C] and weights [K, K, C, O]", [x.shape, w.shape]);
  return conv2d(x.permute([0, 3, 1, 2]), w.permute([3, 2, 0, 1]), { stride, padding })
    .permute([0, 2, 3, 1])
    .contiguous();
}

/**
 * Convolution of images [N, H, W, C] and weights [K, K, C, O]. It is linear in both, so its gradients are made of it and of each other.
 * @example new needle.ops.Conv(1, 0).call(new needle.Tensor([[[[2]]]]), new needle.Tensor([[[[3]]]])).shape; // [1, 1, 1, 1]
 */
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
    return [
      new ConvInputGrad(this.geometry, x.shape).call(g, w),
      new ConvWeightGrad(this.geometry, w.shape).call(g, x),
    ];
  }
}

/**
 * Returns the convolution of images [N, H, W, C] with weights [K, K, C, O]: [N, H, W, O], with a stride of 1 and no padding by default.
 * @example needle.ops.conv(new needle.Tensor([[[[2]]]]), new needle.Tensor([[[[3]]]])).numpy(); // [[[[6]]]]
 */
export const conv = (a: Tensor, b: Tensor, stride = 1, padding = 0): Tensor => new Conv(stride, padding).call(a, b);

/** Gradient of a convolution with respect to the images, from the gradient of the result and the weights. */
class ConvInputGrad extends TensorOp {
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
    return [new Conv(stride, padding).call(gg, w), new ConvWeightGrad(this.geometry, w.shape).call(g, gg)];
  }
}

/** Gradient of a convolution with respect to the weights, from the gradient of the result and the images. */
class ConvWeightGrad extends TensorOp {
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
    return [new Conv(stride, padding).call(x, gg), new ConvInputGrad(this.geometry, x.shape).call(g, gg)];
  }
}
