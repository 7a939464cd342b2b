/** Sparse alternatives of softmax: sparsemax and entmax. */
import { where } from "../ops/elementwise/where.ts";
import { noGrad } from "../tape/graph/mode.ts";
import { ArgumentError } from "../tensor/errors.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { customGradient } from "../transforms/custom-gradient.ts";

/**
 * Returns α-entmax along a dimension, by default the last: [(α - 1) x - τ]₊^(1/(α-1)), with τ such that it sums to 1. α = 1 is softmax, α = 1.5 the default, and α = 2
 * sparsemax, the projection onto the simplex; above 1, small elements become exactly 0. τ is found by bisection. The gradient is s ⊙ (g - <s, g> / Σ s) with
 * s = p^(2-α) on the support of p; where the support changes, it is one element of the subdifferential. First derivatives only. Sources: Martins and Astudillo, 2016;
 * Peters, Niculae and Martins, 2019; Blondel, Martins and Niculae, 2019.
 * @throws ArgumentError for alpha < 1.
 * @example estimators.entmax(tensor([2, 0, 0]), { alpha: 2 }).toArray(); // [1, 0, 0]
 */
export function entmax(
  x: Tensor,
  { alpha = 1.5, dim = -1 }: { readonly alpha?: number; readonly dim?: number } = {},
): Tensor {
  if (!(alpha >= 1)) throw new ArgumentError("entmax", `alpha must be at least 1, but got ${alpha}`);
  if (alpha === 1) return x.softmax(dim);
  const map = customGradient((t: Tensor) => {
    const p = noGrad(() => entmaxByBisection(t.detach(), alpha, dim));
    return [p, (g: Tensor) => entmaxGradient(p, g, alpha, dim)];
  });
  return map(x);
}

function entmaxGradient(p: Tensor, g: Tensor, alpha: number, dim: number): Tensor {
  const support = p.gt(0);
  const s = where(support, alpha === 2 ? p.pow(0) : p.clamp(1e-30).pow(2 - alpha), 0);
  // `where` rather than a product: a cotangent outside the support may be infinite
  const inside = where(support, g, 0);
  const mean = s
    .mul(inside)
    .sum(dim, { keepdim: true })
    .div(s.sum(dim, { keepdim: true }));
  return where(support, s.mul(inside.sub(mean)), 0);
}

function entmaxByBisection(x: Tensor, alpha: number, dim: number): Tensor {
  const z = x.mul(alpha - 1);
  const n = x.shape[dim < 0 ? dim + x.ndim : dim];
  let low = z.amax(dim, { keepdim: true }).sub(1);
  let high = z.amax(dim, { keepdim: true }).sub((1 / n) ** (alpha - 1));
  const at = (tau: Tensor): Tensor =>
    z
      .sub(tau)
      .clamp(0)
      .pow(1 / (alpha - 1));
  const steps = x.dtype === "float64" ? 60 : 30;
  for (let i = 0; i < steps; i++) {
    const middle = low.add(high).div(2);
    const isTooLow = at(middle).sum(dim, { keepdim: true }).ge(1);
    low = middle.where(isTooLow, low);
    high = high.where(isTooLow, middle);
  }
  const p = at(low);
  return p.div(p.sum(dim, { keepdim: true }));
}

/**
 * Returns the Euclidean projection onto the simplex along a dimension, by default the last: entmax with α = 2. First derivatives only. Source: Martins and Astudillo, 2016.
 * @example estimators.sparsemax(tensor([0.5, 0.5, -1])).toArray(); // [0.5, 0.5, 0]
 */
export const sparsemax = (x: Tensor, { dim = -1 }: { readonly dim?: number } = {}): Tensor =>
  entmax(x, { alpha: 2, dim });
