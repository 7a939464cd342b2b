/** Implicit differentiation: gradients of the solution of an equation, without those of the solver's steps. */
import { grad } from "../tape/backward/backward.ts";
import { enableGrad, noGrad } from "../tape/graph/mode.ts";
import { ArgumentError } from "../tensor/errors.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { customGradient } from "../transforms/custom-gradient.ts";
import { gmres } from "./gmres.ts";

/** Options of implicit differentiation. */
export interface ImplicitOptions {
  /**
   * Tolerance: of the linear system's relative residual in `implicitRoot`, 1e-10 by default; of the largest change of an element, relative to the largest element or 1, in
   * `fixedPoint`, 1e-6 by default.
   */
  readonly tolerance?: number;
  /** Largest number of iterations: 100 by default in `implicitRoot`, 1000 in `fixedPoint`. */
  readonly maxIterations?: number;
}

/**
 * Returns x*(θ), the root of F(x*, θ) = 0 that `solve` finds, as a differentiable function of θ. `solve` need not be differentiable. The gradient is that of the implicit
 * function theorem, -(∂F/∂θ)ᵀ (∂F/∂x)⁻ᵀ g: one linear system, solved by GMRES with vector-Jacobian products. Exact where x* is a root and ∂F/∂x is invertible. First
 * derivatives only. Sources: Griewank and Walther, 2008; Blondel et al., 2022.
 * @example
 * const root = estimators.implicitRoot(
 *   (x: Tensor, t: Tensor) => x.mul(x).sub(t),
 *   (t: Tensor) => t.sqrt(),
 * );
 * const t = tensor(4, { requiresGrad: true });
 * root(t).backward();
 * t.grad!.item(); // 0.25
 */
export function implicitRoot(
  f: (x: Tensor, theta: Tensor) => Tensor,
  solve: (theta: Tensor) => Tensor,
  { tolerance = 1e-10, maxIterations = 100 }: ImplicitOptions = {},
): (theta: Tensor) => Tensor {
  return customGradient((theta: Tensor) => {
    const root = noGrad(() => solve(theta.detach())).detach();
    const gradient = (g: Tensor): Tensor =>
      enableGrad(() => {
        const [x, t] = [root.clone().requiresGrad_(), theta.detach().clone().requiresGrad_()];
        const residual = f(x, t);
        // v ↦ (∂F/∂x)ᵀ v
        const product = (v: Tensor): Tensor =>
          grad(residual, [x], { gradOutputs: [v], retainGraph: true, materializeGrads: true })[0].detach();
        const u = noGrad(() => gmres(product, g.detach(), tolerance, maxIterations));
        return grad(residual, [t], { gradOutputs: [u.neg()], materializeGrads: true })[0].detach();
      });
    return [root, gradient];
  });
}

/**
 * Returns the fixed point x*(θ) = T(x*, θ), found by iterating T from `start(θ)`, as a differentiable function of θ. The gradient is taken at the fixed point, so it and its
 * memory do not depend on the number of iterations. Converges where T is a contraction. First derivatives only. Sources: Christianson, 1994; Bai, Kolter and Koltun, 2019.
 * @throws ArgumentError when the iteration does not converge.
 * @example
 * const cosine = estimators.fixedPoint((x: Tensor, t: Tensor) => x.cos().mul(t), (t: Tensor) => t);
 * cosine(tensor(1)).item(); // 0.7390…
 */
export function fixedPoint(
  step: (x: Tensor, theta: Tensor) => Tensor,
  start: (theta: Tensor) => Tensor,
  { tolerance = 1e-6, maxIterations = 1000 }: ImplicitOptions = {},
): (theta: Tensor) => Tensor {
  const solve = (theta: Tensor): Tensor => {
    let x = start(theta);
    for (let i = 0; i < maxIterations; i++) {
      const next = step(x, theta);
      const moved = next.sub(x).abs().amax().item();
      x = next;
      if (moved <= tolerance * Math.max(1, x.abs().amax().item())) return x;
    }
    throw new ArgumentError("fixedPoint", `the iteration did not converge in ${maxIterations} steps`);
  };
  return implicitRoot((x, theta) => step(x, theta).sub(x), solve, { maxIterations });
}
