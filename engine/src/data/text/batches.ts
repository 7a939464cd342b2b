/** Batches of texts: columns of a long text as for the Penn Treebank, windows of it, and sequences of different lengths. */

import { noGrad } from "../../tape/graph/mode.ts";
import { checkNew } from "../../tensor/arguments/guard.ts";
import { newArray } from "../../tensor/dtype.ts";
import { ArgumentError, ShapeError } from "../../tensor/errors.ts";
import { contiguousArray } from "../../tensor/strided.ts";
import { printAsText } from "../../tensor/symbols.ts";
import { fromArray, type Tensor } from "../../tensor/tensor.ts";
import { type Dataset, datasetText } from "../dataset.ts";
import type { Collate } from "../datasets.ts";

/** Throws unless a number is a positive integer. */
function checkPositive(op: string, name: string, n: number): void {
  if (!Number.isInteger(n) || n < 1) throw new ArgumentError(op, `${name} must be a positive integer, but got ${n}`);
}

/** Throws unless a tensor is a list. */
function checkList(op: string, tokens: Tensor): void {
  if (tokens.ndim !== 1) throw new ShapeError(op, "expected the numbers of tokens [n]", [tokens.shape]);
}

/**
 * Cuts a long list of tokens [n] into `batchSize` parts of equal length, which become the columns of the result [n / batchSize, batchSize], so that a recurrent
 * network reads the
 * parts side by side. Tokens that are left over at the end are dropped.
 * @throws ArgumentError for a size that is no positive integer, or above the number of tokens; ShapeError for another shape.
 * @example data.text.batchify(tensor([0, 1, 2, 3, 4, 5, 6]), 2).toArray(); // [[0, 3], [1, 4], [2, 5]]
 */
export function batchify(tokens: Tensor, batchSize: number): Tensor {
  checkList("batchify", tokens);
  checkPositive("batchify", "batchSize", batchSize);
  const [n] = tokens.shape;
  const rows = Math.floor(n / batchSize);
  if (rows === 0) throw new ArgumentError("batchify", `${n} tokens cannot be cut into ${batchSize} parts`);
  return noGrad(() =>
    tokens
      .narrow(0, 0, rows * batchSize)
      .reshape([batchSize, rows])
      .t()
      .contiguous(),
  );
}

/**
 * Returns inputs and targets of one step of truncated backpropagation through time: from row `start` of the result of `batchify` [rows, batch] the next `bptt`
 * rows, or as many as have a
 * successor, and for each of their tokens the one that follows, as a list [steps * batch].
 * @throws ArgumentError for a length that is no positive integer, and for a start without a successor.
 * @example data.text.getBatch(tensor([[0, 3], [1, 4], [2, 5]]), 0, 2).map((t) => t.toArray()); // [[[0, 3], [1, 4]], [1, 4, 2, 5]]
 */
export function getBatch(batches: Tensor, start: number, bptt: number): [inputs: Tensor, targets: Tensor] {
  if (batches.ndim !== 2)
    throw new ShapeError("getBatch", "expected the result of batchify [rows, batch]", [batches.shape]);
  checkPositive("getBatch", "bptt", bptt);
  const last = batches.shape[0] - 1;
  if (!Number.isInteger(start) || start < 0 || start >= last)
    throw new ArgumentError("getBatch", `start must be an integer from 0 to ${last - 1}, but got ${start}`);
  const steps = Math.min(bptt, last - start);
  return [batches.narrow(0, start, steps), batches.narrow(0, start + 1, steps).flatten()];
}

/** Options of `WindowDataset`. */
export interface WindowOptions {
  /** Number of tokens between the beginnings of neighbouring windows; by default the length, so that windows do not overlap. */
  readonly stride?: number;
}

/**
 * A data set of windows of a long list of tokens [n], for language models: example i consists of `length` tokens, and of the tokens that follow each of them.
 * @throws ArgumentError for a length or stride that is no positive integer; ShapeError for another shape.
 * @example
 * const windows = new data.text.WindowDataset(tensor([0, 1, 2, 3, 4, 5, 6]), 3);
 * windows.batch(Int32Array.of(1)).map((t) => t.toArray()); // [[[3, 4, 5]], [[4, 5, 6]]]
 */
