/** Fully connected layers. */

import { bilinear } from "../../ops/functional/bilinear.ts";
import { linear } from "../../ops/functional/linear.ts";
import { checkNew } from "../../tensor/arguments/guard.ts";
import { checkSizes, zeros } from "../../tensor/create.ts";
import type { DType } from "../../tensor/dtype.ts";
import { ArgumentError } from "../../tensor/errors.ts";
import type { Generator } from "../../tensor/random.ts";
import { defaultGenerator } from "../../tensor/random.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { Module } from "../base/module.ts";
import { Parameter } from "../base/parameter.ts";
import { kaimingUniform_, uniform_ } from "../init/index.ts";

/** Options of `Linear`. */
export interface LinearModuleOptions {
  /** Whether to add a learned bias; true by default. */
  readonly bias?: boolean;
  readonly dtype?: DType;
  readonly generator?: Generator;
}

/**
 * Affine map y = x Wᵀ + b over the last dimension: [..., inFeatures] to [..., outFeatures]. Weight and bias are initialized uniformly within ±1/√inFeatures,
 * as in PyTorch.
 * @throws ArgumentError for sizes that are not integers of at least 0. Forward throws ShapeError for another last dimension.
 * @example new nn.Linear(2, 3).forward(zeros([5, 2])).shape; // [5, 3]
 */
export class Linear extends Module {
  readonly inFeatures: number;
  readonly outFeatures: number;
  /** [outFeatures, inFeatures] */
  weight: Parameter;
  /** [outFeatures], or `null` without a bias */
  bias: Parameter | null;

  constructor(inFeatures: number, outFeatures: number, options: LinearModuleOptions = {}) {
    checkNew(new.target, arguments, Linear);
    const { bias = true, dtype = "float32", generator = defaultGenerator } = options;
    checkSizes("Linear", [outFeatures, inFeatures]);
    checkSizes("Linear", [outFeatures]);
    super();
    if (![inFeatures, outFeatures].every((n) => Number.isInteger(n) && n >= 0))
      throw new ArgumentError(
        "Linear",
        `inFeatures and outFeatures must be integers of at least 0, but got ${inFeatures} and ${outFeatures}`,
      );
    this.inFeatures = inFeatures;
    this.outFeatures = outFeatures;
    this.weight = new Parameter(zeros([outFeatures, inFeatures], { dtype }));
    this.bias = bias ? new Parameter(zeros([outFeatures], { dtype })) : null;
    this.resetParameters(generator);
  }

  /** Initializes weight and bias again, uniformly within ±1/√inFeatures. */
  resetParameters(generator: Generator = defaultGenerator): void {
    kaimingUniform_(this.weight, { a: Math.sqrt(5), generator });
    const inFeatures = this.weight.shape[1];
    const bound = inFeatures > 0 ? 1 / Math.sqrt(inFeatures) : 0;
    if (this.bias !== null) uniform_(this.bias, -bound, bound, generator);
  }

  override forward(x: Tensor): Tensor {
    return linear(x, this.weight, this.bias);
  }

  override extraRepr(): string {
    return `${this.inFeatures}, ${this.outFeatures}, bias=${this.bias !== null}`;
  }
}

/**
 * The identity, which returns its input, of any shape: a place for a layer that is left out.
 * @example new nn.Identity().forward(zeros([2, 3])).shape; // [2, 3]
 */
export class Identity extends Module {
  override forward(x: Tensor): Tensor {
    return x;
  }
}

/**
 * Bilinear map yₖ = Σ xᵢ Wₖᵢⱼ zⱼ + bₖ of two inputs [..., in1Features] and [..., in2Features] to [..., outFeatures]. Weight and bias are initialized uniformly within ±1/√in1Features, as in PyTorch.
 * @throws ArgumentError for sizes that are not integers of at least 1. Forward throws ShapeError for other last dimensions.
 * @example new nn.Bilinear(2, 3, 4).forward(zeros([5, 2]), zeros([5, 3])).shape; // [5, 4]
 */
export class Bilinear extends Module {
  readonly in1Features: number;
  readonly in2Features: number;
  readonly outFeatures: number;
  /** [outFeatures, in1Features, in2Features] */
  weight: Parameter;
  /** [outFeatures], or `null` without a bias */
  bias: Parameter | null;

  constructor(in1Features: number, in2Features: number, outFeatures: number, options: LinearModuleOptions = {}) {
    checkNew(new.target, arguments);
    const { bias = true, dtype = "float32", generator = defaultGenerator } = options;
    checkSizes("Bilinear", [outFeatures, in1Features, in2Features]);
    if (!(in1Features > 0)) throw new ArgumentError("Bilinear", `in1Features must be positive, but got ${in1Features}`);
    super();
    this.in1Features = in1Features;
    this.in2Features = in2Features;
    this.outFeatures = outFeatures;
    this.weight = new Parameter(zeros([outFeatures, in1Features, in2Features], { dtype }));
    this.bias = bias ? new Parameter(zeros([outFeatures], { dtype })) : null;
    this.resetParameters(generator);
  }

  /** Initializes weight and bias again, uniformly within ±1/√in1Features. */
  resetParameters(generator: Generator = defaultGenerator): void {
    const bound = 1 / Math.sqrt(this.in1Features);
    for (const p of [this.weight, this.bias]) if (p !== null) uniform_(p, -bound, bound, generator);
  }

  override forward(input1: Tensor, input2: Tensor): Tensor {
    return bilinear(input1, input2, this.weight, this.bias);
  }

  override extraRepr(): string {
    return `${this.in1Features}, ${this.in2Features}, ${this.outFeatures}, bias=${this.bias !== null}`;
  }
}
