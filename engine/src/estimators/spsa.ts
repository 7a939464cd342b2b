/** SPSA: gradient estimates by simultaneous perturbation of all elements. */
import { noGrad } from "../tape/graph/mode.ts";
import { ArgumentError } from "../tensor/errors.ts";
import { Generator } from "../tensor/random.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { normalLike } from "./noise.ts";

/** Options of `spsa`. */
export interface SpsaOptions {
  /** Size of the perturbation, in units of x; 0.01 by default. */
  readonly c?: number;
  /** Number of estimates that are averaged; 1 by default. */
  readonly samples?: number;
  /** Seed of the perturbations: every call draws the same signs. */
  readonly seed?: number;
  /** Generator of the perturbations, used without a seed; the default generator if neither is given. */
  readonly generator?: Generator;
}

/**
 * Returns a function that estimates the gradient of a scalar function by simultaneous perturbation: all elements are moved at once by ±c with random signs s, and
 * s (f(x + c s) - f(x - c s)) / 2c is the estimate. Costs two runs of f for each sample, and none of its gradient. Biased by O(c²) where f is smooth; the variance grows
 * with the number of elements. Source: Spall, 1992.
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
  return (point) =>
    noGrad(() => {
      const x = point.detach();
      const source = seed === undefined ? generator : new Generator(seed);
      let gradient = x.mul(0);
      for (let i = 0; i < samples; i++) {
        const signs = normalLike(x, source).sign();
        const difference = f(x.add(signs.mul(c))).sub(f(x.sub(signs.mul(c))));
        gradient = gradient.add(signs.mul(difference).div(2 * c * samples));
      }
      return gradient;
    });
}
