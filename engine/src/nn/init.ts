/** `nn.init`: in-place initialization of parameters, off the tape. */

import { add, mul } from "../ops/elementwise/arithmetic.ts";
import { copyInPlace, fillInPlace } from "../ops/elementwise/assign.ts";
import { noGrad } from "../tape/graph/mode.ts";
import { rand, randn } from "../tensor/create.ts";
import { ArgumentError, ShapeError } from "../tensor/errors.ts";
import { defaultGenerator, type Generator } from "../tensor/random.ts";
import { sizeOf } from "../tensor/shape.ts";
import type { Tensor } from "../tensor/tensor.ts";

/**
 * Fills a tensor with uniform numbers from [low, high), by default [0, 1), and returns it.
 * @throws ArgumentError when low is above high.
 * @example nn.init.uniform_(zeros([3]), 2, 2).toArray(); // [2, 2, 2]
 */
export function uniform_(t: Tensor, low = 0, high = 1, generator: Generator = defaultGenerator): Tensor {
  if (!(low <= high)) throw new ArgumentError("uniform_", `low must be at most high, but got ${low} and ${high}`);
  return noGrad(() => copyInPlace(t, add(mul(rand(t.shape, { dtype: t.dtype, generator }), high - low), low)));
}

/**
 * Fills a tensor with normal numbers of the given mean and standard deviation, by default 0 and 1, and returns it.
 * @throws ArgumentError for a negative standard deviation.
 * @example nn.init.normal_(zeros([2]), 5, 0).toArray(); // [5, 5]
 */
export function normal_(t: Tensor, mean = 0, std = 1, generator: Generator = defaultGenerator): Tensor {
  if (!(std >= 0)) throw new ArgumentError("normal_", `std must be at least 0, but got ${std}`);
  return noGrad(() => copyInPlace(t, add(mul(randn(t.shape, { dtype: t.dtype, generator }), std), mean)));
}

/**
 * Fills a tensor with one value, and returns it.
 * @example nn.init.constant_(zeros([2]), 0.5).toArray(); // [0.5, 0.5]
 */
export function constant_(t: Tensor, value: number): Tensor {
  return noGrad(() => fillInPlace(t, value));
}

/**
 * Returns the fan-in and fan-out of a weight [out, in, …kernel]: in and out, each times the number of kernel elements.
 * @throws ShapeError for fewer than 2 dimensions.
 * @example nn.init.fans(zeros([8, 3, 5, 5])); // [75, 200]
 */
export function fans(t: Tensor): readonly [fanIn: number, fanOut: number] {
  if (t.ndim < 2) throw new ShapeError("fans", "a weight must have at least 2 dimensions", [t.shape]);
  const field = sizeOf(t.shape.slice(2));
  return [t.shape[1] * field, t.shape[0] * field];
}

/** Options of `kaimingUniform_`. */
export interface KaimingOptions {
  /** Negative slope of the leaky ReLU that follows, 0 by default. √5 makes the bound 1 / √fanIn, as in PyTorch's layers. */
  readonly a?: number;
  readonly generator?: Generator;
}

/**
 * Fills a weight with uniform numbers within ±√(6 / ((1 + a²) fanIn)), which keeps the variance of activations through layers with (leaky) ReLU, and returns
 * it. Source: He et al., 2015.
 * @throws ShapeError for fewer than 2 dimensions.
 * @example nn.init.kaimingUniform_(zeros([4, 6])).abs().amax().item() <= 1; // true
 */
export function kaimingUniform_(t: Tensor, { a = 0, generator = defaultGenerator }: KaimingOptions = {}): Tensor {
  const bound = Math.sqrt(6 / ((1 + a * a) * fans(t)[0]));
  return uniform_(t, -bound, bound, generator);
}

/**
 * Fills a weight with uniform numbers within ±gain √(6 / (fanIn + fanOut)), with a gain of 1 by default, and returns it. Source: Glorot and Bengio, 2010.
 * @throws ShapeError for fewer than 2 dimensions.
 * @example nn.init.xavierUniform_(zeros([2, 4])).abs().amax().item() <= 1; // true
 */
export function xavierUniform_(t: Tensor, gain = 1, generator: Generator = defaultGenerator): Tensor {
  const [fanIn, fanOut] = fans(t);
  const bound = gain * Math.sqrt(6 / (fanIn + fanOut));
  return uniform_(t, -bound, bound, generator);
}
