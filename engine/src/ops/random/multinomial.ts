/** Random choice of indices with given probabilities. */
import { defineFunction } from "../../dispatch/define.ts";
import { requireFloat, requireTensor } from "../../dispatch/operand.ts";
import { checkSizes } from "../../tensor/create.ts";
import type { NumericArray } from "../../tensor/dtype.ts";
import { ArgumentError, ShapeError } from "../../tensor/errors.ts";
import { defaultGenerator, type Generator, sampleFast } from "../../tensor/random.ts";
import { allocateUninitialized } from "../../tensor/storage/storage.ts";
import { contiguousArray } from "../../tensor/strided.ts";
import { fromArray, type Tensor } from "../../tensor/tensor.ts";

/** Options of `multinomial`. */
export interface MultinomialOptions {
  /** Whether an index may be drawn several times. */
  readonly replacement?: boolean;
  /** The generator that draws the numbers; by default the one that `manualSeed` seeds. */
  readonly generator?: Generator;
}

/** Draws uniform numbers on [0, 1), in the order in which the generator would return them one by one. */
function uniforms(generator: Generator, count: number): NumericArray {
  const storage = allocateUninitialized("float64", count);
  if (!sampleFast(generator, "uniform", storage))
    for (let i = 0; i < count; i++) storage.array[i] = generator.uniform();
  return storage.array;
}

/** Returns the first position at which rising sums exceed a number, by binary search. */
function searched(cumulative: Float64Array, u: number): number {
  let [low, high] = [0, cumulative.length - 1];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (cumulative[middle] > u) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** Returns, for each of n equal parts of the sum, the first position at which rising sums exceed its beginning. */
function guideOf(cumulative: Float64Array): Int32Array {
  const n = cumulative.length;
  const guide = new Int32Array(n);
  const part = cumulative[n - 1] / n;
  for (let j = 0, k = 0; j < n; j++) {
    while (k < n - 1 && cumulative[k] <= j * part) k++;
    guide[j] = k;
  }
  return guide;
}

/** Draws indices independently: the first whose cumulative weight exceeds a uniform number times the sum. */
function independent(weights: NumericArray, out: Int32Array, numbers: NumericArray): void {
  const n = weights.length;
  const cumulative = new Float64Array(n);
  let sum = 0;
  for (let i = 0; i < n; i++) cumulative[i] = sum += weights[i];
  if (8 * out.length < n) {
    for (let i = 0; i < out.length; i++) out[i] = searched(cumulative, numbers[i] * sum);
    return;
  }
  // for many indices, the search begins where the part of the number begins
  const guide = guideOf(cumulative);
  for (let i = 0; i < out.length; i++) {
    const u = numbers[i] * sum;
    let k = guide[Math.floor(numbers[i] * n)];
    while (k > 0 && cumulative[k - 1] > u) k--;
    while (k < n - 1 && cumulative[k] <= u) k++;
    out[i] = k;
  }
}

/** Moves an entry of a heap, whose largest key comes first, down to its place. */
function sink(keys: Float64Array, at: Int32Array, first: number, key: number, index: number): void {
  let i = first;
  for (let child = 2 * i + 1; child < keys.length; child = 2 * i + 1) {
    if (child + 1 < keys.length && keys[child + 1] > keys[child]) child++;
    if (keys[child] <= key) break;
    [keys[i], at[i]] = [keys[child], at[child]];
    i = child;
  }
  keys[i] = key;
  at[i] = index;
}

/**
 * Draws distinct indices: those of the smallest e / w, where e is exponentially distributed, which are distributed as successive draws without replacement.
 * The smallest ones so far are a heap, of which the largest gives way. Source: Efraimidis and Spirakis, 2006.
 */
function distinct(weights: NumericArray, out: Int32Array, numbers: NumericArray): void {
  const count = out.length;
  const keyOf = (i: number): number => -Math.log(Math.max(numbers[i], 2 ** -54)) / weights[i];
  const keys = new Float64Array(count);
  const at = new Int32Array(count);
  for (let i = 0; i < count; i++) [keys[i], at[i]] = [keyOf(i), i];
  for (let i = (count >> 1) - 1; i >= 0; i--) sink(keys, at, i, keys[i], at[i]);
  for (let i = count; i < weights.length; i++) {
    const key = keyOf(i);
    if (key < keys[0]) sink(keys, at, 0, key, i);
  }
  const order = Array.from(keys.keys()).sort((i, j) => keys[i] - keys[j]);
  for (let k = 0; k < count; k++) out[k] = at[order[k]];
}

/** @throws ArgumentError for weights that are no distribution, or give fewer indices than asked for. */
function checkWeights(weights: NumericArray, count: number, replacement: boolean): void {
  let positive = 0;
  for (let i = 0; i < weights.length; i++) {
    if (!(weights[i] >= 0 && weights[i] < Infinity))
      throw new ArgumentError("multinomial", "the probabilities must be finite numbers of at least 0");
    if (weights[i] > 0) positive++;
  }
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
    const all = contiguousArray(x);
    const rows = x.ndim === 1 ? 1 : x.shape[0];
    const drawn = new Int32Array(rows * numSamples);
    for (let i = 0; i < rows; i++) {
      const weights = all.subarray(i * n, (i + 1) * n);
      checkWeights(weights, numSamples, replacement);
      const out = drawn.subarray(i * numSamples, (i + 1) * numSamples);
      if (replacement) independent(weights, out, uniforms(generator, numSamples));
      else distinct(weights, out, uniforms(generator, n));
    }
    return fromArray(drawn, "int64", [...x.shape.slice(0, -1), numSamples]);
  },
);

declare module "../../tensor/tensor.ts" {
  interface Tensor {
    /** Returns random indices, with probabilities proportional to the elements: of a vector, or of each row. */
    multinomial(numSamples: number, replacement?: boolean | MultinomialOptions, options?: MultinomialOptions): Tensor;
  }
}
