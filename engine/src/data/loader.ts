/** Batches of a data set. */
import { ArgumentError } from "../tensor/errors.ts";
import { Generator } from "../tensor/random.ts";
import type { Tensor } from "../tensor/tensor.ts";
import type { Dataset } from "./dataset.ts";

/** Options of `DataLoader`. */
export interface DataLoaderOptions {
  readonly batchSize?: number;
  /** Draws a new order for each pass. */
  readonly shuffle?: boolean;
  /** Leaves out a last batch that is not full. */
  readonly dropLast?: boolean;
  /** Seed of the order. */
  readonly seed?: number;
}

/**
 * Iterates over batches; each pass with `for … of` is an epoch.
 * @example
 * const loader = new data.DataLoader(new data.TensorDataset(zeros([10, 2])), { batchSize: 4 });
 * [...loader].map(([x]) => x.shape[0]); // [4, 4, 2]
 */
export class DataLoader implements Iterable<Tensor[]> {
  readonly dataset: Dataset;
  readonly batchSize: number;
  readonly shuffle: boolean;
  readonly dropLast: boolean;
  #generator: Generator;

  constructor(
    dataset: Dataset,
    { batchSize = 1, shuffle = false, dropLast = false, seed = 0 }: DataLoaderOptions = {},
  ) {
    if (!Number.isInteger(batchSize) || batchSize < 1)
      throw new ArgumentError("DataLoader", `batchSize must be a positive integer, but got ${batchSize}`);
    this.dataset = dataset;
    this.batchSize = batchSize;
    this.shuffle = shuffle;
    this.dropLast = dropLast;
    this.#generator = new Generator(seed);
  }

  /** Number of batches in a pass. */
  get length(): number {
    const n = this.dataset.length / this.batchSize;
    return this.dropLast ? Math.floor(n) : Math.ceil(n);
  }

  *[Symbol.iterator](): IterableIterator<Tensor[]> {
    const n = this.dataset.length;
    const order = this.shuffle ? this.#generator.permutation(n) : Int32Array.from({ length: n }, (_, i) => i);
    for (let b = 0; b < this.length; b++)
      yield this.dataset.batch(order.slice(b * this.batchSize, (b + 1) * this.batchSize));
  }
}
