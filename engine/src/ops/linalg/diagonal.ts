/** Diagonals of matrices. */
import { defineComposite } from "../../dispatch/define.ts";
import { requireTensor } from "../../dispatch/operand.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { type DiagonalOptions, diagonal } from "../shape/diagonal.ts";

/** Options of `linalg.diagonal`. */
export type LinalgDiagonalOptions = DiagonalOptions;

/**
 * Returns a view of a diagonal of the matrices in the last two dimensions, or in `dim1` and `dim2`: [..., m, n] gives [..., k]. The gradient is 0 off the diagonal.
 * @throws IndexError when `dim1` and `dim2` are the same or out of range.
 * @example linalg.diagonal(tensor([[[1, 2], [3, 4]]])).toArray(); // [[1, 4]]
 */
export const linalgDiagonal: (A: Tensor, options?: LinalgDiagonalOptions) => Tensor = defineComposite(
  {
    name: "linalgDiagonal",
    torch: "linalg.diagonal",
    access: "function",
    signature: "A, offset=0, dim1=-2, dim2=-1",
    tex: "y_i = A_{i,\\, i + k}",
    samples: (r) => [{ A: r.normal([2, 3, 4]) }, { A: r.normal([3, 2, 4]), offset: 1, dim1: 0, dim2: 2 }],
  },
  (A: Tensor, { offset = 0, dim1 = -2, dim2 = -1 }: LinalgDiagonalOptions = {}): Tensor =>
    diagonal(requireTensor("linalg.diagonal", A), { offset, dim1, dim2 }),
);
