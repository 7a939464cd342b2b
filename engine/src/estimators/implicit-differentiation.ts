/** Gradients of what solves an equation, without those of the solver's steps. */
import { grad } from "../tape/backward/backward.ts";
import { enableGrad, noGrad } from "../tape/graph/mode.ts";
import { ArgumentError } from "../tensor/errors.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { customGradient } from "../transforms/custom-gradient.ts";

/** Options of implicit differentiation. */
export interface ImplicitOptions {
  /** Relative size of the residual at which the linear system counts as solved. */
  readonly tolerance?: number;
  readonly maxIterations?: number;
}

/**
 * x*(θ) with F(x*, θ) = 0, found by `solve`, which need not be differentiable. The gradient is that of the implicit function theorem, -(∂F/∂θ)ᵀ (∂F/∂x)⁻ᵀ g: one linear
 * system, solved by GMRES with vector-Jacobian products, no matrix. Exact where the root is and ∂F/∂x is invertible. Sources: Griewank and Walther, 2008; Blondel et al., 2022.
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
    const x = noGrad(() => solve(theta.detach())).detach();
    return [
      x,
      (g: Tensor) =>
        enableGrad(() => {
          const [at, t] = [x.clone().requiresGrad_(), theta.detach().clone().requiresGrad_()];
          const residual = f(at, t);
          const pull = (v: Tensor): Tensor =>
            grad(residual, [at], { gradOutputs: [v], retainGraph: true, materializeGrads: true })[0].detach();
          const u = noGrad(() => gmres(pull, g.detach(), tolerance, maxIterations));
          return grad(residual, [t], { gradOutputs: [u.neg()], materializeGrads: true })[0].detach();
        }),
    ];
  });
}

/**
 * x*(θ) = T(x*, θ), by iterating T from `start`, differentiated at the fixed point: memory and gradient do not depend on the number of steps. Converges where T is a
 * contraction. Source: Christianson, 1994; Bai, Kolter and Koltun, 2019.
 * @throws ArgumentError when the iteration does not settle.
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
    throw new ArgumentError("fixedPoint", `the iteration did not settle in ${maxIterations} steps`);
  };
  return implicitRoot((x, theta) => step(x, theta).sub(x), solve, { maxIterations });
}

const dot = (a: Tensor, b: Tensor): number => a.mul(b).sum().item();

/** Solves A u = b by GMRES (Saad and Schultz, 1986), with A given by its products. */
function gmres(product: (v: Tensor) => Tensor, b: Tensor, tolerance: number, maxIterations: number): Tensor {
  const beta = Math.sqrt(dot(b, b));
  if (beta === 0) return b.mul(0);
  const basis = [b.div(beta)];
  const columns: number[][] = [];
  const most = Math.min(maxIterations, b.numel());
  for (let k = 0; k < most; k++) {
    let w = product(basis[k]);
    const h = basis.map((v) => {
      const c = dot(w, v);
      w = w.sub(v.mul(c));
      return c;
    });
    const rest = Math.sqrt(Math.max(0, dot(w, w)));
    columns.push([...h, rest]);
    if (rest <= tolerance * beta) break;
    basis.push(w.div(rest));
  }
  const y = leastSquares(columns, beta);
  return y.map((c, i) => basis[i].mul(c)).reduce((p, q) => p.add(q));
}

/** min over y of |β e₁ - H y| for a Hessenberg matrix by columns, with Givens rotations. */
function leastSquares(columns: readonly (readonly number[])[], beta: number): number[] {
  const n = columns.length;
  const r = columns.map((c) => [...c, ...new Array<number>(n + 1 - c.length).fill(0)]);
  const right = [beta, ...new Array<number>(n).fill(0)];
  for (let j = 0; j < n; j++) {
    const [a, b] = [r[j][j], r[j][j + 1]];
    const length = Math.hypot(a, b);
    if (length === 0) continue;
    const [c, s] = [a / length, b / length];
    for (let k = j; k < n; k++) {
      const [p, q] = [r[k][j], r[k][j + 1]];
      r[k][j] = c * p + s * q;
      r[k][j + 1] = c * q - s * p;
    }
    const [p, q] = [right[j], right[j + 1]];
    right[j] = c * p + s * q;
    right[j + 1] = c * q - s * p;
  }
  const y = new Array<number>(n).fill(0);
  for (let i = n - 1; i >= 0; i--) {
    let v = right[i];
    for (let k = i + 1; k < n; k++) v -= r[k][i] * y[k];
    y[i] = r[i][i] === 0 ? 0 : v / r[i][i];
  }
  return y;
}
