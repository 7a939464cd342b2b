/** Initialization with random numbers of one distribution. */

import { add, mul } from "../../ops/elementwise/arithmetic.ts";
import { copyInPlace } from "../../ops/elementwise/assign.ts";
import { erfOf } from "../../ops/elementwise/error-function.ts";
import { ambient, during } from "../../platform/ambient.ts";
import { noGrad } from "../../tape/graph/mode.ts";
import { rand, randn } from "../../tensor/create.ts";
import { ArgumentError } from "../../tensor/errors.ts";
import { defaultGenerator, type Generator } from "../../tensor/random.ts";
import { fromArray, type Tensor } from "../../tensor/tensor.ts";

/** Whether tensors are left as they are. */
const state = ambient(() => ({ isSkipped: false }));

/** Runs a body in which the functions of this file leave tensors as they are. */
export function withoutInitialization<T>(body: () => T): T {
  const outer = state.isSkipped;
  state.isSkipped = true;
  return during(body, () => {
    state.isSkipped = outer;
  });
}

/** Copies what `draw` returns to a tensor, off the tape, and returns the tensor. */
function fillWith(t: Tensor, draw: () => Tensor): Tensor {
  return state.isSkipped ? t : noGrad(() => copyInPlace(t, draw()));
}

/**
 * Fills a tensor with uniform numbers from [low, high), by default [0, 1), and returns it.
 * @throws ArgumentError when low is above high.
 * @example nn.init.uniform_(zeros([3]), 2, 2).toArray(); // [2, 2, 2]
 */
export function uniform_(t: Tensor, low = 0, high = 1, generator: Generator = defaultGenerator): Tensor {
  if (!(low <= high)) throw new ArgumentError("uniform_", `low must be at most high, but got ${low} and ${high}`);
  return fillWith(t, () => add(mul(rand(t.shape, { dtype: t.dtype, generator }), high - low), low));
}

/**
 * Fills a tensor with normal numbers of the given mean and standard deviation, by default 0 and 1, and returns it.
 * @throws ArgumentError for a negative standard deviation.
 * @example nn.init.normal_(zeros([2]), 5, 0).toArray(); // [5, 5]
 */
export function normal_(t: Tensor, mean = 0, std = 1, generator: Generator = defaultGenerator): Tensor {
  if (!(std >= 0)) throw new ArgumentError("normal_", `std must be at least 0, but got ${std}`);
  return fillWith(t, () => add(mul(randn(t.shape, { dtype: t.dtype, generator }), std), mean));
}

/** Distribution function of the standard normal distribution. */
const normalCdf = (x: number): number => (1 + erfOf(x / Math.SQRT2)) / 2;

/**
 * Returns a function that draws from the standard normal distribution between two bounds, by rejection: of normal numbers where enough of them lie between the
 * bounds; of exponential ones in a long tail (Robert, 1995); of uniform ones otherwise.
 */
function truncatedNormal(low: number, high: number, generator: Generator): () => number {
  if (high < 0) {
    const mirrored = truncatedNormal(-high, -low, generator);
    return () => -mirrored();
  }
  const accepts = (logDensity: number): boolean => Math.log(1 - generator.uniform()) <= logDensity;
  if (normalCdf(high) - normalCdf(low) > 0.3)
    return () => {
      for (;;) {
        const x = generator.normal();
        if (x >= low && x <= high) return x;
      }
    };
  if (low > 0 && (high - low) * low > 1)
    return () => {
      const rate = (low + Math.sqrt(low ** 2 + 4)) / 2;
      for (;;) {
        const x = low - Math.log(1 - generator.uniform()) / rate;
        if (x <= high && accepts(-((x - rate) ** 2) / 2)) return x;
      }
    };
  const mode = Math.max(low, 0);
  return () => {
    for (;;) {
      const x = low + (high - low) * generator.uniform();
      if (accepts((mode ** 2 - x ** 2) / 2)) return x;
    }
  };
}

/** Bounds of `truncNormal_`. */
export interface TruncationOptions {
  /** Smallest number; -2 by default. */
  readonly a?: number;
  /** Largest number; 2 by default. */
  readonly b?: number;
  readonly generator?: Generator;
}

/**
 * Fills a tensor with numbers of a normal distribution that is cut off below `a` and above `b`, by default -2 and 2, and returns it. Mean and standard deviation,
 * by default 0 and 1, are those before the cut.
 * @throws ArgumentError for a standard deviation that is not above 0, and unless a is below b.
 * @example nn.init.truncNormal_(zeros([100]), 0, 5, { a: -1, b: 1 }).abs().amax().item() <= 1; // true
 */
export function truncNormal_(t: Tensor, mean = 0, std = 1, options: TruncationOptions = {}): Tensor {
  const { a = -2, b = 2, generator = defaultGenerator } = options;
  if (!Number.isFinite(mean) || !(std > 0) || std === Infinity)
    throw new ArgumentError("truncNormal_", `std must be positive, and both finite, but got ${mean} and ${std}`);
  if (!(a < b)) throw new ArgumentError("truncNormal_", `a must be below b, but got ${a} and ${b}`);
  const draw = truncatedNormal((a - mean) / std, (b - mean) / std, generator);
  return fillWith(t, () => {
    const values = Float64Array.from({ length: t.numel() }, () => Math.min(b, Math.max(a, mean + std * draw())));
    return fromArray(values, "float64", t.shape);
  });
}
