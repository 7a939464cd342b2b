/** Products of vectors, matrices and batches of matrices with fixed numbers of dimensions. */
import { defineComposite } from "../../dispatch/define.ts";
import { requireTensor } from "../../dispatch/operand.ts";
import { DTypeError, ShapeError } from "../../tensor/errors.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { mul } from "../elementwise/arithmetic.ts";
import { conj } from "../elementwise/complex.ts";
import { sum } from "../reduce/sum.ts";
import { unsqueeze } from "../shape/expand.ts";
import { matmul } from "./matmul.ts";
import { checkDTypes, mT, requireRanks } from "./operands.ts";

/** Defines the matrix product of operands with fixed numbers of dimensions. */
const product = (
  name: string,
  tex: string,
  ranks: readonly [number, number],
  shapes: readonly [readonly number[], readonly number[]],
  second: string,
  dims: string,
): ((input: Tensor, other: Tensor) => Tensor) =>
  defineComposite(
    {
      name,
      torch: name,
      access: "method",
      signature: `input, ${second}`,
      dims,
      tex,
      samples: (r) => [{ input: r.normal(shapes[0]), [second]: r.normal(shapes[1]) }],
    },
    (input: Tensor, other: Tensor): Tensor => {
      requireRanks(name, [input, other], ranks);
      if (ranks[0] === 3 && input.shape[0] !== other.shape[0])
        throw new ShapeError(name, "both batches must have one size", [input.shape, other.shape]);
      return matmul(input, other);
    },
  );

/**
 * Returns the product of two matrices, [m, k] and [k, n]: [m, n].
 * @throws ShapeError unless both are matrices whose inner sizes agree; DTypeError when the dtypes differ, and for bools.
 * @example mm(tensor([[1, 2]]), tensor([[3], [4]])).toArray(); // [[11]]
 */
export const mm: (input: Tensor, mat2: Tensor) => Tensor = product(
  "mm",
  "Y = X Z",
  [2, 2],
  [
    [2, 3],
    [3, 4],
  ],
  "mat2",
  "input: rows columns=k; mat2: rows=k columns",
);

/**
 * Returns the products of two batches of matrices, [b, m, k] and [b, k, n]: [b, m, n].
 * @throws ShapeError unless both have three dimensions, one batch size, and inner sizes that agree; DTypeError when the dtypes differ, and for bools.
 * @example bmm(tensor([[[1, 2]]]), tensor([[[3], [4]]])).toArray(); // [[[11]]]
 */
export const bmm: (input: Tensor, mat2: Tensor) => Tensor = product(
  "bmm",
  "Y_b = X_b Z_b",
  [3, 3],
  [
    [2, 2, 3],
    [2, 3, 4],
  ],
  "mat2",
  "input: batch rows columns=k; mat2: batch rows=k columns",
);

/**
 * Returns the product of a matrix and a vector, [m, n] and [n]: [m].
 * @throws ShapeError unless the operands are a matrix and a vector whose sizes agree; DTypeError when the dtypes differ, and for bools.
 * @example mv(tensor([[1, 2]]), tensor([3, 4])).toArray(); // [11]
 */
export const mv: (input: Tensor, vec: Tensor) => Tensor = product(
  "mv",
  "y = X z",
  [2, 1],
  [[2, 3], [3]],
  "vec",
  "input: rows columns=k; vec: elements=k",
);

/** Defines the inner product of two vectors; `vdot` conjugates its first operand. */
const innerProduct = (name: "dot" | "vdot", second: string): ((input: Tensor, other: Tensor) => Tensor) =>
  defineComposite(
    {
      name,
      torch: name,
      access: "method",
      signature: `input, ${second}`,
      dims: `input: elements; ${second}: elements`,
      tex: "y = \\textstyle\\sum_i x_i z_i",
      samples: (r) => [{ input: r.normal([3]), [second]: r.normal([3]) }],
    },
    (input: Tensor, other: Tensor): Tensor => {
      requireRanks(name, [input, other], [1, 1]);
      if (input.shape[0] !== other.shape[0])
        throw new ShapeError(name, "both vectors must have one size", [input.shape, other.shape]);
      return matmul(name === "vdot" ? conj(input) : input, other);
    },
  );

/**
 * Returns the inner product of two vectors, of shape [].
 * @throws ShapeError unless both are vectors of one size; DTypeError when the dtypes differ, and for bools.
 * @example dot(tensor([1, 2]), tensor([3, 4])).item(); // 11
 */
export const dot: (input: Tensor, tensor: Tensor) => Tensor = innerProduct("dot", "tensor");

/**
 * Returns the inner product of two vectors, of which the first is conjugated, of shape [].
 * @throws ShapeError unless both are vectors of one size; DTypeError when the dtypes differ, and for bools.
 * @example vdot(tensor([1, 2]), tensor([3, 4])).item(); // 11
 */
