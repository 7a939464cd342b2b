/** Layers that change the shape. */

import { unflatten } from "../../ops/shape/movedim.ts";
import { flatten } from "../../ops/shape/reshape.ts";
import { checkNew } from "../../tensor/arguments/guard.ts";
import type { Shape } from "../../tensor/shape.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { Module } from "../base/module.ts";

/**
 * Flattens the dimensions from `startDim` to `endDim`, both included, into one; by default all but the first, which is the batch. Negative dimensions
 * count from the end.
 * @example new nn.Flatten().forward(zeros([2, 3, 4])).shape; // [2, 12]
 */
export class Flatten extends Module {
  readonly startDim: number;
  readonly endDim: number;
  constructor(startDim = 1, endDim = -1) {
    checkNew(new.target, arguments);
    super();
    this.startDim = startDim;
    this.endDim = endDim;
  }
  override forward(x: Tensor): Tensor {
    return flatten(x, this.startDim, this.endDim);
  }
}

/**
 * Splits dimension `dim` into several of the sizes `unflattenedSize`, of which one may be -1, to be computed from the others.
 * @throws Forward throws ShapeError when the sizes do not multiply to that of the dimension.
 * @example new nn.Unflatten(1, [2, 3]).forward(zeros([4, 6])).shape; // [4, 2, 3]
 */
export class Unflatten extends Module {
  readonly dim: number;
  readonly unflattenedSize: Shape;
  constructor(dim: number, unflattenedSize: Shape) {
    checkNew(new.target, arguments);
    super();
    this.dim = dim;
    this.unflattenedSize = [...unflattenedSize];
  }
  override forward(x: Tensor): Tensor {
    return unflatten(x, this.dim, this.unflattenedSize);
  }
  override extraRepr(): string {
    return `dim=${this.dim}, unflattenedSize=[${this.unflattenedSize.join(", ")}]`;
  }
}
