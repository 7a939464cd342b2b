/** The cofactors of matrices, which are the gradient of the determinant. */
import type { Tensor } from "../../tensor/tensor.ts";
import { mul } from "../elementwise/arithmetic.ts";
import { unsqueeze } from "../shape/expand.ts";
import { invEx } from "./inverse.ts";
import { mT } from "./operands.ts";

/** Returns det(X) X⁻ᵀ. */
export const cofactors = (x: Tensor, det: Tensor): Tensor =>
  mul(unsqueeze(unsqueeze(det, -1), -1), mT(invEx(x).inverse));
