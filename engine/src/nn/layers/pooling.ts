/** Pooling layers. */

import { type AvgPoolOptions, avgPool1d, avgPool2d } from "../../ops/functional/avg-pool.ts";
import { type MaxPoolOptions, maxPool1d, maxPool2d } from "../../ops/functional/max-pool.ts";
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

/** Options of `MaxPool1d` and `MaxPool2d`: the kernel size as stride, padding 0 and dilation 1 by default. */
export type MaxPoolModuleOptions = Omit<MaxPoolOptions, "returnIndices">;

/**
 * Max pooling over sequences: [N, C, L], or [C, L], to a length of ⌊(L + 2 padding - dilation (kernelSize - 1) - 1) / stride⌋ + 1; with `ceilMode`, ⌈…⌉ + 1. Padding
 * counts as -∞. The gradient goes to the first of equal maxima.
 * @example new nn.MaxPool1d(2).forward(tensor([[1, 3, 2, 0]])).toArray(); // [[3, 2]]
 */
export class MaxPool1d extends PoolBase<MaxPoolModuleOptions> {
  constructor(kernelSize: PerDim, options: MaxPoolModuleOptions = {}) {
    checkNew(new.target, arguments);
    super(kernelSize, options);
  }
  override forward(x: Tensor): Tensor {
    return valuesOf(maxPool1d(x, this.kernelSize, this.options));
  }
}

/**
 * Max pooling over images: [N, C, H, W], or [C, H, W], with H and W each mapped to ⌊(H + 2 padding - dilation (kernelSize - 1) - 1) / stride⌋ + 1; with `ceilMode`,
 * ⌈…⌉ + 1. Padding counts as -∞. The gradient goes to the first of equal maxima.
 * @example new nn.MaxPool2d(2).forward(zeros([1, 3, 8, 8])).shape; // [1, 3, 4, 4]
 */
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
