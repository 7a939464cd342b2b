/** Convolution layers. */

import { type ConvOptions, conv1d, conv2d } from "../../ops/functional/conv.ts";
import type { PerDim } from "../../ops/functional/sliding.ts";
import { checkNew } from "../../tensor/arguments/guard.ts";
import { checkSizes, zeros } from "../../tensor/create.ts";
import type { DType } from "../../tensor/dtype.ts";
import { ArgumentError } from "../../tensor/errors.ts";
import { defaultGenerator, type Generator } from "../../tensor/random.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { Module } from "../base/module.ts";
import { Parameter } from "../base/parameter.ts";
import { fans, kaimingUniform_, uniform_ } from "../init.ts";

/** Options of `Conv1d` and `Conv2d`: stride 1, padding 0, dilation 1 and 1 group by default. */
export interface ConvModuleOptions extends Omit<ConvOptions, "bias"> {
  /** Whether to add a learned bias to each output channel; true by default. */
  readonly bias?: boolean;
  readonly dtype?: DType;
  readonly generator?: Generator;
}

/** Base class of the convolution layers. Weight and bias are initialized uniformly within ±1/√fanIn, as in PyTorch. */
abstract class ConvBase extends Module {
  readonly inChannels: number;
  readonly outChannels: number;
  readonly kernelSize: readonly number[];
  readonly options: Omit<ConvOptions, "bias">;
  /** [outChannels, inChannels / groups, …kernelSize] */
  weight: Parameter;
  /** [outChannels], or `null` without a bias */
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

/**
 * Convolution over sequences: [N, inChannels, L], or [inChannels, L], to outChannels and a length of ⌊(L + 2 padding - dilation (kernelSize - 1) - 1) / stride⌋ + 1.
 * @throws ArgumentError when `groups` does not divide both numbers of channels. Forward throws ShapeError for another number of channels.
 * @example new nn.Conv1d(2, 4, 3).forward(zeros([1, 2, 10])).shape; // [1, 4, 8]
 */
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
 * Convolution over images: [N, inChannels, H, W], or [inChannels, H, W], to outChannels, with H and W each mapped to
 * ⌊(H + 2 padding - dilation (kernelSize - 1) - 1) / stride⌋ + 1. A pair as kernel size or option gives one number for the height and one for the width.
 * @throws ArgumentError when `groups` does not divide both numbers of channels. Forward throws ShapeError for another number of channels.
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
