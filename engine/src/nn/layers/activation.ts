/** Activation layers. */

import { tanh } from "../../ops/elementwise/exponential.ts";
import { sigmoid } from "../../ops/elementwise/sigmoid.ts";
import { type GeluOptions, gelu, relu } from "../../ops/functional/activation.ts";
import { checkNew } from "../../tensor/arguments/guard.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { Module } from "../base/module.ts";

/**
 * Rectified linear unit, max(x, 0), elementwise on any shape. The derivative at 0 is 0, as in PyTorch.
 * @example new nn.ReLU().forward(tensor([-1, 2])).toArray(); // [0, 2]
 */
export class ReLU extends Module {
  override forward(x: Tensor): Tensor {
    return relu(x);
  }
}

/**
 * Hyperbolic tangent, elementwise on any shape.
 * @example new nn.Tanh().forward(tensor([0])).toArray(); // [0]
 */
export class Tanh extends Module {
  override forward(x: Tensor): Tensor {
    return tanh(x);
  }
}

/**
 * Logistic sigmoid, 1 / (1 + e⁻ˣ), elementwise on any shape.
 * @example new nn.Sigmoid().forward(tensor([0])).toArray(); // [0.5]
 */
export class Sigmoid extends Module {
  override forward(x: Tensor): Tensor {
    return sigmoid(x);
  }
}

/**
 * Gaussian error linear unit, x Φ(x) with the normal distribution function Φ, elementwise on any shape. With `approximate: "tanh"` (default `"none"`)
 * Φ is approximated by a tanh. Source: Hendrycks and Gimpel, 2016.
 * @example new nn.GELU().forward(tensor([0])).toArray(); // [0]
 */
export class GELU extends Module {
  readonly approximate: "none" | "tanh";
  constructor(options: GeluOptions = {}) {
    checkNew(new.target, arguments);
    const { approximate = "none" } = options;
    super();
    this.approximate = approximate;
  }
  override forward(x: Tensor): Tensor {
    return gelu(x, { approximate: this.approximate });
  }
  override extraRepr(): string {
    return `approximate="${this.approximate}"`;
  }
}
