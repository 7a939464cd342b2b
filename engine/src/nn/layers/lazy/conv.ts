/** Convolution layers that take the number of input channels from their first input. */
import type { PerDim } from "../../../ops/functional/sliding.ts";
import { checkNew } from "../../../tensor/arguments/guard.ts";
import { Conv1d, Conv2d, Conv3d, type ConvModuleOptions } from "../conv.ts";
import { deferKernel } from "./deferred.ts";

/**
 * `Conv1d` over sequences [N, C, L], or [C, L], whose `inChannels` is the C of its first input. Until then, weight and bias are uninitialized; the first call
 * initializes them, and the module becomes a `Conv1d`.
 * @throws Forward throws ShapeError for another number of dimensions, and ArgumentError when `groups` does not divide the channels.
 * @example new nn.LazyConv1d(4, 3).forward(zeros([1, 2, 10])).shape; // [1, 4, 8]
 */
export class LazyConv1d extends Conv1d {
  constructor(outChannels: number, kernelSize: PerDim, options: ConvModuleOptions = {}) {
    checkNew(new.target, arguments);
    super(0, outChannels, kernelSize, { ...options, bias: false });
    deferKernel(this, Conv1d, options);
  }
}

/**
 * `Conv2d` over images [N, C, H, W], or [C, H, W], whose `inChannels` is the C of its first input. Until then, weight and bias are uninitialized; the first call
 * initializes them, and the module becomes a `Conv2d`.
 * @throws Forward throws ShapeError for another number of dimensions, and ArgumentError when `groups` does not divide the channels.
 * @example new nn.LazyConv2d(4, 3).forward(zeros([1, 2, 8, 8])).shape; // [1, 4, 6, 6]
 */
export class LazyConv2d extends Conv2d {
  constructor(outChannels: number, kernelSize: PerDim, options: ConvModuleOptions = {}) {
    checkNew(new.target, arguments);
    super(0, outChannels, kernelSize, { ...options, bias: false });
    deferKernel(this, Conv2d, options);
  }
}

/**
 * `Conv3d` over volumes [N, C, D, H, W], or [C, D, H, W], whose `inChannels` is the C of its first input. Until then, weight and bias are uninitialized; the first call
 * initializes them, and the module becomes a `Conv3d`.
 * @throws Forward throws ShapeError for another number of dimensions, and ArgumentError when `groups` does not divide the channels.
 * @example new nn.LazyConv3d(4, 3).forward(zeros([1, 2, 4, 4, 4])).shape; // [1, 4, 2, 2, 2]
 */
export class LazyConv3d extends Conv3d {
  constructor(outChannels: number, kernelSize: PerDim, options: ConvModuleOptions = {}) {
    checkNew(new.target, arguments);
    super(0, outChannels, kernelSize, { ...options, bias: false });
    deferKernel(this, Conv3d, options);
  }
}
