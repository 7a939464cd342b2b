/** Activations and other layers without parameters. */

import { tanh } from "../../ops/elementwise/exponential.ts";
import { type GeluOptions, gelu, relu, sigmoid } from "../../ops/functional/activation.ts";
import { dropout } from "../../ops/functional/dropout.ts";
import { flatten } from "../../ops/shape/reshape.ts";
import { checkNew } from "../../tensor/arguments/guard.ts";
import { ArgumentError } from "../../tensor/errors.ts";
import type { Generator } from "../../tensor/random.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { Module } from "../base/module.ts";

/** max(x, 0); the gradient at 0 is 0. */
export class ReLU extends Module {
  override forward(x: Tensor): Tensor {
    return relu(x);
  }
}

/** Hyperbolic tangent. */
export class Tanh extends Module {
  override forward(x: Tensor): Tensor {
    return tanh(x);
  }
}

/** 1 / (1 + e⁻ˣ). */
export class Sigmoid extends Module {
  override forward(x: Tensor): Tensor {
    return sigmoid(x);
  }
}

/** x Φ(x). */
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

/** Drops elements with probability p while training; does nothing in evaluation. */
export class Dropout extends Module {
  readonly p: number;
  readonly generator: Generator | null;
  constructor(p = 0.5, generator: Generator | null = null) {
    checkNew(new.target, arguments);
    super();
    if (!(p >= 0 && p <= 1)) throw new ArgumentError("Dropout", `p must lie in [0, 1], but got ${p}`);
    this.p = p;
    this.generator = generator;
  }
  override forward(x: Tensor): Tensor {
    return dropout(x, {
      p: this.p,
      training: this.training,
      ...(this.generator === null ? {} : { generator: this.generator }),
    });
  }
  override extraRepr(): string {
    return `p=${this.p}`;
  }
}

/** Merges all dimensions but the batch. */
export class Flatten extends Module {
  readonly startDim: number;
  readonly endDim: number;
  constructor(startDim = 1, endDim = -1) {
    checkNew(new.target, arguments);
    super();
    this.startDim = startDim;
    this.endDim = endDim;
  }
  override forward(x: Tensor): Tensor {
    return flatten(x, this.startDim, this.endDim);
  }
}
