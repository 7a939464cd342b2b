/** Filling parameters at random. */

import { add, mul } from "../ops/elementwise/arithmetic.ts";
import { copyInPlace, fillInPlace } from "../ops/inplace.ts";
import { noGrad } from "../tape/graph/mode.ts";
import { rand, randn } from "../tensor/create.ts";
import { ArgumentError, ShapeError } from "../tensor/errors.ts";
import { defaultGenerator, type Generator } from "../tensor/random.ts";
import { sizeOf } from "../tensor/shape.ts";
import type { Tensor } from "../tensor/tensor.ts";

/** Uniform on [low, high), in place. */
export function uniform_(t: Tensor, low = 0, high = 1, generator: Generator = defaultGenerator): Tensor {
  if (!(low <= high)) throw new ArgumentError("uniform_", `low must be at most high, but got ${low} and ${high}`);
  return noGrad(() => copyInPlace(t, add(mul(rand(t.shape, { dtype: t.dtype, generator }), high - low), low)));
}

/** Normal, in place. */
export function normal_(t: Tensor, mean = 0, std = 1, generator: Generator = defaultGenerator): Tensor {
  if (!(std >= 0)) throw new ArgumentError("normal_", `std must be at least 0, but got ${std}`);
  return noGrad(() => copyInPlace(t, add(mul(randn(t.shape, { dtype: t.dtype, generator }), std), mean)));
}

/** One value, in place. */
export function constant_(t: Tensor, value: number): Tensor {
  return noGrad(() => fillInPlace(t, value));
}

/** How many inputs a unit of the weight has, and how many outputs an input: [out, in, …receptive field]. */
export function fans(t: Tensor): readonly [fanIn: number, fanOut: number] {
  if (t.ndim < 2) throw new ShapeError("fans", "a weight must have at least 2 dimensions", [t.shape]);
  const field = sizeOf(t.shape.slice(2));
  return [t.shape[1] * field, t.shape[0] * field];
}

/** Options of `kaimingUniform_`. */
export interface KaimingOptions {
  /** Slope of the leaky ReLU that follows; √5 makes the bound 1 / √fan-in. */
  readonly a?: number;
  readonly generator?: Generator;
}

/** Uniform within ±√(6 / ((1 + a²) fan-in)), in place. Source: He et al., 2015. */
export function kaimingUniform_(t: Tensor, { a = 0, generator = defaultGenerator }: KaimingOptions = {}): Tensor {
  const bound = Math.sqrt(6 / ((1 + a * a) * fans(t)[0]));
  return uniform_(t, -bound, bound, generator);
}

/** Uniform within ±gain √(6 / (fan-in + fan-out)), in place. Source: Glorot and Bengio, 2010. */
export function xavierUniform_(t: Tensor, gain = 1, generator: Generator = defaultGenerator): Tensor {
  const [fanIn, fanOut] = fans(t);
  const bound = gain * Math.sqrt(6 / (fanIn + fanOut));
  return uniform_(t, -bound, bound, generator);
}
