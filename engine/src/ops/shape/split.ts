/** Splitting of a dimension into views. */

import { defineComposite, defineMultiOp, type MultiRun } from "../../dispatch/define.ts";
import { requireTensor } from "../../dispatch/operand.ts";
import { zeros } from "../../tensor/create.ts";
import { ArgumentError, IndexError, ShapeError } from "../../tensor/errors.ts";
import { normalizeDim } from "../../tensor/shape.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { cat, type DimOption, dimOf, stack } from "./join.ts";

/** Sizes of the parts along a dimension. */
interface Parts {
  readonly dim: number;
  readonly sizes: readonly number[];
}

const splitOp: MultiRun<Parts> = defineMultiOp<Parts>({
  name: "split",
  torch: "split",
  aliases: ["unsafe_split"],
  access: "method",
  signature: "input|tensor, splitSizeOrSections|splitSize, dim=0",
  label: ({ dim, sizes }) => `split [${sizes.join(", ")}] dim ${dim}`,
  tex: { forward: "[y_1 \\mid y_2 \\mid \\dots] = x", vjp: "\\bar x = [\\bar y_1 \\mid \\bar y_2 \\mid \\dots]" },
  view: (x, { dim, sizes }) => {
    let at = 0;
    return sizes.map((n) => {
      const offset = x.offset + at * x.strides[dim];
      at += n;
      return { shape: x.shape.with(dim, n), strides: x.strides, offset };
    });
  },
  saves: {},
  vjp: (_g, { cotangents, metas: [x], params: { dim, sizes } }) => [
    cat(
      sizes.map((n, k) => cotangents[k] ?? zeros(x.shape.with(dim, n), { dtype: x.dtype })),
      dim,
    ),
  ],
  jvp: "linear",
  batch: ([x], _batched, { dim, sizes }) => splitOp([x], { dim: dim + 1, sizes }),
  samples: (r) => [
    { input: r.normal([5, 2]), splitSizeOrSections: 2 },
    { input: r.normal([2, 6]), splitSizeOrSections: [1, 3, 2], dim: -1 },
  ],
  call: split,
});

/** Splits a dimension into views of these sizes. */
function cut(op: string, x: Tensor, sizes: readonly number[], dim: number): readonly Tensor[] {
  const n = x.shape[dim];
  if (sizes.reduce((a, b) => a + b, 0) !== n || sizes.some((s) => s < 0))
    throw new ShapeError(op, `the sizes [${sizes.join(", ")}] must add up to the ${n} of dim ${dim}`, [x.shape]);
  return splitOp([x], { dim, sizes });
}

/**
 * Splits a dimension into views: parts of one size, of which the last may be smaller, or parts of the sizes listed.
 * @throws ShapeError when the sizes do not add up to that of the dimension, and for a scalar.
 * @example split(arange(5), 2).map((part) => part.shape[0]); // [2, 2, 1]
 */
export function split(
  input: Tensor,
  splitSizeOrSections: number | readonly number[],
  dim?: number | DimOption,
): readonly Tensor[] {
  const x = requireTensor("split", input);
  if (x.ndim === 0) throw new ShapeError("split", "a scalar cannot be split", [x.shape]);
  const d = normalizeDim("split", dimOf(dim), x.ndim);
  const n = x.shape[d];
  if (typeof splitSizeOrSections !== "number") return cut("split", x, splitSizeOrSections, d);
  const size = splitSizeOrSections;
  if (!Number.isInteger(size) || size < 0 || (size === 0 && n !== 0))
    throw new ArgumentError("split", `the size of a part must be a positive integer, but got ${size}`);
  const count = Math.max(Math.ceil(n / Math.max(size, 1)), 1);
  return splitOp([x], { dim: d, sizes: Array.from({ length: count }, (_, k) => Math.min(size, n - k * size)) });
}

/**
 * Splits a dimension into views of the sizes listed.
 * @throws ShapeError when the sizes do not add up to that of the dimension, and for a scalar.
 * @example splitWithSizes(arange(3), [1, 2]).map((part) => part.toArray()); // [[0], [1, 2]]
 */
export const splitWithSizes: (
  input: Tensor,
  splitSizes: readonly number[],
  dim?: number | DimOption,
) => readonly Tensor[] = defineComposite(
  {
    name: "splitWithSizes",
    torch: "split_with_sizes",
    aliases: ["unsafe_split_with_sizes"],
    access: "method",
    signature: "input, splitSizes, dim=0",
    tex: "[y_1 \\mid y_2 \\mid \\dots] = x",
    samples: (r) => [{ input: r.normal([2, 6]), splitSizes: [1, 3, 2], dim: -1 }],
  },
  (input: Tensor, splitSizes: readonly number[], dim?: number | DimOption): readonly Tensor[] => {
    const x = requireTensor("splitWithSizes", input);
    if (x.ndim === 0) throw new ShapeError("splitWithSizes", "a scalar cannot be split", [x.shape]);
    return cut("splitWithSizes", x, splitSizes, normalizeDim("splitWithSizes", dimOf(dim), x.ndim));
  },
);

