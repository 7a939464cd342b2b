/** Sums in gradient rules. */

import { type Shape } from "../../tensor/shape.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { reshape } from "../shape/reshape.ts";
import { type Reduce } from "./reduction.ts";
import { sum } from "./sum.ts";

/** Returns the sum over exactly these dimensions: over none, the tensor itself. */
export const sumOver = (x: Tensor, { dims, keepdim }: Reduce): Tensor =>
  dims.length === 0 ? x : sum(x, { dim: dims, keepdim });

/** Returns the cotangent of a tensor of this shape that was broadcast: the sum over the dimensions along which `shape` was repeated to that of `x`. */
export function sumTo(x: Tensor, shape: Shape): Tensor {
  const lead = x.ndim - shape.length;
  const dims = x.shape.flatMap((n, d) => (d < lead || (shape[d - lead] === 1 && n !== 1) ? [d] : []));
  return reshape(dims.length > 0 ? sum(x, { dim: dims }) : x, shape);
}
