/** x ln(1 + z), and the Hurwitz zeta function. */
import { binary, promotedFloatDType } from "../../dispatch/elementwise.ts";
import { type Operand, toOperand } from "../../dispatch/operand.ts";
import { DTypeError, GradError } from "../../tensor/errors.ts";
import { Tensor } from "../../tensor/tensor.ts";
import { add, mul, neg } from "../elementwise/arithmetic.ts";
import { eq, le, logicalAnd } from "../elementwise/compare.ts";
import { div } from "../elementwise/division.ts";
import { zetaOf } from "../elementwise/gamma-function.ts";
import { where } from "../elementwise/where.ts";

/** Returns the operands, one of which must be a tensor. */
function operands(op: string, input: Operand, other: Operand): readonly [Tensor, Tensor] {
  if (!(input instanceof Tensor || other instanceof Tensor))
    throw new DTypeError(op, "at least one operand must be a tensor", ["two numbers"]);
  return [toOperand(op, input), toOperand(op, other)];
}

const xlog1pyOp = binary(
  {
    name: "xlog1py",
    torch: "special.xlog1py",
    access: "function",
    label: "x ln(1 + z)",
    tex: { forward: "y = x \\ln(1 + z)", vjp: "\\bar x = \\ln(1 + z)\\, \\bar y,\\ \\bar z = x\\, \\bar y / (1 + z)" },
    f: (x, z) => (Number.isNaN(z) ? z : x === 0 ? 0 : x * Math.log1p(z)),
    result: promotedFloatDType,
    saves: { inputs: [0, 1] },
    partials: [
      // at x = 0 and z <= -1 the slope ln(1 + z) is not a number; PyTorch takes 0
      { select: (g, { inputs: [x, z] }) => where(logicalAnd(eq(x, 0), le(z, -1)), 0, xlog1py(g, z)) },
      ({ inputs: [x, z] }) => div(x, add(z, 1)),
    ],
    samples: (r) => [
      { input: r.normal([2, 3]), other: r.uniform([3], -0.5, 2) },
      { input: r.normal([3]), other: r.uniform([2, 1], -0.5, 2) },
    ],
  },
  xlog1py,
);

/**
 * Returns x ln(1 + z) of each pair of elements, with broadcasting: 0 where x is 0, unless z is NaN. Integers become float32. The gradient with respect to x is 0 where x is 0 and z is
 * at most -1.
 * @throws DTypeError for two numbers; ShapeError when the shapes do not broadcast.
 * @example special.xlog1py(tensor([0, 2]), tensor([-1, 0])).toArray(); // [0, 0]
 */
export function xlog1py(input: Operand, other: Operand): Tensor {
  return xlog1pyOp(...operands("xlog1py", input, other));
}

const zetaOp = binary(
  {
    name: "zeta",
    torch: "special.zeta",
    access: "function",
    label: "ζ",
    tex: { forward: "y = \\zeta(x, z)", vjp: "\\bar z = -x\\, \\zeta(x + 1, z)\\, \\bar y" },
    f: zetaOf,
    result: promotedFloatDType,
    saves: [{}, { inputs: [0, 1] }],
    partials: [
      {
        select: () => {
          throw new GradError("zeta", "the derivative with respect to input is not implemented, as in PyTorch");
        },
      },
      ({ inputs: [s, q] }) => mul(neg(s), zeta(add(s, 1), q)),
    ],
    // integer exponents, as the derivative in the exponent is not implemented
    samples: (r) => [
      { input: r.integers([2, 3], 2, 5), other: r.uniform([3], 0.5, 3) },
      { input: r.integers([3], 2, 5), other: r.uniform([2, 1], 0.5, 3) },
    ],
  },
  zeta,
);

/**
 * Returns the Hurwitz zeta function Σ (q + k)⁻ˢ over k >= 0 of each pair of elements s of `input` and q of `other`, with broadcasting: ∞ for s = 1 and for integers q <= 0, NaN for
 * s < 1. Integers become float32. There is a gradient with respect to `other` alone.
 * @throws DTypeError for two numbers; ShapeError when the shapes do not broadcast; GradError in the backward walk if `input` requires a gradient.
 * @example special.zeta(1, tensor([2])).toArray(); // [Infinity]
 */
export function zeta(input: Operand, other: Operand): Tensor {
  return zetaOp(...operands("zeta", input, other));
}
