/** Normalization layers of groups of channels, of the channels of each example, and by neighbouring channels. */

import { groupNorm } from "../../ops/functional/group-norm.ts";
import { instanceNorm } from "../../ops/functional/instance-norm.ts";
import { type LocalResponseNormOptions, localResponseNorm } from "../../ops/functional/local-response-norm.ts";
import { squeeze, unsqueeze } from "../../ops/shape/expand.ts";
import { checkNew } from "../../tensor/arguments/guard.ts";
import { checkSizes, ones, zeros } from "../../tensor/create.ts";
import type { DType } from "../../tensor/dtype.ts";
import { ArgumentError, ShapeError } from "../../tensor/errors.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { Module } from "../base/module.ts";
import { Buffer, Parameter } from "../base/parameter.ts";

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
  override forward(x: Tensor): Tensor {
    return groupNorm(x, this.numGroups, { weight: this.weight, bias: this.bias, eps: this.eps });
  }
  override extraRepr(): string {
    return `${this.numGroups}, ${this.numChannels}, eps=${this.eps}, affine=${this.weight !== null}`;
  }
}

/** Options of `InstanceNorm1d`, `InstanceNorm2d` and `InstanceNorm3d`. */
export interface InstanceNormModuleOptions {
  /** Added to the variance; 1e-5 by default. */
  readonly eps?: number;
  /** Weight of a new batch in the running statistics, 0.1 by default; `null` keeps them as they are. */
  readonly momentum?: number | null;
  /** Whether to learn a scale and shift of each channel; false by default. */
  readonly affine?: boolean;
  /** Whether to keep running statistics for evaluation mode; false by default. Without them, those of each example are used in both modes. */
  readonly trackRunningStats?: boolean;
  /** Whether the shift is learned, too; true by default. */
  readonly bias?: boolean;
  readonly dtype?: DType;
}

/** Base class of the instance normalization layers. */
abstract class InstanceNormBase extends Module {
  readonly numFeatures: number;
  readonly eps: number;
  readonly momentum: number | null;
  /** [numFeatures] */
  weight: Parameter | null;
  bias: Parameter | null;
  runningMean: Buffer | null;
  runningVar: Buffer | null;
  /** An int64 scalar that stays 0, as in PyTorch, whose state dicts have it. */
  numBatchesTracked: Buffer | null;
  constructor(numFeatures: number, options: InstanceNormModuleOptions = {}) {
    checkNew(new.target, arguments);
    const { eps = 1e-5, momentum = 0.1, affine = false, trackRunningStats = false, bias = true } = options;
    const { dtype = "float32" } = options;
    checkSizes(new.target.name, [numFeatures]);
    super();
    this.numFeatures = numFeatures;
    this.eps = eps;
    this.momentum = momentum;
    this.weight = affine ? new Parameter(ones([numFeatures], { dtype })) : null;
    this.bias = affine && bias ? new Parameter(zeros([numFeatures], { dtype })) : null;
    this.runningMean = trackRunningStats ? new Buffer(zeros([numFeatures], { dtype })) : null;
    this.runningVar = trackRunningStats ? new Buffer(ones([numFeatures], { dtype })) : null;
    this.numBatchesTracked = trackRunningStats ? new Buffer(zeros([], { dtype: "int64" })) : null;
  }
  /** Number of dimensions of a batch. */
  protected abstract readonly rank: number;
  override forward(x: Tensor): Tensor {
    if (x.ndim !== this.rank && x.ndim !== this.rank - 1)
      throw new ShapeError(this.constructor.name, `the input must have ${this.rank - 1} or ${this.rank} dimensions`, [
        x.shape,
      ]);
    if (x.ndim < this.rank) return squeeze(this.forward(unsqueeze(x, 0)), 0);
    return instanceNorm(x, {
      runningMean: this.runningMean,
      runningVar: this.runningVar,
      weight: this.weight,
      bias: this.bias,
      useInputStats: this.training || this.runningMean === null,
      momentum: this.momentum ?? 0,
      eps: this.eps,
    });
  }
  override extraRepr(): string {
    return `${this.numFeatures}, eps=${this.eps}, momentum=${this.momentum}, affine=${this.weight !== null}, trackRunningStats=${this.runningMean !== null}`;
  }
}

/**
 * Instance normalization of sequences [N, C, L] or [C, L]: (x - mean) / √(variance + eps) for each channel of each example, times `weight`, plus `bias`; the
 * variance is the biased one. With `trackRunningStats`, training mode updates the running statistics, with the unbiased variance, and evaluation mode uses them.
 * Source: Ulyanov, Vedaldi and Lempitsky, 2016.
 * @throws Forward throws ShapeError for another number of dimensions or channels, and ArgumentError when a channel has one element only.
 * @example new nn.InstanceNorm1d(1, { eps: 0 }).forward(tensor([[[1, 3]]])).toArray(); // [[[-1, 1]]]
 */
export class InstanceNorm1d extends InstanceNormBase {
  protected override readonly rank: number = 3;
}

/**
 * Instance normalization of images [N, C, H, W] or [C, H, W]: (x - mean) / √(variance + eps) for each channel of each example, times `weight`, plus `bias`; the
 * variance is the biased one. With `trackRunningStats`, training mode updates the running statistics, with the unbiased variance, and evaluation mode uses them.
 * Source: Ulyanov, Vedaldi and Lempitsky, 2016.
 * @throws Forward throws ShapeError for another number of dimensions or channels, and ArgumentError when a channel has one element only.
 * @example new nn.InstanceNorm2d(1, { eps: 0 }).forward(tensor([[[[1, 3]]]])).toArray(); // [[[[-1, 1]]]]
 */
export class InstanceNorm2d extends InstanceNormBase {
  protected override readonly rank: number = 4;
}

/**
 * Instance normalization of volumes [N, C, D, H, W] or [C, D, H, W]: (x - mean) / √(variance + eps) for each channel of each example, times `weight`, plus
 * `bias`; the variance is the biased one. With `trackRunningStats`, training mode updates the running statistics, with the unbiased variance, and evaluation
 * mode uses them. Source: Ulyanov, Vedaldi and Lempitsky, 2016.
 * @throws Forward throws ShapeError for another number of dimensions or channels, and ArgumentError when a channel has one element only.
 * @example new nn.InstanceNorm3d(1, { eps: 0 }).forward(tensor([[[[[1, 3]]]]])).toArray(); // [[[[[-1, 1]]]]]
 */
export class InstanceNorm3d extends InstanceNormBase {
  protected override readonly rank: number = 5;
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
