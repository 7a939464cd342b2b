/** Powers. */

import { binary, promotedDType } from "../../dispatch/elementwise.ts";
import { type Operand, requireFits, toOperand } from "../../dispatch/operand.ts";
import { zerosLike } from "../../tensor/create.ts";
import { isComplex, resultType, takesGradients } from "../../tensor/dtype.ts";
import { ArgumentError, DTypeError } from "../../tensor/errors.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { real } from "../shape/view-as-complex.ts";
import { mul, sub } from "./arithmetic.ts";
import { eq, ge, logicalAnd } from "./compare.ts";
import { powComplex } from "./complex-numbers.ts";
import { to } from "./convert.ts";
import { log } from "./exponential.ts";
import { where } from "./where.ts";

/** Returns x^z as C's `pow` does: 1 to any power is 1, and so is -1 to an infinite one. */
const power = (x: number, z: number): number => (x === 1 || (x === -1 && Math.abs(z) === Infinity) ? 1 : x ** z);

/** Returns x^z modulo 2³², by repeated squaring. For z < 0 it is the integer part of 1 / x^-z: 0 unless x is 1 or -1. */
function integerPower(x: number, z: number): number {
  if (z < 0) return x === 1 || (x === -1 && z % 2 === 0) ? 1 : x === -1 ? -1 : 0;
  let y = 1;
  for (let base = x, left = z; left > 0; left >>>= 1) {
    if (left & 1) y = Math.imul(y, base);
    base = Math.imul(base, base);
  }
  return y;
}

/** Returns x^z modulo 2^64, by repeated squaring. For z < 0 it is the integer part of 1 / x^-z. */
function bigIntPower(x: bigint, z: bigint): bigint {
  if (z < 0n) return x === 1n || (x === -1n && z % 2n === 0n) ? 1n : x === -1n ? -1n : 0n;
  let y = 1n;
  for (let base = x, left = z; left > 0n; left >>= 1n) {
    if (left & 1n) y = BigInt.asIntN(64, y * base);
    base = BigInt.asIntN(64, base * base);
  }
  return y;
}

/** Returns g z x^{z-1}, and 0 where z is 0, at x = 0 too. */
function throughPower(g: Tensor, x: Tensor, z: Tensor): Tensor {
  if (z.wrapped === null || isComplex(z.dtype)) return where(eq(z, 0), 0, mul(g, mul(z, pow(x, sub(z, 1)))));
  const exponent = z.storage.at(z.offset);
  if (exponent === 0) return zerosLike(g);
  return mul(g, mul(exponent === 2 ? x : pow(x, exponent - 1), exponent));
}

const powOp = binary(
  {
    name: "pow",
    breaks: "power",
    torch: "pow",
    aliases: ["__pow__", "__rpow__", "__ipow__"],
    access: "in-place",
    signature: "input, exponent",
    label: "xᶻ",
    tex: { forward: "y = x^z", vjp: "\\bar x = z x^{z-1} \\bar y,\\ \\bar z = y \\ln(x)\\, \\bar y" },
    f: power,
    complex: powComplex,
    integers: integerPower,
    bigints: bigIntPower,
    result: (x, z) => {
      const dtype = promotedDType(x, z);
      if (dtype === "bool" && !x.wrapped && !z.wrapped)
        throw new DTypeError("pow", "expected a number among the operands", [x.dtype, z.dtype]);
      return dtype;
    },
    saves: [{ inputs: [0, 1] }, { inputs: [0, 1], outputs: [0] }],
    partials: [
      { select: (g, { inputs: [x, z] }) => throughPower(g, x, z) },
      // for x = 0 and z >= 0 the derivative is 0, not 0 ln 0
      ({ inputs: [x, z], output }) =>
        where(logicalAnd(eq(x, 0), ge(real(z), 0)), 0, mul(output, log(to(x, output.dtype)))),
    ],
    samples: (r) => [
      { input: r.uniform([2, 3], 0.5, 2), exponent: r.normal([3]) },
      { input: r.uniform([3], 0.5, 2), exponent: 3 },
      { input: r.uniform([3], -2, -0.5), exponent: 2 },
    ],
  },
  pow,
);

/**
 * Returns `input` to the power of `exponent`, element by element, with broadcasting and type promotion. The gradient with respect to the base is 0 where
 * the exponent is 0; the one with respect to the exponent is 0 where the base is 0 and the exponent is not negative.
 * @throws ArgumentError when integers are raised to a negative integer; DTypeError for two numbers or two bools.
 * @example pow(tensor([1, 2, 3]), 2).toArray(); // [1, 4, 9]
 */
export function pow(input: Operand, exponent: Operand): Tensor {
  if (typeof input === "number" && typeof exponent === "number")
    throw new DTypeError("pow", "at least one operand must be a tensor", ["two numbers"]);
  const [x, z] = [toOperand("pow", input), toOperand("pow", exponent)];
  if (!takesGradients(resultType([x, z])) && typeof exponent === "number" && exponent < 0)
    throw new ArgumentError(
      "pow",
      `integers cannot be raised to the negative integer ${exponent}; make the base float32`,
    );
  requireFits("pow", resultType([x, z]), exponent);
  return powOp(x, z);
}

declare module "../../tensor/tensor.ts" {
  interface Tensor {
    /** Returns each element to the power of `exponent`. */
    pow(exponent: Operand): Tensor;
    /** Raises each element to the power of `exponent` in place. */
    pow_(exponent: Operand): Tensor;
  }
}
