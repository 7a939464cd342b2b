/** Replacing the elements where a mask is true. */

import { defineComposite } from "../../dispatch/define.ts";
import { type Operand, requireTensor, toOperand } from "../../dispatch/operand.ts";
import { isComplex } from "../../tensor/dtype.ts";
import { DTypeError, ShapeError } from "../../tensor/errors.ts";
import { broadcastShapes, sizeOf } from "../../tensor/shape.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { to } from "../elementwise/convert.ts";
import { where } from "../elementwise/where.ts";
import { expand } from "../shape/expand.ts";
import { reshape } from "../shape/reshape.ts";
import { narrow } from "../shape/window.ts";
import { positionsOf } from "./locate.ts";
import { scatter } from "./scatter.ts";

/**
 * Returns the mask.
 * @throws DTypeError for another dtype than bool.
 */
function requireMask(op: string, mask: Tensor): Tensor {
  const m = requireTensor(op, mask);
  if (m.dtype !== "bool") throw new DTypeError(op, "the mask must be bool", [m.dtype]);
  return m;
}

/**
 * Returns a copy of `input` with a number, or the element of a 0-d tensor, where the mask is true, after both are broadcast. The result has the dtype of
 * `input`. The gradient flows to `input` where the mask is false, and to a 0-d tensor from all places that it fills.
 * @throws DTypeError for a mask that is not bool, and for a complex value of a real tensor; ShapeError for a value with dimensions, and when the shapes do not broadcast.
 * @example maskedFill(tensor([1, 2]), tensor([true, false]), 0).toArray(); // [0, 2]
 */
export const maskedFill: (input: Tensor, mask: Tensor, value: Operand) => Tensor = defineComposite(
  {
    name: "maskedFill",
    torch: "masked_fill",
    access: "in-place",
    signature: "input, mask, value",
    tex: "y = v \\text{ where } m \\text{, else } x",
    samples: (r) => [
      { input: r.normal([2, 3]), mask: r.integers([3], 0, 2).to("bool"), value: 2.5 },
      { input: r.normal([3]), mask: r.integers([2, 3], 0, 2).to("bool"), value: r.normal([]) },
    ],
  },
  (input: Tensor, mask: Tensor, value: Operand): Tensor => {
    const x = requireTensor("maskedFill", input);
    const m = requireMask("maskedFill", mask);
    const v = toOperand("maskedFill", value);
    if (v.ndim > 0) throw new ShapeError("maskedFill", "the value must be a number or a 0-d tensor", [v.shape]);
    if (isComplex(v.dtype) && !isComplex(x.dtype))
      throw new DTypeError("maskedFill", "a complex value cannot be stored in a real tensor", [x.dtype, v.dtype]);
    broadcastShapes("maskedFill", [x.shape, m.shape]);
    return where(m, to(v, x.dtype), x);
  },
);

/**
 * Returns a copy of `input` in which the elements where the mask is true are replaced by the first elements of `source`, in row-major order, after
 * `input` and mask are broadcast. The gradient flows to `input` where the mask is false, and to the elements of `source` that are used.
 * @throws DTypeError for a mask that is not bool, and for different dtypes; ShapeError when the source has too few elements.
 * @example maskedScatter(zeros([3]), tensor([true, false, true]), tensor([5, 6])).toArray(); // [5, 0, 6]
 */
export const maskedScatter: (input: Tensor, mask: Tensor, source: Tensor) => Tensor = defineComposite(
  {
    name: "maskedScatter",
    torch: "masked_scatter",
    access: "in-place",
    signature: "input, mask, source",
    tex: "y = (z_1, z_2, \\ldots) \\text{ where } m \\text{, else } x",
    samples: (r) => [
      { input: r.normal([2, 3]), mask: r.integers([3], 0, 2).to("bool"), source: r.normal([3, 2]) },
      { input: r.normal([3]), mask: r.integers([2, 3], 0, 2).to("bool"), source: r.normal([7]) },
    ],
  },
  (input: Tensor, mask: Tensor, source: Tensor): Tensor => {
    const x = requireTensor("maskedScatter", input);
    const m = requireMask("maskedScatter", mask);
    const z = requireTensor("maskedScatter", source);
    if (z.dtype !== x.dtype)
      throw new DTypeError("maskedScatter", "input and source must have one dtype", [x.dtype, z.dtype]);
    const shape = broadcastShapes("maskedScatter", [x.shape, m.shape]);
    const [at] = positionsOf(reshape(expand(m, shape), [sizeOf(shape)]));
    if (at.numel() > z.numel())
      throw new ShapeError(
        "maskedScatter",
        `the mask has ${at.numel()} true elements, which are more than the source`,
        [z.shape],
      );
    const used = narrow(reshape(z, [z.numel()]), 0, 0, at.numel());
    return reshape(scatter(reshape(expand(x, shape), [sizeOf(shape)]), 0, at, used), shape);
  },
);

declare module "../../tensor/tensor.ts" {
  interface Tensor {
    /** Returns a copy with a value where the mask is true. */
    maskedFill(mask: Tensor, value: Operand): Tensor;
    /** Sets the elements where the mask is true to a value. */
    maskedFill_(mask: Tensor, value: Operand): Tensor;
    /** Returns a copy in which the elements where the mask is true are replaced by the first ones of `source`. */
    maskedScatter(mask: Tensor, source: Tensor): Tensor;
    /** Replaces the elements where the mask is true by the first ones of `source`. */
    maskedScatter_(mask: Tensor, source: Tensor): Tensor;
  }
}