/** The largest number of views of an empty dimension. Each is an object. */
const mostEmptyChunks = 2 ** 16;

/**
 * Splits a dimension into at most `chunks` views of equal size, of which the last may be smaller. An empty dimension gives `chunks` empty views.
 * @throws ShapeError for a scalar; ArgumentError when `chunks` is not a positive integer.
 * @example chunk(arange(5), 2).map((part) => part.shape[0]); // [3, 2]
 */
export const chunk: (input: Tensor, chunks: number, dim?: number | DimOption) => readonly Tensor[] = defineComposite(
  {
    name: "chunk",
    torch: "chunk",
    aliases: ["unsafe_chunk"],
    access: "method",
    signature: "input, chunks, dim=0",
    tex: "[y_1 \\mid y_2 \\mid \\dots] = x",
    samples: (r) => [
      { input: r.normal([5, 2]), chunks: 2 },
      { input: r.normal([2, 6]), chunks: 4, dim: 1 },
    ],
  },
  (input: Tensor, chunks: number, dim?: number | DimOption): readonly Tensor[] => {
    const x = requireTensor("chunk", input);
    if (!Number.isInteger(chunks) || chunks < 1)
      throw new ArgumentError("chunk", `chunks must be a positive integer, but got ${chunks}`);
    if (x.ndim === 0) throw new ShapeError("chunk", "a scalar cannot be cut", [x.shape]);
    const d = normalizeDim("chunk", dimOf(dim), x.ndim);
    if (x.shape[d] === 0 && chunks > mostEmptyChunks)
      throw new ArgumentError("chunk", `an empty dimension has at most ${mostEmptyChunks} chunks, but got ${chunks}`);
    // an empty dimension gives `chunks` empty parts
    return x.shape[d] === 0
      ? split(x, new Array<number>(chunks).fill(0), d)
      : split(x, Math.ceil(x.shape[d] / chunks), d);
  },
);

const unbindOp: MultiRun<number> = defineMultiOp<number>({
  name: "unbind",
  torch: "unbind",
  access: "method",
  signature: "input, dim=0",
  label: (dim) => `unbind dim ${dim}`,
  tex: { forward: "y_k = x_k", vjp: "\\bar x_k = \\bar y_k" },
  view: (x, dim) =>
    Array.from({ length: x.shape[dim] }, (_, k) => ({
      shape: x.shape.toSpliced(dim, 1),
      strides: x.strides.toSpliced(dim, 1),
      offset: x.offset + k * x.strides[dim],
    })),
  saves: {},
  vjp: (_g, { cotangents, metas: [x], params: dim }) => [
    stack(
      Array.from(
        { length: x.shape[dim] },
        (_, k) => cotangents[k] ?? zeros(x.shape.toSpliced(dim, 1), { dtype: x.dtype }),
      ),
      dim,
    ),
  ],
  jvp: "linear",
  batch: ([x], _batched, dim) => unbindOp([x], dim + 1),
  samples: (r) => [{ input: r.normal([3, 2]) }, { input: r.normal([2, 3]), dim: -1 }],
  call: unbind,
});

/**
 * Returns views of all indices of a dimension, which is removed.
 * @throws IndexError for a scalar, and for a dimension out of range.
 * @example unbind(tensor([[1, 2], [3, 4]])).map((row) => row.toArray()); // [[1, 2], [3, 4]]
 */
export function unbind(input: Tensor, dim?: number | DimOption): readonly Tensor[] {
  const x = requireTensor("unbind", input);
  if (x.ndim === 0) throw new IndexError("unbind", "a scalar has no dimension to remove");
  const d = normalizeDim("unbind", dimOf(dim), x.ndim);
  return x.shape[d] === 0 ? [] : unbindOp([x], d);
}

declare module "../../tensor/tensor.ts" {
  interface Tensor {
    /** Splits a dimension into views of one size, or of the sizes listed. */
    split(splitSizeOrSections: number | readonly number[], dim?: number | DimOption): readonly Tensor[];
    /** Splits a dimension into views of the sizes listed. */
    splitWithSizes(splitSizes: readonly number[], dim?: number | DimOption): readonly Tensor[];
    /** Returns views of all indices of a dimension, which is removed. */
    unbind(dim?: number | DimOption): readonly Tensor[];
    /** Splits a dimension into at most `chunks` views of equal size. */
    chunk(chunks: number, dim?: number | DimOption): readonly Tensor[];
  }
}
