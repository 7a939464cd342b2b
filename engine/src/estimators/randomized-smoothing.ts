/** Randomized smoothing: gradients of a function with arbitrary kinks and steps, from its values at random points nearby. */
import { noGrad } from "../tape/graph/mode.ts";
import { ArgumentError } from "../tensor/errors.ts";
import { Generator } from "../tensor/random.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { customGradient } from "../transforms/custom-gradient.ts";
import { normalLike } from "./noise.ts";

/** Options of `randomizedSmoothing`. */
export interface SmoothingOptions {
  /** Standard deviation σ of the noise, in units of x; 0.1 by default. */
  readonly sigma?: number;
  /** Number of noise samples; 100 by default. */
  readonly samples?: number;
  /** Whether each sample of noise is used with both signs, which lowers the variance; true by default. */
  readonly antithetic?: boolean;
  /** Seed of the noise: every call draws the same numbers (common random numbers), so differences between calls are not noise. */
  readonly seed?: number;
  /** Generator of the noise, used without a seed; the default generator if neither is given. */
  readonly generator?: Generator;
}

/**
 * Returns the Gaussian smoothing E f(x + σε) of a scalar function, differentiable for any f. Its gradient is estimated by the mean of (f(x + σε) - f(x - σε)) ε / 2σ, or
 * without antithetic noise of (f(x + σε) - f(x)) ε / σ; both are unbiased for the smoothed function, and biased by O(σ²) for f where it is smooth. Costs two runs of f for
 * each sample, and none of its gradient. Sources: Glasserman, 1991; Nesterov and Spokoiny, 2017; Abernethy, Lee and Tewari, 2016.
 * @throws ArgumentError for sigma ≤ 0 or samples < 1.
 * @example
 * const smooth = estimators.randomizedSmoothing((x: Tensor) => x.sign().sum(), { sigma: 1, samples: 2000, seed: 1 });
 * const x = tensor([0], { requiresGrad: true });
 * smooth(x).backward();
 * x.grad!.item() > 0.7 && x.grad!.item() < 0.9; // true
 */
export function randomizedSmoothing(
  f: (x: Tensor) => Tensor,
  { sigma = 0.1, samples = 100, antithetic = true, seed, generator }: SmoothingOptions = {},
): (x: Tensor) => Tensor {
  if (!(sigma > 0)) throw new ArgumentError("randomizedSmoothing", `sigma must be above 0, but got ${sigma}`);
  if (!(samples >= 1)) throw new ArgumentError("randomizedSmoothing", `samples must be at least 1, but got ${samples}`);
  return customGradient((x: Tensor) => {
    const source = seed === undefined ? generator : new Generator(seed);
    const { value, gradient } = noGrad(() => estimate(f, x.detach(), sigma, samples, antithetic, source));
    return [value, (g: Tensor) => gradient.mul(g)];
  });
}

function estimate(
  f: (x: Tensor) => Tensor,
  x: Tensor,
  sigma: number,
  samples: number,
  antithetic: boolean,
  generator: Generator | undefined,
): { readonly value: Tensor; readonly gradient: Tensor } {
  const atX = antithetic ? null : f(x);
  let value = x.sum().mul(0);
  let gradient = x.mul(0);
  for (let i = 0; i < samples; i++) {
    const noise = normalLike(x, generator);
    const up = f(x.add(noise.mul(sigma)));
    if (atX === null) {
      const down = f(x.sub(noise.mul(sigma)));
      value = value.add(up.add(down).div(2 * samples));
      gradient = gradient.add(noise.mul(up.sub(down)).div(2 * sigma * samples));
    } else {
      value = value.add(up.div(samples));
      gradient = gradient.add(noise.mul(up.sub(atX)).div(sigma * samples));
    }
  }
  return { value, gradient };
}
