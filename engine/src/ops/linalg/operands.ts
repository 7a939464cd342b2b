/** Helpers of matrix products. */

import { requireTensor } from "../../dispatch/operand.ts";
import { zerosLike } from "../../tensor/create.ts";
import { isComplex } from "../../tensor/dtype.ts";
import { DTypeError, ShapeError } from "../../tensor/errors.ts";
import type { Meta } from "../../tensor/meta.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { add, sub } from "../elementwise/arithmetic.ts";
import { complex, conj } from "../elementwise/complex.ts";
import { diagEmbed, diagonal } from "../shape/diagonal.ts";
import { transpose } from "../shape/permute.ts";
import { reshape } from "../shape/reshape.ts";
import { imag, real } from "../shape/view-as-complex.ts";

/**
 * Checks that all operands have one dtype, which is not bool.
 * @throws DTypeError otherwise.
 */
export function checkDTypes(op: string, inputs: readonly Meta[]): void {
  if (inputs.some((m) => m.dtype !== inputs[0].dtype))
    throw new DTypeError(
      op,
      "all operands must have one dtype",
      inputs.map((m, i) => (i === inputs.length - 1 ? `${m.dtype}; x.to(dtype) converts` : m.dtype)),
    );
  if (inputs[0].dtype === "bool") throw new DTypeError(op, "expected numbers; cast bools with to()", ["bool"]);
}

/**
 * Checks the numbers of dimensions of operands, and that they have one dtype.
 * @throws ShapeError or DTypeError otherwise.
 */
export function requireRanks(op: string, operands: readonly Tensor[], ranks: readonly number[]): void {
  for (const x of operands) requireTensor(op, x);
  if (operands.some((x, i) => x.ndim !== ranks[i]))
    throw new ShapeError(
      op,
      `the operands must have ${ranks.join(" and ")} dimensions`,
      operands.map((x) => x.shape),
    );
  checkDTypes(op, operands);
}

/** Returns a matrix, or a batch of matrices, with its last two dimensions exchanged. */
export const mT = (x: Tensor): Tensor => transpose(x, -2, -1);

/** Returns the conjugate transposes of matrices, which are the transposes of real ones. */
export const mH = (x: Tensor): Tensor => (isComplex(x.dtype) ? conj(mT(x)) : mT(x));

/** Returns the real part of a complex tensor, or a real tensor itself. */
export const realOf = (x: Tensor): Tensor => (isComplex(x.dtype) ? real(x) : x);

/** Returns matrices without the imaginary parts of their diagonals. */
export const realDiagonal = (x: Tensor): Tensor => (isComplex(x.dtype) ? sub(x, imaginaryDiagonal(x)) : x);

/** Returns the matrices of the imaginary parts of the diagonals of complex matrices, times i. */
export function imaginaryDiagonal(x: Tensor): Tensor {
  const parts = imag(diagonal(x, 0, -2, -1));
  return diagEmbed(complex(zerosLike(parts), parts));
}

/** Returns the sum of two terms, of which at most one is missing (`null`). */
export function addPresent(a: Tensor | null, b: Tensor | null): Tensor {
  if (a === null) return b as Tensor;
  return b === null ? a : add(a, b);
}

/**
 * Returns operands whose dimensions before the last two broadcast, with the batch dimension of the flagged ones in front of all others: dimensions of size 1
 * behind it align them.
 */
export function alignBatches(operands: readonly Tensor[], batched: readonly boolean[], size: number): Tensor[] {
  const rank = operands.reduce((most, x, i) => Math.max(most, x.ndim - Number(batched[i])), 0);
  return operands.map((x, i) =>
    batched[i] ? reshape(x, [size, ...new Array<number>(rank - x.ndim + 1).fill(1), ...x.shape.slice(1)]) : x,
  );
}
