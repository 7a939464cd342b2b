/** Data sets made of others: of items, joined, transformed. */

import { cat, stack } from "../ops/shape/join.ts";
import { checkNew } from "../tensor/arguments/guard.ts";
import { ArgumentError } from "../tensor/errors.ts";
import { printAsText } from "../tensor/symbols.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { type Dataset, datasetText } from "./dataset.ts";
import type { RemoteBatches, Request } from "./workers/remote.ts";

/** Puts the tensors of items together. */
export type Collate = (items: readonly (readonly Tensor[])[]) => Tensor[];

/** Returns the tensors of items stacked: the first of all items, the second of all items, and so on. @throws ArgumentError for items of different lengths. */
export function stackItems(items: readonly (readonly Tensor[])[]): Tensor[] {
  const [first] = items;
  if (items.some((item) => item.length !== first.length))
    throw new ArgumentError("stackItems", "all items must have the same number of tensors; give a collate function");
  return first.map((_, k) => stack(items.map((item) => item[k])));
}

/** Options of `ItemDataset`. */
export interface ItemDatasetOptions {
  /** Puts the tensors of items together; by default they are stacked. */
  readonly collate?: Collate;
}

/**
 * A data set of items that are computed one by one, such as images that are read from files, and put together to batches.
 * @throws ArgumentError for a length that is no integer of at least 0.
 * @example
 * const squares = new data.ItemDataset(10, (i) => [tensor(i), tensor(i * i)]);
 * squares.batch(Int32Array.of(2, 3))[1].toArray(); // [4, 9]
 */
export class ItemDataset implements Dataset {
  readonly length: number;
  readonly #item: (index: number) => readonly Tensor[];
  readonly #collate: Collate;

  constructor(length: number, item: (index: number) => readonly Tensor[], options: ItemDatasetOptions = {}) {
    checkNew(new.target, arguments);
    if (!Number.isInteger(length) || length < 0)
      throw new ArgumentError("ItemDataset", `length must be an integer of at least 0, but got ${length}`);
    this.length = length;
    this.#item = item;
    this.#collate = options.collate ?? stackItems;
  }

  batch(indices: Int32Array): Tensor[] {
    return this.#collate(Array.from(indices, (i) => this.#item(i)));
  }

  static {
    printAsText(this.prototype, datasetText);
  }
}

/** Puts the tensors of batches one after the other. */
const joined = (parts: readonly Tensor[][]): Tensor[] =>
  parts.length === 1 ? parts[0] : parts[0].map((_, k) => cat(parts.map((part) => part[k])));

/**
 * A data set of the examples of several, one after the other.
 * @throws ArgumentError without data sets.
 * @example
 * const [a, b] = [new data.TensorDataset(tensor([1, 2])), new data.TensorDataset(tensor([3]))];
 * new data.ConcatDataset([a, b]).batch(Int32Array.of(2, 0))[0].toArray(); // [3, 1]
 */
export class ConcatDataset implements Dataset {
  readonly datasets: readonly Dataset[];
  /** Index of the first example behind each data set. */
  readonly #ends: readonly number[];

  constructor(datasets: readonly Dataset[]) {
    checkNew(new.target, arguments);
    if (datasets.length === 0) throw new ArgumentError("ConcatDataset", "expected at least one data set");
    this.datasets = datasets;
    let end = 0;
    this.#ends = datasets.map((d) => (end += d.length));
  }

  get length(): number {
    return this.#ends[this.#ends.length - 1];
  }

  /** Returns stretches of neighbours that one data set has, with their indices there. */
  #stretches(indices: Int32Array): { readonly k: number; readonly indices: Int32Array }[] {
    const stretches: { readonly k: number; readonly indices: Int32Array }[] = [];
    for (let from = 0; from < indices.length; ) {
      const k = this.#ends.findIndex((end) => indices[from] < end);
      const start = k === 0 ? 0 : this.#ends[k - 1];
      let to = from;
      while (to < indices.length && indices[to] >= start && indices[to] < this.#ends[k]) to++;
      if (to === from) throw new ArgumentError("ConcatDataset", `index ${indices[from]} is out of range`);
      stretches.push({ k, indices: indices.slice(from, to).map((i) => i - start) });
      from = to;
    }
    // an empty batch has the tensors of the first data set
    return stretches.length === 0 ? [{ k: 0, indices }] : stretches;
  }

