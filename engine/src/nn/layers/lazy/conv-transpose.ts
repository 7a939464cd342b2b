/** Transposed convolution layers that take the number of input channels from their first input. */
import type { PerDim } from "../../../ops/functional/sliding.ts";
import { checkNew } from "../../../tensor/arguments/guard.ts";
import {
  ConvTranspose1d,
  ConvTranspose2d,
  ConvTranspose3d,
  type ConvTransposeModuleOptions,
} from "../conv-transpose.ts";
import { deferKernel } from "./deferred.ts";

/**
 * `ConvTranspose1d` over sequences [N, C, L], or [C, L], whose `inChannels` is the C of its first input. Until then, weight and bias are uninitialized; the first call
 * initializes them, and the module becomes a `ConvTranspose1d`.
 * @throws Forward throws ShapeError for another number of dimensions, and ArgumentError when `groups` does not divide the channels.
 * @example new nn.LazyConvTranspose1d(4, 3).forward(zeros([1, 2, 10])).shape; // [1, 4, 12]
 */
export class LazyConvTranspose1d extends ConvTranspose1d {
  constructor(outChannels: number, kernelSize: PerDim, options: ConvTransposeModuleOptions = {}) {
    checkNew(new.target, arguments);
    super(0, outChannels, kernelSize, { ...options, bias: false });
    deferKernel(this, ConvTranspose1d, options);
  }
}

/**
 * `ConvTranspose2d` over images [N, C, H, W], or [C, H, W], whose `inChannels` is the C of its first input. Until then, weight and bias are uninitialized; the first call
 * initializes them, and the module becomes a `ConvTranspose2d`.
 * @throws Forward throws ShapeError for another number of dimensions, and ArgumentError when `groups` does not divide the channels.
 * @example new nn.LazyConvTranspose2d(4, 3).forward(zeros([1, 2, 8, 8])).shape; // [1, 4, 10, 10]
 */
export class LazyConvTranspose2d extends ConvTranspose2d {
  constructor(outChannels: number, kernelSize: PerDim, options: ConvTransposeModuleOptions = {}) {
    checkNew(new.target, arguments);
    super(0, outChannels, kernelSize, { ...options, bias: false });
    deferKernel(this, ConvTranspose2d, options);
  }
}

/**
 * `ConvTranspose3d` over volumes [N, C, D, H, W], or [C, D, H, W], whose `inChannels` is the C of its first input. Until then, weight and bias are uninitialized; the first call
 * initializes them, and the module becomes a `ConvTranspose3d`.
 * @throws Forward throws ShapeError for another number of dimensions, and ArgumentError when `groups` does not divide the channels.
 * @example new nn.LazyConvTranspose3d(4, 3).forward(zeros([1, 2, 4, 4, 4])).shape; // [1, 4, 6, 6, 6]
 */
export class LazyConvTranspose3d extends ConvTranspose3d {
  constructor(outChannels: number, kernelSize: PerDim, options: ConvTransposeModuleOptions = {}) {
    checkNew(new.target, arguments);
    super(0, outChannels, kernelSize, { ...options, bias: false });
    deferKernel(this, ConvTranspose3d, options);
  }
}
