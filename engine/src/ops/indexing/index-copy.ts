/** Slices of a dimension at indices, which are replaced or combined with others, and elements along a dimension. */

import { defineComposite } from "../../dispatch/define.ts";
import { type Operand, requireIndices, requireTensor, toOperand } from "../../dispatch/operand.ts";
import { zeros } from "../../tensor/create.ts";
import { ArgumentError, DTypeError, ShapeError } from "../../tensor/errors.ts";
import { broadcastShapes, normalizeDim, sameShape } from "../../tensor/shape.ts";
import { fromArray, type Tensor } from "../../tensor/tensor.ts";
import { ne } from "../elementwise/compare.ts";
import { clone, to } from "../elementwise/convert.ts";
import { where } from "../elementwise/where.ts";
import { expand } from "../shape/expand.ts";
import { reshape } from "../shape/reshape.ts";
import { alongDim, fromEnd } from "./along.ts";
import { gather } from "./gather.ts";
import { scatter } from "./scatter.ts";
import { type ScatterReduceOptions, scatterReduce } from "./scatter-reduce.ts";

/** Returns distinct indices for samples. */
const rows = (...entries: readonly number[]): Tensor => fromArray(Int32Array.from(entries), "int32", [entries.length]);

/** Returns the index, which must be an integer vector or scalar. */
function requireVector(op: string, index: Tensor): Tensor {
  const k = requireTensor(op, index);
  requireIndices(op, k.dtype);
  if (k.ndim > 1) throw new ShapeError(op, "the index must be a vector", [k.shape]);
  return k;
}

/** Returns a scalar as a vector of one element, so that it has a dimension to index. */
const atLeastVector = (x: Tensor): Tensor => (x.ndim === 0 ? reshape(x, [1]) : x);

/** Checks that the source has the shape and the dtype of the slices that an index picks. */
function checkSlices(op: string, x: Tensor, dim: number, index: Tensor, source: Tensor): void {
  if (source.dtype !== x.dtype)
    throw new DTypeError(op, "input and source must have one dtype", [x.dtype, source.dtype]);
  const expected = atLeastVector(x).shape.with(dim, index.numel());
  if (
    !sameShape(atLeastVector(source).shape, expected) ||
    // a scalar and a vector of one element stand for each other
    (source.ndim !== x.ndim && Math.max(source.ndim, x.ndim) > 1)
  )
    throw new ShapeError(op, "the source must match the input, with as many slices as the index has entries", [
      x.shape,
      index.shape,
      source.shape,
    ]);
}

/**
 * Returns a copy of `input` with a number, or the element of a 0-d tensor, in the slices of `dim` at the indices; negative indices count from the end.
 * @throws IndexError for an index out of range; ShapeError for an index that is not a vector, or a value with dimensions; DTypeError for an index that is
 * neither int64 nor int32.
 * @example indexFill(ones([3]), 0, tensor([0, -1], { dtype: "int32" }), 5).toArray(); // [5, 1, 5]
 */
export const indexFill: (input: Tensor, dim: number, index: Tensor, value: Operand) => Tensor = defineComposite(
  {
    name: "indexFill",
    torch: "index_fill",
    access: "in-place",
    signature: "input, dim, index, value",
    dims: "input: ..*@dim:entries; index: indices | .",
    tex: "y = x,\\ y_{k_i} = v",
    samples: (r) => [
      { input: r.normal([3, 4]), dim: 1, index: rows(2, -4), value: 1.5 },
      { input: r.normal([3, 4]), dim: -2, index: rows(1), value: r.normal([]) },
    ],
  },
  (input: Tensor, dim: number, index: Tensor, value: Operand): Tensor => {
    const x = requireTensor("indexFill", input);
    const k = requireVector("indexFill", index);
    const v = toOperand("indexFill", value);
    if (v.ndim > 0) throw new ShapeError("indexFill", "the value must be a number or a 0-d tensor", [v.shape]);
    const d = normalizeDim("indexFill", dim, x.ndim);
    const whole = atLeastVector(x);
    const at = alongDim(fromEnd(k, whole.shape[d]), whole.shape, d);
    // a value that gets a gradient gets it once from each slice, however often an index occurs
    if (!v.requiresGrad) return reshape(scatter(whole, d, at, expand(to(v, x.dtype), at.shape)), x.shape);
    const filled = ne(scatter(zeros(whole.shape, { dtype: "int32" }), d, at, 1), 0);
    return reshape(where(filled, to(v, x.dtype), whole), x.shape);
  },
);

