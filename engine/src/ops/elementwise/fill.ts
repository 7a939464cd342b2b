/** A tensor of one value in the shape of another one. */
import { defineComposite } from "../../dispatch/define.ts";
import { binary, zeroDerivative } from "../../dispatch/elementwise.ts";
import { type Operand, requireTensor, toOperand } from "../../dispatch/operand.ts";
import { isComplex } from "../../tensor/dtype.ts";
import { DTypeError, ShapeError } from "../../tensor/errors.ts";
import { Tensor } from "../../tensor/tensor.ts";
import { to } from "./convert.ts";

/** The op whose result has the shape and the dtype of the first operand, and the second one's value. */
const fillOp: (input: Operand, value: Operand) => Tensor = binary(
  {
    name: "fillValue",
    torch: "ops.aten.fill",
    access: "internal",
    signature: "input, value",
    label: "fill",
    tex: { forward: "y_i = v", vjp: "\\bar x = 0,\\ \\bar v = \\textstyle\\sum_i \\bar y_i" },
    f: (_x, v) => v,
    bigints: (_x, v) => v,
    complex: (_z, v) => v,
    result: (x) => x.dtype,
    saves: {},
    partials: [zeroDerivative, { select: (g) => g }],
    samples: (r) => [{ input: r.normal([2, 3]), value: r.normal([]) }],
  },
  (input: Tensor, value: Tensor) => fillOp(input, value),
);

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
    const v = toOperand("fill", value);
    if (isComplex(v.dtype) && !isComplex(x.dtype))
      throw new DTypeError("fill", "a complex value cannot be stored in a real tensor", [x.dtype, v.dtype]);
    return fillOp(x, to(v, x.dtype));
  },
);
