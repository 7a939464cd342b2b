/** Pooling layers. */

import { type AvgPoolOptions, avgPool1d, avgPool2d, avgPool3d } from "../../ops/functional/avg-pool.ts";
import { type LPPoolOptions, lpPool1d, lpPool2d, lpPool3d } from "../../ops/functional/lp-pool.ts";
import { type MaxPoolOptions, maxPool1d, maxPool2d, maxPool3d } from "../../ops/functional/max-pool.ts";
import type { PerDim } from "../../ops/functional/sliding.ts";
import type { ValuesIndices } from "../../ops/reduce/values-indices.ts";
import { checkNew } from "../../tensor/arguments/guard.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { Module } from "../base/module.ts";

/** Base class of the pooling layers. */
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

/** Options of `MaxPool1d`, `MaxPool2d` and `MaxPool3d`: the kernel size as stride, padding 0 and dilation 1 by default. */
export type MaxPoolModuleOptions<I extends boolean = boolean> = Omit<MaxPoolOptions, "returnIndices"> & {
  /** Whether to return the positions of the largest elements too, for `MaxUnpool1d` to `MaxUnpool3d`. */
  readonly returnIndices?: I;
};

/** The result: values and indices with `returnIndices`, else the values. */
export type Pooled<I extends boolean> = I extends true ? ValuesIndices : Tensor;

/**
 * Max pooling over sequences: [N, C, L], or [C, L], to a length of ⌊(L + 2 padding - dilation (kernelSize - 1) - 1) / stride⌋ + 1; with `ceilMode`, ⌈…⌉ + 1.
 * Padding counts as -∞. The gradient goes to the first of equal maxima.
 * @example new nn.MaxPool1d(2).forward(tensor([[1, 3, 2, 0]])).toArray(); // [[3, 2]]
 */
export class MaxPool1d<I extends boolean = false> extends PoolBase<MaxPoolModuleOptions<I>> {
  constructor(kernelSize: PerDim, options: MaxPoolModuleOptions<I> = {}) {
    checkNew(new.target, arguments);
    super(kernelSize, options);
  }
  override forward(x: Tensor): Pooled<I> {
    return maxPool1d(x, this.kernelSize, this.options) as Pooled<I>;
  }
}

/**
 * Max pooling over images: [N, C, H, W], or [C, H, W], with H and W each mapped to ⌊(H + 2 padding - dilation (kernelSize - 1) - 1) / stride⌋ + 1; with
 * `ceilMode`, ⌈…⌉ + 1. Padding counts as -∞. The gradient goes to the first of equal maxima.
 * @example new nn.MaxPool2d(2).forward(zeros([1, 3, 8, 8])).shape; // [1, 3, 4, 4]
 */
export class MaxPool2d<I extends boolean = false> extends PoolBase<MaxPoolModuleOptions<I>> {
  constructor(kernelSize: PerDim, options: MaxPoolModuleOptions<I> = {}) {
    checkNew(new.target, arguments);
    super(kernelSize, options);
  }
  override forward(x: Tensor): Pooled<I> {
    return maxPool2d(x, this.kernelSize, this.options) as Pooled<I>;
  }
}

/**
 * Max pooling over volumes: [N, C, D, H, W], or [C, D, H, W], with each spatial size n mapped to ⌊(n + 2 padding - dilation (kernelSize - 1) - 1) / stride⌋ + 1;
 * with `ceilMode`, ⌈…⌉ + 1. Padding counts as -∞. The gradient goes to the first of equal maxima.
 * @example new nn.MaxPool3d(2).forward(zeros([1, 3, 4, 4, 4])).shape; // [1, 3, 2, 2, 2]
 */
export class MaxPool3d<I extends boolean = false> extends PoolBase<MaxPoolModuleOptions<I>> {
  constructor(kernelSize: PerDim, options: MaxPoolModuleOptions<I> = {}) {
    checkNew(new.target, arguments);
    super(kernelSize, options);
  }
  override forward(x: Tensor): Pooled<I> {
    return maxPool3d(x, this.kernelSize, this.options) as Pooled<I>;
  }
}