/**
 * Returns a copy of `input` in which the slices of `dim` at the indices are replaced by those of `source`.
 * @throws IndexError for an index out of range; ShapeError when the source has another shape than the picked slices; DTypeError for an index that is
 * neither int64 nor int32, and for different dtypes.
 * @example indexCopy(zeros([3]), 0, tensor([2, 0], { dtype: "int32" }), tensor([5, 6])).toArray(); // [6, 0, 5]
 */
export const indexCopy: (input: Tensor, dim: number, index: Tensor, source: Tensor) => Tensor = defineComposite(
  {
    name: "indexCopy",
    torch: "index_copy",
    access: "in-place",
    signature: "input, dim, index, source",
    dims: "input: ..=@dim:entries; index: indices=n | .; source: ..=@dim:slices=n",
    tex: "y = x,\\ y_{k_i} = z_i",
    samples: (r) => [
      { input: r.normal([3, 4]), dim: 1, index: rows(2, 0), source: r.normal([3, 2]) },
      { input: r.normal([3, 4]), dim: -2, index: rows(1), source: r.normal([1, 4]) },
    ],
  },
  (input: Tensor, dim: number, index: Tensor, source: Tensor): Tensor => {
    const x = requireTensor("indexCopy", input);
    const z = requireTensor("indexCopy", source);
    const k = requireVector("indexCopy", index);
    const d = normalizeDim("indexCopy", dim, x.ndim);
    checkSlices("indexCopy", x, d, k, z);
    const whole = atLeastVector(x);
    return reshape(scatter(whole, d, alongDim(k, whole.shape, d), atLeastVector(z)), x.shape);
  },
);

/**
 * Returns a copy of `input` in which the slices of `dim` at the indices are combined with those of `source` by `reduce`: `"prod"`, `"mean"`, `"amax"` or
 * `"amin"`. Elements that attain an extreme share its gradient equally.
 * @throws IndexError for an index out of range; ShapeError when the source has another shape than the picked slices; DTypeError for an index that is
 * neither int64 nor int32, and for different dtypes.
 * @example indexReduce(ones([2]), 0, tensor([1, 1], { dtype: "int32" }), tensor([3, 4]), "prod").toArray(); // [1, 12]
 */
export const indexReduce: (
  input: Tensor,
  dim: number,
  index: Tensor,
  source: Tensor,
  reduce: "prod" | "mean" | "amax" | "amin",
  options?: ScatterReduceOptions,
) => Tensor = defineComposite(
  {
    name: "indexReduce",
    torch: "index_reduce",
    access: "in-place",
    signature: "input, dim, index, source, reduce, includeSelf=true",
    dims: "input: ..=@dim:entries; index: indices=n | .; source: ..=@dim:slices=n",
    tex: "y_k = f(x_k, z_i \\text{ with } k_i = k)",
    samples: (r) =>
      (["prod", "mean", "amax", "amin"] as const).map((reduce, i) => ({
        input: r.distinct([4, 3]),
        dim: 0,
        index: r.integers([5], 0, 4),
        source: r.distinct([5, 3]).mul(1.7),
        reduce,
        includeSelf: i % 2 === 0,
      })),
  },
  (
    input: Tensor,
    dim: number,
    index: Tensor,
    source: Tensor,
    reduce: "prod" | "mean" | "amax" | "amin",
    { includeSelf = true }: ScatterReduceOptions = {},
  ): Tensor => {
    const x = requireTensor("indexReduce", input);
    const z = requireTensor("indexReduce", source);
    const k = requireVector("indexReduce", index);
    if (!["prod", "mean", "amax", "amin"].includes(reduce))
      throw new ArgumentError(
        "indexReduce",
        `reduce must be "prod", "mean", "amax" or "amin", but got ${JSON.stringify(reduce)}`,
      );
    const d = normalizeDim("indexReduce", dim, x.ndim);
    checkSlices("indexReduce", x, d, k, z);
    const whole = atLeastVector(x);
    const at = alongDim(k, whole.shape, d);
    return reshape(scatterReduce(whole, d, at, atLeastVector(z), reduce, { includeSelf }), x.shape);
  },
);

