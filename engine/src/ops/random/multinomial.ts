/** Random choice of indices with given probabilities. */
import { defineFunction } from "../../dispatch/define.ts";
import { requireFloat, requireTensor } from "../../dispatch/operand.ts";
import { checkSizes } from "../../tensor/create.ts";
import { ArgumentError, ShapeError } from "../../tensor/errors.ts";
import { defaultGenerator, type Generator } from "../../tensor/random.ts";
import { contiguousArray } from "../../tensor/strided.ts";
import { fromArray, type Tensor } from "../../tensor/tensor.ts";
import { positiveUniform } from "./fill.ts";

/** Options of `multinomial`. */
export interface MultinomialOptions {
  /** Whether an index may be drawn several times. */
  readonly replacement?: boolean;
  /** The generator that draws the numbers; by default the one that `manualSeed` seeds. */
  readonly generator?: Generator;
}

/** Draws indices independently: the first whose cumulative weight exceeds a uniform number times the sum. */
function independent(weights: readonly number[], count: number, generator: Generator): number[] {
  let sum = 0;
  const cumulative = weights.map((w) => {
    sum += w;
    return sum;
  });
  return Array.from({ length: count }, () => {
    const u = generator.uniform() * sum;
    let [low, high] = [0, weights.length - 1];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (cumulative[middle] > u) high = middle;
      else low = middle + 1;
    }
    return low;
  });
}

/**
 * Draws distinct indices: those of the smallest e / w, where e is exponentially distributed, which are distributed as successive draws without replacement.
 * Source: Efraimidis and Spirakis, 2006.
 */
function distinct(weights: readonly number[], count: number, generator: Generator): number[] {
  const keys = weights.map((w) => -Math.log(positiveUniform(generator)) / w);
  return keys
    .map((_, i) => i)
    .sort((i, j) => keys[i] - keys[j])
    .slice(0, count);
}

/** @throws ArgumentError for weights that are no distribution, or give fewer indices than asked for. */
function checkWeights(weights: readonly number[], count: number, replacement: boolean): void {
  if (!weights.every((w) => w >= 0 && w < Infinity))
    throw new ArgumentError("multinomial", "the probabilities must be finite numbers of at least 0");
  const positive = weights.filter((w) => w > 0).length;
  if (positive === 0) throw new ArgumentError("multinomial", "at least one probability must be above 0");
  if (!replacement && positive < count)
    throw new ArgumentError(
      "multinomial",
      `${count} indices cannot be drawn without replacement from ${positive} with a probability above 0`,
    );
}

/**
 * Returns random indices (int64), where index i has a probability proportional to `input[i]`: a vector of `numSamples` for a vector, and a row of them for each row of a
 * matrix. Without `replacement` the indices of a row are distinct. The result has no gradient.
 * @throws ArgumentError for probabilities that are negative, infinite, NaN or all 0, and for more samples than there are indices; ShapeError for other shapes.
 * @example multinomial(tensor([0, 1, 0]), 2, true).toArray(); // [1, 1]
 */
export const multinomial: (
  input: Tensor,
  numSamples: number,
  replacement?: boolean | MultinomialOptions,
  options?: MultinomialOptions,
) => Tensor = defineFunction(
  {
    name: "multinomial",
    torch: "multinomial",
    access: "method",
    signature: "input, numSamples, replacement=false, generator=null",
    tex: "P(y_k = i) = x_i / \\textstyle\\sum_j x_j",
    // a vector of one probability, whose index is certain
    samples: (r) => [
      { input: r.uniform([1], 1, 2), numSamples: 1 },
      { input: r.uniform([2, 1], 1, 2), numSamples: 3, replacement: true, generator: r.generator },
    ],
  },
  (
    input: Tensor,
    numSamples: number,
    given: boolean | MultinomialOptions = {},
    more: MultinomialOptions = {},
  ): Tensor => {
    const x = requireTensor("multinomial", input);
    requireFloat("multinomial", x.dtype);
    const options: MultinomialOptions = typeof given === "boolean" ? { replacement: given, ...more } : given;
    const { replacement = false } = options;
    const generator = options.generator ?? defaultGenerator;
    if (x.ndim !== 1 && x.ndim !== 2)
      throw new ShapeError("multinomial", "expected a vector or a matrix of probabilities", [x.shape]);
    const n = x.shape[x.ndim - 1];
    if (!Number.isInteger(numSamples) || numSamples < 1)
      throw new ArgumentError("multinomial", `numSamples must be a positive integer, but got ${numSamples}`);
    if (!replacement && numSamples > n)
      throw new ArgumentError("multinomial", `${numSamples} distinct indices cannot be drawn from ${n}`);
    checkSizes("multinomial", [...x.shape.slice(0, -1), numSamples]);
    const all = Array.from(contiguousArray(x));
    const rows = x.ndim === 1 ? 1 : x.shape[0];
    const drawn = Array.from({ length: rows }, (_, i) => {
      const weights = all.slice(i * n, (i + 1) * n);
      checkWeights(weights, numSamples, replacement);
      return (replacement ? independent : distinct)(weights, numSamples, generator);
    });
    return fromArray(Float64Array.from(drawn.flat()), "int64", [...x.shape.slice(0, -1), numSamples]);
  },
);

declare module "../../tensor/tensor.ts" {
  interface Tensor {
    /** Returns random indices, with probabilities proportional to the elements: of a vector, or of each row. */
    multinomial(numSamples: number, replacement?: boolean | MultinomialOptions, options?: MultinomialOptions): Tensor;
  }
}
