/** Normalization layers. */

import { batchNorm, layerNorm, rmsNorm } from "../../ops/functional/norm.ts";
import { checkNew } from "../../tensor/arguments/guard.ts";
import { checkSizes, ones, zeros } from "../../tensor/create.ts";
import type { DType } from "../../tensor/dtype.ts";
import { ShapeError } from "../../tensor/errors.ts";
import type { Shape } from "../../tensor/shape.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { Module } from "../base/module.ts";
import { Buffer, Parameter } from "../base/parameter.ts";

/** Options of `LayerNorm` and `RMSNorm`. */
export interface NormModuleOptions {
  readonly eps?: number;
  /** Whether there are factors, and summands, to learn. */
  readonly elementwiseAffine?: boolean;
  readonly bias?: boolean;
  readonly dtype?: DType;
}

const asShape = (size: number | Shape): Shape => (typeof size === "number" ? [size] : size);

/** Mean 0 and variance 1 over the last dimensions; factors start at 1, summands at 0. */
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
  override forward(x: Tensor): Tensor {
    return layerNorm(x, this.normalizedShape, { weight: this.weight, bias: this.bias, eps: this.eps });
  }
  override extraRepr(): string {
    return `[${this.normalizedShape.join(", ")}], eps=${this.eps}`;
  }
}

/** Root mean square 1 over the last dimensions; factors start at 1. */
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
  override forward(x: Tensor): Tensor {
    return rmsNorm(x, this.normalizedShape, { weight: this.weight, eps: this.eps });
  }
  override extraRepr(): string {
    return `[${this.normalizedShape.join(", ")}], eps=${this.eps}`;
  }
}

/** Options of `BatchNorm1d` and `BatchNorm2d`. */
export interface BatchNormModuleOptions {
  readonly eps?: number;
  /** Share of the batch in the running statistics; `null` averages all batches alike. */
  readonly momentum?: number | null;
  readonly affine?: boolean;
  readonly trackRunningStats?: boolean;
  readonly dtype?: DType;
}

/** What batch normalization layers share: mean 0 and variance 1 of each channel, by the batch in training, else by running statistics. */
abstract class BatchNormBase extends Module {
  readonly numFeatures: number;
  readonly eps: number;
  readonly momentum: number | null;
  /** [numFeatures] */
  weight: Parameter | null;
  bias: Parameter | null;
  runningMean: Buffer | null;
  runningVar: Buffer | null;
  /** Training passes so far, an int32 scalar; only counted where the running statistics average all batches alike. */
  numBatchesTracked: Buffer | null;
  constructor(numFeatures: number, options: BatchNormModuleOptions = {}) {
    checkNew(new.target, arguments);
    const { eps = 1e-5, momentum = 0.1, affine = true, trackRunningStats = true, dtype = "float32" } = options;
    checkSizes(new.target.name, [numFeatures]);
    super();
    this.numFeatures = numFeatures;
    this.eps = eps;
    this.momentum = momentum;
    this.weight = affine ? new Parameter(ones([numFeatures], { dtype })) : null;
    this.bias = affine ? new Parameter(zeros([numFeatures], { dtype })) : null;
    this.runningMean = trackRunningStats ? new Buffer(zeros([numFeatures], { dtype })) : null;
    this.runningVar = trackRunningStats ? new Buffer(ones([numFeatures], { dtype })) : null;
    this.numBatchesTracked = trackRunningStats && momentum === null ? new Buffer(zeros([], { dtype: "int32" })) : null;
  }
  protected abstract readonly ranks: readonly number[];
  override forward(x: Tensor): Tensor {
    if (!this.ranks.includes(x.ndim))
      throw new ShapeError(this.constructor.name, `the input must have ${this.ranks.join(" or ")} dimensions`, [
        x.shape,
      ]);
    const count = this.numBatchesTracked;
    if (this.training && count !== null) count.add_(1);
    return batchNorm(x, this.runningMean, this.runningVar, {
      weight: this.weight,
      bias: this.bias,
      training: this.training || this.runningMean === null,
      momentum: this.momentum ?? (count === null || !this.training ? 0 : 1 / count.item()),
      eps: this.eps,
    });
  }
  override extraRepr(): string {
    return `${this.numFeatures}, eps=${this.eps}, momentum=${this.momentum}`;
  }
}

/** Batch normalization of [N, C] or [N, C, L]. */
export class BatchNorm1d extends BatchNormBase {
  protected override readonly ranks: readonly number[] = [2, 3];
}

/** Batch normalization of images [N, C, H, W]. */
export class BatchNorm2d extends BatchNormBase {
  protected override readonly ranks: readonly number[] = [4];
}
