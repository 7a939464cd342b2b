/** Products of tensors: over chosen dimensions, by Kronecker, and of vectors of three components. */
import { defineComposite } from "../../dispatch/define.ts";
import { requireTensor } from "../../dispatch/operand.ts";
import { ArgumentError, ShapeError } from "../../tensor/errors.ts";
import { broadcastShapes, normalizeDim, type Shape, sizeOf } from "../../tensor/shape.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { mul } from "../elementwise/arithmetic.ts";
import { conj } from "../elementwise/complex.ts";
import { sum } from "../reduce/sum.ts";
import { expand } from "../shape/expand.ts";
import { permute } from "../shape/permute.ts";
import { reshape } from "../shape/reshape.ts";
import { crossProduct } from "./cross-product.ts";
import { matmul } from "./matmul.ts";
import { checkDTypes } from "./operands.ts";

/** The dimensions that `tensordot` sums over: the number of last ones of `a` and first ones of `b`, or those of each in pairs. */
export type ContractedDims = number | readonly [a: readonly number[], b: readonly number[]];

/** Options of `tensordot`. */
export interface TensordotOptions {
  /** The dimensions to sum over; the last two of `a` and the first two of `b` by default. */
  readonly dims?: ContractedDims;
}

/** Returns the dimensions of both operands that are summed over, in pairs. */
function contractedDims(a: Tensor, b: Tensor, dims: ContractedDims): readonly [number[], number[]] {
  if (typeof dims === "number") {
    if (!Number.isInteger(dims) || dims < 0 || dims > Math.min(a.ndim, b.ndim))
      throw new ArgumentError(
        "tensordot",
        `dims must be an integer in [0, ${Math.min(a.ndim, b.ndim)}], but got ${dims}`,
      );
    return [Array.from({ length: dims }, (_, i) => a.ndim - dims + i), Array.from({ length: dims }, (_, i) => i)];
  }
  // an untyped caller may give fewer than two lists
  if (dims.length !== 2) throw new ArgumentError("tensordot", "dims must be two lists, one for each operand");
  const [first, second] = [a, b].map((x, i) => dims[i].map((d) => normalizeDim("tensordot", d, x.ndim)));
  if (first.length !== second.length) throw new ArgumentError("tensordot", "both operands must have equally many dims");
  if (new Set(first).size !== first.length || new Set(second).size !== second.length)
    throw new ArgumentError("tensordot", "the dims of an operand must differ from each other");
  return [first, second];
}

/** Returns the dimensions that are not listed. */
const otherDims = (x: Tensor, dims: readonly number[]): number[] =>
  x.shape.map((_, d) => d).filter((d) => !dims.includes(d));

/**
 * Returns the sums of products of two tensors over pairs of dimensions: with the other dimensions of `a` first, then those of `b`. A dimension of size 1 broadcasts.
 * @throws ShapeError when the sizes of a pair differ; DTypeError when the dtypes differ, and for bools; IndexError for a dimension out of range.
 * @example tensordot(tensor([[1, 2], [3, 4]]), tensor([1, 1]), 1).toArray(); // [3, 7]
 */
