/** Pooling layers to a given size. */

import { adaptiveAvgPool1d, adaptiveAvgPool2d, adaptiveAvgPool3d } from "../../ops/functional/adaptive-avg-pool.ts";
import { adaptiveMaxPool1d, adaptiveMaxPool2d, adaptiveMaxPool3d } from "../../ops/functional/adaptive-max-pool.ts";
import type { OutputSize } from "../../ops/functional/adaptive-sizes.ts";
import { checkNew } from "../../tensor/arguments/guard.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { Module } from "../base/module.ts";
import type { Pooled } from "./pooling.ts";

/** Base class of the adaptive pooling layers. */
abstract class AdaptivePoolBase extends Module {
  readonly outputSize: OutputSize;
  constructor(outputSize: OutputSize) {
    super();
    this.outputSize = outputSize;
  }
  override extraRepr(): string {
    return `outputSize=${JSON.stringify(this.outputSize)}`;
  }
}

/** Base class of the adaptive average pooling layers. */
abstract class AdaptiveAvgPoolBase extends AdaptivePoolBase {
  constructor(outputSize: OutputSize) {
    checkNew(new.target, arguments);
    super(outputSize);
  }
}

/** Options of `AdaptiveMaxPool1d`, `AdaptiveMaxPool2d` and `AdaptiveMaxPool3d`. */
export interface AdaptiveMaxPoolModuleOptions<I extends boolean = boolean> {
  /** Whether to return the positions of the largest elements too. */
  readonly returnIndices?: I;
}

/** Base class of the adaptive max pooling layers. */
abstract class AdaptiveMaxPoolBase<I extends boolean> extends AdaptivePoolBase {
  readonly options: AdaptiveMaxPoolModuleOptions<I>;
  constructor(outputSize: OutputSize, options: AdaptiveMaxPoolModuleOptions<I> = {}) {
    checkNew(new.target, arguments);
    super(outputSize);
    this.options = options;
  }
}

/**
 * Average pooling of sequences [N, C, L] or [C, L] to the spatial size `outputSize`: window i of a dimension of n elements has those from ⌊i n / n′⌋ up to ⌈(i +
 * 1) n / n′⌉ - 1. `null` is the size of the input.
 * @example new nn.AdaptiveAvgPool1d(2).forward(zeros([1, 3, 10])).shape; // [1, 3, 2]
 */
export class AdaptiveAvgPool1d extends AdaptiveAvgPoolBase {
  override forward(x: Tensor): Tensor {
    return adaptiveAvgPool1d(x, this.outputSize);
  }
}

/**
 * Average pooling of images [N, C, H, W] or [C, H, W] to the spatial size `outputSize`: window i of a dimension of n elements has those from ⌊i n / n′⌋ up to
 * ⌈(i + 1) n / n′⌉ - 1. One number is for all dimensions, `null` is the size of the input.
 * @example new nn.AdaptiveAvgPool2d(2).forward(zeros([1, 3, 8, 9])).shape; // [1, 3, 2, 2]
 */
export class AdaptiveAvgPool2d extends AdaptiveAvgPoolBase {
  override forward(x: Tensor): Tensor {
    return adaptiveAvgPool2d(x, this.outputSize);
  }
}

/**
 * Average pooling of volumes [N, C, D, H, W] or [C, D, H, W] to the spatial size `outputSize`: window i of a dimension of n elements has those from ⌊i n / n′⌋
 * up to ⌈(i + 1) n / n′⌉ - 1. One number is for all dimensions, `null` is the size of the input.
 * @example new nn.AdaptiveAvgPool3d(2).forward(zeros([1, 3, 4, 5, 6])).shape; // [1, 3, 2, 2, 2]
 */
export class AdaptiveAvgPool3d extends AdaptiveAvgPoolBase {
  override forward(x: Tensor): Tensor {
    return adaptiveAvgPool3d(x, this.outputSize);
  }
}

/**
 * Max pooling of sequences [N, C, L] or [C, L] to the spatial size `outputSize`: window i of a dimension of n elements has those from ⌊i n / n′⌋ up to ⌈(i + 1)
 * n / n′⌉ - 1. `null` is the size of the input. The gradient goes to the first of equal maxima.
 * @example new nn.AdaptiveMaxPool1d(2).forward(zeros([1, 3, 10])).shape; // [1, 3, 2]
 */
export class AdaptiveMaxPool1d<I extends boolean = false> extends AdaptiveMaxPoolBase<I> {
  override forward(x: Tensor): Pooled<I> {
    return adaptiveMaxPool1d(x, this.outputSize, this.options) as Pooled<I>;
  }
}

/**
 * Max pooling of images [N, C, H, W] or [C, H, W] to the spatial size `outputSize`: window i of a dimension of n elements has those from ⌊i n / n′⌋ up to ⌈(i +
 * 1) n / n′⌉ - 1. One number is for all dimensions, `null` is the size of the input. The gradient goes to the first of equal maxima.
 * @example new nn.AdaptiveMaxPool2d(2).forward(zeros([1, 3, 8, 9])).shape; // [1, 3, 2, 2]
 */
export class AdaptiveMaxPool2d<I extends boolean = false> extends AdaptiveMaxPoolBase<I> {
  override forward(x: Tensor): Pooled<I> {
    return adaptiveMaxPool2d(x, this.outputSize, this.options) as Pooled<I>;
  }
}

/**
 * Max pooling of volumes [N, C, D, H, W] or [C, D, H, W] to the spatial size `outputSize`: window i of a dimension of n elements has those from ⌊i n / n′⌋ up to
 * ⌈(i + 1) n / n′⌉ - 1. One number is for all dimensions, `null` is the size of the input. The gradient goes to the first of equal maxima.
 * @example new nn.AdaptiveMaxPool3d(2).forward(zeros([1, 3, 4, 5, 6])).shape; // [1, 3, 2, 2, 2]
 */
export class AdaptiveMaxPool3d<I extends boolean = false> extends AdaptiveMaxPoolBase<I> {
  override forward(x: Tensor): Pooled<I> {
    return adaptiveMaxPool3d(x, this.outputSize, this.options) as Pooled<I>;
  }
}
