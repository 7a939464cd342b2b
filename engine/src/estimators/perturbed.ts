/** Solvers of discrete problems, made differentiable by noise on what they are given. */
import { noGrad } from "../tape/graph/mode.ts";
import { randn } from "../tensor/create.ts";
import { ArgumentError } from "../tensor/errors.ts";
import { Generator } from "../tensor/random.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { customGradient } from "../transforms/custom-gradient.ts";
import { gumbelLike } from "./relaxed-distributions.ts";

/** Options of perturbed solvers. */
export interface PerturbedOptions {
  /** Width of the noise: the smaller, the nearer to the solver, and the larger the variance of gradients. */
  readonly sigma?: number;
  readonly samples?: number;
  /** For Gumbel noise, an argmax becomes the softmax. */
  readonly noise?: "normal" | "gumbel";
  /** Common random numbers at every call. */
  readonly seed?: number;
  readonly generator?: Generator;
}

interface Sample {
  readonly noise: Tensor;
  readonly solution: Tensor;
}

function solve(
  solver: (theta: Tensor) => Tensor,
  theta: Tensor,
  { sigma = 1, samples = 100, noise = "normal", seed, generator }: PerturbedOptions,
): Sample[] {
  if (!(sigma > 0)) throw new ArgumentError("perturbed", `sigma must be above 0, but got ${sigma}`);
  const source = seed === undefined ? generator : new Generator(seed);
  return noGrad(() =>
    Array.from({ length: samples }, () => {
      const z =
        noise === "gumbel"
          ? gumbelLike(theta, source)
          : randn(
              theta.shape,
              source === undefined ? { dtype: theta.dtype } : { dtype: theta.dtype, generator: source },
            );
      return { noise: z, solution: solver(theta.detach().add(z.mul(sigma))) };
    }),
  );
}

const mean = (xs: readonly Tensor[]): Tensor => xs.reduce((a, b) => a.add(b)).div(xs.length);

/**
 * y(θ) = E argmax over y of <y, θ + σZ>, for a solver that gives the argmax: a vertex, or a ranking, or a path. The mean of samples estimates it without bias, and so does its
 * gradient, E[y* <∇ν(Z), g>] / σ with ν the noise's negative log-density, whose variance grows as 1/σ². Source: Berthet et al., 2020.
 * @example
 * const top = estimators.perturbed((t: Tensor) => t.eq(t.amax(-1, { keepdim: true })).to(t.dtype), { samples: 500, seed: 1 });
 * Math.round(top(tensor([1, 1])).sum().item()); // 1
 */
export function perturbed(
  solver: (theta: Tensor) => Tensor,
  options: PerturbedOptions = {},
): (theta: Tensor) => Tensor {
  const { sigma = 1, noise = "normal" } = options;
  return customGradient((theta: Tensor) => {
    const found = solve(solver, theta, options);
    const y = mean(found.map((s) => s.solution));
    return [
      y,
      (g: Tensor) =>
        // the mean solution as a baseline changes no expectation and lowers the variance
        mean(found.map(({ noise: z, solution }) => slopeOf(z, noise).mul(solution.sub(y).mul(g).sum()))).div(sigma),
    ];
  });
}

/** ∇ν(z): z for normal noise, 1 - e⁻ᶻ for Gumbel's. */
const slopeOf = (z: Tensor, noise: "normal" | "gumbel"): Tensor =>
  noise === "normal" ? z : z.neg().exp().neg().add(1);

/**
 * The Fenchel-Young loss between θ and a solution y: F(θ) - <θ, y> with F(θ) = E max <y', θ + σZ>, up to a constant of y. Its gradient is y(θ) - y exactly in
 * expectation, so that training needs no derivative of the solver, and it is 0 where the expected solution is y. Source: Blondel, Martins and Niculae, 2020; Berthet et al., 2020.
 * @example
 * const loss = estimators.fenchelYoungLoss((t: Tensor) => t.eq(t.amax(-1, { keepdim: true })).to(t.dtype), { seed: 1 });
 * const theta = tensor([0, 0], { requiresGrad: true });
 * loss(theta, tensor([1, 0])).backward();
 * theta.grad!.sum().abs().item() < 1e-5; // true
 */
export function fenchelYoungLoss(
  solver: (theta: Tensor) => Tensor,
  options: PerturbedOptions = {},
): (theta: Tensor, y: Tensor) => Tensor {
  const { sigma = 1 } = options;
  return (theta, y) => {
    const loss = customGradient((t: Tensor) => {
      const found = solve(solver, t, options);
      const best = mean(found.map(({ noise, solution }) => solution.mul(t.detach().add(noise.mul(sigma))).sum()));
      const expected = mean(found.map((s) => s.solution));
      return [best.sub(t.detach().mul(y).sum()), (g: Tensor) => expected.sub(y).mul(g)];
    });
    return loss(theta);
  };
}
