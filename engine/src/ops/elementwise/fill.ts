/** A tensor of one value in the shape of another one. */
import { defineComposite } from "../../dispatch/define.ts";
import { type Operand, requireTensor } from "../../dispatch/operand.ts";
import { onesLike } from "../../tensor/create.ts";
import { ShapeError } from "../../tensor/errors.ts";
import { Tensor } from "../../tensor/tensor.ts";
import { maskedFill } from "../indexing/masked.ts";

/**
 * Returns a tensor of the shape and dtype of the input whose elements are all the value, a number or a 0-d tensor. The gradient goes to the value, and that of the input is 0.
 * @throws ShapeError for a value with dimensions.
 * @example fill(tensor([1, 2]), 3).toArray(); // [3, 3]
 */
export const fill: (input: Tensor, value: Operand) => Tensor = defineComposite(
  {
    name: "filled",
    functionName: "fill",
    torch: "fill",
    access: "function",
    signature: "input, value",
    tex: "y_i = v",
    samples: (r) => [
      { input: r.normal([2, 3]), value: r.normal([]) },
      { input: r.normal([]), value: 2.5 },
    ],
  },
  (input: Tensor, value: Operand): Tensor => {
    const x = requireTensor("fill", input);
    if (value instanceof Tensor && value.ndim > 0)
      throw new ShapeError("fill", "the value must be a number or a 0-d tensor", [value.shape]);
    return maskedFill(x, onesLike(x.detach(), { dtype: "bool" }), value);
  },
);
