/** The phases of complex vectors, which decompositions do not determine. */
import { anyElement } from "../../dispatch/batched.ts";
import { isComplex } from "../../tensor/dtype.ts";
import { GradError } from "../../tensor/errors.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { diagonal } from "../shape/diagonal.ts";
import { imag } from "../shape/view-as-complex.ts";

/**
 * Checks that a loss does not depend on the phases of complex vectors: then the products of vectors and their cotangents, on the diagonal of a matrix, are real.
 * @throws GradError for a loss that does.
 */
export function requirePhaseless(op: string, products: Tensor): void {
  if (!isComplex(products.dtype)) return;
  if (anyElement(imag(diagonal(products.detach(), { dim1: -2, dim2: -1 })), (v) => Math.abs(v) > 0.01))
    throw new GradError(
      op,
      "the vectors are determined up to a factor e^(iφ), and the loss depends on it; use their absolute values, or projections",
    );
}