/** Options of `takeAlongDim`. */
export interface TakeAlongDimOptions {
  /** Dimension of the indices; by default the tensor is flattened. */
  readonly dim?: number | null;
}

/** Returns indices without negative ones in a tensor of their own, which is saved, so that the program may change the indices. */
function ownFromEnd(index: Tensor, size: number): Tensor {
  const counted = fromEnd(index, size);
  return counted === index ? clone(index) : counted;
}

/**
 * Returns the elements along `dim` at integer indices, which broadcast against `input` in the other dimensions; without `dim` both are flattened. Indices from
 * `argmax` with `keepdim`, or from a sort, fit. Gradients of elements that are picked several times add up.
 * @throws IndexError for an index out of range; ShapeError when the numbers of dimensions differ, or the shapes do not broadcast; DTypeError for indices
 * that are neither int64 nor int32.
 * @example takeAlongDim(tensor([[3, 1], [2, 4]]), tensor([[1], [0]], { dtype: "int32" }), { dim: 1 }).toArray(); // [[1], [2]]
 */
export const takeAlongDim: (input: Tensor, indices: Tensor, dim?: number | null | TakeAlongDimOptions) => Tensor =
  defineComposite(
    {
      name: "takeAlongDim",
      torch: "take_along_dim",
      access: "method",
      signature: "input, indices, dim=null",
      dims: "input: ...@dim:elements=; indices: ...@dim:indices=",
      tex: "y_i = x_{k_i}",
      samples: (r) => [
        { input: r.normal([3, 4]), indices: r.integers([1, 2], -4, 4), dim: 1 },
        { input: r.normal([3, 1]), indices: r.integers([2, 4], 0, 3), dim: 0 },
        { input: r.normal([2, 3]), indices: r.integers([4], 0, 6) },
      ],
    },
    (input: Tensor, indices: Tensor, dim?: number | null | TakeAlongDimOptions): Tensor => {
      const x = requireTensor("takeAlongDim", input);
      const k = requireTensor("takeAlongDim", indices);
      requireIndices("takeAlongDim", k.dtype);
      const along = typeof dim === "object" ? (dim?.dim ?? null) : (dim ?? null);
      if (along === null) return gather(reshape(x, [x.numel()]), 0, reshape(ownFromEnd(k, x.numel()), [k.numel()]));
      if (x.ndim !== k.ndim)
        throw new ShapeError("takeAlongDim", "input and indices must have as many dimensions", [x.shape, k.shape]);
      const d = normalizeDim("takeAlongDim", along, x.ndim);
      if (x.ndim === 0) return gather(x, 0, ownFromEnd(k, 1));
      const others = broadcastShapes("takeAlongDim", [x.shape.with(d, 1), k.shape.with(d, 1)]);
      return gather(
        expand(x, others.with(d, x.shape[d])),
        d,
        expand(ownFromEnd(k, x.shape[d]), others.with(d, k.shape[d])),
      );
    },
  );

declare module "../../tensor/tensor.ts" {
  interface Tensor {
    /** Returns a copy with a value in slices of a dimension. */
    indexFill(dim: number, index: Tensor, value: Operand): Tensor;
    /** Sets slices of a dimension to a value. */
    indexFill_(dim: number, index: Tensor, value: Operand): Tensor;
    /** Returns a copy in which slices of a dimension are replaced by those of `source`. */
    indexCopy(dim: number, index: Tensor, source: Tensor): Tensor;
    /** Replaces slices of a dimension by those of `source`. */
    indexCopy_(dim: number, index: Tensor, source: Tensor): Tensor;
    /** Returns a copy in which slices of a dimension are combined with those of `source`. */
    indexReduce(
      dim: number,
      index: Tensor,
      source: Tensor,
      reduce: "prod" | "mean" | "amax" | "amin",
      options?: ScatterReduceOptions,
    ): Tensor;
    /** Combines slices of a dimension with those of `source`. */
    indexReduce_(
      dim: number,
      index: Tensor,
      source: Tensor,
      reduce: "prod" | "mean" | "amax" | "amin",
      options?: ScatterReduceOptions,
    ): Tensor;
    /** Returns the elements along a dimension at integer indices, which broadcast in the other dimensions. */
    takeAlongDim(indices: Tensor, dim?: number | null | TakeAlongDimOptions): Tensor;
  }
}