  batch(indices: Int32Array): Tensor[] {
    return joined(this.#stretches(indices).map((part) => this.datasets[part.k].batch(part.indices)));
  }

  /** Returns the part of batches that workers compute, if each of the data sets has one. */
  remote(): RemoteBatches | null {
    const parts = this.datasets.map((d) => d.remote?.() ?? null);
    if (!parts.every((part) => part !== null)) return null;
    const starts = parts.map((_, k) => parts.slice(0, k).reduce((sum, { tasks }) => sum + tasks.length, 0));
    const requestsOf = ({ k, indices }: { readonly k: number; readonly indices: Int32Array }): Request[] =>
      parts[k].requests(indices).map((request) => ({ ...request, task: starts[k] + request.task }));
    return {
      tasks: parts.flatMap(({ tasks }) => tasks),
      requests: (indices) => this.#stretches(indices).flatMap(requestsOf),
      finish: (replies, indices) => {
        let at = 0;
        return joined(
          this.#stretches(indices).map((part) => {
            const count = requestsOf(part).length;
            return parts[part.k].finish(replies.slice(at, (at += count)), part.indices);
          }),
        );
      },
    };
  }

  static {
    printAsText(this.prototype, datasetText);
  }
}

/**
 * A data set whose batches are passed through a function, such as the random changes of images.
 * @example
 * const halves = new data.TransformDataset(new data.TensorDataset(tensor([2, 4])), ([x]) => [x.div(2)]);
 * halves.batch(Int32Array.of(1))[0].toArray(); // [2]
 */
export class TransformDataset implements Dataset {
  readonly dataset: Dataset;
  readonly #transform: (batch: Tensor[]) => Tensor[];

  constructor(dataset: Dataset, transform: (batch: Tensor[]) => Tensor[]) {
    checkNew(new.target, arguments);
    this.dataset = dataset;
    this.#transform = transform;
  }

  get length(): number {
    return this.dataset.length;
  }

  batch(indices: Int32Array): Tensor[] {
    return this.#transform(this.dataset.batch(indices));
  }

  /** Returns the part of batches that workers compute, if the other data set has one. The function is called in the thread of the loader. */
  remote(): RemoteBatches | null {
    const inner = this.dataset.remote?.() ?? null;
    if (inner === null) return null;
    return {
      tasks: inner.tasks,
      requests: (indices) => inner.requests(indices),
      finish: (replies, indices) => this.#transform(inner.finish(replies, indices)),
    };
  }

  static {
    printAsText(this.prototype, datasetText);
  }
}

/** Options of `batched`. */
export interface BatchedOptions extends ItemDatasetOptions {
  /** Whether a last batch with fewer items is left out; false by default. */
  readonly dropLast?: boolean;
}

/**
 * Yields batches of items that come one after the other, from a file that is read line by line or from a generator without an end.
 * @throws ArgumentError for a size that is no positive integer.
 * @example
 * const items = [1, 2, 3].map((v) => [tensor(v)]);
 * [...data.batched(items, 2)].map(([x]) => x.toArray()); // [[1, 2], [3]]
 */
export function* batched(
  items: Iterable<readonly Tensor[]>,
  size: number,
  { collate = stackItems, dropLast = false }: BatchedOptions = {},
): Generator<Tensor[]> {
  if (!Number.isInteger(size) || size < 1)
    throw new ArgumentError("batched", `the size must be a positive integer, but got ${size}`);
  let batch: (readonly Tensor[])[] = [];
  for (const item of items) {
    batch.push(item);
    if (batch.length < size) continue;
    yield collate(batch);
    batch = [];
  }
  if (batch.length > 0 && !dropLast) yield collate(batch);
}
