/** Inverses and linear equations of tensors, as matrices of some of their dimensions by the others. */
import { defineComposite } from "../../dispatch/define.ts";
import { requireFloat, requireTensor } from "../../dispatch/operand.ts";
import { isComplex } from "../../tensor/dtype.ts";
import { ArgumentError, ShapeError } from "../../tensor/errors.ts";
import { normalizeDim, sizeOf } from "../../tensor/shape.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { permute } from "../shape/permute.ts";
import { reshape } from "../shape/reshape.ts";
import { requireSameDType } from "./checks.ts";
import { inverse } from "./inverse.ts";
import { solve } from "./solve.ts";

/** Options of `linalg.tensorinv`. */
export interface TensorinvOptions {
  /** The number of dimensions that make up the rows; 2 by default. */
  readonly ind?: number;
}

/**
 * Returns the inverse of a tensor whose first `ind` sizes have the same product as the others, for `tensordot` over `ind` dimensions: the other sizes first, then those.
 * @throws ShapeError when the products differ; ArgumentError unless `ind` is a positive integer; LinAlgError for a singular matrix.
 * @example linalg.tensorinv(tensor([[2, 0], [0, 4]]), 1).toArray(); // [[0.5, 0], [0, 0.25]]
 */
export const tensorinv: (A: Tensor, ind?: number | TensorinvOptions) => Tensor = defineComposite(
  {
    name: "tensorinv",
    torch: "linalg.tensorinv",
    access: "function",
    signature: "A, ind=2",
    tex: "Y = X^{-1}",
    samples: (r) => [{ A: r.normal([2, 3, 6]) }, { A: r.normal([4, 2, 2]), ind: 1 }],
  },
  (A: Tensor, ind: number | TensorinvOptions = {}): Tensor => {
    const op = "linalg.tensorinv";
    const x = requireTensor(op, A);
    if (!isComplex(x.dtype)) requireFloat(op, x.dtype);
    const count = typeof ind === "number" ? ind : (ind.ind ?? 2);
    if (!Number.isInteger(count) || count <= 0)
      throw new ArgumentError(op, `ind must be a positive integer, but got ${count}`);
    const [rows, columns] = [x.shape.slice(0, count), x.shape.slice(count)];
    if (sizeOf(rows) !== sizeOf(columns))
      throw new ShapeError(op, `the products of the first ${count} sizes and of the others must agree`, [x.shape]);
    const square = reshape(x, [sizeOf(rows), sizeOf(columns)]);
    return reshape(inverse(square), [...columns, ...rows]);
  },
);

/** Options of `linalg.tensorsolve`. */
export interface TensorsolveOptions {
  /** Dimensions of A that are moved behind all others first; none by default. */
  readonly dims?: readonly number[] | null;
}

/**
 * Returns the solution X of `tensordot(A, X, X.ndim) = B`: A has the sizes of B first, and then those of X, which have the same product.
 * @throws ShapeError when the sizes do not fit; DTypeError when the dtypes differ; LinAlgError for a singular matrix.
 * @example linalg.tensorsolve(tensor([[2, 0], [0, 4]]), tensor([1, 2])).toArray(); // [0.5, 0.5]
 */
export const tensorsolve: (A: Tensor, B: Tensor, dims?: readonly number[] | null | TensorsolveOptions) => Tensor =
  defineComposite(
    {
      name: "tensorsolve",
      torch: "linalg.tensorsolve",
      access: "function",
      signature: "A, B, dims=null",
      tex: "X = A^{-1} B",
      samples: (r) => [
        { A: r.normal([2, 3, 6]), B: r.normal([2, 3]) },
        { A: r.normal([6, 2, 3]), B: r.normal([2, 3]), dims: [0] },
      ],
    },
    (A: Tensor, B: Tensor, dims: readonly number[] | null | TensorsolveOptions = {}): Tensor => {
      const op = "linalg.tensorsolve";
      const [a, b] = [requireTensor(op, A), requireTensor(op, B)];
      if (!isComplex(a.dtype)) requireFloat(op, a.dtype);
      requireSameDType(op, a, b);
      const list = Array.isArray(dims)
        ? (dims as readonly number[])
        : ((dims as TensorsolveOptions | null)?.dims ?? []);
      const last = list.map((d) => normalizeDim(op, d, a.ndim));
      const x = permute(a, [...a.shape.map((_, d) => d).filter((d) => !last.includes(d)), ...last]);
      const sizes = x.shape.slice(b.ndim);
      const n = sizeOf(sizes);
      if (sizeOf(b.shape) !== n || x.numel() !== n * n)
        throw new ShapeError(op, "the sizes of A must be those of B, and others with the same product", [
          a.shape,
          b.shape,
        ]);
      return reshape(solve(reshape(x, [n, n]), reshape(b, [n])), sizes);
    },
  );
