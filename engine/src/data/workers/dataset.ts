/** `WorkerDataset`: items that a function computes, on a worker if the loader has some. */

import { checkNew } from "../../tensor/arguments/guard.ts";
import { ArgumentError } from "../../tensor/errors.ts";
import { printAsText } from "../../tensor/symbols.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { type Dataset, datasetText } from "../dataset.ts";
import { tensorOf } from "../elements.ts";
import type { RemoteBatches } from "./remote.ts";
import { type AnyItem, type ItemTools, type ItemValue, itemsBatch } from "./tasks.ts";

/** Options of `WorkerDataset`. */
export interface WorkerDatasetOptions<C> {
  /** The value that `item` gets, of which each worker has a copy by the structured clone algorithm: paths, arrays, numbers. */
  readonly context: C;
}

/** Returns the part of batches that workers compute, for a data set with a single task. */
export const remoteOf = (task: RemoteBatches["tasks"][number]): RemoteBatches => ({
  tasks: [task],
  requests: (indices) => [{ task: 0, indices }],
  finish: ([batch]) => batch.map(tensorOf),
});

/**
 * A data set of items that a function computes, such as images that are read and decoded. Loaders with `numWorkers` run it on worker threads, by its text: it
 * sees its arguments alone (the index, the
 * `context`, and functions to read files and to decode images), and returns a list with an entry for each tensor, which are stacked. Arrays keep their dtype,
 * numbers become float32, BigInts int64.
 * @throws ArgumentError for a length that is no integer of at least 0.
 * @example
 * const squares = new data.WorkerDataset(10, (i, { scale }) => [i * i * scale, BigInt(i)], { context: { scale: 2 } });
 * const loader = new data.DataLoader(squares, { batchSize: 2, numWorkers: 1 });
 * const [[values, indices]] = loader;
 * values.toArray(); // [0, 2]
 * indices.dtype; // "int64"
 */
export class WorkerDataset<C> implements Dataset {
  readonly length: number;
  readonly #item: AnyItem;
  readonly #context: C;

  constructor(
    length: number,
    item: (index: number, context: C, tools: ItemTools) => readonly ItemValue[],
    options: WorkerDatasetOptions<C>,
  ) {
    checkNew(new.target, arguments);
    if (!Number.isInteger(length) || length < 0)
      throw new ArgumentError("WorkerDataset", `length must be an integer of at least 0, but got ${length}`);
    this.length = length;
    this.#item = item as AnyItem;
    this.#context = options.context;
  }

  batch(indices: Int32Array): Tensor[] {
    return itemsBatch(this.#item, this.#context, indices).map(tensorOf);
  }

  /** Returns the part of batches that workers compute. */
  remote(): RemoteBatches {
    return remoteOf({ kind: "function", text: this.#item.toString(), context: this.#context });
  }

  static {
    printAsText(this.prototype, datasetText);
  }
}