export const tensordot: (a: Tensor, b: Tensor, dims?: ContractedDims | TensordotOptions) => Tensor = defineComposite(
  {
    name: "tensordot",
    torch: "tensordot",
    access: "function",
    signature: "a, b, dims=2",
    tex: "y_{ij} = \\textstyle\\sum_k a_{ik} b_{kj}",
    samples: (r) => [
      { a: r.normal([2, 3, 4]), b: r.normal([3, 4, 2]) },
      {
        a: r.normal([2, 3, 4]),
        b: r.normal([4, 2]),
        dims: [
          [2, 0],
          [0, 1],
        ],
      },
    ],
  },
  (a: Tensor, b: Tensor, dims: ContractedDims | TensordotOptions = {}): Tensor => {
    checkDTypes("tensordot", [requireTensor("tensordot", a), requireTensor("tensordot", b)]);
    const isDims = typeof dims === "number" || Array.isArray(dims);
    const chosen = isDims ? (dims as ContractedDims) : ((dims as TensordotOptions).dims ?? 2);
    const [first, second] = contractedDims(a, b, chosen);
    let [x, z] = [a, b];
    first.forEach((d, i) => {
      const [m, n] = [x.shape[d], z.shape[second[i]]];
      if (m === n) return;
      if (m !== 1 && n !== 1)
        throw new ShapeError("tensordot", "the sizes of paired dims must agree", [a.shape, b.shape]);
      if (m === 1) z = sum(z, second[i], true);
      else x = sum(x, d, true);
    });
    const [rows, columns] = [otherDims(x, first), otherDims(z, second)];
    const sizes = (t: Tensor, list: readonly number[]): Shape => list.map((d) => t.shape[d]);
    const k = sizeOf(sizes(x, first));
    const left = reshape(permute(x, [...rows, ...first]), [sizeOf(sizes(x, rows)), k]);
    const right = reshape(permute(z, [...second, ...columns]), [k, sizeOf(sizes(z, columns))]);
    return reshape(matmul(left, right), [...sizes(x, rows), ...sizes(z, columns)]);
  },
);

/**
 * Returns the Kronecker product: each element of `input` times `other`, as a block. The sizes of each dimension multiply; missing leading dimensions have size 1.
 * @example kron(tensor([1, 10]), tensor([1, 2])).toArray(); // [1, 2, 10, 20]
 */
export const kron: (input: Tensor, other: Tensor) => Tensor = defineComposite(
  {
    name: "kron",
    torch: "kron",
    access: "method",
    signature: "input, other",
    tex: "Y = X \\otimes Z",
    samples: (r) => [
      { input: r.normal([2, 3]), other: r.normal([3, 2]) },
      { input: r.normal([2]), other: r.normal([2, 2]) },
    ],
  },
  (input: Tensor, other: Tensor): Tensor => {
    const [x, z] = [requireTensor("kron", input), requireTensor("kron", other)];
    const rank = Math.max(x.ndim, z.ndim);
    const padded = (t: Tensor): number[] => [...new Array<number>(rank - t.ndim).fill(1), ...t.shape];
    const [a, b] = [padded(x), padded(z)];
    const product = mul(
      reshape(
        x,
        a.flatMap((n) => [n, 1]),
      ),
      reshape(
        z,
        b.flatMap((n) => [1, n]),
      ),
    );
    return reshape(
      product,
      a.map((n, d) => n * b[d]),
    );
  },
);

/** Returns the cross product along a dimension of the broadcast shape. */
function crossAlong(op: string, x: Tensor, z: Tensor, dim: number): Tensor {
  if (x.ndim !== z.ndim)
    throw new ShapeError(op, "both operands must have equally many dimensions", [x.shape, z.shape]);
  const d = normalizeDim(op, dim, x.ndim);
  if (x.shape[d] !== 3 || z.shape[d] !== 3)
    throw new ShapeError(op, `dim ${dim} of both operands must have size 3`, [x.shape, z.shape]);
  const shape = broadcastShapes(op, [x.shape, z.shape]);
  return crossProduct(expand(x, shape), expand(z, shape), d);
}

/** Options of `linalg.cross`. */
export interface LinalgCrossOptions {
  /** The dimension of size 3; the last by default. */
  readonly dim?: number;
}

/**
 * Returns the cross products of vectors of three components along a dimension; the other dimensions broadcast.
 * @throws ShapeError when the dimension has another size than 3, or the numbers of dimensions differ; IndexError for a dimension out of range.
 * @example linalg.cross(tensor([1, 0, 0]), tensor([0, 1, 0])).toArray(); // [0, 0, 1]
 */
