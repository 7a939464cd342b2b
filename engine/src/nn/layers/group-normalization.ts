/** Normalization layers of groups of channels, and by neighbouring channels. */

import { groupNorm } from "../../ops/functional/group-norm.ts";
import { type LocalResponseNormOptions, localResponseNorm } from "../../ops/functional/local-response-norm.ts";
import { checkNew } from "../../tensor/arguments/guard.ts";
import { checkSizes, ones, zeros } from "../../tensor/create.ts";
import type { DType } from "../../tensor/dtype.ts";
import { ArgumentError, ShapeError } from "../../tensor/errors.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { Module } from "../base/module.ts";
import { Parameter } from "../base/parameter.ts";
import { ones_, zeros_ } from "../init/index.ts";

/** Options of `GroupNorm`. */
export interface GroupNormModuleOptions {
  /** Added to the variance; 1e-5 by default. */
  readonly eps?: number;
  /** Whether to learn a scale and shift of each channel; true by default. */
  readonly affine?: boolean;
  /** Whether the shift is learned, too; true by default. */
  readonly bias?: boolean;
  readonly dtype?: DType;
}

/**
 * Group normalization of [N, C, …]: (x - mean) / √(variance + eps) for each example and each of `numGroups` groups of channels, times `weight`, plus `bias` of the
 * channel; the variance is the biased one. Weight and bias are initialized with 1 and 0. Source: Wu and He, 2018.
 * @throws ArgumentError when the groups do not divide the channels. Forward throws ShapeError for another number of channels.
 * @example new nn.GroupNorm(2, 4, { eps: 0 }).forward(tensor([[1, 3, 2, 6]])).toArray(); // [[-1, 1, -1, 1]]
 */
export class GroupNorm extends Module {
  readonly numGroups: number;
  readonly numChannels: number;
  readonly eps: number;
  /** [numChannels] */
  weight: Parameter | null;
  bias: Parameter | null;
  constructor(numGroups: number, numChannels: number, options: GroupNormModuleOptions = {}) {
    checkNew(new.target, arguments);
    const { eps = 1e-5, affine = true, bias = true, dtype = "float32" } = options;
    checkSizes("GroupNorm", [numGroups, numChannels]);
    if (numChannels % numGroups !== 0)
      throw new ArgumentError(
        "GroupNorm",
        `numGroups must divide numChannels, but got ${numGroups} and ${numChannels}`,
      );
    super();
    this.numGroups = numGroups;
    this.numChannels = numChannels;
    this.eps = eps;
    this.weight = affine ? new Parameter(ones([numChannels], { dtype })) : null;
    this.bias = affine && bias ? new Parameter(zeros([numChannels], { dtype })) : null;
  }

  /** Initializes the weight with 1 and the bias with 0 again. */
  resetParameters(): void {
    if (this.weight !== null) ones_(this.weight);
    if (this.bias !== null) zeros_(this.bias);
  }

  override forward(x: Tensor): Tensor {
    return groupNorm(x, this.numGroups, { weight: this.weight, bias: this.bias, eps: this.eps });
  }
  override extraRepr(): string {
    return `${this.numGroups}, ${this.numChannels}, eps=${this.eps}, affine=${this.weight !== null}`;
  }
}

/**
 * Local response normalization of [N, C, …]: x / (k + α m)^β, where m is the mean of the squares at the same position in `size` neighbouring channels; channels outside
 * count as 0. α is 1e-4, β 0.75 and k 1 by default. Source: Krizhevsky, Sutskever and Hinton, 2012.
 * @throws Forward throws ShapeError for an input of fewer than three dimensions.
 * @example new nn.LocalResponseNorm(1, { alpha: 1, beta: 1 }).forward(tensor([[[1]]])).toArray(); // [[[0.5]]]
 */
export class LocalResponseNorm extends Module {
  readonly size: number;
  readonly options: LocalResponseNormOptions;
  constructor(size: number, options: LocalResponseNormOptions = {}) {
    checkNew(new.target, arguments);
    super();
    this.size = size;
    this.options = options;
  }
  override forward(x: Tensor): Tensor {
    return localResponseNorm(x, this.size, this.options);
  }
  override extraRepr(): string {
    const { alpha = 1e-4, beta = 0.75, k = 1 } = this.options;
    return `${this.size}, alpha=${alpha}, beta=${beta}, k=${k}`;
  }
}

/**
 * Local response normalization of images [N, C, H, W], as `LocalResponseNorm`: x / (k + α / size Σ x²)^β with the sum over `size` neighbouring channels. PyTorch has it for
 * models of Caffe; there, the square of the first channel stays in the sums of all others.
 * @throws Forward throws ShapeError for an input that does not have four dimensions.
 * @example new nn.CrossMapLRN2d(1, { alpha: 1, beta: 1 }).forward(ones([1, 1, 1, 1])).toArray(); // [[[[0.5]]]]
 */
export class CrossMapLRN2d extends LocalResponseNorm {
  override forward(x: Tensor): Tensor {
    if (x.ndim !== 4) throw new ShapeError("CrossMapLRN2d", "the input must be [N, C, H, W]", [x.shape]);
    return super.forward(x);
  }
}
