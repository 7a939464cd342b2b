/** Normalization layers. */

import { layerNorm, rmsNorm } from "../../ops/functional/norm.ts";
import { checkNew } from "../../tensor/arguments/guard.ts";
import { checkSizes, ones, zeros } from "../../tensor/create.ts";
import type { DType } from "../../tensor/dtype.ts";
import type { Shape } from "../../tensor/shape.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { Module } from "../base/module.ts";
import { Parameter } from "../base/parameter.ts";
import { ones_, zeros_ } from "../init/index.ts";
import { BatchNormBase, type BatchNormModuleOptions } from "./batch-norm-base.ts";

export type { BatchNormModuleOptions } from "./batch-norm-base.ts";

/** Options of `LayerNorm` and `RMSNorm`. */
export interface NormModuleOptions {
  /** Added to the variance, or mean square. */
  readonly eps?: number;
  /** Whether to learn a per-element scale and shift; true by default. */
  readonly elementwiseAffine?: boolean;
  /** Whether the shift is learned, too; true by default. */
  readonly bias?: boolean;
  readonly dtype?: DType;
}

const asShape = (size: number | Shape): Shape => (typeof size === "number" ? [size] : size);

/**
 * Layer normalization: (x - mean) / √(variance + eps) over the last dimensions, those of `normalizedShape`, times `weight`, plus `bias`. The variance is the
 * biased one. Weight and bias have the normalized shape and are initialized with 1 and 0; eps is 1e-5 by default. Source: Ba, Kiros and Hinton, 2016.
 * @throws Forward throws ShapeError for an input that does not end in the normalized shape.
 * @example new nn.LayerNorm(2, { eps: 0 }).forward(tensor([[1, 3]])).toArray(); // [[-1, 1]]
 */
export class LayerNorm extends Module {
  readonly normalizedShape: Shape;
  readonly eps: number;
  weight: Parameter | null;
  bias: Parameter | null;
  constructor(normalizedShape: number | Shape, options: NormModuleOptions = {}) {
    checkNew(new.target, arguments);
    const { eps = 1e-5, elementwiseAffine = true, bias = true, dtype = "float32" } = options;
    checkSizes("LayerNorm", asShape(normalizedShape));
    super();
    this.normalizedShape = asShape(normalizedShape);
    this.eps = eps;
    this.weight = elementwiseAffine ? new Parameter(ones(this.normalizedShape, { dtype })) : null;
    this.bias = elementwiseAffine && bias ? new Parameter(zeros(this.normalizedShape, { dtype })) : null;
  }

  /** Initializes the weight with 1 and the bias with 0 again. */
  resetParameters(): void {
    if (this.weight !== null) ones_(this.weight);
    if (this.bias !== null) zeros_(this.bias);
  }

  override forward(x: Tensor): Tensor {
    return layerNorm(x, this.normalizedShape, { weight: this.weight, bias: this.bias, eps: this.eps });
  }
  override extraRepr(): string {
    return `[${this.normalizedShape.join(", ")}], eps=${this.eps}`;
  }
}

/**
 * Root mean square normalization: x / √(mean(x²) + eps) over the last dimensions, those of `normalizedShape`, times `weight`, which is initialized with 1. By
 * default eps is the machine epsilon of the input's dtype, as in PyTorch. Source: Zhang and Sennrich, 2019.
 * @throws Forward throws ShapeError for an input that does not end in the normalized shape.
 * @example new nn.RMSNorm(2, { eps: 0 }).forward(tensor([[-2, 2]])).toArray(); // [[-1, 1]]
 */
export class RMSNorm extends Module {
  readonly normalizedShape: Shape;
  readonly eps: number | null;
  weight: Parameter | null;
  constructor(normalizedShape: number | Shape, options: Omit<NormModuleOptions, "bias"> = {}) {
    checkNew(new.target, arguments);
    const { eps, elementwiseAffine = true, dtype = "float32" } = options;
    checkSizes("RMSNorm", asShape(normalizedShape));
    super();
    this.normalizedShape = asShape(normalizedShape);
    this.eps = eps ?? null;
    this.weight = elementwiseAffine ? new Parameter(ones(this.normalizedShape, { dtype })) : null;
  }

  /** Initializes the weight with 1 again. */
  resetParameters(): void {
    if (this.weight !== null) ones_(this.weight);
  }

  override forward(x: Tensor): Tensor {
    return rmsNorm(x, this.normalizedShape, { weight: this.weight, eps: this.eps });
  }
  override extraRepr(): string {
    return `[${this.normalizedShape.join(", ")}], eps=${this.eps}`;
  }
}

/**
 * Batch normalization of [N, C] or [N, C, L]: (x - mean) / √(variance + eps) for each channel, times `weight`, plus `bias`. In training mode, mean and (biased)
 * variance are those of the batch, and the running statistics are updated, with the unbiased variance; in evaluation mode, the running statistics are used.
 * Source: Ioffe and Szegedy, 2015.
 * @throws Forward throws ShapeError for another number of dimensions or channels, and ArgumentError in training mode for a single value per channel, or eps = 0.
 * @example new nn.BatchNorm1d(1).forward(tensor([[1], [3]])).round().toArray(); // [[-1], [1]]
 */
export class BatchNorm1d extends BatchNormBase {
  protected override readonly ranks: readonly number[] = [2, 3];
  constructor(numFeatures: number, options: BatchNormModuleOptions = {}) {
    checkNew(new.target, arguments, BatchNorm1d);
    super(numFeatures, options);
  }
}

/**
 * Batch normalization of images [N, C, H, W]: (x - mean) / √(variance + eps) for each channel, times `weight`, plus `bias`. In training mode, mean and (biased)
 * variance are those of the batch, and the running statistics are updated, with the unbiased variance; in evaluation mode, the running statistics are used.
 * Source: Ioffe and Szegedy, 2015.
 * @throws Forward throws ShapeError for another number of dimensions or channels, and ArgumentError in training mode for a single value per channel, or eps = 0.
 * @example new nn.BatchNorm2d(3).forward(zeros([2, 3, 4, 4])).shape; // [2, 3, 4, 4]
 */
export class BatchNorm2d extends BatchNormBase {
  protected override readonly ranks: readonly number[] = [4];
  constructor(numFeatures: number, options: BatchNormModuleOptions = {}) {
    checkNew(new.target, arguments, BatchNorm2d);
    super(numFeatures, options);
  }
}

/**
 * Batch normalization of volumes [N, C, D, H, W]: (x - mean) / √(variance + eps) for each channel, times `weight`, plus `bias`. In training mode, mean and (biased)
 * variance are those of the batch, and the running statistics are updated, with the unbiased variance; in evaluation mode, the running statistics are used.
 * Source: Ioffe and Szegedy, 2015.
 * @throws Forward throws ShapeError for another number of dimensions or channels, and ArgumentError in training mode for a single value per channel, or eps = 0.
 * @example new nn.BatchNorm3d(3).forward(zeros([2, 3, 2, 2, 2])).shape; // [2, 3, 2, 2, 2]
 */
export class BatchNorm3d extends BatchNormBase {
  protected override readonly ranks: readonly number[] = [5];
  constructor(numFeatures: number, options: BatchNormModuleOptions = {}) {
    checkNew(new.target, arguments, BatchNorm3d);
    super(numFeatures, options);
  }
}
