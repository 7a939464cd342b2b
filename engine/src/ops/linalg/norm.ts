/** Norms of vectors and matrices under one name, and what follows from them: distances and rescaling. */

import { defineComposite } from "../../dispatch/define.ts";
import { requireFloat, requireTensor } from "../../dispatch/operand.ts";
import { isComplex } from "../../tensor/dtype.ts";
import { ArgumentError, IndexError, ShapeError } from "../../tensor/errors.ts";
import type { Dims } from "../../tensor/shape.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { add, mul, sub } from "../elementwise/arithmetic.ts";
import { gt } from "../elementwise/compare.ts";
import { div } from "../elementwise/division.ts";
import { where } from "../elementwise/where.ts";
import { merge } from "../reduce/reduction.ts";
import { type MatrixNormOptions, matrixNormAs } from "./matrix-norm.ts";
import { type VectorNormOptions, vectorNormAs } from "./vector-norm.ts";

/** Options of `norm`. */
export interface TensorNormOptions extends Omit<VectorNormOptions, "ord"> {
  /** Order of the norm: a number, also ±Infinity, `"fro"` for the Frobenius norm, which is that of order 2, or `"nuc"` for the nuclear norm. */
  readonly p?: number | "fro" | "nuc" | null;
}

/** Returns the sum of the singular values of a matrix, or of the matrices in two dimensions. */
function nuclear(x: Tensor, { dim, keepdim = false, dtype = null }: TensorNormOptions): Tensor {
  const dims = dim === null || dim === undefined ? [0, 1] : [dim].flat();
  if ((dim === null || dim === undefined) && x.ndim !== 2)
    throw new ShapeError("norm", "without dim, the nuclear norm is that of a matrix", [x.shape]);
  return matrixNormAs("norm", x, { ord: "nuc", dim: dims, keepdim, dtype });
}

/**
 * Returns the norm of order p, (Σ |x|ᵖ)^(1/p), over dimensions, over all by default; `"fro"` is order 2, and `"nuc"` the sum of the singular values of a matrix. For other orders
 * matrices are taken as vectors of their elements: `linalg.norm` has their norms. The gradient where the norm is 0 is 0; equal extremes share the one of p = ±Infinity.
 * @throws DTypeError for integers and bools; IndexError for a dimension out of range; LinAlgError for NaN and infinity in the nuclear norm.
 * @example norm(tensor([3, 4])).item(); // 5
 */
export const norm: (
  input: Tensor,
  p?: number | "fro" | "nuc" | null | TensorNormOptions,
  dim?: Dims | null | TensorNormOptions,
  keepdim?: boolean | TensorNormOptions,
) => Tensor = defineComposite(
  {
    name: "norm",
    torch: "norm",
    access: "method",
    signature: 'input, p="fro", dim=null, keepdim=false, dtype=null',
    tex: "y = \\left(\\textstyle\\sum_i |x_i|^p\\right)^{1/p}",
    samples: (r) => [
      { input: r.normal([2, 3]) },
      { input: r.distinct([2, 3, 4]), p: 3, dim: [0, -1], keepdim: true },
      { input: r.distinct([2, 3]), p: 1.5, dim: 0, dtype: "float64" },
      { input: r.normal([2, 3]), p: "nuc" },
    ],
  },
  (
    input: Tensor,
    p?: number | "fro" | "nuc" | null | TensorNormOptions,
    dim?: Dims | null | TensorNormOptions,
    keepdim: boolean | TensorNormOptions = {},
  ): Tensor => {
    const rest = merge(dim, keepdim);
    const options: TensorNormOptions =
      typeof p === "object" && p !== null ? { ...rest, ...p } : { ...rest, p: p ?? rest.p ?? null };
    const order = options.p ?? "fro";
    if (order === "nuc") return nuclear(requireTensor("norm", input), options);
    if (typeof order === "string" && order !== "fro")
      throw new ArgumentError("norm", `p must be a number, "fro" or "nuc", but got "${String(order)}"`);
    return vectorNormAs("norm", input, order === "fro" ? 2 : order, options);
  },
);

/** Options of `linalg.norm`. */
export type LinalgNormOptions = Omit<MatrixNormOptions, "ord" | "dim"> & {
  /** Order of the norm: a number, also ±Infinity, or `"fro"` or `"nuc"` for matrices; that of the vector of all elements by default. */
  readonly ord?: MatrixNormOptions["ord"] | null;
  /** One dimension for norms of vectors, two for norms of matrices; all by default. */
  readonly dim?: Dims | null;
};

/**
 * Returns the norm of a vector or a matrix: of order `ord` over one dimension that of `linalg.vectorNorm`, over two that of `linalg.matrixNorm`, and without
 * an order the square root of the sum of squares. Without dimensions the input is one vector, or, with an order and two dimensions, one matrix.
 * @throws ShapeError when an order but no dimension is given and the input is neither a vector nor a matrix; DTypeError for integers and bools; ArgumentError
 * for more than two dimensions.
 * @example linalg.norm(tensor([[3, 4], [0, 0]]), 1).item(); // 4
 */
