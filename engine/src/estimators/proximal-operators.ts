/** Proximal operators, prox(x, t) = argmin over y of h(y) + |y - x|² / 2t for a penalty h and a step t. */
import type { Tensor } from "../tensor/tensor.ts";

/** A proximal operator: maps a point and a step to a point of the same shape. */
export type Prox = (x: Tensor, step: number) => Tensor;

/**
 * Returns the proximal operator of λ |x|₁, soft thresholding: moves each element by λ t towards 0, at most to 0.
 * @example estimators.proxL1(1)(tensor([3, 0.5]), 1).toArray(); // [2, 0]
 */
export const proxL1 =
  (lambda: number): Prox =>
  (x, step) =>
    x.sign().mul(
      x
        .abs()
        .sub(lambda * step)
        .clamp(0),
    );

/**
 * Returns the proximal operator of λ/2 |x|²: divides by 1 + λ t.
 * @example estimators.proxSquaredL2(1)(tensor([3]), 1).toArray(); // [1.5]
 */
export const proxSquaredL2 =
  (lambda: number): Prox =>
  (x, step) =>
    x.div(1 + lambda * step);

/**
 * Returns the proximal operator of λ₁ |x|₁ + λ₂/2 |x|², the elastic net: soft thresholding by λ₁ t, divided by 1 + λ₂ t.
 * @example estimators.proxElasticNet(1, 1)(tensor([3]), 1).toArray(); // [1]
 */
export const proxElasticNet =
  (l1: number, l2: number): Prox =>
  (x, step) =>
    proxL1(l1)(x, step).div(1 + l2 * step);

/**
 * Returns the proximal operator of λ Σ |row|₂, the group lasso, whose groups are the rows along the last dimension: shortens each row by λ t, at most to 0.
 * @example estimators.proxGroupLasso(1)(tensor([[3, 4], [0.1, 0.1]]), 1).select(0, 1).toArray(); // [0, 0]
 */
export const proxGroupLasso =
  (lambda: number): Prox =>
  (x, step) => {
    const norm = x.square().sum(-1, { keepdim: true }).sqrt();
    const factor = norm
      .clamp(1e-30)
      .reciprocal()
      .mul(-lambda * step)
      .add(1)
      .clamp(0);
    return x.mul(factor);
  };

/**
 * Returns the proximal operator of a constraint: the projection onto its set, for any step.
 * @example estimators.proxOf(estimators.projectNonNegative)(tensor([-1, 2]), 1).toArray(); // [0, 2]
 */
export const proxOf =
  (project: (x: Tensor) => Tensor): Prox =>
  (x) =>
    project(x);
