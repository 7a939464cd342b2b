/** `indexSelect`, which picks slices of a dimension by a vector of indices, and its transpose `indexAdd`. */

import { defineOp, type Run } from "../../dispatch/define.ts";
import { additionOf, sizesAround } from "../../dispatch/loops.ts";
import { requireIndices, requireTensor } from "../../dispatch/operand.ts";
import { zeros } from "../../tensor/create.ts";
import { DTypeError, ShapeError } from "../../tensor/errors.ts";
import { normalizeDim } from "../../tensor/shape.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { reshape } from "../shape/reshape.ts";
import type { Along } from "./along.ts";
import { batchOf, checkIndices, spread } from "./along.ts";
import { gather, scatterAdd } from "./gather.ts";

const indexSelectOp: Run<Along> = defineOp<Along>({
  name: "indexSelect",
  torch: "index_select",
  access: "method",
  signature: "input, dim, index",
  dims: "input: ..*@dim:entries; index: indices | .",
  label: ({ dim }) => `index select dim ${dim}`,
  tex: { forward: "y_i = x_{k_i}", vjp: "\\bar x_{k_i} \\mathrel{+}= \\bar y_i" },
  outputs: ([x, index], { dim }) => {
    requireIndices("indexSelect", index.dtype);
    if (index.shape.length > 1) throw new ShapeError("indexSelect", "the index must be a vector", [index.shape]);
    return { shape: x.shape.length === 0 ? [] : x.shape.with(dim, index.shape[0] ?? 1), dtype: x.dtype };
  },
  kernel: (out, [x, index], { params: { dim }, inputs: [m] }) => {
    const [outer, n, inner] = sizesAround(m.shape, dim);
    checkIndices("indexSelect", index, n, dim);
    for (let o = 0, at = 0; o < outer; o++)
      for (let k = 0; k < index.length; k++)
        for (let i = 0; i < inner; i++) out[at++] = x[(o * n + index[k]) * inner + i];
  },
  indices: { inputs: [1] },
  saves: { inputs: [1] },
  vjp: (g, { inputs: [, index], metas: [x], params: { dim } }) => [
    indexAdd(zeros(x.shape, { dtype: x.dtype }), dim, index, g),
    null,
  ],
  rows: (g, { inputs: [, index], params: { dim, sparse } }) =>
    sparse === true && dim === 0 ? { index, values: g } : null,
  jvp: ([dx], { inputs: [, index], params }) => indexSelectOp([dx as Tensor, index], params),
  complex: "parts",
  batch: ([x, index], [bx, bi], { dim }, size) => {
    if (x.ndim === (bx ? 1 : 0)) return "loop";
    if (!bi) return indexSelectOp([x, index], { dim: dim + 1 });
    const whole = batchOf(x, bx, size, false);
    if (index.ndim === 1) return gather(whole, dim + 1, spread(reshape(index, [size, 1]), whole.shape, dim + 1));
    return gather(whole, dim + 1, spread(index, whole.shape, dim + 1));
  },
  samples: (r) => [
    { input: r.normal([3, 4]), dim: 1, index: r.integers([5], 0, 4) },
    { input: r.normal([3]), dim: -1, index: r.integers([2], 0, 3) },
  ],
  call: indexSelect,
});

/** Returns rows of a table; the gradient of a table that is a leaf is kept as rows. */
export const selectRows = (table: Tensor, index: Tensor): Tensor =>
  indexSelectOp([table, index], { dim: 0, sparse: true });

/**
 * Returns slices of a dimension, in the order of an integer vector. Gradients of slices that are picked several times add up.
 * @throws IndexError for an index out of range; ShapeError for an index that is not a vector; DTypeError for one that is neither int64 nor int32.
 * @example indexSelect(tensor([5, 6, 7]), 0, tensor([2, 0], { dtype: "int32" })).toArray(); // [7, 5]
 */
export function indexSelect(input: Tensor, dim: number, index: Tensor): Tensor {
  const x = requireTensor("indexSelect", input);
  return indexSelectOp([x, requireTensor("indexSelect", index)], { dim: normalizeDim("indexSelect", dim, x.ndim) });
}

