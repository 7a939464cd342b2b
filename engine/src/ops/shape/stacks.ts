/** Joining of tensors along dimensions that are added where they are missing. */

import { defineComposite } from "../../dispatch/define.ts";
import { requireTensor } from "../../dispatch/operand.ts";
import { zeros } from "../../tensor/create.ts";
import { ShapeError } from "../../tensor/errors.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { diagonalBlocks } from "./diagonal-blocks.ts";
import { cat, listOf } from "./join.ts";
import { reshape } from "./reshape.ts";

type AtLeast = <T extends Tensor | readonly Tensor[]>(tensors: T) => T extends Tensor ? Tensor : readonly Tensor[];

/** Returns a view with at least `rank` dimensions, at most 3: vectors become rows, and matrices get a third dimension. */
function atLeast(x: Tensor, rank: number): Tensor {
  if (x.ndim >= rank) return x;
  const [n = 1] = x.shape;
  if (rank === 1) return reshape(x, [1]);
  if (rank === 2) return reshape(x, [1, n]);
  return x.ndim === 2 ? reshape(x, [...x.shape, 1]) : reshape(x, [1, n, 1]);
}

/** Defines `atleast1d`, `atleast2d` or `atleast3d`. */
const atLeastOf = (rank: number): AtLeast =>
  defineComposite(
    {
      name: `atleast${rank}d`,
      torch: `atleast_${rank}d`,
      access: "function",
      signature: "tensors",
      tex: "y = x \\text{, with sizes 1}",
      samples: (r) => [{ tensors: r.normal([]) }, { tensors: [r.normal([3]), r.normal([2, 3])] }],
    },
    ((tensors: Tensor | readonly Tensor[]) =>
      Array.isArray(tensors)
        ? tensors.map((x) => atLeast(requireTensor(`atleast${rank}d`, x), rank))
        : atLeast(requireTensor(`atleast${rank}d`, tensors as Tensor), rank)) as AtLeast,
  );

/**
 * Returns a view with at least one dimension, of a tensor or of each in a list: scalars become vectors.
 * @example atleast1d(tensor(3)).shape; // [1]
 */
export const atleast1d: AtLeast = atLeastOf(1);

/**
 * Returns a view with at least two dimensions, of a tensor or of each in a list: scalars and vectors become matrices of one row.
 * @example atleast2d(tensor([1, 2])).shape; // [1, 2]
 */
export const atleast2d: AtLeast = atLeastOf(2);

/**
 * Returns a view with at least three dimensions, of a tensor or of each in a list: a vector of n elements gets the shape [1, n, 1], and a matrix a third dimension of
 * size 1.
 * @example atleast3d(tensor([1, 2])).shape; // [1, 2, 1]
 */
export const atleast3d: AtLeast = atLeastOf(3);

type Joining = (tensors: readonly Tensor[]) => Tensor;

/** Joins tensors whose dimensions agree but for one, and names the op in the error otherwise. */
function joined(op: string, list: readonly Tensor[], dim: number): Tensor {
  const [{ shape }] = list;
  if (list.some((x) => x.ndim !== shape.length || x.shape.some((n, d) => d !== dim && n !== shape[d])))
    throw new ShapeError(
      op,
      `all sizes but that of dim ${dim} must agree`,
      list.map((x) => x.shape),
    );
  return cat(list, dim);
}

/** Defines a function that joins tensors after dimensions are added. */
const joining = (
  name: string,
  torch: string,
  aliases: readonly string[],
  dims: string,
  body: (list: readonly Tensor[]) => Tensor,
  ofNone: (() => Tensor) | null = null,
): Joining =>
  defineComposite(
    {
      name,
      torch,
      aliases,
      access: "function",
      signature: "tensors",
      dims,
      tex: "y = [x_1 \\mid x_2 \\mid \\dots]",
      samples: (r) => [{ tensors: [r.normal([3]), r.normal([3])] }, { tensors: [r.normal([2, 3]), r.normal([2, 3])] }],
    },
    (tensors: readonly Tensor[]): Tensor =>
      ofNone !== null && tensors.length === 0 ? ofNone() : body(listOf(name, tensors)),
  );

/**
 * Joins tensors side by side: vectors along dimension 0, others along dimension 1. Scalars become vectors.
 * @throws ShapeError when other sizes differ; ArgumentError for an empty list.
 * @example hstack([tensor([[1], [2]]), tensor([[3], [4]])]).toArray(); // [[1, 3], [2, 4]]
 */
export const hstack: Joining = joining(
  "hstack",
  "hstack",
  [],
  "tensors: . | elements= | rows columns= ..=",
  (tensors) => {
    const list = tensors.map((x) => atLeast(x, 1));
    return joined("hstack", list, list[0].ndim === 1 ? 0 : 1);
  },
);

/**
 * Joins tensors one below the other, along dimension 0. Scalars and vectors become rows.
 * @throws ShapeError when other sizes differ; ArgumentError for an empty list.
 * @example vstack([tensor([1, 2]), tensor([3, 4])]).toArray(); // [[1, 2], [3, 4]]
 */
export const vstack: Joining = joining(
  "vstack",
  "vstack",
  ["row_stack"],
  "tensors: . | columns | rows= columns ..=",
  (tensors) =>
    joined(
      "vstack",
      tensors.map((x) => atLeast(x, 2)),
      0,
    ),
);

/**
 * Joins tensors along dimension 2. Vectors of n elements get the shape [1, n, 1], and matrices a third dimension.
 * @throws ShapeError when other sizes differ; ArgumentError for an empty list.
 * @example dstack([tensor([1, 2]), tensor([3, 4])]).toArray(); // [[[1, 3], [2, 4]]]
 */
export const dstack: Joining = joining(
  "dstack",
  "dstack",
  [],
  "tensors: . | columns | rows columns | rows columns depth= ..=",
  (tensors) =>
    joined(
      "dstack",
      tensors.map((x) => atLeast(x, 3)),
      2,
    ),
);

/**
 * Joins tensors along dimension 1. Scalars and vectors become columns.
 * @throws ShapeError when other sizes differ; ArgumentError for an empty list.
 * @example columnStack([tensor([1, 2]), tensor([3, 4])]).toArray(); // [[1, 3], [2, 4]]
 */
export const columnStack: Joining = joining(
  "columnStack",
  "column_stack",
  [],
  "tensors: . | rows | rows columns= ..=",
  (tensors) =>
    joined(
      "columnStack",
      tensors.map((x) => (x.ndim <= 1 ? reshape(x, [x.numel(), 1]) : x)),
      1,
    ),
);

/**
 * Returns the matrix with the matrices of the list along its diagonal, and 0 elsewhere. Scalars and vectors become rows. Dtypes are promoted. An empty list gives
 * the shape [1, 0], as in PyTorch.
 * @throws ShapeError for more than two dimensions.
 * @example blockDiag([tensor([[1, 2]]), tensor([3])]).toArray(); // [[1, 2, 0], [0, 0, 3]]
 */
export const blockDiag: Joining = joining(
  "blockDiag",
  "block_diag",
  [],
  "tensors: rows= columns= | columns= | .",
  (tensors) => {
    if (tensors.some((x) => x.ndim > 2))
      throw new ShapeError(
        "blockDiag",
        "expected at most 2 dimensions",
        tensors.map((x) => x.shape),
      );
    return diagonalBlocks(tensors.map((x) => atLeast(x, 2)));
  },
  () => zeros([1, 0]),
);
