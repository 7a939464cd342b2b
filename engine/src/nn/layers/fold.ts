/** Layers of windows of images as columns, and back. */

import { col2im, im2col, type UnfoldOptions } from "../../ops/functional/im2col.ts";
import type { PerDim } from "../../ops/functional/sliding.ts";
import { checkNew } from "../../tensor/arguments/guard.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { Module } from "../base/module.ts";

const shown = (options: UnfoldOptions): string =>
  Object.entries(options)
    .map(([name, value]) => `, ${name}=${String(value)}`)
    .join("");

/**
 * Windows of images [N, C, H, W] or [C, H, W] as columns: [N, C kH kW, windows] or [C kH kW, windows].
 * @throws Forward throws ShapeError when a window is larger than the padded image.
 * @example new nn.Unfold([1, 2]).forward(tensor([[[1, 2], [3, 4]]])).toArray(); // [[1, 3], [2, 4]]
 */
export class Unfold extends Module {
  readonly kernelSize: PerDim;
  readonly options: UnfoldOptions;
  constructor(kernelSize: PerDim, options: UnfoldOptions = {}) {
    checkNew(new.target, arguments);
    super();
    this.kernelSize = kernelSize;
    this.options = options;
  }
  override forward(x: Tensor): Tensor {
    return im2col(x, this.kernelSize, this.options);
  }
  override extraRepr(): string {
    return `kernelSize=${String(this.kernelSize)}${shown(this.options)}`;
  }
}

/**
 * Images [N, C, H, W] of the size `outputSize` from columns [N, C kH kW, windows], or [C, H, W] from [C kH kW, windows]: each element is the sum of its values in all
 * windows.
 * @throws Forward throws ShapeError when the input does not have one column for each window.
 * @example new nn.Fold([2, 2], [1, 2]).forward(tensor([[1, 3], [2, 4]])).toArray(); // [[[1, 2], [3, 4]]]
 */
export class Fold extends Module {
  readonly outputSize: PerDim;
  readonly kernelSize: PerDim;
  readonly options: UnfoldOptions;
  constructor(outputSize: PerDim, kernelSize: PerDim, options: UnfoldOptions = {}) {
    checkNew(new.target, arguments);
    super();
    this.outputSize = outputSize;
    this.kernelSize = kernelSize;
    this.options = options;
  }
  override forward(x: Tensor): Tensor {
    return col2im(x, this.outputSize, this.kernelSize, this.options);
  }
  override extraRepr(): string {
    return `outputSize=${String(this.outputSize)}, kernelSize=${String(this.kernelSize)}${shown(this.options)}`;
  }
}