const indexAddOp: Run<Along> = defineOp<Along>({
  name: "indexAdd",
  torch: "index_add",
  access: "in-place",
  signature: "input, dim, index, source, alpha=1",
  dims: "input: ..=@dim:entries; index: indices=n | .; source: ..=@dim:slices=n",
  label: ({ dim }) => `index add dim ${dim}`,
  tex: { forward: "y_{k_i} = x_{k_i} + z_i", vjp: "\\bar x = \\bar y,\\ \\bar z_i = \\bar y_{k_i}" },
  outputs: ([x, index, source], { dim }) => {
    requireIndices("indexAdd", index.dtype);
    if (source.dtype !== x.dtype)
      throw new DTypeError("indexAdd", "input and source must have one dtype", [x.dtype, source.dtype]);
    const expected = x.shape.length === 0 ? [] : x.shape.with(dim, index.shape[0] ?? 1);
    if (
      index.shape.length > 1 ||
      source.shape.some((n, d) => n !== (expected[d] ?? 1)) ||
      (source.shape.length !== expected.length && source.shape.length + expected.length > 1)
    )
      throw new ShapeError(
        "indexAdd",
        "the source must match the input, with as many slices as the index has entries",
        [x.shape, index.shape, source.shape],
      );
    return { shape: x.shape, dtype: x.dtype };
  },
  kernel: (out, [x, index, source], { params: { dim }, inputs: [m] }) => {
    out.set(x);
    const [outer, n, inner] = sizesAround(m.shape, dim);
    checkIndices("indexAdd", index, n, dim);
    const sum = additionOf(m.dtype);
    for (let o = 0, at = 0; o < outer; o++)
      for (let k = 0; k < index.length; k++)
        for (let i = 0; i < inner; i++) {
          const to = (o * n + index[k]) * inner + i;
          out[to] = sum(out[to], source[at++]);
        }
  },
  indices: { inputs: [1] },
  saves: [{}, {}, { inputs: [1] }],
  vjp: (g, { inputs: [, index], metas: [, , source], needs, params: { dim } }) => [
    g,
    null,
    needs[2] ? reshape(indexSelect(g, dim, index), source.shape) : null,
  ],
  jvp: ([dx, , ds], { inputs: [, index], metas: [x], params }) =>
    ds ? indexAddOp([dx ?? zeros(x.shape, { dtype: x.dtype }), index, ds], params) : (dx as Tensor),
  complex: "parts",
  batch: ([x, index, source], [bx, bi, bs], { dim }, size) => {
    const whole = batchOf(x, bx, size, false);
    const all = batchOf(source, bs, size, false);
    if (whole.ndim === 1 || all.ndim !== whole.ndim) return "loop";
    if (!bi) return indexAddOp([whole, index, all], { dim: dim + 1 });
    const rows = index.ndim === 1 ? reshape(index, [size, 1]) : index;
    return scatterAdd(whole, dim + 1, spread(rows, all.shape, dim + 1), all);
  },
  samples: (r) => [
    { input: r.normal([4, 3]), dim: 0, index: r.integers([5], 0, 4), source: r.normal([5, 3]) },
    { input: r.normal([3, 4]), dim: 1, index: r.integers([5], 0, 4), source: r.normal([3, 5]), alpha: 2 },
  ],
  call: indexAdd,
});

/** Options of `indexAdd`. */
export interface IndexAddOptions {
  /** Factor of the source; 1 by default. */
  readonly alpha?: number;
}

/**
 * Returns a copy of `input` with the slices of `source`, times `alpha`, added at the indices of a dimension. It is the transpose of `indexSelect`.
 * @throws IndexError for an index out of range; ShapeError when the source has another shape than the picked slices; DTypeError for an index that is
 * neither int64 nor int32, and for different dtypes.
 * @example indexAdd(zeros([2]), 0, tensor([1, 1], { dtype: "int32" }), tensor([3, 4])).toArray(); // [0, 7]
 */
export function indexAdd(
  input: Tensor,
  dim: number,
  index: Tensor,
  source: Tensor,
  { alpha = 1 }: IndexAddOptions = {},
): Tensor {
  const x = requireTensor("indexAdd", input);
  const z = requireTensor("indexAdd", source);
  return indexAddOp([x, requireTensor("indexAdd", index), alpha === 1 ? z : z.mul(alpha)], {
    dim: normalizeDim("indexAdd", dim, x.ndim),
  });
}

declare module "../../tensor/tensor.ts" {
  interface Tensor {
    /** Returns slices of a dimension, in the order of an integer vector. */
    indexSelect(dim: number, index: Tensor): Tensor;
    /** Returns a copy with the slices of `source` added at the indices of a dimension. */
    indexAdd(dim: number, index: Tensor, source: Tensor, options?: IndexAddOptions): Tensor;
    /** Adds the slices of `source` at the indices of a dimension. */
    indexAdd_(dim: number, index: Tensor, source: Tensor, options?: IndexAddOptions): Tensor;
  }
}
