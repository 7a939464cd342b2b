/** Smooth activation layers, gates, and softmax. */

import { glu, softmin, softsign, tanhshrink } from "../../ops/functional/gated-activation.ts";
import { logSigmoid } from "../../ops/functional/log-sigmoid.ts";
import { celu, elu, mish, selu, silu, softplus } from "../../ops/functional/smooth-activation.ts";
import { logSoftmax, softmax } from "../../ops/functional/softmax.ts";
import { checkNew } from "../../tensor/arguments/guard.ts";
import { ShapeError } from "../../tensor/errors.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { Module } from "../base/module.ts";

/**
 * Sigmoid linear unit or swish, x σ(x), elementwise on any shape. Source: Hendrycks and Gimpel, 2016.
 * @example new nn.SiLU().forward(tensor([0])).toArray(); // [0]
 */
export class SiLU extends Module {
  override forward(x: Tensor): Tensor {
    return silu(x);
  }
}

/**
 * Mish, x tanh(ln(1 + eˣ)), elementwise on any shape. Source: Misra, 2019.
 * @example new nn.Mish().forward(tensor([0])).toArray(); // [0]
 */
export class Mish extends Module {
  override forward(x: Tensor): Tensor {
    return mish(x);
  }
}

/**
 * Exponential linear unit: x where x > 0, else alpha (eˣ - 1), elementwise on any shape. Source: Clevert et al., 2016.
 * @example new nn.ELU().forward(tensor([-Infinity, 2])).toArray(); // [-1, 2]
 */
export class ELU extends Module {
  readonly alpha: number;
  constructor(alpha = 1) {
    checkNew(new.target, arguments);
    super();
    this.alpha = alpha;
  }
  override forward(x: Tensor): Tensor {
    return elu(x, { alpha: this.alpha });
  }
  override extraRepr(): string {
    return `alpha=${this.alpha}`;
  }
}

/**
 * Continuously differentiable exponential linear unit, max(x, 0) + min(alpha (e^(x / alpha) - 1), 0), elementwise on any shape. Source: Barron, 2017.
 * @example new nn.CELU(2).forward(tensor([-Infinity, 3])).toArray(); // [-2, 3]
 */
export class CELU extends Module {
  readonly alpha: number;
  constructor(alpha = 1) {
    checkNew(new.target, arguments);
    super();
    this.alpha = alpha;
  }
  override forward(x: Tensor): Tensor {
    return celu(x, { alpha: this.alpha });
  }
  override extraRepr(): string {
    return `alpha=${this.alpha}`;
  }
}

/**
 * Scaled exponential linear unit, whose scale and limit keep mean 0 and variance 1, elementwise on any shape. Source: Klambauer et al., 2017.
 * @example new nn.SELU().forward(tensor([0])).toArray(); // [0]
 */
export class SELU extends Module {
  override forward(x: Tensor): Tensor {
    return selu(x);
  }
}

/**
 * Softplus, ln(1 + e^(beta x)) / beta, and x where beta x > threshold, elementwise on any shape.
 * @example new nn.Softplus().forward(tensor([30])).toArray(); // [30]
 */
export class Softplus extends Module {
  readonly beta: number;
  readonly threshold: number;
  constructor(beta = 1, threshold = 20) {
    checkNew(new.target, arguments);
    super();
    this.beta = beta;
    this.threshold = threshold;
  }
  override forward(x: Tensor): Tensor {
    return softplus(x, { beta: this.beta, threshold: this.threshold });
  }
  override extraRepr(): string {
    return `beta=${this.beta}, threshold=${this.threshold}`;
  }
}

/**
 * Softsign, x / (1 + |x|), elementwise on any shape.
 * @example new nn.Softsign().forward(tensor([-1, 3])).toArray(); // [-0.5, 0.75]
 */
export class Softsign extends Module {
  override forward(x: Tensor): Tensor {
    return softsign(x);
  }
}

/**
 * x - tanh(x), elementwise on any shape.
 * @example new nn.Tanhshrink().forward(tensor([0])).toArray(); // [0]
 */
export class Tanhshrink extends Module {
  override forward(x: Tensor): Tensor {
    return tanhshrink(x);
  }
}

/**
 * Logarithm of the logistic sigmoid, -ln(1 + e⁻ˣ), elementwise on any shape.
 * @example new nn.LogSigmoid().forward(tensor([-1000])).toArray(); // [-1000]
 */
export class LogSigmoid extends Module {
  override forward(x: Tensor): Tensor {
    return logSigmoid(x);
  }
}

/**
 * Gated linear unit, a σ(b), where a and b are the halves of the input along dim. Source: Dauphin et al., 2016.
 * @throws Forward throws ShapeError when the size of the dimension is odd.
 * @example new nn.GLU().forward(tensor([4, 0])).toArray(); // [2]
 */
export class GLU extends Module {
  readonly dim: number;
  constructor(dim = -1) {
    checkNew(new.target, arguments);
    super();
    this.dim = dim;
  }
  override forward(x: Tensor): Tensor {
    return glu(x, { dim: this.dim });
  }
  override extraRepr(): string {
    return `dim=${this.dim}`;
  }
}

/**
 * Softmax along a dimension: eˣ divided by its sum.
 * @throws Forward throws IndexError for a dimension out of range.
 * @example new nn.Softmax(0).forward(tensor([0, 0])).toArray(); // [0.5, 0.5]
 */
export class Softmax extends Module {
  readonly dim: number;
  constructor(dim: number) {
    checkNew(new.target, arguments);
    super();
    this.dim = dim;
  }
  override forward(x: Tensor): Tensor {
    return softmax(x, this.dim);
  }
  override extraRepr(): string {
    return `dim=${this.dim}`;
  }
}

/**
 * Logarithm of softmax along a dimension, accurate where softmax would underflow to 0.
 * @throws Forward throws IndexError for a dimension out of range.
 * @example new nn.LogSoftmax(0).forward(tensor([0, -1000])).toArray(); // [0, -1000]
 */
export class LogSoftmax extends Module {
  readonly dim: number;
  constructor(dim: number) {
    checkNew(new.target, arguments);
    super();
    this.dim = dim;
  }
  override forward(x: Tensor): Tensor {
    return logSoftmax(x, this.dim);
  }
  override extraRepr(): string {
    return `dim=${this.dim}`;
  }
}

/**
 * Softmax of -x along a dimension.
 * @throws Forward throws IndexError for a dimension out of range.
 * @example new nn.Softmin(0).forward(tensor([0, 0])).toArray(); // [0.5, 0.5]
 */
export class Softmin extends Module {
  readonly dim: number;
  constructor(dim: number) {
    checkNew(new.target, arguments);
    super();
    this.dim = dim;
  }
  override forward(x: Tensor): Tensor {
    return softmin(x, this.dim);
  }
  override extraRepr(): string {
    return `dim=${this.dim}`;
  }
}

/**
 * Softmax over the channels of images [N, C, H, W] or [C, H, W].
 * @throws Forward throws ShapeError for other numbers of dimensions.
 * @example new nn.Softmax2d().forward(zeros([2, 1, 1])).toArray(); // [[[0.5]], [[0.5]]]
 */
export class Softmax2d extends Module {
  override forward(x: Tensor): Tensor {
    if (x.ndim !== 3 && x.ndim !== 4)
      throw new ShapeError("Softmax2d", "the input must have 3 or 4 dimensions", [x.shape]);
    return softmax(x, -3);
  }
}
