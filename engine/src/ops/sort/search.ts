/** Binary search in sorted lines. */

import { defineOp, type Run } from "../../dispatch/define.ts";
import { type Operand, requireTensor, toOperand } from "../../dispatch/operand.ts";
import type { NumericArray } from "../../tensor/dtype.ts";
import { ArgumentError, DTypeError, ShapeError } from "../../tensor/errors.ts";
import type { Meta } from "../../tensor/meta.ts";
import { sameShape, sizeOf } from "../../tensor/shape.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { gather } from "../indexing/gather.ts";

/** Parameters of a search. */
interface Search {
  /** Whether positions are behind equal elements, rather than before them. */
  readonly right: boolean;
  readonly outInt32: boolean;
}

/** Returns the first position of the line whose element is not less than `v`, or with `right` greater than `v`. */
function position(line: NumericArray, start: number, n: number, v: number, right: boolean): number {
  let [low, high] = [0, n];
  while (low < high) {
    const middle = (low + high) >> 1;
    const element = line[start + middle];
    if (right ? element > v : element >= v) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** Checks shapes and dtypes of the sequence and the values. */
function checkSearch(op: string, sequence: Meta, values: Meta): void {
  if (sequence.shape.length === 0)
    throw new ShapeError(op, "the sorted sequence must have a dimension", [sequence.shape]);
  if (values.wrapped === undefined || values.wrapped === null)
    if (sequence.dtype !== values.dtype)
      throw new DTypeError(op, "the sequence and the values must have one dtype", [sequence.dtype, values.dtype]);
  if (sequence.dtype === "bool") throw new DTypeError(op, "expected numbers", ["bool"]);
  if (sequence.shape.length > 1 && !sameShape(sequence.shape.slice(0, -1), values.shape.slice(0, -1)))
    throw new ShapeError(op, "all dimensions but the last of the sequence and the values must be equal", [
      sequence.shape,
      values.shape,
    ]);
}

const searchOp: Run<Search> = defineOp<Search>({
  name: "searchsorted",
  torch: "searchsorted",
  access: "function",
  signature: "sortedSequence, input, outInt32=false, right=false, side=null, sorter=null",
  label: ({ right }) => `searchsorted${right ? " right" : ""}`,
  tex: { forward: "s_{y_i - 1} < x_i \\le s_{y_i}", vjp: "" },
  outputs: ([sequence, values], { outInt32 }) => {
    checkSearch("searchsorted", sequence, values);
    return { shape: values.shape, dtype: outInt32 ? "int32" : "int64" };
  },
  kernel: (out, [sequence, values], { params: { right }, inputs: [s, v] }) => {
    const n = s.shape[s.shape.length - 1];
    const lines = sizeOf(s.shape.slice(0, -1));
    const perLine = s.shape.length === 1 ? out.length : v.shape[v.shape.length - 1];
    for (let line = 0, at = 0; line < lines; line++)
      for (let k = 0; k < perLine; k++, at++) out[at] = position(sequence, line * n, n, values[at], right);
  },
  indices: { outputs: [0] },
  saves: {},
  vjp: "none",
  jvp: "none",
  batch: "loop",
  samples: (r) => [
    { sortedSequence: r.normal([5]).sort().values, input: r.normal([2, 3]), outInt32: true },
    { sortedSequence: r.normal([2, 5]).sort().values, input: r.normal([2, 3]), right: true },
    { sortedSequence: r.normal([3]), input: r.normal([2]), side: "right", sorter: r.integers([3], 0, 1) },
  ],
  call: searchsorted,
});

/** Options of `searchsorted`. */
export interface SearchsortedOptions {
  /** Whether the result is int32; int64 by default. */
  readonly outInt32?: boolean;
  /** Whether positions are behind equal elements, rather than before them. */
  readonly right?: boolean;
  /** `"left"` or `"right"`, in place of `right`. */
  readonly side?: "left" | "right" | null;
  /** Indices that sort the sequence along its last dimension, where it is not sorted. */
  readonly sorter?: Tensor | null;
}

/**
 * Returns the positions (int64), in a sequence that is sorted along its last dimension, where the values can be inserted so that it stays sorted: before equal
 * elements, or with `right` behind them. The result has the shape of the values.
 * @throws ShapeError when the leading dimensions differ; DTypeError for different dtypes.
 * @example searchsorted(tensor([1, 3, 5]), tensor([3, 4])).toArray(); // [1, 2]
 */
export function searchsorted(
  sortedSequence: Tensor,
  input: Operand,
  { outInt32 = false, right = false, side = null, sorter = null }: SearchsortedOptions = {},
): Tensor {
  const sequence = requireTensor("searchsorted", sortedSequence);
  if (side === "left" && right) throw new ArgumentError("searchsorted", "side and right must agree");
  if (side !== null && side !== "left" && side !== "right")
    throw new ArgumentError("searchsorted", `side must be "left" or "right", but got ${JSON.stringify(side)}`);
  if (sorter !== null && !sameShape(sorter.shape, sequence.shape))
    throw new ShapeError("searchsorted", "the sorter must have the shape of the sequence", [
      sorter.shape,
      sequence.shape,
    ]);
  const sorted = sorter === null ? sequence : gather(sequence, -1, sorter);
  return searchOp([sorted, toOperand("searchsorted", input)], {
    right: right || side === "right",
    outInt32,
  });
}

const bucketizeOp: Run<Search> = defineOp<Search>({
  name: "bucketize",
  torch: "bucketize",
  access: "function",
  signature: "input, boundaries, outInt32=false, right=false",
  label: ({ right }) => `bucketize${right ? " right" : ""}`,
  tex: { forward: "b_{y_i - 1} < x_i \\le b_{y_i}", vjp: "" },
  outputs: ([values, boundaries], { outInt32 }) => {
    if (boundaries.shape.length !== 1)
      throw new ShapeError("bucketize", "the boundaries must be a vector", [boundaries.shape]);
    checkSearch("bucketize", boundaries, values);
    return { shape: values.shape, dtype: outInt32 ? "int32" : "int64" };
  },
  kernel: (out, [values, boundaries], { params: { right } }) => {
    for (let i = 0; i < out.length; i++) out[i] = position(boundaries, 0, boundaries.length, values[i], right);
  },
  indices: { outputs: [0] },
  saves: {},
  vjp: "none",
  jvp: "none",
  batch: "loop",
  samples: (r) => [
    { input: r.normal([2, 3]), boundaries: r.normal([5]).sort().values, outInt32: true },
    { input: r.normal([2, 3]), boundaries: r.normal([4]).sort().values, right: true },
  ],
  call: bucketize,
});

/** Options of `bucketize`. */
export interface BucketizeOptions {
  /** Whether the result is int32; int64 by default. */
  readonly outInt32?: boolean;
  /** Whether a value that equals a boundary belongs to the bucket behind it. */
  readonly right?: boolean;
}

/**
 * Returns the index (int64) of the bucket that each element belongs to, between boundaries in ascending order: 0 up to the first boundary, and their number beyond the
 * last one.
 * @throws ShapeError for boundaries that are no vector; DTypeError for different dtypes.
 * @example bucketize(tensor([1, 4]), tensor([2, 3])).toArray(); // [0, 2]
 */
export function bucketize(
  input: Operand,
  boundaries: Tensor,
  { outInt32 = false, right = false }: BucketizeOptions = {},
): Tensor {
  return bucketizeOp([toOperand("bucketize", input), requireTensor("bucketize", boundaries)], { right, outInt32 });
}
