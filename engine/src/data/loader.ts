/** `DataLoader`: iteration over the batches of a data set. */

import type { SavedValue } from "../serialization/state.ts";
import { checkNew } from "../tensor/arguments/guard.ts";
import { describe } from "../tensor/arguments/refusals.ts";
import { ArgumentError } from "../tensor/errors.ts";
import { defaultGenerator, Generator } from "../tensor/random.ts";
import { contiguousArray } from "../tensor/strided.ts";
import { fromArray, type Tensor } from "../tensor/tensor.ts";
import type { Dataset } from "./dataset.ts";
import { restoreGenerator, stateOfGenerator } from "./generator-state.ts";
import type { Sampler } from "./samplers.ts";

/** The state of a `DataLoader`: the order of the epoch, int32, and the number of its batches so far; generators; `null` where there is none. */
export interface LoaderState {
  readonly order: Tensor | null;
  readonly position: number;
  readonly generator: SavedValue;
  readonly sampler: SavedValue;
}

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

  /** Order of the current epoch, and number of its batches so far; `null` between epochs. */
  #order: Int32Array | null = null;
  #position = 0;
  /** Whether the next iteration goes on in the middle of an epoch. */
  #goesOn = false;

  /** Yields the batches of one epoch, each as the list of tensors that the data set returns. */
  *[Symbol.iterator](): IterableIterator<Tensor[]> {
    const order = this.#goesOn && this.#order !== null ? this.#order : this.#epochOrder();
    const from = this.#goesOn ? this.#position : 0;
    this.#goesOn = false;
    this.#order = order;
    this.#position = from;
    for (let b = from; b < this.length; b++) {
      this.#position = b + 1;
      yield this.dataset.batch(order.slice(b * this.batchSize, (b + 1) * this.batchSize));
    }
    this.#order = null;
    this.#position = 0;
  }

  /**
   * Returns the position in the latest epoch and the state of the generator, for a checkpoint. Without a seed, generator or sampler, orders follow the default generator,
   * whose state is to be saved beside it.
   * @example
   * const loader = new data.DataLoader(new data.TensorDataset(arange(6)), { batchSize: 2 });
   * for (const _ of loader) break;
   * const state = loader.stateDict();
   * loader.loadStateDict(state);
   * [...loader].map(([x]) => x.toArray()); // [[2, 3], [4, 5]]
   */
  stateDict(): LoaderState {
    const order = this.#order === null ? null : fromArray(this.#order.slice(), "int32", [this.#order.length]);
    const { sampler } = this;
    return {
      order,
      position: this.#position,
      generator: stateOfGenerator(this.#generator),
      sampler: sampler?.stateDict?.() ?? null,
    };
  }

  /**
   * Continues from what `stateDict` returned: the next iteration yields the rest of the epoch, and those behind it have the orders that they would have had.
   * @throws ArgumentError for a state of a loader with another number of examples.
   */
  loadStateDict(state: LoaderState): void {
    const { order, position, generator, sampler } = state;
    const n = (this.sampler ?? this.dataset).length;
    if (order !== null && order.numel() !== n)
      throw new ArgumentError(
        "loadStateDict",
        `the state is that of a loader of ${order.numel()} examples, but this one has ${n}`,
      );
    this.#order = order === null ? null : Int32Array.from(contiguousArray(order));
    this.#position = position;
    this.#goesOn = order !== null;
    restoreGenerator(this.#generator, generator);
    this.sampler?.loadStateDict?.(sampler);
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
