/** Base class of the layers that normalize channels and keep running statistics of them. */

import { checkSizes, ones, zeros } from "../../tensor/create.ts";
import type { DType } from "../../tensor/dtype.ts";
import { Module } from "../base/module.ts";
import { Buffer, Parameter } from "../base/parameter.ts";
import { ones_, zeros_ } from "../init/index.ts";

/** Options of batch and instance normalization. */
export interface RunningNormOptions {
  readonly eps?: number;
  readonly momentum?: number | null;
  readonly affine?: boolean;
  readonly trackRunningStats?: boolean;
  readonly bias?: boolean;
  readonly dtype?: DType;
}

/** Base class of batch and instance normalization: scale and shift of each channel, and running statistics. */
export abstract class RunningNormBase extends Module {
  readonly numFeatures: number;
  readonly eps: number;
  /** Weight of the newest batch in the running statistics; for batch normalization, `null` stands for a plain average over all batches. */
  momentum: number | null;
  /** [numFeatures] */
  weight: Parameter | null;
  bias: Parameter | null;
  runningMean: Buffer | null;
  runningVar: Buffer | null;
  /** Number of training batches so far, an int64 scalar. */
  numBatchesTracked: Buffer | null;
  constructor(numFeatures: number, options: RunningNormOptions) {
    const { eps = 1e-5, momentum = 0.1, affine = true, trackRunningStats = true, bias = true } = options;
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

  /** Resets the running statistics to those of no batches: means of 0, variances of 1. */
  resetRunningStats(): void {
    this.runningMean?.zero_();
    this.runningVar?.fill_(1);
    this.numBatchesTracked?.zero_();
  }

  /** Initializes the weight with 1 and the bias with 0 again, and resets the running statistics. */
  resetParameters(): void {
    this.resetRunningStats();
    if (this.weight !== null) ones_(this.weight);
    if (this.bias !== null) zeros_(this.bias);
  }
}
