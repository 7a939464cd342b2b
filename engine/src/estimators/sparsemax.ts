/** Probabilities with zeros among them: sparsemax and entmax; and matrices whose rows and columns sum to 1. */
import { where } from "../ops/elementwise/compare.ts";
import { logsumexp } from "../ops/functional/softmax.ts";
import { noGrad } from "../tape/graph/mode.ts";
import { ArgumentError, ShapeError } from "../tensor/errors.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { customGradient } from "../transforms/custom-gradient.ts";

/**
 * α-entmax along a dimension: [(α - 1) x - τ]₊^(1/(α-1)), with τ such that it sums to 1. α = 1 is softmax, α = 2 is sparsemax, the projection on the simplex; above 1 small elements are
 * exactly 0. τ is found by bisection, to the last bit; the gradient is s ⊙ (g - <s, g> / Σ s) with s = p^(2-α) on the support, any element of the subdifferential where the support changes. First derivatives only.
 * Sources: Martins and Astudillo, 2016; Peters, Niculae and Martins, 2019; Blondel, Martins and Niculae, 2019.
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
    const p = noGrad(() => bisected(t.detach(), alpha, dim));
    return [
      p,
      (g: Tensor) => {
        const support = p.gt(0);
        const s = where(support, alpha === 2 ? p.pow(0) : p.clamp(1e-30).pow(2 - alpha), 0);
        // an infinite cotangent outside of the support has no part in it
        const inside = where(support, g, 0);
        const mean = s
          .mul(inside)
          .sum(dim, { keepdim: true })
          .div(s.sum(dim, { keepdim: true }));
        return where(support, s.mul(inside.sub(mean)), 0);
      },
    ];
  });
  return map(x);
}

function bisected(x: Tensor, alpha: number, dim: number): Tensor {
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
    const tooMuch = at(middle).sum(dim, { keepdim: true }).ge(1);
    low = middle.where(tooMuch, low);
    high = high.where(tooMuch, middle);
  }
  const p = at(low);
  return p.div(p.sum(dim, { keepdim: true }));
}

/**
 * The projection on the simplex along a dimension: entmax with α = 2. Source: Martins and Astudillo, 2016.
 * @example estimators.sparsemax(tensor([0.5, 0.5, -1])).toArray(); // [0.5, 0.5, 0]
 */
export const sparsemax = (x: Tensor, { dim = -1 }: { readonly dim?: number } = {}): Tensor =>
  entmax(x, { alpha: 2, dim });

/** Options of `sinkhorn`. */
export interface SinkhornOptions {
  /** Temperature: towards 0 the result is a permutation, or an optimal transport plan. */
  readonly tau?: number;
  readonly iterations?: number;
}

/**
 * A matrix with rows and columns that sum to 1, from scores [..., n, n]: exp(scores / tau) scaled by rows and columns in turn, in the logarithm. Gradients are those of the
 * iterations, of any order. Sources: Sinkhorn, 1964; Cuturi, 2013; Mena et al., 2018.
 * @throws ShapeError for what is not square; ArgumentError for tau ≤ 0.
 * @example estimators.sinkhorn(tensor([[5, 0], [0, 5]]), { tau: 0.2 }).sum(0).toArray(); // [1, 1]
 */
export function sinkhorn(scores: Tensor, { tau = 1, iterations = 50 }: SinkhornOptions = {}): Tensor {
  if (scores.ndim < 2 || scores.shape[scores.ndim - 1] !== scores.shape[scores.ndim - 2])
    throw new ShapeError("sinkhorn", "scores must be square matrices", [scores.shape]);
  if (!(tau > 0)) throw new ArgumentError("sinkhorn", `tau must be above 0, but got ${tau}`);
  let logP = scores.div(tau);
  for (let i = 0; i < iterations; i++) {
    logP = logP.sub(logsumexp(logP, -1, { keepdim: true }));
    logP = logP.sub(logsumexp(logP, -2, { keepdim: true }));
  }
  return logP.exp();
}
