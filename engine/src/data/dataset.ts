/** Data sets: a number of examples, and batches of them by index. */

import { indexSelect } from "../ops/indexing/index-select.ts";
import { checkNew } from "../tensor/arguments/guard.ts";
import { ArgumentError, ShapeError } from "../tensor/errors.ts";
import { defaultGenerator, type Generator } from "../tensor/random.ts";
import { printAsText } from "../tensor/symbols.ts";
import { fromArray, type Tensor } from "../tensor/tensor.ts";
import type { RemoteBatches } from "./workers/remote.ts";

/** A finite list of examples. A batch is a list of tensors with the examples along their first dimension. */
export interface Dataset {
  /** Number of examples. */
  readonly length: number;
  /** Returns the examples with the given indices, in that order. */
  batch(indices: Int32Array): Tensor[];
  /** Returns the part of batches that workers compute, for loaders with `numWorkers`; `null` if they can compute none. */
  remote?(): RemoteBatches | null;
}

/** Returns the class of a data set and its number of examples as text. */
export const datasetText = (set: Dataset): string => `${set.constructor.name}(length=${set.length})`;

/**
 * A data set of tensors with equal first dimensions: example i consists of row i of each.
 * @throws ArgumentError without tensors; ShapeError when the first dimensions differ, or a tensor has none.
 * @example new data.TensorDataset(zeros([10, 2]), zeros([10])).length; // 10
 */
export class TensorDataset implements Dataset {
  readonly tensors: readonly Tensor[];
  constructor(...tensors: readonly Tensor[]) {
    checkNew(new.target, arguments);
    if (tensors.length === 0) throw new ArgumentError("TensorDataset", "expected at least one tensor");
    if (tensors.some((t) => t.ndim === 0 || t.shape[0] !== tensors[0].shape[0]))
      throw new ShapeError(
        "TensorDataset",
        "all tensors must have equal first dimensions",
        tensors.map((t) => t.shape),
      );
    this.tensors = tensors;
  }
  get length(): number {
    return this.tensors[0].shape[0];
  }
  batch(indices: Int32Array): Tensor[] {
    const at = fromArray(indices, "int32", [indices.length]);
    return this.tensors.map((t) => indexSelect(t, 0, at));
  }

  static {
    printAsText(this.prototype, (set) => {
      const tensors = set.tensors.map((t) => `[${t.shape.join(", ")}] ${t.dtype}`);
      return `${set.constructor.name}(length=${set.length}; ${tensors.join(", ")})`;
    });
  }
}

/**
 * A data set of the examples of another one with the given indices.
 * @example
 * const all = new data.TensorDataset(tensor([10, 20, 30]));
 * new data.Subset(all, Int32Array.of(2, 0)).batch(Int32Array.of(0, 1))[0].toArray(); // [30, 10]
 */
export class Subset implements Dataset {
  readonly dataset: Dataset;
  readonly indices: Int32Array;
  constructor(dataset: Dataset, indices: Int32Array) {
    checkNew(new.target, arguments);
    this.dataset = dataset;
    this.indices = indices;
  }
  get length(): number {
    return this.indices.length;
  }
  batch(indices: Int32Array): Tensor[] {
    return this.dataset.batch(indices.map((i) => this.indices[i]));
  }

  static {
    printAsText(this.prototype, datasetText);
  }
  /** Returns the part of batches that workers compute, if the other data set has one. */
  remote(): RemoteBatches | null {
    const inner = this.dataset.remote?.() ?? null;
    const mapped = (indices: Int32Array): Int32Array => indices.map((i) => this.indices[i]);
    if (inner === null) return null;
    return {
      tasks: inner.tasks,
      requests: (indices) => inner.requests(mapped(indices)),
      finish: (replies, indices) => inner.finish(replies, mapped(indices)),
    };
  }
}

/** Options of `randomSplit`. */
export interface SplitOptions {
  /** Generator of the random order; the default one if not given. */
  readonly generator?: Generator;
}

/**
 * Splits a data set at random into disjoint subsets: by lengths that add up to its length, or by fractions that add up to 1. Lengths from fractions are rounded
 * down, and
 * the remaining examples go to the subsets in turn, as in PyTorch.
 * @throws ArgumentError for lengths or fractions that do not add up, or are negative.
 * @example data.randomSplit(new data.TensorDataset(zeros([10])), [0.8, 0.2]).map((part) => part.length); // [8, 2]
 */
export function randomSplit(
  dataset: Dataset,
  lengths: readonly number[],
  { generator = defaultGenerator }: SplitOptions = {},
): Subset[] {
  const n = dataset.length;
  const total = lengths.reduce((a, b) => a + b, 0);
  const areFractions = total <= 1 && total >= 1 - 1e-9;
  if (areFractions && lengths.some((f) => !(f >= 0 && f <= 1)))
    throw new ArgumentError("randomSplit", `fractions must lie in [0, 1], but got [${lengths.join(", ")}]`);
  const sizes = areFractions ? lengths.map((f) => Math.floor(f * n)) : [...lengths];
  if (areFractions)
    for (let rest = n - sizes.reduce((a, b) => a + b, 0), i = 0; rest > 0; rest--, i++) sizes[i % sizes.length]++;
  if (sizes.some((s) => !Number.isInteger(s) || s < 0) || sizes.reduce((a, b) => a + b, 0) !== n)
    throw new ArgumentError(
      "randomSplit",
      `lengths must add up to ${n}, or fractions to 1, but got [${lengths.join(", ")}]`,
    );
  const order = generator.permutation(n);
  let start = 0;
  return sizes.map((size) => new Subset(dataset, order.slice(start, (start += size))));
}
