/** Checks of the operands of matrix factorizations, and their errors. */
import { type Operand, requireFloat, requireTensor } from "../../dispatch/operand.ts";
import { isComplex, type NumericArray } from "../../tensor/dtype.ts";
import { DTypeError, LinAlgError, ShapeError } from "../../tensor/errors.ts";
import { type Shape } from "../../tensor/shape.ts";
import type { Tensor } from "../../tensor/tensor.ts";

/**
 * Returns the operand, which must be a float tensor of at least two dimensions, or a complex one where the op has complex numbers.
 * @throws DTypeError or ShapeError otherwise.
 */
export function requireMatrices(op: string, input: Operand, numbers: "real" | "complex" = "real"): Tensor {
  const x = requireTensor(op, input);
  if (numbers === "real" || !isComplex(x.dtype)) requireFloat(op, x.dtype);
  if (x.dtype === "float16" || x.dtype === "bfloat16")
    throw new DTypeError(op, "expected float32 or float64", [`${x.dtype}; x.to("float32") converts`]);
  if (x.ndim < 2)
    throw new ShapeError(op, "expected a matrix or a batch of matrices, with at least 2 dimensions", [x.shape]);
  return x;
}

/**
 * Returns the operand, which must be a float tensor of square matrices, or a complex one where the op has complex numbers.
 * @throws DTypeError or ShapeError otherwise.
 */
export function requireSquare(op: string, input: Operand, numbers: "real" | "complex" = "real"): Tensor {
  const x = requireMatrices(op, input, numbers);
  if (x.size(-1) !== x.size(-2)) throw new ShapeError(op, "expected square matrices, [..., n, n]", [x.shape]);
  return x;
}

/**
 * Checks that two operands have one dtype.
 * @throws DTypeError otherwise.
 */
export function requireSameDType(op: string, x: Tensor, z: Tensor): void {
  if (x.dtype !== z.dtype) throw new DTypeError(op, "both operands must have one dtype", [x.dtype, z.dtype]);
}

/**
 * Checks that a factorization succeeded for every matrix of a batch.
 * @throws LinAlgError with the number of the first matrix for which it did not; `explain` gives the reason.
 */
export function checkInfo(op: string, info: NumericArray, batch: Shape, explain: (info: number) => string): void {
  const failed = info.findIndex((v) => v !== 0);
  if (failed < 0) return;
  const place = batch.length > 0 ? `(batch element ${failed}) ` : "";
  throw new LinAlgError(op, `${place}${explain(info[failed])}`, failed);
}

/** Returns the reason why a matrix cannot be inverted: the number of its first pivot that is 0. */
export const isSingular = (info: number): string =>
  `the matrix is singular: the pivot ${info} of its factorization is 0`;
