/** Log-sum-exp and log-softmax, which subtract the maximum, so that no exponential overflows. */
import { type Tensor, TensorOp } from "../tensor.ts";
import type { NDArray, Value } from "../value.ts";
import { exp } from "./elementwise.ts";
import { type Axes, broadcastTo, reshape, summation, withOnes } from "./shape.ts";

/**
 * Log Σ eᵃ over a dimension, several, or all (`null`). Gradient: g times the softmax.
 * @example new needle.ops.LogSumExp().call(new needle.Tensor([0, 0])).numpy(); // 0.6931…
 */
export class LogSumExp extends TensorOp {
  readonly axes: Axes;
  constructor(axes: Axes = null) {
    super();
    this.axes = axes;
  }
  override compute(a: NDArray): NDArray {
    const dims =
      this.axes === null ? a.shape.map((_, d) => d) : typeof this.axes === "number" ? [this.axes] : [...this.axes];
    return a.logsumexp(dims);
  }
  override gradient(g: Tensor, node: Value): Tensor {
    const a = node.inputs[0] as Tensor;
    const shape = withOnes(a.shape, this.axes);
    const expand = (t: Tensor): Tensor => broadcastTo(reshape(t, shape), a.shape);
    // exp(a - log Σ exp a) is the softmax
    return expand(g).mul(exp(a.sub(expand(logsumexp(a, this.axes)))));
  }
}

/**
 * Log-softmax over the last dimension, a - log Σ eᵃ. Gradient: g - Σ g times the softmax.
 * @example new needle.ops.LogSoftmax().call(new needle.Tensor([0])).numpy(); // [0]
 */
export class LogSoftmax extends TensorOp {
  override compute(a: NDArray): NDArray {
    return a.logSoftmax(-1);
  }
  override gradient(g: Tensor, node: Value): Tensor {
    const a = node.inputs[0] as Tensor;
    const last = a.shape.length - 1;
    const total = reshape(summation(g, last), withOnes(a.shape, last));
    return g.sub(exp(logsoftmax(a)).mul(broadcastTo(total, a.shape)));
  }
}

/**
 * Returns log Σ eᵃ over a dimension, several, or by default all; the dimensions are removed.
 * @example needle.ops.logsumexp(new needle.Tensor([0, 0])).numpy(); // 0.6931…
 */
export const logsumexp = (a: Tensor, axes: Axes = null): Tensor => new LogSumExp(axes).call(a);

/**
 * Returns the log-softmax over the last dimension.
 * @example needle.ops.logsoftmax(new needle.Tensor([0])).numpy(); // [0]
 */
export const logsoftmax = (a: Tensor): Tensor => new LogSoftmax().call(a);