export class WindowDataset implements Dataset {
  readonly tokens: Tensor;
  readonly windowLength: number;
  readonly stride: number;

  constructor(tokens: Tensor, length: number, options: WindowOptions = {}) {
    checkNew(new.target, arguments);
    const { stride = length } = options;
    checkList("WindowDataset", tokens);
    checkPositive("WindowDataset", "length", length);
    checkPositive("WindowDataset", "stride", stride);
    this.tokens = tokens;
    this.windowLength = length;
    this.stride = stride;
  }

  /** Number of windows that have a successor for their last token. */
  get length(): number {
    return Math.max(0, Math.floor((this.tokens.shape[0] - this.windowLength - 1) / this.stride) + 1);
  }

  batch(indices: Int32Array): Tensor[] {
    const { tokens, windowLength, stride } = this;
    const list = contiguousArray(tokens);
    return [0, 1].map((shift) => {
      const out = newArray(tokens.dtype, indices.length * windowLength);
      indices.forEach((index, i) => {
        if (index < 0 || index >= this.length)
          throw new ArgumentError("WindowDataset", `index ${index} is out of range; there are ${this.length} windows`);
        const from = index * stride + shift;
        out.set(list.subarray(from, from + windowLength), i * windowLength);
      });
      return fromArray(out, tokens.dtype, [indices.length, windowLength]);
    });
  }

  static {
    printAsText(this.prototype, datasetText);
  }
}

/** Options of `padCollate`. */
export interface PadOptions {
  /** Value of the elements beyond the end of a sequence; 0 by default. */
  readonly padding?: number;
  /** Whether the lengths of the sequences, int64 [n], follow as the last tensor of a batch; true by default. */
  readonly lengths?: boolean;
}

/** Puts tensors that differ in their first dimensions side by side [n, longest, …]. */
function padded(tensors: readonly Tensor[], padding: number): Tensor {
  const [{ dtype, shape }] = tensors;
  const rest = shape.slice(1);
  const longest = Math.max(...tensors.map((t) => t.shape[0]));
  const row = rest.reduce((a, b) => a * b, 1);
  const out = newArray(dtype, tensors.length * longest * row).fill(padding);
  tensors.forEach((t, i) => {
    if (t.dtype !== dtype || t.ndim !== shape.length || rest.some((size, d) => t.shape[d + 1] !== size))
      throw new ShapeError(
        "padCollate",
        "sequences of a batch must have the same dtype, and the same shape behind their first dimension",
        [shape, t.shape],
      );
    out.set(contiguousArray(t), i * longest * row);
  });
  return fromArray(out, dtype, [tensors.length, longest, ...rest]);
}

/**
 * Returns the collate function that pads the first dimension of sequences to the longest of a batch [n, longest, …]. Tensors without a dimension, such as
 * labels, are stacked. The
 * lengths of the first sequence of each item follow, for `nn.utils.rnn.packPaddedSequence` and for masks.
 * @throws ShapeError for sequences that differ in other dimensions.
 * @example
 * const items = [[tensor([1, 2, 3])], [tensor([4])]];
 * data.text.padCollate()(items).map((t) => t.toArray()); // [[[1, 2, 3], [4, 0, 0]], [3, 1]]
 */
export const padCollate =
  ({ padding = 0, lengths = true }: PadOptions = {}): Collate =>
  (items) => {
    const [first] = items;
    const isSequence = first.map((t) => t.ndim > 0);
    const batch = first.map((_, k) => {
      const column = items.map((item) => item[k]);
      return isSequence[k]
        ? padded(column, padding)
        : padded(
            column.map((t) => t.reshape([1])),
            padding,
          ).flatten();
    });
    const k = isSequence.indexOf(true);
    if (!lengths || k < 0) return batch;
    const list = Float64Array.from(items, (item) => item[k].shape[0]);
    return [...batch, fromArray(list, "int64", [list.length])];
  };
