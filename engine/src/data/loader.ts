/** `DataLoader`: iteration over the batches of a data set. */

import { checkNew } from "../tensor/arguments/guard.ts";
import { describe } from "../tensor/arguments/refusals.ts";
import { ArgumentError } from "../tensor/errors.ts";
import { defaultGenerator, Generator } from "../tensor/random.ts";
import type { Tensor } from "../tensor/tensor.ts";
import type { Dataset } from "./dataset.ts";
import type { Sampler } from "./samplers.ts";

/** Options of `DataLoader`. */
export interface DataLoaderOptions {
  /** Number of examples in a batch; 1 by default. */
  readonly batchSize?: number;
  /** Whether each epoch has a new random order; false by default. */
  readonly shuffle?: boolean;
  /** The order of the examples in each epoch, in place of `shuffle`. */
  readonly sampler?: Sampler;
  /** Whether a last batch with fewer examples is left out; false by default. */
  readonly dropLast?: boolean;
  /** Seed of the orders: loaders with equal seeds have equal orders in each epoch. */
  readonly seed?: number;
  /** Generator of the orders, instead of a seed. */
  readonly generator?: Generator;
}

/**
 * An iterable over the batches of a data set; each `for … of` loop is an epoch. With `shuffle` and neither seed nor generator, each epoch draws the seed of its order from
 * the default generator: orders follow `manualSeed`, and differ between epochs and between loaders.
 * @throws ArgumentError for a batch size that is no positive integer, for a data set without length and batches, for both a seed and a generator, and for
 * a sampler beside one of them or `shuffle`.
 * @example
 * const loader = new data.DataLoader(new data.TensorDataset(zeros([10, 2])), { batchSize: 4 });
 * [...loader].map(([x]) => x.shape[0]); // [4, 4, 2]
 */
export class DataLoader implements Iterable<Tensor[]> {
  readonly dataset: Dataset;
  readonly batchSize: number;
  readonly shuffle: boolean;
  readonly dropLast: boolean;
  readonly sampler: Sampler | null;
  readonly #generator: Generator | null;

  constructor(dataset: Dataset, options: DataLoaderOptions = {}) {
    checkNew(new.target, arguments);
    const { batchSize = 1, shuffle = false, dropLast = false, sampler, seed, generator } = options;
    if (!Number.isInteger(batchSize) || batchSize < 1)
      throw new ArgumentError("DataLoader", `batchSize must be a positive integer, but got ${batchSize}`);
    if (seed !== undefined && generator !== undefined)
      throw new ArgumentError("DataLoader", "expected a seed or a generator, but got both");
    if (sampler !== undefined && (shuffle || seed !== undefined || generator !== undefined))
      throw new ArgumentError("DataLoader", "a sampler decides the order; leave out shuffle, seed and generator");
    if (typeof dataset.batch !== "function" || !Number.isInteger(dataset.length) || dataset.length < 0)
      throw new ArgumentError(
        "DataLoader",
        `a data set has a length, an integer of at least 0, and a method batch(indices), but got ${describe(dataset)}`,
      );
    this.dataset = dataset;
    this.batchSize = batchSize;
    this.shuffle = shuffle;
    this.dropLast = dropLast;
    this.sampler = sampler ?? null;
    this.#generator = seed === undefined ? (generator ?? null) : new Generator(seed);
  }

  /** Number of batches in an epoch. */
  get length(): number {
    const n = (this.sampler ?? this.dataset).length / this.batchSize;
    return this.dropLast ? Math.floor(n) : Math.ceil(n);
  }

  /** Yields the batches of one epoch, each as the list of tensors that the data set returns. */
  *[Symbol.iterator](): IterableIterator<Tensor[]> {
    const order = this.#epochOrder();
    for (let b = 0; b < this.length; b++)
      yield this.dataset.batch(order.slice(b * this.batchSize, (b + 1) * this.batchSize));
  }

  /** Returns the indices of one epoch. */
  #epochOrder(): Int32Array {
    const n = this.dataset.length;
    if (this.sampler !== null) return this.sampler.indices();
    return this.shuffle ? this.#epochGenerator().permutation(n) : Int32Array.from({ length: n }, (_, i) => i);
  }

  /** Returns the generator of one epoch's order. As in PyTorch, an epoch draws one number from the default generator, for any length of the data set. */
  #epochGenerator(): Generator {
    return this.#generator ?? new Generator(defaultGenerator.integer(0, 2 ** 53));
  }
}
