/** Activation layers that are linear in parts. */

import { prelu, rrelu } from "../../ops/functional/gated-activation.ts";
import {
  hardshrink,
  hardsigmoid,
  hardswish,
  hardtanh,
  leakyRelu,
  relu6,
  softshrink,
  threshold,
} from "../../ops/functional/piecewise-activation.ts";
import { checkNew } from "../../tensor/arguments/guard.ts";
import { checkSizes, full } from "../../tensor/create.ts";
import type { DType } from "../../tensor/dtype.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { Module } from "../base/module.ts";
import { Parameter } from "../base/parameter.ts";
import { constant_ } from "../init/index.ts";

/**
 * Rectified linear unit with the upper limit 6, min(max(x, 0), 6), elementwise on any shape. The derivative at 0 and 6 is 0.
 * @example new nn.ReLU6().forward(tensor([-1, 9])).toArray(); // [0, 6]
 */
export class ReLU6 extends Module {
  override forward(x: Tensor): Tensor {
    return relu6(x);
  }
}

/**
 * Leaky rectified linear unit: x where x > 0, else negativeSlope x, elementwise on any shape. Source: Maas et al., 2013.
 * @example new nn.LeakyReLU(0.5).forward(tensor([-2, 3])).toArray(); // [-1, 3]
 */
export class LeakyReLU extends Module {
  readonly negativeSlope: number;
  constructor(negativeSlope = 0.01) {
    checkNew(new.target, arguments);
    super();
    this.negativeSlope = negativeSlope;
  }
  override forward(x: Tensor): Tensor {
    return leakyRelu(x, { negativeSlope: this.negativeSlope });
  }
  override extraRepr(): string {
    return `negativeSlope=${this.negativeSlope}`;
  }
}

/**
 * Identity limited to [minVal, maxVal], elementwise on any shape.
 * @example new nn.Hardtanh().forward(tensor([-2, 0.5])).toArray(); // [-1, 0.5]
 */
export class Hardtanh extends Module {
  readonly minVal: number;
  readonly maxVal: number;
  constructor(minVal = -1, maxVal = 1) {
    checkNew(new.target, arguments);
    super();
    this.minVal = minVal;
    this.maxVal = maxVal;
  }
  override forward(x: Tensor): Tensor {
    return hardtanh(x, { minVal: this.minVal, maxVal: this.maxVal });
  }
  override extraRepr(): string {
    return `minVal=${this.minVal}, maxVal=${this.maxVal}`;
  }
}

/**
 * Piecewise linear sigmoid, min(max(x + 3, 0), 6) / 6, elementwise on any shape. Source: Courbariaux et al., 2015.
 * @example new nn.Hardsigmoid().forward(tensor([-4, 0])).toArray(); // [0, 0.5]
 */
export class Hardsigmoid extends Module {
  override forward(x: Tensor): Tensor {
    return hardsigmoid(x);
  }
}

/**
 * Piecewise quadratic swish, x min(max(x + 3, 0), 6) / 6, elementwise on any shape. Source: Howard et al., 2019.
 * @example new nn.Hardswish().forward(tensor([-4, 3])).toArray(); // [-0, 3]
 */
export class Hardswish extends Module {
  override forward(x: Tensor): Tensor {
    return hardswish(x);
  }
}

/**
 * Hard shrinkage: x where |x| > lambd, else 0, elementwise on any shape.
 * @example new nn.Hardshrink().forward(tensor([0.2, 2])).toArray(); // [0, 2]
 */
export class Hardshrink extends Module {
  readonly lambd: number;
  constructor(lambd = 0.5) {
    checkNew(new.target, arguments);
    super();
    this.lambd = lambd;
  }
  override forward(x: Tensor): Tensor {
    return hardshrink(x, { lambd: this.lambd });
  }
  override extraRepr(): string {
    return `lambd=${this.lambd}`;
  }
}

/**
 * Soft shrinkage: x moved by lambd towards 0, and 0 where |x| ≤ lambd, elementwise on any shape.
 * @throws Forward throws ArgumentError for a negative lambd.
 * @example new nn.Softshrink().forward(tensor([0.2, 2])).toArray(); // [0, 1.5]
 */
export class Softshrink extends Module {
  readonly lambd: number;
  constructor(lambd = 0.5) {
    checkNew(new.target, arguments);
    super();
    this.lambd = lambd;
  }
  override forward(x: Tensor): Tensor {
    return softshrink(x, { lambd: this.lambd });
  }
  override extraRepr(): string {
    return `lambd=${this.lambd}`;
  }
}

/**
 * Threshold: x where x > threshold, else value, elementwise on any shape.
 * @example new nn.Threshold(1, 20).forward(tensor([0, 2])).toArray(); // [20, 2]
 */
export class Threshold extends Module {
  readonly threshold: number;
  readonly value: number;
  constructor(threshold: number, value: number) {
    checkNew(new.target, arguments);
    super();
    this.threshold = threshold;
    this.value = value;
  }
  override forward(x: Tensor): Tensor {
    return threshold(x, this.threshold, this.value);
  }
  override extraRepr(): string {
    return `threshold=${this.threshold}, value=${this.value}`;
  }
}

/**
 * Randomized leaky rectified linear unit: x where x > 0, else x times a factor; in training a random one for each element, uniform between lower and upper, in evaluation mode the mean of both. Source: Xu et al., 2015.
 * @throws Forward throws ArgumentError when lower exceeds upper.
 * @example new nn.RReLU(0.25, 0.75).eval().forward(tensor([-2, 3])).toArray(); // [-1, 3]
 */
export class RReLU extends Module {
  readonly lower: number;
  readonly upper: number;
  constructor(lower: number = 1 / 8, upper: number = 1 / 3) {
    checkNew(new.target, arguments);
    super();
    this.lower = lower;
    this.upper = upper;
  }
  override forward(x: Tensor): Tensor {
    return rrelu(x, { lower: this.lower, upper: this.upper, training: this.training });
  }
  override extraRepr(): string {
    return `lower=${this.lower}, upper=${this.upper}`;
  }
}

/** Options of `PReLU`. */
export interface PReLUOptions {
  /** Initial value of the factors; 0.25 by default. */
  readonly init?: number;
  readonly dtype?: DType;
}

/**
 * Rectified linear unit with a learned factor of negative elements: x where x > 0, else weight x, with one weight for all elements (`numParameters` 1, the default) or one for each channel, which is
 * dimension 1. Source: He et al., 2015.
 * @throws Forward throws ShapeError for another number of channels than weights.
 * @example new nn.PReLU().forward(tensor([-2, 3])).toArray(); // [-0.5, 3]
 */
export class PReLU extends Module {
  readonly numParameters: number;
  /** Initial value of the factors. */
  readonly init: number;
  /** [numParameters] */
  weight: Parameter;
  constructor(numParameters = 1, options: PReLUOptions = {}) {
    checkNew(new.target, arguments);
    const { init = 0.25, dtype = "float32" } = options;
    checkSizes("PReLU", [numParameters]);
    super();
    this.numParameters = numParameters;
    this.init = init;
    this.weight = new Parameter(full([numParameters], init, { dtype }));
  }

  /** Initializes the weight again with `init`. */
  resetParameters(): void {
    constant_(this.weight, this.init);
  }

  override forward(x: Tensor): Tensor {
    return prelu(x, this.weight);
  }
  override extraRepr(): string {
    return `numParameters=${this.numParameters}`;
  }
}
