/** Helpers of matrix products. */

import { DTypeError } from "../../tensor/errors.ts";
import type { Meta } from "../../tensor/meta.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { add } from "../elementwise/arithmetic.ts";
import { transpose } from "../shape/permute.ts";

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

/** Returns a matrix, or a batch of matrices, with its last two dimensions exchanged. */
export const mT = (x: Tensor): Tensor => transpose(x, -2, -1);

/** Returns the sum of two terms, of which at most one is missing (`null`). */
export function addPresent(a: Tensor | null, b: Tensor | null): Tensor {
  if (a === null) return b as Tensor;
  return b === null ? a : add(a, b);
}
