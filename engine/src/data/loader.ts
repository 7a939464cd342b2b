/** Batches of a data set. */

import { checkNew } from "../tensor/arguments/guard.ts";
import { describe } from "../tensor/arguments/refusals.ts";
import { ArgumentError } from "../tensor/errors.ts";
import { defaultGenerator, Generator } from "../tensor/random.ts";
import type { Tensor } from "../tensor/tensor.ts";
import type { Dataset } from "./dataset.ts";

/** Options of `DataLoader`. */
export interface DataLoaderOptions {
  readonly batchSize?: number;
  /** Draws a new order for each epoch. */
  readonly shuffle?: boolean;
  /** Leaves out a last batch that is not full. */
  readonly dropLast?: boolean;
  /** Seed of the orders: loaders with equal seeds draw the same order in each epoch. */
  readonly seed?: number;
  /** Generator that draws the orders. */
  readonly generator?: Generator;
}

/**
 * Iterates over batches; each pass with `for … of` is an epoch. Without a seed or a generator, each epoch's order is drawn from a seed that the
 * default generator gives when the epoch begins: it follows `manualSeed`, and differs between epochs and between loaders.
 * @throws ArgumentError for a batch size that is no positive integer, or for both a seed and a generator.
 * @example
 * const loader = new data.DataLoader(new data.TensorDataset(zeros([10, 2])), { batchSize: 4 });
 * [...loader].map(([x]) => x.shape[0]); // [4, 4, 2]
 */
export class DataLoader implements Iterable<Tensor[]> {
  readonly dataset: Dataset;
  readonly batchSize: number;
  readonly shuffle: boolean;
  readonly dropLast: boolean;
  readonly #generator: Generator | null;

  constructor(dataset: Dataset, options: DataLoaderOptions = {}) {
    checkNew(new.target, arguments);
    const { batchSize = 1, shuffle = false, dropLast = false, seed, generator } = options;
    if (!Number.isInteger(batchSize) || batchSize < 1)
      throw new ArgumentError("DataLoader", `batchSize must be a positive integer, but got ${batchSize}`);
    if (seed !== undefined && generator !== undefined)
      throw new ArgumentError("DataLoader", "expected a seed or a generator, but got both");
    if (typeof dataset.batch !== "function" || !Number.isInteger(dataset.length) || dataset.length < 0)
      throw new ArgumentError(
        "DataLoader",
        `a data set has a length, an integer of at least 0, and a method batch(indices), but got ${describe(dataset)}`,
      );
    this.dataset = dataset;
    this.batchSize = batchSize;
    this.shuffle = shuffle;
    this.dropLast = dropLast;
    this.#generator = seed === undefined ? (generator ?? null) : new Generator(seed);
  }

  /** Number of batches in a pass. */
  get length(): number {
    const n = this.dataset.length / this.batchSize;
    return this.dropLast ? Math.floor(n) : Math.ceil(n);
  }

  *[Symbol.iterator](): IterableIterator<Tensor[]> {
    const n = this.dataset.length;
    const order = this.shuffle ? this.#epochGenerator().permutation(n) : Int32Array.from({ length: n }, (_, i) => i);
    for (let b = 0; b < this.length; b++)
      yield this.dataset.batch(order.slice(b * this.batchSize, (b + 1) * this.batchSize));
  }

  /** Returns the generator of one epoch's order. As in PyTorch, an epoch takes one number of the default generator, whatever the data set's length. */
  #epochGenerator(): Generator {
    return this.#generator ?? new Generator(defaultGenerator.integer(0, 2 ** 53));
  }
}
