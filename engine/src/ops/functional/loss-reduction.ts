/** The reduction of a loss from one value for each example to one value. */

import { ArgumentError } from "../../tensor/errors.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { mean, sum } from "../reduce/sum.ts";

/** The reduction of a loss: the mean of its values, their sum, or none. */
export type Reduction = "mean" | "sum" | "none";

/**
 * Returns the loss reduced.
 * @throws ArgumentError for an unknown reduction.
 */
export function reduced(op: string, loss: Tensor, reduction: Reduction): Tensor {
  switch (reduction) {
    case "mean":
      return mean(loss);
    case "sum":
      return sum(loss);
    case "none":
      return loss;
    default:
      throw new ArgumentError(op, `reduction must be "mean", "sum" or "none", but got ${JSON.stringify(reduction)}`);
  }
}
