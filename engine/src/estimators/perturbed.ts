/** Perturbed optimizers: solvers of discrete problems, made differentiable by noise on their input (Berthet et al., 2020). */
import { noGrad } from "../tape/graph/mode.ts";
import { ArgumentError } from "../tensor/errors.ts";
import { Generator } from "../tensor/random.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { customGradient } from "../transforms/custom-gradient.ts";
import { gumbelLike, normalLike } from "./noise.ts";

/** Options of perturbed solvers. */
export interface PerturbedOptions {
  /** Scale σ of the noise, 1 by default. A smaller one is closer to the solver, and gives gradients of larger variance. */
  readonly sigma?: number;
  /** Number of solutions that are averaged; 100 by default. */
  readonly samples?: number;
  /** Distribution of the noise, `"normal"` by default. With Gumbel noise of scale 1 the perturbed argmax is the softmax. */
  readonly noise?: "normal" | "gumbel";
  /** Seed of the noise: every call draws the same numbers (common random numbers). */
  readonly seed?: number;
  /** Generator of the noise, used without a seed; the default generator if neither is given. */
  readonly generator?: Generator;
}

interface Sample {
  readonly noise: Tensor;
  readonly solution: Tensor;
}

/** Solves the problem for perturbed inputs θ + σZ. */
function solvePerturbed(
  solver: (theta: Tensor) => Tensor,
  theta: Tensor,
  { sigma = 1, samples = 100, noise = "normal", seed, generator }: PerturbedOptions,
): Sample[] {
  if (!(sigma > 0)) throw new ArgumentError("perturbed", `sigma must be above 0, but got ${sigma}`);
  const source = seed === undefined ? generator : new Generator(seed);
  const draw = noise === "gumbel" ? gumbelLike : normalLike;
  return noGrad(() =>
    Array.from({ length: samples }, () => {
      const z = draw(theta, source);
      return { noise: z, solution: solver(theta.detach().add(z.mul(sigma))) };
    }),
  );
}

const mean = (xs: readonly Tensor[]): Tensor => xs.reduce((a, b) => a.add(b)).div(xs.length);

/** Returns ∇ν(z) for the negative log-density ν of the noise: z for normal noise, 1 - e⁻ᶻ for Gumbel noise. */
const scoreOf = (z: Tensor, noise: "normal" | "gumbel"): Tensor =>
  noise === "normal" ? z : z.neg().exp().neg().add(1);

/**
 * Returns the perturbed version of a solver of y*(θ) = argmax over y of <y, θ>, such as an argmax, a ranking or a shortest path: the mean of its solutions for θ + σZ.
 * It is differentiable in θ: the gradient E[<y*, g> ∇ν(Z)] / σ, with ν the negative log-density of the noise, is estimated from the same samples, without bias,
 * with a variance that grows as 1/σ². Source: Berthet et al., 2020.
 * @throws ArgumentError for sigma ≤ 0.
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
    const samples = solvePerturbed(solver, theta, options);
    const y = mean(samples.map((s) => s.solution));
    // the mean solution as a baseline leaves the expectation as it is and lowers the variance
    const gradient = (g: Tensor): Tensor =>
      mean(samples.map((s) => scoreOf(s.noise, noise).mul(s.solution.sub(y).mul(g).sum()))).div(sigma);
    return [y, gradient];
  });
}

/**
 * Returns the Fenchel-Young loss of a solver, a function of θ and a target solution y: F(θ) - <θ, y> with F(θ) = E max over y' of <y', θ + σZ>, up to a constant that
 * depends on y. Its gradient in θ is the perturbed solution minus y, exactly in expectation, so training needs no derivative of the solver; it is 0 where the expected
 * solution is y. Sources: Blondel, Martins and Niculae, 2020; Berthet et al., 2020.
 * @throws ArgumentError for sigma ≤ 0.
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
      const samples = solvePerturbed(solver, t, options);
      const best = mean(samples.map((s) => s.solution.mul(t.detach().add(s.noise.mul(sigma))).sum()));
      const expected = mean(samples.map((s) => s.solution));
      return [best.sub(t.detach().mul(y).sum()), (g: Tensor) => expected.sub(y).mul(g)];
    });
    return loss(theta);
  };
}
