/** Base class of the batch normalization layers. */

import { batchNorm } from "../../ops/functional/batch-norm.ts";
import type { DType } from "../../tensor/dtype.ts";
import { ShapeError } from "../../tensor/errors.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { RunningNormBase } from "./running-norm-base.ts";

/** Options of `BatchNorm1d`, `BatchNorm2d` and `BatchNorm3d`. */
export interface BatchNormModuleOptions {
  /** Added to the variance; 1e-5 by default. */
  readonly eps?: number;
  /** Weight of a new batch in the running statistics, 0.1 by default; `null` takes the cumulative average over all batches. */
  readonly momentum?: number | null;
  /** Whether to learn a scale and shift of each channel; true by default. */
  readonly affine?: boolean;
  /** Whether to keep running statistics for evaluation mode; true by default. Without them, the batch's are used in both modes. */
  readonly trackRunningStats?: boolean;
  /** Whether the shift is learned, too; true by default. */
  readonly bias?: boolean;
  readonly dtype?: DType;
}

/** Base class of the batch normalization layers. */
export abstract class BatchNormBase extends RunningNormBase {
  /** Allowed numbers of dimensions of the input. */
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
