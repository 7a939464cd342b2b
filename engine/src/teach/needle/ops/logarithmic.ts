/** Log-sum-exp and log-softmax, made safe by subtracting the maximum. */

import type { NDArray } from "../lazy-mode.ts";
import { type Tensor, TensorOp, type Value } from "../value.ts";
import type { Axes } from "./mathematic.ts";
import { broadcastTo, exp, reshape, summation, withOnes } from "./mathematic.ts";

/** log Σ exp over some dimensions. */
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
    const wide = (t: Tensor): Tensor => broadcastTo(reshape(t, shape), a.shape);
    // exp(a - log Σ exp a) is the softmax
    return wide(g).mul(exp(a.sub(wide(logsumexp(a, this.axes)))));
  }
}

/** a - log Σ exp a over the last dimension. */
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

export const logsumexp = (a: Tensor, axes: Axes = null): Tensor => new LogSumExp(axes).call(a);
export const logsoftmax = (a: Tensor): Tensor => new LogSoftmax().call(a);
