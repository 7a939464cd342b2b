/** Gradients of functions that need have none, from their values at points nearby. */
import { noGrad } from "../tape/graph/mode.ts";
import { randn } from "../tensor/create.ts";
import { ArgumentError } from "../tensor/errors.ts";
import { Generator } from "../tensor/random.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { customGradient } from "../transforms/custom-gradient.ts";

/** Options of `randomizedSmoothing`. */
export interface SmoothingOptions {
  /** Width of the noise, in units of x. */
  readonly sigma?: number;
  readonly samples?: number;
  /** Takes each noise with both signs: an even function cancels out, and the variance falls. */
  readonly antithetic?: boolean;
  /** Common random numbers: with a seed, the same noise at every call, so that differences between calls are not noise. */
  readonly seed?: number;
  readonly generator?: Generator;
}

/**
 * The Gaussian smoothing E f(x + σε) of a scalar function, differentiable whatever f is: its gradient is estimated as the mean of (f(x + σε) - f(x)) ε / σ, or
 * with antithetic noise of (f(x + σε) - f(x - σε)) ε / 2σ, both unbiased for the smoothed function. For f itself the bias is of order σ² where it is smooth. Sources: Glasserman,
 * 1991; Nesterov and Spokoiny, 2017; Abernethy, Lee and Tewari, 2016.
 * @throws ArgumentError for sigma ≤ 0 or no samples.
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
    const { value, slope } = noGrad(() => estimate(f, x.detach(), sigma, samples, antithetic, source));
    return [value, (g: Tensor) => slope.mul(g)];
  });
}

function estimate(
  f: (x: Tensor) => Tensor,
  x: Tensor,
  sigma: number,
  samples: number,
  antithetic: boolean,
  generator: Generator | undefined,
): { readonly value: Tensor; readonly slope: Tensor } {
  const here = antithetic ? null : f(x);
  let value = x.sum().mul(0);
  let slope = x.mul(0);
  for (let i = 0; i < samples; i++) {
    const noise = randn(x.shape, generator === undefined ? { dtype: x.dtype } : { dtype: x.dtype, generator });
    const up = f(x.add(noise.mul(sigma)));
    if (here === null) {
      const down = f(x.sub(noise.mul(sigma)));
      value = value.add(up.add(down).div(2 * samples));
      slope = slope.add(noise.mul(up.sub(down)).div(2 * sigma * samples));
    } else {
      value = value.add(up.div(samples));
      slope = slope.add(noise.mul(up.sub(here)).div(sigma * samples));
    }
  }
  return { value, slope };
}

/** Options of `spsa`. */
export interface SpsaOptions {
  /** Step, in units of x. */
  readonly c?: number;
  /** Directions that are averaged. */
  readonly samples?: number;
  readonly seed?: number;
  readonly generator?: Generator;
}

/**
 * The gradient of a scalar function by simultaneous perturbation: all elements are moved at once by ±c at random, and two values give a slope for each. Unbiased up to
 * order c² where f is smooth; the variance grows with the number of elements. Source: Spall, 1992.
 * @throws ArgumentError for c ≤ 0.
 * @example
 * const slope = estimators.spsa((x: Tensor) => x.mul(3).sum(), { samples: 1, seed: 2 })(tensor([1]));
 * Math.round(slope.item() * 1000) / 1000; // 3
 */
export function spsa(
  f: (x: Tensor) => Tensor,
  { c = 0.01, samples = 1, seed, generator }: SpsaOptions = {},
): (x: Tensor) => Tensor {
  if (!(c > 0)) throw new ArgumentError("spsa", `c must be above 0, but got ${c}`);
  return (at) =>
    noGrad(() => {
      const x = at.detach();
      const source = seed === undefined ? generator : new Generator(seed);
      let slope = x.mul(0);
      for (let i = 0; i < samples; i++) {
        const signs = randn(
          x.shape,
          source === undefined ? { dtype: x.dtype } : { dtype: x.dtype, generator: source },
        ).sign();
        const difference = f(x.add(signs.mul(c))).sub(f(x.sub(signs.mul(c))));
        slope = slope.add(signs.mul(difference).div(2 * c * samples));
      }
      return slope;
    });
}
