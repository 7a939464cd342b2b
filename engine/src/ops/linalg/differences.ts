/** Differences of all pairs of eigenvalues or squared singular values, by which the derivatives of vectors are divided. */
import { eye } from "../../tensor/create.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { sub } from "../elementwise/arithmetic.ts";
import { where } from "../elementwise/where.ts";
import { unsqueeze } from "../shape/expand.ts";

/** Returns the matrices x_j - x_i, with 1 on the diagonal, where numerators are 0. Equal values give 0, so that derivatives of their vectors are not finite, as in PyTorch. */
export const differences = (x: Tensor): Tensor =>
  where(eye(x.size(-1), { dtype: "bool" }), 1, sub(unsqueeze(x, -2), unsqueeze(x, -1)));
