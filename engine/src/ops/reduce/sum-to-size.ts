/** The sum to a shape that broadcasts to that of the input. */

import { defineComposite } from "../../dispatch/define.ts";
import { requireTensor } from "../../dispatch/operand.ts";
import { ShapeError } from "../../tensor/errors.ts";
import { broadcastsTo, type Listed, listed, type Shape } from "../../tensor/shape.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { sumTo } from "./sum-over.ts";

/**
 * Returns the sum over the dimensions that `size` does not have, or has with size 1: the transpose of broadcasting `size` to the shape of the tensor.
 * @throws ShapeError when `size` does not broadcast to the shape of the tensor.
 * @example sumToSize(ones([2, 3]), [2, 1]).toArray(); // [[3], [3]]
 */
export const sumToSize: (input: Tensor, size: Shape) => Tensor = defineComposite(
  {
    name: "sumToSize",
    torch: "Tensor.sum_to_size",
    access: "method",
    signature: "input, size...",
    tex: "y = \\textstyle\\sum x",
    samples: (r) => [
      { input: r.normal([2, 3]), size: [2, 1] },
      { input: r.normal([4, 2, 3]), size: [3] },
    ],
  },
  (input: Tensor, size: Shape): Tensor => {
    const x = requireTensor("sumToSize", input);
    const shape = listed(size);
    if (!broadcastsTo(shape, x.shape))
      throw new ShapeError("sumToSize", "size must broadcast to the shape of the tensor (size, tensor)", [
        shape,
        x.shape,
      ]);
    return sumTo(x, shape);
  },
);

declare module "../../tensor/tensor.ts" {
  interface Tensor {
    /** Returns the sum over the dimensions that are missing or of size 1 in `size`. */
    sumToSize(...size: Listed): Tensor;
  }
}
