/** `gather`, which picks elements along a dimension by an index tensor, and its transpose `scatterAdd`. */

import { defineOp, type Run } from "../../dispatch/define.ts";
import { additionOf } from "../../dispatch/loops.ts";
import { requireTensor } from "../../dispatch/operand.ts";
import { zeros } from "../../tensor/create.ts";
import { normalizeDim } from "../../tensor/shape.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { reshape } from "../shape/reshape.ts";
import type { Along } from "./along.ts";
import { batchOf } from "./along.ts";
import { checkIndexShape, checkScattered, padTo, pointed, scatterBatch, scattered } from "./pointed.ts";

const gatherOp: Run<Along> = defineOp<Along>({
  name: "gather",
  role: "selection",
  torch: "gather",
  access: "method",
  signature: "input, dim, index, sparseGrad=false",
  dims: "input: ..*@dim:entries; index: ..<input@dim:indices",
  label: ({ dim }) => `gather dim ${dim}`,
  tex: { forward: "y_i = x_{k_i}", vjp: "\\bar x_{k_i} \\mathrel{+}= \\bar y_i" },
  outputs: ([x, index], { dim }) => {
    checkIndexShape("gather", x, index, dim, "the input");
    return { shape: index.shape, dtype: x.dtype };
  },
  kernel: (out, [x, index], { params: { dim }, inputs: [m, k] }) =>
    pointed("gather", index, k.shape, m.shape, dim, (at, from) => {
      out[at] = x[from];
    }),
  indices: { inputs: [1] },
  saves: { inputs: [1] },
  vjp: (g, { inputs: [, index], metas: [x], params: { dim } }) => [
    scatterAdd(zeros(x.shape, { dtype: x.dtype }), dim, index, g),
    null,
  ],
  rows: (g, { inputs: [, index], metas: [x], params: { sparse } }) =>
    sparse === true && x.shape.length === 1 ? { index, values: g } : null,
  jvp: ([dx], { inputs: [, index], params }) => gatherOp([dx as Tensor, index], params),
  complex: "parts",
  batch: ([x, index], [bx, bi], { dim }, size) =>
    index.ndim - (bi ? 1 : 0) === 0 || x.ndim - (bx ? 1 : 0) === 0
      ? reshape(gatherOp([batchOf(x, bx, size, true), batchOf(index, bi, size, true)], { dim: 1 }), [
          size,
          ...index.shape.slice(bi ? 1 : 0),
        ])
      : gatherOp([batchOf(x, bx, size, false), batchOf(index, bi, size, false)], { dim: dim + 1 }),
  samples: (r) => [
    { input: r.normal([3, 4]), dim: 1, index: r.integers([3, 2], 0, 4) },
    { input: r.normal([3, 4]), dim: 0, index: r.integers([5, 4], 0, 3) },
  ],
  call: gather,
});

/** Options of `gather`. */
export interface GatherOptions {
  /** Whether the gradient of a leaf with one dimension is kept as the picked elements alone: faster where they are few of many. */
  readonly sparseGrad?: boolean;
}

/**
 * Picks elements along `dim` by an integer tensor of the shape of the result: for `dim` 1, y[i][j] = x[i][index[i][j]]. Gradients of elements that are
 * picked several times add up.
 * @throws IndexError for an index out of range; ShapeError when the index is larger than the input in another dimension; DTypeError for an index that is
 * neither int64 nor int32.
 * @example gather(tensor([[1, 2], [3, 4]]), 1, tensor([[1], [0]], { dtype: "int32" })).toArray(); // [[2], [3]]
 */
export function gather(input: Tensor, dim: number, index: Tensor, { sparseGrad = false }: GatherOptions = {}): Tensor {
  const x = requireTensor("gather", input);
  return gatherOp([x, requireTensor("gather", index)], {
    dim: normalizeDim("gather", dim, x.ndim),
    sparse: sparseGrad,
  });
}

const scatterAddOp: Run<Along> = defineOp<Along>({
  name: "scatterAdd",
  torch: "scatter_add",
  access: "in-place",
  signature: "input, dim, index, src",
  dims: "input: ..*@dim:entries; index: ..<input@dim:indices; src: ..>index",
  label: ({ dim }) => `scatter add dim ${dim}`,
  tex: { forward: "y = x,\\ y_{k_i} \\mathrel{+}= z_i", vjp: "\\bar x = \\bar y,\\ \\bar z_i = \\bar y_{k_i}" },
  outputs: ([x, index, src], { dim }) => {
    checkScattered("scatterAdd", x, index, src, dim);
    return { shape: x.shape, dtype: x.dtype };
  },
  kernel: (out, [x, index, src], { params: { dim }, inputs: [m, k, s] }) => {
    out.set(x);
    const sum = additionOf(m.dtype);
    scattered("scatterAdd", index, [m.shape, k.shape, s.shape], dim, (from, to) => {
      out[to] = sum(out[to], src[from]);
    });
  },
  indices: { inputs: [1] },
  saves: [{}, {}, { inputs: [1] }],
  vjp: (g, { inputs: [, index], metas: [, , src], needs, params: { dim } }) => [
    g,
    null,
    needs[2] ? padTo(gather(g, dim, index), src.shape) : null,
  ],
  jvp: ([dx, , ds], { inputs: [, index], metas: [x], params }) =>
    ds ? scatterAddOp([dx ?? zeros(x.shape, { dtype: x.dtype }), index, ds], params) : (dx as Tensor),
  complex: "parts",
  batch: (inputs, batched, params, size) => scatterBatch(scatterAddOp, inputs, batched, params, size),
  samples: (r) => [
    { input: r.normal([3, 4]), dim: 1, index: r.integers([3, 2], 0, 4), src: r.normal([3, 2]) },
    { input: r.normal([3, 4]), dim: 0, index: r.integers([2, 3], 0, 3), src: r.normal([4, 4]) },
  ],
  call: scatterAdd,
});

/**
 * Returns a copy of `input` with the elements of `src` added at the positions of `index`: for `dim` 1, y[i][index[i][j]] += src[i][j]. It is the
 * transpose of `gather`.
 * @throws IndexError for an index out of range; ShapeError when the index is larger than `src`, or than the input in another dimension; DTypeError for
 * an index that is neither int64 nor int32, and for different dtypes.
 * @example scatterAdd(zeros([2]), 0, tensor([1, 1], { dtype: "int32" }), tensor([3, 4])).toArray(); // [0, 7]
 */
export function scatterAdd(input: Tensor, dim: number, index: Tensor, src: Tensor): Tensor {
  const x = requireTensor("scatterAdd", input);
  return scatterAddOp([x, requireTensor("scatterAdd", index), requireTensor("scatterAdd", src)], {
    dim: normalizeDim("scatterAdd", dim, x.ndim),
  });
}

declare module "../../tensor/tensor.ts" {
  interface Tensor {
    /** Picks elements along a dimension by an integer tensor of the shape of the result. */
    gather(dim: number, index: Tensor, options?: GatherOptions): Tensor;
    /** Returns a copy with the elements of `src` added at the positions of `index`. */
    scatterAdd(dim: number, index: Tensor, src: Tensor): Tensor;
    /** Adds the elements of `src` at the positions of `index`. */
    scatterAdd_(dim: number, index: Tensor, src: Tensor): Tensor;
  }
}
