/** Layers that resample signals, images and volumes to another size. */

import { type InterpolateOptions, interpolate, type UpsampleOptions } from "../../ops/functional/interpolate.ts";
import type { PerDim } from "../../ops/functional/sliding.ts";
import { checkNew } from "../../tensor/arguments/guard.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { Module } from "../base/module.ts";

/** Options of `Upsample`. */
export type UpsampleModuleOptions = Omit<InterpolateOptions, "antialias">;

/** Base class of the resampling layers. */
abstract class UpsampleBase extends Module {
  readonly options: UpsampleModuleOptions;
  constructor(options: UpsampleModuleOptions) {
    super();
    this.options = options;
  }
  override forward(x: Tensor): Tensor {
    return interpolate(x, this.options);
  }
  override extraRepr(): string {
    const { size, scaleFactor, mode = "nearest" } = this.options;
    const target: PerDim | null | undefined = scaleFactor ?? size;
    return `${scaleFactor ? "scaleFactor" : "size"}=${JSON.stringify(target)}, mode=${mode}`;
  }
}

/**
 * Resamples signals [N, C, L], images [N, C, H, W] or volumes [N, C, D, H, W] to `size`, or by `scaleFactor`, in the modes of `nn.functional.interpolate`.
 * @throws Forward throws ArgumentError unless one of `size` and `scaleFactor` is given, and ShapeError for a number of dimensions that the mode does not have.
 * @example new nn.Upsample({ scaleFactor: 2 }).forward(tensor([[[1, 2]]])).toArray(); // [[[1, 1, 2, 2]]]
 */
export class Upsample extends UpsampleBase {
  constructor(options: UpsampleModuleOptions = {}) {
    checkNew(new.target, arguments);
    super(options);
  }
}

/**
 * Resamples images [N, C, H, W] to `size`, or by `scaleFactor`, taking the nearest element.
 * @throws Forward throws ArgumentError unless one of `size` and `scaleFactor` is given.
 * @example new nn.UpsamplingNearest2d({ scaleFactor: 2 }).forward(zeros([1, 1, 2, 3])).shape; // [1, 1, 4, 6]
 */
export class UpsamplingNearest2d extends UpsampleBase {
  constructor(options: UpsampleOptions = {}) {
    checkNew(new.target, arguments);
    super({ ...options, mode: "nearest" });
  }
}

/**
 * Resamples images [N, C, H, W] to `size`, or by `scaleFactor`, by bilinear interpolation with aligned corners.
 * @throws Forward throws ArgumentError unless one of `size` and `scaleFactor` is given.
 * @example new nn.UpsamplingBilinear2d({ size: [1, 3] }).forward(tensor([[[[1, 3]]]])).toArray(); // [[[[1, 2, 3]]]]
 */
export class UpsamplingBilinear2d extends UpsampleBase {
  constructor(options: UpsampleOptions = {}) {
    checkNew(new.target, arguments);
    super({ ...options, mode: "bilinear", alignCorners: true });
  }
}
