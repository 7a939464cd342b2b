/** Instance normalization layers that take the number of channels from their first input. */
import { checkNew } from "../../../tensor/arguments/guard.ts";
import {
  InstanceNorm1d,
  InstanceNorm2d,
  InstanceNorm3d,
  type InstanceNormModuleOptions,
} from "../instance-normalization.ts";
import { deferNorm } from "./deferred.ts";

/**
 * `InstanceNorm1d` whose `numFeatures` is the number of channels of its first input. Until then, weight, bias and running statistics are uninitialized; the first call initializes them, and the
 * module becomes an `InstanceNorm1d`. As in PyTorch, it has all of them unless `affine` and `trackRunningStats` are false.
 * @throws Forward throws ShapeError for another number of dimensions.
 * @example new nn.LazyInstanceNorm1d().forward(zeros([4, 3, 5])).shape; // [4, 3, 5]
 */
export class LazyInstanceNorm1d extends InstanceNorm1d {
  constructor(options: InstanceNormModuleOptions = {}) {
    checkNew(new.target, arguments);
    super(0, { ...options, affine: false, trackRunningStats: false });
    deferNorm(
      this,
      InstanceNorm1d,
      options,
      new Map([
        [2, 0],
        [3, 1],
      ]),
    );
  }
}

/**
 * `InstanceNorm2d` whose `numFeatures` is the number of channels of its first input. Until then, weight, bias and running statistics are uninitialized; the first call initializes them, and the
 * module becomes an `InstanceNorm2d`. As in PyTorch, it has all of them unless `affine` and `trackRunningStats` are false.
 * @throws Forward throws ShapeError for another number of dimensions.
 * @example new nn.LazyInstanceNorm2d().forward(zeros([2, 3, 4, 4])).shape; // [2, 3, 4, 4]
 */
export class LazyInstanceNorm2d extends InstanceNorm2d {
  constructor(options: InstanceNormModuleOptions = {}) {
    checkNew(new.target, arguments);
    super(0, { ...options, affine: false, trackRunningStats: false });
    deferNorm(
      this,
      InstanceNorm2d,
      options,
      new Map([
        [3, 0],
        [4, 1],
      ]),
    );
  }
}

/**
 * `InstanceNorm3d` whose `numFeatures` is the number of channels of its first input. Until then, weight, bias and running statistics are uninitialized; the first call initializes them, and the
 * module becomes an `InstanceNorm3d`. As in PyTorch, it has all of them unless `affine` and `trackRunningStats` are false.
 * @throws Forward throws ShapeError for another number of dimensions.
 * @example new nn.LazyInstanceNorm3d().forward(zeros([2, 3, 2, 2, 2])).shape; // [2, 3, 2, 2, 2]
 */
export class LazyInstanceNorm3d extends InstanceNorm3d {
  constructor(options: InstanceNormModuleOptions = {}) {
    checkNew(new.target, arguments);
    super(0, { ...options, affine: false, trackRunningStats: false });
    deferNorm(
      this,
      InstanceNorm3d,
      options,
      new Map([
        [4, 0],
        [5, 1],
      ]),
    );
  }
}
