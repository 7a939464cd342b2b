/** Sums that gradient rules and the backward walk form. */

import { type Shape } from "../../tensor/shape.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { reshape } from "../shape/reshape.ts";
import { type Reduce } from "./reduction.ts";
import { sum } from "./sum.ts";

/** Returns the sum over the dimensions, or the tensor itself if there are none. */
export const sumOver = (x: Tensor, { dims, keepdim }: Reduce): Tensor =>
  dims.length === 0 ? x : sum(x, { dim: dims, keepdim });

/** Returns `x` summed to `shape`, which was broadcast to that of `x`: the gradient of broadcasting. */
export function sumTo(x: Tensor, shape: Shape): Tensor {
  const lead = x.ndim - shape.length;
  const dims = x.shape.flatMap((n, d) => (d < lead || (shape[d - lead] === 1 && n !== 1) ? [d] : []));
  return reshape(dims.length > 0 ? sum(x, { dim: dims }) : x, shape);
}
