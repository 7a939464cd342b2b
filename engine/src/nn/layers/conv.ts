/** Convolution and pooling layers. */

import { type ConvOptions, conv1d, conv2d } from "../../ops/functional/conv.ts";
import {
  type AvgPoolOptions,
  avgPool1d,
  avgPool2d,
  type MaxPoolOptions,
  maxPool1d,
  maxPool2d,
} from "../../ops/functional/pool.ts";
import type { PerDim } from "../../ops/functional/sliding.ts";
import type { ValuesIndices } from "../../ops/reduce/max.ts";
import { checkNew } from "../../tensor/arguments/guard.ts";
import { checkSizes, zeros } from "../../tensor/create.ts";
import type { DType } from "../../tensor/dtype.ts";
import { ArgumentError } from "../../tensor/errors.ts";
import { defaultGenerator, type Generator } from "../../tensor/random.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { Module } from "../base/module.ts";
import { Parameter } from "../base/parameter.ts";
import { fans, kaimingUniform_, uniform_ } from "../init.ts";

/** Options of `Conv1d` and `Conv2d`. */
export interface ConvModuleOptions extends Omit<ConvOptions, "bias"> {
  readonly bias?: boolean;
  readonly dtype?: DType;
  readonly generator?: Generator;
}

/** What convolution layers share. Weights and bias start uniform within ±1/√fan-in, as in PyTorch. */
abstract class ConvBase extends Module {
  readonly inChannels: number;
  readonly outChannels: number;
  readonly kernelSize: readonly number[];
  readonly options: Omit<ConvOptions, "bias">;
  /** [outChannels, inChannels / groups, …kernelSize] */
  weight: Parameter;
  /** [outChannels], or `null` */
  bias: Parameter | null;

  constructor(
    rank: number,
    inChannels: number,
    outChannels: number,
    kernelSize: PerDim,
    { bias = true, dtype = "float32", generator = defaultGenerator, ...options }: ConvModuleOptions,
  ) {
    super();
    checkSizes(this.constructor.name, [
      outChannels,
      inChannels,
      ...(typeof kernelSize === "number" ? [kernelSize] : kernelSize),
    ]);
    const { groups = 1 } = options;
    if (inChannels % groups !== 0 || outChannels % groups !== 0)
      throw new ArgumentError(
        this.constructor.name,
        `groups must divide both numbers of channels, but got ${groups} for ${inChannels} and ${outChannels}`,
      );
    this.inChannels = inChannels;
    this.outChannels = outChannels;
    this.kernelSize = typeof kernelSize === "number" ? new Array<number>(rank).fill(kernelSize) : kernelSize;
    this.options = options;
    this.weight = new Parameter(zeros([outChannels, inChannels / groups, ...this.kernelSize], { dtype }));
    this.bias = bias ? new Parameter(zeros([outChannels], { dtype })) : null;
    kaimingUniform_(this.weight, { a: Math.sqrt(5), generator });
    const bound = 1 / Math.sqrt(fans(this.weight)[0]);
    if (this.bias !== null) uniform_(this.bias, -bound, bound, generator);
  }

  override extraRepr(): string {
    const more = Object.entries(this.options).map(([name, value]) => `, ${name}=${String(value)}`);
    return `${this.inChannels}, ${this.outChannels}, kernelSize=${this.kernelSize.join("×")}${more.join("")}, bias=${this.bias !== null}`;
  }
}

/** Convolution over [N, inChannels, L]. */
export class Conv1d extends ConvBase {
  constructor(inChannels: number, outChannels: number, kernelSize: PerDim, options: ConvModuleOptions = {}) {
    checkNew(new.target, arguments);
    super(1, inChannels, outChannels, kernelSize, options);
  }
  override forward(x: Tensor): Tensor {
    return conv1d(x, this.weight, this.bias, this.options);
  }
}

/**
 * Convolution over images [N, inChannels, H, W].
 * @example new nn.Conv2d(1, 4, 3, { padding: 1 }).forward(zeros([2, 1, 8, 8])).shape; // [2, 4, 8, 8]
 */
export class Conv2d extends ConvBase {
  constructor(inChannels: number, outChannels: number, kernelSize: PerDim, options: ConvModuleOptions = {}) {
    checkNew(new.target, arguments);
    super(2, inChannels, outChannels, kernelSize, options);
  }
  override forward(x: Tensor): Tensor {
    return conv2d(x, this.weight, this.bias, this.options);
  }
}

/** What pooling layers share. */
abstract class PoolBase<O extends object> extends Module {
  readonly kernelSize: PerDim;
  readonly options: O;
  constructor(kernelSize: PerDim, options: O) {
    super();
    this.kernelSize = kernelSize;
    this.options = options;
  }
  override extraRepr(): string {
    const more = Object.entries(this.options).map(([name, value]) => `, ${name}=${String(value)}`);
    return `kernelSize=${String(this.kernelSize)}${more.join("")}`;
  }
}

/** Options of the pooling layers. */
export type MaxPoolModuleOptions = Omit<MaxPoolOptions, "returnIndices">;

/** The largest of each window of [N, C, L]. */
export class MaxPool1d extends PoolBase<MaxPoolModuleOptions> {
  constructor(kernelSize: PerDim, options: MaxPoolModuleOptions = {}) {
    checkNew(new.target, arguments);
    super(kernelSize, options);
  }
  override forward(x: Tensor): Tensor {
    return valuesOf(maxPool1d(x, this.kernelSize, this.options));
  }
}

/** The largest of each window of images [N, C, H, W]. @example new nn.MaxPool2d(2).forward(zeros([1, 3, 8, 8])).shape; // [1, 3, 4, 4] */
export class MaxPool2d extends PoolBase<MaxPoolModuleOptions> {
  constructor(kernelSize: PerDim, options: MaxPoolModuleOptions = {}) {
    checkNew(new.target, arguments);
    super(kernelSize, options);
  }
  override forward(x: Tensor): Tensor {
    return valuesOf(maxPool2d(x, this.kernelSize, this.options));
  }
}

const valuesOf = (result: Tensor | ValuesIndices): Tensor => ("values" in result ? result.values : result);

/** The mean of each window of [N, C, L]. */
export class AvgPool1d extends PoolBase<AvgPoolOptions> {
  constructor(kernelSize: PerDim, options: AvgPoolOptions = {}) {
    checkNew(new.target, arguments);
    super(kernelSize, options);
  }
  override forward(x: Tensor): Tensor {
    return avgPool1d(x, this.kernelSize, this.options);
  }
}

/** The mean of each window of images [N, C, H, W]. */
export class AvgPool2d extends PoolBase<AvgPoolOptions> {
  constructor(kernelSize: PerDim, options: AvgPoolOptions = {}) {
    checkNew(new.target, arguments);
    super(kernelSize, options);
  }
  override forward(x: Tensor): Tensor {
    return avgPool2d(x, this.kernelSize, this.options);
  }
}