export const linalgNorm: (
  input: Tensor,
  ord?: LinalgNormOptions["ord"] | LinalgNormOptions,
  dim?: Dims | null | LinalgNormOptions,
  keepdim?: boolean | LinalgNormOptions,
) => Tensor = defineComposite(
  {
    name: "linalgNorm",
    torch: "linalg.norm",
    access: "function",
    signature: "input, ord=null, dim=null, keepdim=false, dtype=null",
    tex: "y = \\lVert x \\rVert",
    samples: (r) => [
      { input: r.normal([2, 3]) },
      { input: r.distinct([2, 3]), ord: 1, dtype: "float64" },
      { input: r.distinct([2, 3, 2]), ord: 3, dim: 1, keepdim: true },
    ],
  },
  (
    input: Tensor,
    ord?: LinalgNormOptions["ord"] | LinalgNormOptions,
    dim?: Dims | null | LinalgNormOptions,
    keepdim: boolean | LinalgNormOptions = {},
  ): Tensor => {
    const op = "linalg.norm";
    const rest = merge(dim, keepdim);
    const options: LinalgNormOptions =
      typeof ord === "object" && ord !== null ? { ...rest, ...ord } : { ...rest, ord: ord ?? rest.ord ?? null };
    const x = requireTensor(op, input);
    const { ord: order = null } = options;
    const dims = options.dim === null || options.dim === undefined ? null : [options.dim].flat();
    if (order === null) return vectorNormAs(op, x, 2, options);
    if (dims !== null && (dims.length < 1 || dims.length > 2))
      throw new ArgumentError(op, `dim must be one dimension or two, but got [${dims.join(", ")}]`);
    if (dims === null && (x.ndim < 1 || x.ndim > 2))
      throw new ShapeError(op, "without dim, the norm of an order is that of a vector or a matrix", [x.shape]);
    if ((dims ?? x.shape).length === 2) return matrixNormAs(op, x, { ...options, ord: order, dim: dims ?? [0, 1] });
    if (typeof order === "string")
      throw new ArgumentError(op, `the order "${order}" is that of a matrix, and needs two dimensions`);
    return vectorNormAs(op, x, order, options);
  },
);

/**
 * Returns the norm of order `p` of the difference of two tensors, which broadcast, of shape [].
 * @throws ShapeError when the shapes do not broadcast; DTypeError for integers and bools.
 * @example dist(tensor([1, 2]), tensor([4, 6])).item(); // 5
 */
export const dist: (input: Tensor, other: Tensor, p?: number | DistOptions) => Tensor = defineComposite(
  {
    name: "dist",
    torch: "dist",
    access: "method",
    signature: "input, other, p=2",
    tex: "y = \\lVert x - z \\rVert_p",
    samples: (r) => [
      { input: r.normal([2, 3]), other: r.normal([3]) },
      { input: r.normal([3]), other: r.normal([3]), p: 3 },
    ],
  },
  (input: Tensor, other: Tensor, p: number | DistOptions = {}): Tensor =>
    vectorNormAs("dist", sub(requireTensor("dist", input), requireTensor("dist", other)), orderOf(p), {}),
);

/** Options of `dist`. */
export interface DistOptions {
  /** Order of the norm; 2 by default. */
  readonly p?: number;
}

const orderOf = (p: number | DistOptions): number => (typeof p === "number" ? p : (p.p ?? 2));

/**
 * Returns the tensor with each slice along dimension `dim` whose norm of order `p` exceeds `maxnorm` scaled to the norm `maxnorm`, up to 1e-7.
 * @throws ShapeError for fewer than two dimensions; DTypeError for integers and bools; IndexError for a dimension out of range; ArgumentError unless p > 0 and
 * `maxnorm` is at least 0.
 * @example renorm(tensor([[3, 4]], { dtype: "float64" }), 2, 0, 1).norm().item(); // 0.9999…
 */
export const renorm: (input: Tensor, p: number, dim: number, maxnorm: number) => Tensor = defineComposite(
  {
    name: "renorm",
    torch: "renorm",
    access: "in-place",
    signature: "input, p, dim, maxnorm",
    tex: "y_i = x_i \\min(1, m / \\lVert x_i \\rVert_p)",
    samples: (r) => [{ input: r.normal([2, 3]), p: 2, dim: 0, maxnorm: 0.5 }],
  },
  (input: Tensor, p: number, dim: number, maxnorm: number): Tensor => {
    const x = requireTensor("renorm", input);
    if (!isComplex(x.dtype)) requireFloat("renorm", x.dtype);
    if (!(p > 0)) throw new ArgumentError("renorm", `p must be positive, but got ${p}`);
    if (!(maxnorm >= 0)) throw new ArgumentError("renorm", `maxnorm must be at least 0, but got ${maxnorm}`);
    if (x.ndim < 2) throw new ShapeError("renorm", "expected at least two dimensions", [x.shape]);
    const kept = dim < 0 ? dim + x.ndim : dim;
    if (!(kept in x.shape))
      throw new IndexError("renorm", `dim must be in [${-x.ndim}, ${x.ndim - 1}], but got ${dim}`);
    const others = x.shape.flatMap((_, d) => (d === kept ? [] : [d]));
    const length = vectorNormAs("renorm", x, p, { dim: others, keepdim: true });
    return mul(x, where(gt(length, maxnorm), div(maxnorm, add(length, 1e-7)), 1));
  },
);

declare module "../../tensor/tensor.ts" {
  interface Tensor {
    /** Returns the norm of order p over dimensions; over all by default. The gradient where it is 0 is 0. */
    norm(
      p?: number | "fro" | "nuc" | null | TensorNormOptions,
      dim?: Dims | null | TensorNormOptions,
      keepdim?: boolean | TensorNormOptions,
    ): Tensor;
    /** Returns the norm of order p of the difference from another tensor. */
    dist(other: Tensor, p?: number | DistOptions): Tensor;
    /** Returns the tensor with each slice along a dimension scaled to a norm of at most `maxnorm`. */
    renorm(p: number, dim: number, maxnorm: number): Tensor;
    /** Scales each slice along a dimension to a norm of at most `maxnorm`, in place. */
    renorm_(p: number, dim: number, maxnorm: number): Tensor;
  }
}