export const vdot: (input: Tensor, other: Tensor) => Tensor = innerProduct("vdot", "other");

/**
 * Returns the outer product of two vectors, [m] and [n]: [m, n].
 * @throws ShapeError unless both are vectors.
 * @example outer(tensor([1, 2]), tensor([3, 4])).toArray(); // [[3, 4], [6, 8]]
 */
export const outer: (input: Tensor, vec2: Tensor) => Tensor = defineComposite(
  {
    name: "outer",
    torch: "outer",
    aliases: ["ger"],
    access: "method",
    signature: "input, vec2",
    tex: "Y = x z^\\top",
    samples: (r) => [{ input: r.normal([2]), vec2: r.normal([3]) }],
  },
  (input: Tensor, vec2: Tensor): Tensor => {
    if (requireTensor("outer", input).ndim !== 1 || requireTensor("outer", vec2).ndim !== 1)
      throw new ShapeError("outer", "both operands must be vectors", [input.shape, vec2.shape]);
    return mul(unsqueeze(input, 1), vec2);
  },
);

/**
 * Returns the sums of products over the last dimension of both, [..., k] and [*, k]: [..., *]. With a scalar it is the product, element by element.
 * @throws ShapeError when the last sizes differ; DTypeError when the dtypes differ, and for bools.
 * @example inner(tensor([[1, 2], [3, 4]]), tensor([1, 1])).toArray(); // [3, 7]
 */
export const inner: (input: Tensor, other: Tensor) => Tensor = defineComposite(
  {
    name: "inner",
    torch: "inner",
    access: "method",
    signature: "input, other",
    dims: "input: ... elements=k | .; other: ..* elements=k | .",
    tex: "y_{ij} = \\textstyle\\sum_k x_{ik} z_{jk}",
    samples: (r) => [
      { input: r.normal([2, 3]), other: r.normal([4, 3]) },
      { input: r.normal([2, 3]), other: r.normal([3]) },
      { input: r.normal([]), other: r.normal([3]) },
    ],
  },
  (input: Tensor, other: Tensor): Tensor => {
    checkDTypes("inner", [requireTensor("inner", input), requireTensor("inner", other)]);
    if (input.ndim === 0 || other.ndim === 0) return mul(input, other);
    if (input.shape.at(-1) !== other.shape.at(-1))
      throw new ShapeError("inner", "the last sizes must agree", [input.shape, other.shape]);
    const [k, rows, columns] = [input.size(-1), input.shape.slice(0, -1), other.shape.slice(0, -1)];
    const flat = (x: Tensor, shape: readonly number[]): Tensor => x.reshape([shape.reduce((a, b) => a * b, 1), k]);
    return matmul(flat(input, rows), mT(flat(other, columns))).reshape([...rows, ...columns]);
  },
);

/**
 * Returns the sum of the diagonal of a matrix, of shape [].
 * @throws ShapeError unless the tensor is a matrix.
 * @example trace(tensor([[1, 2], [3, 4]])).item(); // 5
 */
export const trace: (input: Tensor) => Tensor = defineComposite(
  {
    name: "trace",
    torch: "trace",
    access: "method",
    signature: "input",
    tex: "y = \\textstyle\\sum_i x_{ii}",
    samples: (r) => [{ input: r.normal([3, 3]) }, { input: r.normal([2, 4]) }],
  },
  (input: Tensor): Tensor => {
    if (requireTensor("trace", input).ndim !== 2)
      throw new ShapeError("trace", "the operand must be a matrix", [input.shape]);
    if (input.dtype === "bool") throw new DTypeError("trace", "expected numbers", ["bool"]);
    const n = Math.min(...input.shape);
    // every (columns + 1)-th element of the flattened matrix lies on the diagonal
    const step = input.shape[1] + 1;
    return sum(input.reshape([-1]).at({ start: 0, stop: n === 0 ? 0 : (n - 1) * step + 1, step }));
  },
);

declare module "../../tensor/tensor.ts" {
  interface Tensor {
    /** Returns the product of two matrices. */
    mm(mat2: Tensor): Tensor;
    /** Returns the products of two batches of matrices. */
    bmm(mat2: Tensor): Tensor;
    /** Returns the product of this matrix and a vector. */
    mv(vec: Tensor): Tensor;
    /** Returns the inner product of two vectors. */
    dot(tensor: Tensor): Tensor;
    /** Returns the inner product of two vectors. */
    vdot(other: Tensor): Tensor;
    /** Returns the outer product of two vectors. */
    outer(vec2: Tensor): Tensor;
    /** Returns the sums of products over the last dimension of both. */
    inner(other: Tensor): Tensor;
    /** Returns the sum of the diagonal of this matrix. */
    trace(): Tensor;
  }
}
