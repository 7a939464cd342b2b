/** Logarithms of sums of exponentials of two tensors, and x ln z. */
import { binary, promotedDType, promotedFloatDType } from "../../dispatch/elementwise.ts";
import { type Operand, requireFloat, requireTensor, toOperand } from "../../dispatch/operand.ts";
import { DTypeError } from "../../tensor/errors.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { add, sub } from "./arithmetic.ts";
import { eq, le, logicalAnd } from "./compare.ts";
import { div } from "./division.ts";
import { exp } from "./exponential.ts";
import { exp2 } from "./logarithm-bases.ts";
import { where } from "./where.ts";

/** Defines ln(bˣ + bᶻ) to a base, of which `power` is the exponential and `scale` the natural logarithm. */
function logAdd(name: "logaddexp" | "logaddexp2", base: string, scale: number, power: (x: Tensor) => Tensor) {
  return binary(
    {
      name,
      torch: name,
      access: "method",
      label: name,
      tex: {
        forward: `y = \\log_{${base}}(${base}^x + ${base}^z)`,
        vjp: `\\bar x = \\bar y / (1 + ${base}^{z - x}),\\ \\bar z = \\bar y / (1 + ${base}^{x - z})`,
      },
      f: (x, z) => {
        const larger = Math.max(x, z);
        // equal infinities have no difference
        if (!Number.isFinite(larger) && x === z) return x;
        return larger + Math.log1p(Math.exp(-Math.abs(x - z) * scale)) / scale;
      },
      result: promotedDType,
      saves: { inputs: [0, 1] },
      partials: [
        { select: (g, { inputs: [x, z] }) => div(g, add(power(sub(z, x)), 1)) },
        { select: (g, { inputs: [x, z] }) => div(g, add(power(sub(x, z)), 1)) },
      ],
      samples: (r) => [
        { input: r.normal([2, 3]), other: r.normal([3]) },
        { input: r.normal([3]), other: r.normal([2, 1]) },
      ],
    },
    name === "logaddexp" ? logaddexp : logaddexp2,
  );
}

const logaddexpOp: (input: Operand, other: Operand) => Tensor = logAdd("logaddexp", "e", 1, exp);
const logaddexp2Op: (input: Operand, other: Operand) => Tensor = logAdd("logaddexp2", "2", Math.LN2, exp2);

/**
 * Returns ln(eˣ + eᶻ) of each pair of elements, with broadcasting, without overflow.
 * @throws DTypeError for integers and bools; ShapeError when the shapes do not broadcast.
 * @example logaddexp(tensor([1000]), tensor([-1000])).toArray(); // [1000]
 */
export function logaddexp(input: Tensor, other: Tensor): Tensor {
  const [x, z] = [requireTensor("logaddexp", input), requireTensor("logaddexp", other)];
  requireFloat("logaddexp", promotedDType(x, z));
  return logaddexpOp(x, z);
}

/**
 * Returns log₂(2ˣ + 2ᶻ) of each pair of elements, with broadcasting, without overflow.
 * @throws DTypeError for integers and bools; ShapeError when the shapes do not broadcast.
 * @example logaddexp2(tensor([3]), tensor([3])).toArray(); // [4]
 */
export function logaddexp2(input: Tensor, other: Tensor): Tensor {
  const [x, z] = [requireTensor("logaddexp2", input), requireTensor("logaddexp2", other)];
  requireFloat("logaddexp2", promotedDType(x, z));
  return logaddexp2Op(x, z);
}

const xlogyOp = binary(
  {
    name: "xlogy",
    breaks: "logarithm",
    torch: "xlogy",
    aliases: ["special.xlogy"],
    access: "in-place",
    label: "x ln z",
    tex: { forward: "y = x \\ln z", vjp: "\\bar x = \\ln(z)\\, \\bar y,\\ \\bar z = (x / z)\\, \\bar y" },
    f: (x, z) => (Number.isNaN(z) ? z : x === 0 ? 0 : x * Math.log(z)),
    result: promotedFloatDType,
    saves: { inputs: [0, 1] },
    partials: [
      // at x = 0 and z <= 0 the slope ln z is not a number; PyTorch takes 0
      { select: (g, { inputs: [x, z] }) => where(logicalAnd(eq(x, 0), le(z, 0)), 0, xlogy(g, z)) },
      ({ inputs: [x, z] }) => div(x, z),
    ],
    samples: (r) => [
      { input: r.normal([2, 3]), other: r.uniform([3], 0.5, 2) },
      { input: r.normal([3]), other: r.uniform([2, 1], 0.5, 2) },
    ],
  },
  xlogy,
);

/**
 * Returns x ln z of each pair of elements, with broadcasting: 0 where x is 0, unless z is NaN. Integers become float32. The gradient with respect to x is 0
 * where x is 0 and z is not positive.
 * @throws DTypeError for two numbers; ShapeError when the shapes do not broadcast.
 * @example xlogy(tensor([0, 2]), tensor([0, 1])).toArray(); // [0, 0]
 */
export function xlogy(input: Operand, other: Operand): Tensor {
  if (typeof input === "number" && typeof other === "number")
    throw new DTypeError("xlogy", "at least one operand must be a tensor", ["two numbers"]);
  return xlogyOp(toOperand("xlogy", input), toOperand("xlogy", other));
}

declare module "../../tensor/tensor.ts" {
  interface Tensor {
    /** Returns ln(eˣ + eᶻ) of each pair of elements, without overflow. */
    logaddexp(other: Tensor): Tensor;
    /** Returns log₂(2ˣ + 2ᶻ) of each pair of elements, without overflow. */
    logaddexp2(other: Tensor): Tensor;
    /** Returns x ln z of each pair of elements, and 0 where x is 0. */
    xlogy(other: Operand): Tensor;
    /** Replaces each element by x ln z. */
    xlogy_(other: Operand): Tensor;
  }
}
