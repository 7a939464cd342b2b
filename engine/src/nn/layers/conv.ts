/** Convolution layers. */

import { type ConvOptions, conv1d, conv2d, conv3d } from "../../ops/functional/conv.ts";
import { type PadMode, pad } from "../../ops/functional/pad.ts";
import { type PerDim, perDim, windowExtent } from "../../ops/functional/sliding.ts";
import { checkNew } from "../../tensor/arguments/guard.ts";
import type { DType } from "../../tensor/dtype.ts";
import { defaultGenerator, type Generator } from "../../tensor/random.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { describeKernel, KernelBase } from "./kernel-base.ts";

/** Options of `Conv1d`, `Conv2d` and `Conv3d`: stride 1, padding 0, dilation 1 and 1 group by default. */
export interface ConvModuleOptions extends Omit<ConvOptions, "bias"> {
  /** Whether to add a learned bias to each output channel; true by default. */
  readonly bias?: boolean;
  /** The elements that `padding` adds: zeros, the mirror image without the edge, the edge, or those of the opposite side. */
  readonly paddingMode?: "zeros" | Exclude<PadMode, "constant">;
  readonly dtype?: DType;
  readonly generator?: Generator;
}

/** Base class of the convolution layers. */
abstract class ConvBase extends KernelBase {
  readonly options: Omit<ConvOptions, "bias">;
  readonly paddingMode: NonNullable<ConvModuleOptions["paddingMode"]>;

  constructor(
    rank: number,
    inChannels: number,
    outChannels: number,
    kernelSize: PerDim,
    {
      bias = true,
      dtype = "float32",
      generator = defaultGenerator,
      paddingMode = "zeros",
      ...options
    }: ConvModuleOptions,
  ) {
    const { groups = 1 } = options;
    super(rank, { inChannels, outChannels, kernelSize, groups, transposed: false, bias, dtype, generator });
    this.options = options;
    this.paddingMode = paddingMode;
  }

  /** Returns the amounts before and after each spatial dimension, the last one first, as `pad` takes them. */
  #amounts(): number[] {
    const { padding = 0, dilation = 1 } = this.options;
    const rank = this.kernelSize.length;
    if (padding === "valid") return [];
    if (padding !== "same")
      return perDim(this.constructor.name, "padding", padding, rank, 0)
        .toReversed()
        .flatMap((n) => [n, n]);
    const dilations = perDim(this.constructor.name, "dilation", dilation, rank, 1);
    const totals = this.kernelSize.map((k, d) => windowExtent(k, dilations[d]) - 1);
    return totals.toReversed().flatMap((n) => [Math.floor(n / 2), Math.ceil(n / 2)]);
  }

  /** Returns the input and the options of the convolution: padding other than with zeros is done before it. */
  protected padded(x: Tensor): readonly [x: Tensor, options: Omit<ConvOptions, "bias">] {
    if (this.paddingMode === "zeros") return [x, this.options];
    return [pad(x, this.#amounts(), { mode: this.paddingMode }), { ...this.options, padding: 0 }];
  }

  override extraRepr(): string {
    const mode = this.paddingMode === "zeros" ? {} : { paddingMode: this.paddingMode };
    return describeKernel(this, { ...this.options, ...mode });
  }
}

/**
 * Convolution over sequences: [N, inChannels, L], or [inChannels, L], to outChannels and a length of ⌊(L + 2 padding - dilation (kernelSize - 1) - 1) / stride⌋ + 1.
 * @throws ArgumentError when `groups` does not divide both numbers of channels. Forward throws ShapeError for another number of channels.
 * @example new nn.Conv1d(2, 4, 3).forward(zeros([1, 2, 10])).shape; // [1, 4, 8]
 */
export class Conv1d extends ConvBase {
  constructor(inChannels: number, outChannels: number, kernelSize: PerDim, options: ConvModuleOptions = {}) {
    checkNew(new.target, arguments, Conv1d);
    super(1, inChannels, outChannels, kernelSize, options);
  }
  override forward(x: Tensor): Tensor {
    const [padded, options] = this.padded(x);
    return conv1d(padded, this.weight, this.bias, options);
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
    checkNew(new.target, arguments, Conv2d);
    super(2, inChannels, outChannels, kernelSize, options);
  }
  override forward(x: Tensor): Tensor {
    const [padded, options] = this.padded(x);
    return conv2d(padded, this.weight, this.bias, options);
  }
}

/**
 * Convolution over volumes: [N, inChannels, D, H, W], or [inChannels, D, H, W], to outChannels, with each spatial size n mapped to
 * ⌊(n + 2 padding - dilation (kernelSize - 1) - 1) / stride⌋ + 1. Three numbers as kernel size or option are for depth, height and width.
 * @throws ArgumentError when `groups` does not divide both numbers of channels. Forward throws ShapeError for another number of channels.
 * @example new nn.Conv3d(1, 4, 3, { padding: 1 }).forward(zeros([2, 1, 4, 4, 4])).shape; // [2, 4, 4, 4, 4]
 */
export class Conv3d extends ConvBase {
  constructor(inChannels: number, outChannels: number, kernelSize: PerDim, options: ConvModuleOptions = {}) {
    checkNew(new.target, arguments, Conv3d);
    super(3, inChannels, outChannels, kernelSize, options);
  }
  override forward(x: Tensor): Tensor {
    const [padded, options] = this.padded(x);
    return conv3d(padded, this.weight, this.bias, options);
  }
}
