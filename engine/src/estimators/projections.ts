/** Euclidean projections onto convex sets. */
import type { Tensor } from "../tensor/tensor.ts";
import { sparsemax } from "./sparsemax.ts";

/**
 * Returns the projection onto the non-negative orthant: max(x, 0), elementwise.
 * @example estimators.projectNonNegative(tensor([-1, 2])).toArray(); // [0, 2]
 */
export const projectNonNegative = (x: Tensor): Tensor => x.clamp(0);

/**
 * Returns the projection onto the box low ≤ x ≤ high, elementwise.
 * @example estimators.projectBox(tensor([-1, 0.5, 2]), 0, 1).toArray(); // [0, 0.5, 1]
 */
export const projectBox = (x: Tensor, low: number, high: number): Tensor => x.clamp(low, high);

/**
 * Returns the projection of each row along the last dimension onto the simplex {y ≥ 0, Σ y = total}, with total 1 by default.
 * @example estimators.projectSimplex(tensor([2, 0])).toArray(); // [1, 0]
 */
export const projectSimplex = (x: Tensor, total = 1): Tensor => sparsemax(x.div(total)).mul(total);

/**
 * Returns the projection of all elements, as one vector, onto the ball |x|₂ ≤ radius, with radius 1 by default.
 * @example estimators.projectL2Ball(tensor([3, 4]), 5).toArray(); // [3, 4]
 */
export const projectL2Ball = (x: Tensor, radius = 1): Tensor =>
  x.mul(x.square().sum().sqrt().clamp(radius).reciprocal().mul(radius));

/**
 * Returns the projection of all elements, as one vector, onto the ball |x|₁ ≤ radius, with radius 1 by default. Source: Duchi et al., 2008.
 * @example estimators.projectL1Ball(tensor([2, -2]), 2).toArray(); // [1, -1]
 */
export function projectL1Ball(x: Tensor, radius = 1): Tensor {
  const flat = x.reshape([x.numel()]);
  if (flat.abs().sum().item() <= radius) return x;
  return projectSimplex(flat.abs(), radius).mul(flat.sign()).reshape(x.shape);
}

/**
 * Returns the projection of all elements, as one vector, onto the half-space <a, x> ≤ b.
 * @example estimators.projectHalfspace(tensor([2, 0]), tensor([1, 0]), 1).toArray(); // [1, 0]
 */
export const projectHalfspace = (x: Tensor, a: Tensor, b: number): Tensor =>
  x.sub(a.mul(a.mul(x).sum().sub(b).clamp(0).div(a.square().sum())));
