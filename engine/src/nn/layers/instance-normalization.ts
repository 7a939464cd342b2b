/** Normalization layers of the channels of each example. */

import { instanceNorm } from "../../ops/functional/instance-norm.ts";
import { squeeze, unsqueeze } from "../../ops/shape/expand.ts";
import { checkNew } from "../../tensor/arguments/guard.ts";
import type { DType } from "../../tensor/dtype.ts";
import { ShapeError } from "../../tensor/errors.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { RunningNormBase } from "./running-norm-base.ts";

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

/** Base class of the instance normalization layers. Its `numBatchesTracked` stays 0, as in PyTorch, whose state dicts have it. */
abstract class InstanceNormBase extends RunningNormBase {
  constructor(numFeatures: number, options: InstanceNormModuleOptions) {
    super(numFeatures, { affine: false, trackRunningStats: false, ...options });
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
  constructor(numFeatures: number, options: InstanceNormModuleOptions = {}) {
    checkNew(new.target, arguments, InstanceNorm1d);
    super(numFeatures, options);
  }
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
  constructor(numFeatures: number, options: InstanceNormModuleOptions = {}) {
    checkNew(new.target, arguments, InstanceNorm2d);
    super(numFeatures, options);
  }
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
  constructor(numFeatures: number, options: InstanceNormModuleOptions = {}) {
    checkNew(new.target, arguments, InstanceNorm3d);
    super(numFeatures, options);
  }
}