/**
 * Average pooling over sequences: [N, C, L], or [C, L], to a length of ⌊(L + 2 padding - kernelSize) / stride⌋ + 1, with the kernel size as stride by default. Zeros
 * of the padding count, unless `countIncludePad` is false.
 * @example new nn.AvgPool1d(2).forward(tensor([[1, 3, 2, 0]])).toArray(); // [[2, 1]]
 */
export class AvgPool1d extends PoolBase<AvgPoolOptions> {
  constructor(kernelSize: PerDim, options: AvgPoolOptions = {}) {
    checkNew(new.target, arguments);
    super(kernelSize, options);
  }
  override forward(x: Tensor): Tensor {
    return avgPool1d(x, this.kernelSize, this.options);
  }
}

/**
 * Average pooling over images: [N, C, H, W], or [C, H, W], with H and W each mapped to ⌊(H + 2 padding - kernelSize) / stride⌋ + 1, with the kernel size as stride by
 * default. Zeros of the padding count, unless `countIncludePad` is false.
 * @example new nn.AvgPool2d(2).forward(tensor([[[1, 3], [2, 2]]])).toArray(); // [[[2]]]
 */
export class AvgPool2d extends PoolBase<AvgPoolOptions> {
  constructor(kernelSize: PerDim, options: AvgPoolOptions = {}) {
    checkNew(new.target, arguments);
    super(kernelSize, options);
  }
  override forward(x: Tensor): Tensor {
    return avgPool2d(x, this.kernelSize, this.options);
  }
}

/**
 * Average pooling over volumes: [N, C, D, H, W], or [C, D, H, W], with each spatial size n mapped to ⌊(n + 2 padding - kernelSize) / stride⌋ + 1, with the kernel size
 * as stride by default. Zeros of the padding count, unless `countIncludePad` is false.
 * @example new nn.AvgPool3d(2).forward(ones([1, 2, 2, 2])).toArray(); // [[[[1]]]]
 */
export class AvgPool3d extends PoolBase<AvgPoolOptions> {
  constructor(kernelSize: PerDim, options: AvgPoolOptions = {}) {
    checkNew(new.target, arguments);
    super(kernelSize, options);
  }
  override forward(x: Tensor): Tensor {
    return avgPool3d(x, this.kernelSize, this.options);
  }
}

/** Base class of the power-average pooling layers. */
abstract class LPPoolBase extends PoolBase<LPPoolOptions> {
  readonly normType: number;
  constructor(normType: number, kernelSize: PerDim, options: LPPoolOptions = {}) {
    checkNew(new.target, arguments);
    super(kernelSize, options);
    this.normType = normType;
  }
  override extraRepr(): string {
    return `normType=${this.normType}, ${super.extraRepr()}`;
  }
}

/**
 * Power-average pooling over sequences [N, C, L] or [C, L]: (Σ xᵖ)^(1/p) over each window, p being `normType`, with the kernel size as stride by default.
 * @example new nn.LPPool1d(2, 2).forward(tensor([[3, 4, 6, 8]])).toArray(); // [[5, 10]]
 */
export class LPPool1d extends LPPoolBase {
  override forward(x: Tensor): Tensor {
    return lpPool1d(x, this.normType, this.kernelSize, this.options);
  }
}

/**
 * Power-average pooling over images [N, C, H, W] or [C, H, W]: (Σ xᵖ)^(1/p) over each window, p being `normType`, with the kernel size as stride by default.
 * @example new nn.LPPool2d(2, 2).forward(ones([1, 2, 2])).toArray(); // [[[2]]]
 */
export class LPPool2d extends LPPoolBase {
  override forward(x: Tensor): Tensor {
    return lpPool2d(x, this.normType, this.kernelSize, this.options);
  }
}

/**
 * Power-average pooling over volumes [N, C, D, H, W] or [C, D, H, W]: (Σ xᵖ)^(1/p) over each window, p being `normType`, with the kernel size as stride by
 * default.
 * @example new nn.LPPool3d(3, 2).forward(ones([1, 2, 2, 2])).toArray(); // [[[[2]]]]
 */
export class LPPool3d extends LPPoolBase {
  override forward(x: Tensor): Tensor {
    return lpPool3d(x, this.normType, this.kernelSize, this.options);
  }
}
