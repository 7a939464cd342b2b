/** Layers that measure similarity and distance. */

import { cosineSimilarity, pairwiseDistance } from "../../ops/functional/distance.ts";
import { checkNew } from "../../tensor/arguments/guard.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { Module } from "../base/module.ts";

/**
 * Cosine of the angle between two tensors along a dimension, x₁ · x₂ / (max(‖x₁‖, eps) max(‖x₂‖, eps)).
 * @throws Forward throws ShapeError when the shapes do not broadcast.
 * @example new nn.CosineSimilarity(0).forward(tensor([3, 4]), tensor([6, 8])).item(); // 1
 */
export class CosineSimilarity extends Module {
  readonly dim: number;
  readonly eps: number;
  constructor(dim = 1, eps = 1e-8) {
    checkNew(new.target, arguments);
    super();
    this.dim = dim;
    this.eps = eps;
  }
  override forward(x1: Tensor, x2: Tensor): Tensor {
    return cosineSimilarity(x1, x2, { dim: this.dim, eps: this.eps });
  }
  override extraRepr(): string {
    return `dim=${this.dim}, eps=${this.eps}`;
  }
}

/**
 * Norm of order p of x₁ - x₂ + eps along the last dimension.
 * @throws Forward throws ShapeError when the shapes do not broadcast.
 * @example new nn.PairwiseDistance(1, 0).forward(tensor([[1, 2]]), tensor([[4, 6]])).toArray(); // [7]
 */
export class PairwiseDistance extends Module {
  readonly p: number;
  readonly eps: number;
  readonly keepdim: boolean;
  constructor(p = 2, eps = 1e-6, keepdim = false) {
    checkNew(new.target, arguments);
    super();
    this.p = p;
    this.eps = eps;
    this.keepdim = keepdim;
  }
  override forward(x1: Tensor, x2: Tensor): Tensor {
    return pairwiseDistance(x1, x2, { p: this.p, eps: this.eps, keepdim: this.keepdim });
  }
  override extraRepr(): string {
    return `p=${this.p}, eps=${this.eps}, keepdim=${this.keepdim}`;
  }
}