export const linalgCross: (input: Tensor, other: Tensor, dim?: number | LinalgCrossOptions) => Tensor = defineComposite(
  {
    name: "linalgCross",
    torch: "linalg.cross",
    access: "function",
    signature: "input, other, dim=-1",
    dims: "input: ...@dim:components=3; other: ...@dim:components=3",
    tex: "y = x \\times z",
    samples: (r) => [
      { input: r.normal([2, 3]), other: r.normal([1, 3]) },
      { input: r.normal([3, 2]), other: r.normal([3, 2]), dim: 0 },
    ],
  },
  (input: Tensor, other: Tensor, dim: number | LinalgCrossOptions = {}): Tensor =>
    crossAlong(
      "linalg.cross",
      requireTensor("linalg.cross", input),
      requireTensor("linalg.cross", other),
      typeof dim === "number" ? dim : (dim.dim ?? -1),
    ),
);

/** Options of `cross`. */
export interface CrossOptions {
  /** The dimension of size 3; the first of size 3 by default. */
  readonly dim?: number | null;
}

/**
 * Returns the cross products of vectors of three components along a dimension, the first of size 3 by default; the other dimensions broadcast.
 * @throws ShapeError when no dimension has size 3, or the numbers of dimensions differ; IndexError for a dimension out of range.
 * @example cross(tensor([1, 0, 0]), tensor([0, 1, 0])).toArray(); // [0, 0, 1]
 */
export const cross: (input: Tensor, other: Tensor, dim?: number | null | CrossOptions) => Tensor = defineComposite(
  {
    name: "cross",
    torch: "cross",
    access: "method",
    signature: "input, other, dim=null",
    dims: "input: ...@dim:components=3; other: ...@dim:components=3",
    tex: "y = x \\times z",
    samples: (r) => [
      { input: r.normal([3, 2]), other: r.normal([3, 1]) },
      { input: r.normal([3, 3]), other: r.normal([3, 3]), dim: -1 },
    ],
  },
  (input: Tensor, other: Tensor, dim: number | null | CrossOptions = {}): Tensor => {
    const [x, z] = [requireTensor("cross", input), requireTensor("cross", other)];
    const chosen = (typeof dim === "number" ? dim : (dim ?? {}).dim) ?? null;
    const found = chosen ?? x.shape.findIndex((n, d) => n === 3 && z.shape[d] === 3);
    if (chosen === null && found < 0) throw new ShapeError("cross", "no dimension has size 3", [x.shape, z.shape]);
    return crossAlong("cross", x, z, found);
  },
);

/** Options of `linalg.vecdot`. */
export interface VecdotOptions {
  /** The dimension to sum over; the last by default. */
  readonly dim?: number;
}

/**
 * Returns the inner products of vectors along a dimension, the last by default, of which the first vectors are conjugated; the other dimensions broadcast.
 * @throws ShapeError when the shapes do not broadcast; IndexError for a dimension out of range.
 * @example linalg.vecdot(tensor([[1, 2], [3, 4]]), tensor([1, 1])).toArray(); // [3, 7]
 */
export const vecdot: (input: Tensor, other: Tensor, dim?: number | VecdotOptions) => Tensor = defineComposite(
  {
    name: "vecdot",
    torch: "linalg.vecdot",
    access: "function",
    signature: "input|x, other|y, dim=-1",
    tex: "y = \\textstyle\\sum_i \\overline{x_i} z_i",
    samples: (r) => [
      { input: r.normal([2, 3]), other: r.normal([3]) },
      { input: r.normal([3, 2]), other: r.normal([3, 2]), dim: 0 },
    ],
  },
  (input: Tensor, other: Tensor, dim: number | VecdotOptions = {}): Tensor => {
    const product = mul(conj(requireTensor("vecdot", input)), requireTensor("vecdot", other));
    return sum(product, typeof dim === "number" ? dim : (dim.dim ?? -1));
  },
);

declare module "../../tensor/tensor.ts" {
  interface Tensor {
    /** Returns the Kronecker product: each element times `other`, as a block. */
    kron(other: Tensor): Tensor;
    /** Returns the cross products of vectors of three components along a dimension, the first of size 3 by default. */
    cross(other: Tensor, dim?: number | null | CrossOptions): Tensor;
  }
}
