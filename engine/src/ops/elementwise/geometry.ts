/** The angle and the length of a pair of coordinates, and the transfer of a sign. */
import { binary, promotedDType, promotedFloatDType, zeroDerivative } from "../../dispatch/elementwise.ts";
import { type Operand, requireTensor, toOperand } from "../../dispatch/operand.ts";
import { isFloating } from "../../tensor/dtype.ts";
import { DTypeError } from "../../tensor/errors.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { add, mul, neg } from "./arithmetic.ts";
import { eq } from "./compare.ts";
import { div, reciprocal } from "./division.ts";
import { where } from "./where.ts";

/** Returns 1 / (x² + z²), and 0 where both are 0. */
const inverseSquare = (x: Tensor, z: Tensor): Tensor => {
  const square = add(mul(x, x), mul(z, z));
  return where(eq(square, 0), 0, reciprocal(square));
};

const atan2Op = binary(
  {
    name: "atan2",
    torch: "atan2",
    aliases: ["arctan2"],
    access: "in-place",
    label: "atan2",
    tex: {
      forward: "y = \\operatorname{atan2}(x, z)",
      vjp: "\\bar x = z\\, \\bar y / (x^2 + z^2),\\ \\bar z = -x\\, \\bar y / (x^2 + z^2)",
    },
    f: Math.atan2,
    result: promotedFloatDType,
    saves: { inputs: [0, 1] },
    partials: [
      ({ inputs: [x, z] }) => mul(z, inverseSquare(x, z)),
      ({ inputs: [x, z] }) => mul(neg(x), inverseSquare(x, z)),
    ],
    samples: (r) => [
      { input: r.uniform([2, 3], 0.5, 2), other: r.uniform([3], 0.5, 2) },
      { input: r.uniform([3], -2, -0.5), other: r.uniform([2, 1], 0.5, 2) },
    ],
  },
  atan2,
);

/**
 * Returns the angle of the point (other, input) in radians, from -π to π, of each pair of elements, with broadcasting. Integers become float32. The gradient at
 * (0, 0) is 0.
 * @throws ShapeError when the shapes do not broadcast.
 * @example atan2(tensor([0]), tensor([1])).toArray(); // [0]
 */
export function atan2(input: Tensor, other: Tensor): Tensor {
  return atan2Op(requireTensor("atan2", input), requireTensor("atan2", other));
}

const hypotOp = binary(
  {
    name: "hypot",
    breaks: "root",
    torch: "hypot",
    access: "in-place",
    label: "hypot",
    tex: { forward: "y = \\sqrt{x^2 + z^2}", vjp: "\\bar x = x\\, \\bar y / y,\\ \\bar z = z\\, \\bar y / y" },
    f: Math.hypot,
    result: promotedDType,
    saves: [
      { inputs: [0], outputs: [0] },
      { inputs: [1], outputs: [0] },
    ],
    partials: [({ inputs: [x], output }) => div(x, output), ({ inputs: [, z], output }) => div(z, output)],
    samples: (r) => [
      { input: r.uniform([2, 3], 0.5, 2), other: r.uniform([3], 0.5, 2) },
      { input: r.uniform([3], -2, -0.5), other: r.uniform([2, 1], 0.5, 2) },
    ],
  },
  hypot,
);

/**
 * Returns √(x² + z²) of each pair of elements, with broadcasting, without overflow of the squares. The gradient at (0, 0) is NaN.
 * @throws DTypeError for integers and bools; ShapeError when the shapes do not broadcast.
 * @example hypot(tensor([3]), tensor([4])).toArray(); // [5]
 */
export function hypot(input: Tensor, other: Tensor): Tensor {
  const [x, z] = [requireTensor("hypot", input), requireTensor("hypot", other)];
  if (!isFloating(promotedDType(x, z))) throw new DTypeError("hypot", "expected a float tensor", [x.dtype, z.dtype]);
  return hypotOp(x, z);
}

const copysignOp = binary(
  {
    name: "copysign",
    torch: "copysign",
    access: "in-place",
    label: "copysign",
    tex: { forward: "y = |x|\\, \\mathrm{sign}(z)", vjp: "\\bar x = (y / x)\\, \\bar y,\\ \\bar z = 0" },
    keepsFinite: "both",
    f: (x, z) => (z < 0 || Object.is(z, -0) ? -Math.abs(x) : Math.abs(x)),
    result: promotedFloatDType,
    saves: [{ inputs: [0], outputs: [0] }, {}],
    partials: [
      // at 0 the ratio of result and input is 0 / 0; PyTorch takes 0
      { select: (g, { inputs: [x], output }) => where(eq(x, 0), 0, mul(g, div(output, x))) },
      zeroDerivative,
    ],
    samples: (r) => [
      { input: r.uniform([2, 3], 0.5, 2), other: r.uniform([3], -2, -0.5) },
      { input: r.uniform([3], -2, -0.5), other: r.uniform([2, 1], -2, -0.5) },
    ],
  },
  copysign,
);

/**
 * Returns the absolute value of each element of `input` with the sign of `other`, with broadcasting; the sign of -0 is negative. Integers become float32. The
 * gradient with respect to `input` is 0 at 0, and the one with respect to `other` is 0.
 * @throws ShapeError when the shapes do not broadcast.
 * @example copysign(tensor([1, 2]), tensor([-3, 4])).toArray(); // [-1, 2]
 */
export function copysign(input: Tensor, other: Operand): Tensor {
  return copysignOp(requireTensor("copysign", input), toOperand("copysign", other));
}

declare module "../../tensor/tensor.ts" {
  interface Tensor {
    /** Returns the angle of the point (other, this) in radians, of each pair of elements. */
    atan2(other: Tensor): Tensor;
    /** Replaces each element by the angle of the point (other, this). */
    atan2_(other: Tensor): Tensor;
    /** Returns √(x² + z²) of each pair of elements. */
    hypot(other: Tensor): Tensor;
    /** Replaces each element by √(x² + z²). */
    hypot_(other: Tensor): Tensor;
    /** Returns the absolute value of each element with the sign of `other`. */
    copysign(other: Operand): Tensor;
    /** Gives each element the sign of `other`. */
    copysign_(other: Operand): Tensor;
  }
}
