/** Data sets: a length, and examples by number. */

import { indexSelect } from "../ops/indexing/index-select.ts";
import { checkNew } from "../tensor/arguments/guard.ts";
import { ArgumentError, ShapeError } from "../tensor/errors.ts";
import { defaultGenerator, type Generator } from "../tensor/random.ts";
import { fromArray, type Tensor } from "../tensor/tensor.ts";

/** Examples that can be fetched by number; a batch is a tuple of tensors whose first dimension is the example. */
export interface Dataset {
  readonly length: number;
  /** The examples with these numbers, in this order. */
  batch(indices: Int32Array): Tensor[];
}

/**
 * Tensors with one first dimension: example i is row i of each.
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
        "all tensors must have one first dimension",
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
}

/** Some examples of another data set. */
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
}

/** Options of `randomSplit`. */
export interface SplitOptions {
  readonly generator?: Generator;
}

/**
 * Cuts a data set at random into parts without overlap: by lengths that add up to the whole, or by fractions that add up to 1. A fraction is
 * rounded down, and what is left goes to the parts in turn, as in PyTorch.
 * @throws ArgumentError when they do not add up.
 * @example data.randomSplit(new data.TensorDataset(zeros([10])), [0.8, 0.2]).map((part) => part.length); // [8, 2]
 */
export function randomSplit(
  dataset: Dataset,
  lengths: readonly number[],
  { generator = defaultGenerator }: SplitOptions = {},
): Subset[] {
  const n = dataset.length;
  const total = lengths.reduce((a, b) => a + b, 0);
  const fractions = total <= 1 && total >= 1 - 1e-9;
  if (fractions && lengths.some((f) => !(f >= 0 && f <= 1)))
    throw new ArgumentError("randomSplit", `fractions must lie in [0, 1], but got [${lengths.join(", ")}]`);
  const sizes = fractions ? lengths.map((f) => Math.floor(f * n)) : [...lengths];
  if (fractions)
    for (let left = n - sizes.reduce((a, b) => a + b, 0), i = 0; left > 0; left--, i++) sizes[i % sizes.length]++;
  if (sizes.some((s) => !Number.isInteger(s) || s < 0) || sizes.reduce((a, b) => a + b, 0) !== n)
    throw new ArgumentError(
      "randomSplit",
      `lengths must add up to ${n}, or fractions to 1, but got [${lengths.join(", ")}]`,
    );
  const order = generator.permutation(n);
  let at = 0;
  return sizes.map((size) => new Subset(dataset, order.slice(at, (at += size))));
}
