/** `DataLoader`: iteration over the batches of a data set. */

import { warn } from "../platform/warn.ts";
import type { SavedValue } from "../serialization/state.ts";
import { checkNew } from "../tensor/arguments/guard.ts";
import { describe } from "../tensor/arguments/refusals.ts";
import { ArgumentError } from "../tensor/errors.ts";
import { defaultGenerator, Generator } from "../tensor/random.ts";
import { contiguousArray } from "../tensor/strided.ts";
import { printAsText, settingsText } from "../tensor/symbols.ts";
import { fromArray, type Tensor } from "../tensor/tensor.ts";
import { type Dataset, datasetText } from "./dataset.ts";
import { restoreGenerator, stateOfGenerator } from "./generator-state.ts";
import type { Sampler } from "./samplers.ts";
import { prefetched, startThreads } from "./workers/prefetch.ts";

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
  /**
   * Number of worker threads that compute batches ahead of the program; 0 by default. Data sets whose items are functions of the program have none: see
   * `WorkerDataset` and `ImageFolder`.
   */
  readonly numWorkers?: number;
  /** Number of batches that each worker computes ahead; 2 by default. */
  readonly prefetchFactor?: number;
}

/**
 * An iterable over the batches of a data set; each `for … of` loop is an epoch. With `shuffle` and neither seed nor generator, each epoch draws the seed of
 * its order from
 * the default generator: orders follow `manualSeed`, and differ between epochs and between loaders. Workers change neither the batches nor their order: random
 * transforms draw in this thread, an error is thrown at
 * its batch, with the stack that it had in the worker, and the threads end with the loop. Where no threads can be started, as in graded cells, a warning says
 * so, and batches are computed in this thread.
 * @throws ArgumentError for a batch size that is no positive integer, for a data set without length and batches, for both a seed and a generator, for
 * a sampler beside one of them or `shuffle`, and for workers where the data set has no part for them.
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
  readonly numWorkers: number;
  readonly prefetchFactor: number;
  readonly #generator: Generator | null;
  #hasWarned = false;

  constructor(dataset: Dataset, options: DataLoaderOptions = {}) {
    checkNew(new.target, arguments);
    const { batchSize = 1, shuffle = false, dropLast = false, sampler, seed, generator } = options;
    const { numWorkers = 0, prefetchFactor = 2 } = options;
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
    if (!Number.isInteger(numWorkers) || numWorkers < 0)
      throw new ArgumentError("DataLoader", `numWorkers must be an integer of at least 0, but got ${numWorkers}`);
    if (!Number.isInteger(prefetchFactor) || prefetchFactor < 1)
      throw new ArgumentError("DataLoader", `prefetchFactor must be a positive integer, but got ${prefetchFactor}`);
    if (numWorkers > 0 && (dataset.remote?.() ?? null) === null)
      throw new ArgumentError(
        "DataLoader",
        "workers cannot compute the batches of this data set, which are made by functions of the program; leave out numWorkers, or use data.WorkerDataset or data.ImageFolder",
      );
    this.dataset = dataset;
    this.numWorkers = numWorkers;
    this.prefetchFactor = prefetchFactor;
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

  static {
    printAsText(
      this.prototype,
      ({ dataset, length, ...settings }) =>
        `DataLoader(length=${length}, dataset=${datasetText(dataset)}, ${settingsText(settings)})`,
    );
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
    const lists = Array.from({ length: Math.max(0, this.length - from) }, (_, k) =>
      order.slice((from + k) * this.batchSize, (from + k + 1) * this.batchSize),
    );
    let yielded = from;
    for (const batch of this.#batches(lists)) {
      this.#position = ++yielded;
      yield batch;
    }
    this.#order = null;
    this.#position = 0;
  }

  /** Yields the batches of lists of indices, which workers compute if there are some. */
  *#batches(lists: readonly Int32Array[]): IterableIterator<Tensor[]> {
    const remote = this.numWorkers === 0 || lists.length === 0 ? null : (this.dataset.remote?.() ?? null);
    const threads = remote === null ? null : startThreads(remote, Math.min(this.numWorkers, lists.length));
    if (remote !== null && threads !== null) yield* prefetched(remote, threads, lists, this.prefetchFactor);
    else {
      if (remote !== null) this.#warnOnce();
      for (const indices of lists) yield this.dataset.batch(indices);
    }
  }

  /** Warns that batches are computed in this thread. */
  #warnOnce(): void {
    if (!this.#hasWarned)
      warn("DataLoader: no worker threads can be started here, so batches are computed in this thread");
    this.#hasWarned = true;
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
