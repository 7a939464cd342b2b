/** Batch normalization layers that take the number of channels from their first input. */
import { checkNew } from "../../../tensor/arguments/guard.ts";
import { BatchNorm1d, BatchNorm2d, BatchNorm3d, type BatchNormModuleOptions } from "../normalization.ts";
import { deferNorm } from "./deferred.ts";

/**
 * `BatchNorm1d` whose `numFeatures` is the number of channels of its first input. Until then, weight, bias and running statistics are uninitialized; the first call
 * initializes them, and the module becomes a `BatchNorm1d`.
 * @throws Forward throws ShapeError for another number of dimensions.
 * @example new nn.LazyBatchNorm1d().forward(zeros([4, 3, 5])).shape; // [4, 3, 5]
 */
export class LazyBatchNorm1d extends BatchNorm1d {
  constructor(options: BatchNormModuleOptions = {}) {
    checkNew(new.target, arguments);
    super(0, { ...options, affine: false, trackRunningStats: false });
    deferNorm(
      this,
      BatchNorm1d,
      options,
      new Map([
        [2, 1],
        [3, 1],
      ]),
    );
  }
}

/**
 * `BatchNorm2d` whose `numFeatures` is the number of channels of its first input. Until then, weight, bias and running statistics are uninitialized; the first call
 * initializes them, and the module becomes a `BatchNorm2d`.
 * @throws Forward throws ShapeError for another number of dimensions.
 * @example new nn.LazyBatchNorm2d().forward(zeros([2, 3, 4, 4])).shape; // [2, 3, 4, 4]
 */
export class LazyBatchNorm2d extends BatchNorm2d {
  constructor(options: BatchNormModuleOptions = {}) {
    checkNew(new.target, arguments);
    super(0, { ...options, affine: false, trackRunningStats: false });
    deferNorm(this, BatchNorm2d, options, new Map([[4, 1]]));
  }
}

/**
 * `BatchNorm3d` whose `numFeatures` is the number of channels of its first input. Until then, weight, bias and running statistics are uninitialized; the first call
 * initializes them, and the module becomes a `BatchNorm3d`.
 * @throws Forward throws ShapeError for another number of dimensions.
 * @example new nn.LazyBatchNorm3d().forward(zeros([2, 3, 2, 2, 2])).shape; // [2, 3, 2, 2, 2]
 */
export class LazyBatchNorm3d extends BatchNorm3d {
  constructor(options: BatchNormModuleOptions = {}) {
    checkNew(new.target, arguments);
    super(0, { ...options, affine: false, trackRunningStats: false });
    deferNorm(this, BatchNorm3d, options, new Map([[5, 1]]));
  }
}
