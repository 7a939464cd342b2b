/** Layers of fractional max pooling, and of the partial inverse of max pooling. */

import {
  type FractionalMaxPoolOptions,
  fractionalMaxPool2d,
  fractionalMaxPool3d,
} from "../../ops/functional/fractional-max-pool.ts";
import { type MaxUnpoolOptions, maxUnpool1d, maxUnpool2d, maxUnpool3d } from "../../ops/functional/max-unpool.ts";
import type { PerDim } from "../../ops/functional/sliding.ts";
import { checkNew } from "../../tensor/arguments/guard.ts";
import { ArgumentError } from "../../tensor/errors.ts";
import type { Shape } from "../../tensor/shape.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { Module } from "../base/module.ts";
import { Buffer } from "../base/parameter.ts";
import type { Pooled } from "./pooling.ts";

/** Options of `FractionalMaxPool2d` and `FractionalMaxPool3d`. */
export type FractionalMaxPoolModuleOptions<I extends boolean = boolean> = Omit<
  FractionalMaxPoolOptions,
  "returnIndices"
> & {
  /** Whether to return the positions of the largest elements too. */
  readonly returnIndices?: I;
};

/** Base class of the fractional max pooling layers. */
abstract class FractionalMaxPoolBase<I extends boolean> extends Module {
  readonly kernelSize: PerDim;
  readonly options: Omit<FractionalMaxPoolModuleOptions<I>, "_randomSamples">;
  /** The random numbers of all calls, or `null` for new ones in each. */
  _randomSamples: Buffer | null;
  constructor(kernelSize: PerDim, given: FractionalMaxPoolModuleOptions<I>) {
    checkNew(new.target, arguments);
    const { _randomSamples, ...options } = given;
    const { outputSize = null, outputRatio = null } = options;
    if ((outputSize === null) === (outputRatio === null))
      throw new ArgumentError(new.target.name, "expected either outputSize or outputRatio, and not both");
    const ratios = typeof outputRatio === "number" ? [outputRatio] : (outputRatio ?? []);
    if (!ratios.every((ratio) => ratio > 0 && ratio < 1))
      throw new ArgumentError(new.target.name, `outputRatio must be between 0 and 1, but got ${ratios.join(", ")}`);
    super();
    this.kernelSize = kernelSize;
    this.options = options;
    this._randomSamples = _randomSamples ? new Buffer(_randomSamples) : null;
  }
}

/**
 * Max pooling of images [N, C, H, W] or [C, H, W] over windows of `kernelSize` at random steps, to the spatial size `outputSize`, or `outputRatio` of that of
 * the input. Source: Graham, 2014.
 * @throws ArgumentError unless one of `outputSize` and `outputRatio` is given, and for a ratio that is not between 0 and 1.
 * @example new nn.FractionalMaxPool2d(2, { outputRatio: 0.5 }).forward(zeros([1, 3, 8, 9])).shape; // [1, 3, 4, 4]
 */
export class FractionalMaxPool2d<I extends boolean = false> extends FractionalMaxPoolBase<I> {
  override forward(x: Tensor): Pooled<I> {
    return fractionalMaxPool2d(x, this.kernelSize, {
      ...this.options,
      _randomSamples: this._randomSamples,
    }) as Pooled<I>;
  }
}

/**
 * Max pooling of volumes [N, C, D, H, W] or [C, D, H, W] over windows of `kernelSize` at random steps, to the spatial size `outputSize`, or `outputRatio` of
 * that of the input. Source: Graham, 2014.
 * @throws ArgumentError unless one of `outputSize` and `outputRatio` is given, and for a ratio that is not between 0 and 1.
 * @example new nn.FractionalMaxPool3d(2, { outputRatio: 0.5 }).forward(zeros([1, 3, 8, 8, 9])).shape; // [1, 3, 4, 4, 4]
 */
export class FractionalMaxPool3d<I extends boolean = false> extends FractionalMaxPoolBase<I> {
  override forward(x: Tensor): Pooled<I> {
    return fractionalMaxPool3d(x, this.kernelSize, {
      ...this.options,
      _randomSamples: this._randomSamples,
    }) as Pooled<I>;
  }
}

/** Options of `MaxUnpool1d`, `MaxUnpool2d` and `MaxUnpool3d`: those of the pooling. */
export type MaxUnpoolModuleOptions = Omit<MaxUnpoolOptions, "outputSize">;

/** Options of the call of an unpooling layer. */
export interface MaxUnpoolForwardOptions {
  /** Sizes of the input of the pooling, which resolve the ambiguity where the pooling maps several to one. */
  readonly outputSize?: Shape | null;
}

/** Base class of the unpooling layers. */
abstract class MaxUnpoolBase extends Module {
  readonly kernelSize: PerDim;
  readonly options: MaxUnpoolModuleOptions;
  constructor(kernelSize: PerDim, options: MaxUnpoolModuleOptions = {}) {
    checkNew(new.target, arguments);
    super();
    this.kernelSize = kernelSize;
    this.options = options;
  }
  override extraRepr(): string {
    const { stride = null, padding = 0 } = this.options;
    return `kernelSize=${String(this.kernelSize)}, stride=${String(stride ?? this.kernelSize)}, padding=${String(padding)}`;
  }
}

/**
 * Partial inverse of `MaxPool1d` over sequences [N, C, L] or [C, L]: puts the values at the indices that the pooling returned, and 0 elsewhere.
 * @throws Forward throws ShapeError for indices of another shape, and ArgumentError for an `outputSize` that the pooling does not map to the size of the input.
 * @example new nn.MaxUnpool1d(2).forward(tensor([[3, 2]]), tensor([[1, 2]], { dtype: "int64" })).toArray(); // [[0, 3, 2, 0]]
 */
export class MaxUnpool1d extends MaxUnpoolBase {
  override forward(x: Tensor, indices: Tensor, options: MaxUnpoolForwardOptions = {}): Tensor {
    return maxUnpool1d(x, indices, this.kernelSize, { ...this.options, ...options });
  }
}

/**
 * Partial inverse of `MaxPool2d` over images [N, C, H, W] or [C, H, W]: puts the values at the indices that the pooling returned, and 0 elsewhere.
 * @throws Forward throws ShapeError for indices of another shape, and ArgumentError for an `outputSize` that the pooling does not map to the size of the input.
 * @example new nn.MaxUnpool2d(2).forward(tensor([[[4]]]), tensor([[[3]]], { dtype: "int64" })).toArray(); // [[[0, 0], [0, 4]]]
 */
export class MaxUnpool2d extends MaxUnpoolBase {
  override forward(x: Tensor, indices: Tensor, options: MaxUnpoolForwardOptions = {}): Tensor {
    return maxUnpool2d(x, indices, this.kernelSize, { ...this.options, ...options });
  }
}

/**
 * Partial inverse of `MaxPool3d` over volumes [N, C, D, H, W] or [C, D, H, W]: puts the values at the indices that the pooling returned, and 0 elsewhere.
 * @throws Forward throws ShapeError for indices of another shape, and ArgumentError for an `outputSize` that the pooling does not map to the size of the input.
 * @example new nn.MaxUnpool3d(2).forward(tensor([[[[7]]]]), tensor([[[[7]]]], { dtype: "int64" })).shape; // [1, 2, 2, 2]
 */
export class MaxUnpool3d extends MaxUnpoolBase {
  override forward(x: Tensor, indices: Tensor, options: MaxUnpoolForwardOptions = {}): Tensor {
    return maxUnpool3d(x, indices, this.kernelSize, { ...this.options, ...options });
  }
}
