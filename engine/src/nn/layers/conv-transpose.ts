/** Transposed convolution layers. */

import {
  type ConvTransposeOptions,
  convTranspose1d,
  convTranspose2d,
  convTranspose3d,
} from "../../ops/functional/conv.ts";
import { type PerDim, perDim, windowExtent } from "../../ops/functional/sliding.ts";
import { checkNew } from "../../tensor/arguments/guard.ts";
import type { DType } from "../../tensor/dtype.ts";
import { ArgumentError } from "../../tensor/errors.ts";
import { defaultGenerator, type Generator } from "../../tensor/random.ts";
import type { Shape } from "../../tensor/shape.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { describeKernel, KernelBase } from "./kernel-base.ts";

/** Options of `ConvTranspose1d`, `ConvTranspose2d` and `ConvTranspose3d`: stride 1, padding 0, dilation 1 and 1 group by default. */
export interface ConvTransposeModuleOptions extends Omit<ConvTransposeOptions, "bias"> {
  /** Whether to add a learned bias to each output channel; true by default. */
  readonly bias?: boolean;
  readonly dtype?: DType;
  readonly generator?: Generator;
}

/** Options of the call of a transposed convolution layer. */
export interface ConvTransposeForwardOptions {
  /** Sizes of the result, the spatial ones or all, which `outputPadding` follows from where the stride is above 1. */
  readonly outputSize?: Shape | null;
}

/** Base class of the transposed convolution layers. */
abstract class ConvTransposeBase extends KernelBase {
  readonly options: Omit<ConvTransposeOptions, "bias">;

  constructor(
    rank: number,
    inChannels: number,
    outChannels: number,
    kernelSize: PerDim,
    { bias = true, dtype = "float32", generator = defaultGenerator, ...options }: ConvTransposeModuleOptions,
  ) {
    const { groups = 1 } = options;
    super(rank, { inChannels, outChannels, kernelSize, groups, transposed: true, bias, dtype, generator });
    this.options = options;
  }

  /** Returns the options of the transposed convolution, with the output padding that gives `outputSize`. */
  protected optionsFor(x: Tensor, outputSize: Shape | null | undefined): ConvTransposeOptions {
    if (!outputSize) return { ...this.options, bias: this.bias };
    const name = this.constructor.name;
    const rank = this.kernelSize.length;
    const each = (option: "stride" | "padding" | "dilation", value: number): readonly number[] =>
      perDim(name, option, this.options[option] ?? value, rank, 0);
    const [stride, padding, dilation] = [each("stride", 1), each("padding", 0), each("dilation", 1)];
    const sizes = outputSize.slice(-rank);
    const outputPadding = sizes.map((size, d) => {
      const n = x.shape[x.ndim - rank + d];
      return size - ((n - 1) * stride[d] - 2 * padding[d] + windowExtent(this.kernelSize[d], dilation[d]));
    });
    if (![rank, x.ndim].includes(outputSize.length) || outputPadding.some((n, d) => n < 0 || n >= stride[d]))
      throw new ArgumentError(
        name,
        `outputSize must be ${sizes.map((size, d) => size - outputPadding[d]).join(", ")}, or larger by less than the stride, but got ${outputSize.join(", ")}`,
      );
    return { ...this.options, outputPadding, bias: this.bias };
  }

  override extraRepr(): string {
    return describeKernel(this, this.options);
  }
}

/**
 * Transposed convolution over sequences: [N, inChannels, L], or [inChannels, L], to outChannels and a length of (L - 1) stride - 2 padding + dilation
 * (kernelSize - 1) + 1 + outputPadding. It is the gradient of a convolution with respect to its input.
 * @throws ArgumentError when `groups` does not divide both numbers of channels. Forward throws ShapeError for another number of channels, and ArgumentError for an
 * `outputSize` that the convolution does not map to the input's.
 * @example new nn.ConvTranspose1d(2, 4, 2, { stride: 2 }).forward(zeros([1, 2, 5])).shape; // [1, 4, 10]
 */
export class ConvTranspose1d extends ConvTransposeBase {
  constructor(inChannels: number, outChannels: number, kernelSize: PerDim, options: ConvTransposeModuleOptions = {}) {
    checkNew(new.target, arguments, ConvTranspose1d);
    super(1, inChannels, outChannels, kernelSize, options);
  }
  override forward(x: Tensor, { outputSize }: ConvTransposeForwardOptions = {}): Tensor {
    return convTranspose1d(x, this.weight, this.optionsFor(x, outputSize));
  }
}

/**
 * Transposed convolution over images: [N, inChannels, H, W], or [inChannels, H, W], to outChannels, with each spatial size n mapped to (n - 1) stride - 2
 * padding + dilation (kernelSize - 1) + 1 + outputPadding. It is the gradient of a convolution with respect to its input.
 * @throws ArgumentError when `groups` does not divide both numbers of channels. Forward throws ShapeError for another number of channels, and ArgumentError for an
 * `outputSize` that the convolution does not map to the input's.
 * @example new nn.ConvTranspose2d(2, 4, 2, { stride: 2 }).forward(zeros([1, 2, 4, 5])).shape; // [1, 4, 8, 10]
 */
export class ConvTranspose2d extends ConvTransposeBase {
  constructor(inChannels: number, outChannels: number, kernelSize: PerDim, options: ConvTransposeModuleOptions = {}) {
    checkNew(new.target, arguments, ConvTranspose2d);
    super(2, inChannels, outChannels, kernelSize, options);
  }
  override forward(x: Tensor, { outputSize }: ConvTransposeForwardOptions = {}): Tensor {
    return convTranspose2d(x, this.weight, this.optionsFor(x, outputSize));
  }
}

/**
 * Transposed convolution over volumes: [N, inChannels, D, H, W], or [inChannels, D, H, W], to outChannels, with each spatial size n mapped to (n - 1) stride - 2
 * padding + dilation (kernelSize - 1) + 1 + outputPadding. It is the gradient of a convolution with respect to its input.
 * @throws ArgumentError when `groups` does not divide both numbers of channels. Forward throws ShapeError for another number of channels, and ArgumentError for an
 * `outputSize` that the convolution does not map to the input's.
 * @example new nn.ConvTranspose3d(1, 2, 2, { stride: 2 }).forward(zeros([1, 1, 2, 2, 2])).shape; // [1, 2, 4, 4, 4]
 */
export class ConvTranspose3d extends ConvTransposeBase {
  constructor(inChannels: number, outChannels: number, kernelSize: PerDim, options: ConvTransposeModuleOptions = {}) {
    checkNew(new.target, arguments, ConvTranspose3d);
    super(3, inChannels, outChannels, kernelSize, options);
  }
  override forward(x: Tensor, { outputSize }: ConvTransposeForwardOptions = {}): Tensor {
    return convTranspose3d(x, this.weight, this.optionsFor(x, outputSize));
  }
}
