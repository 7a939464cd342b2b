/** Absolute value and sign. */

import { type Selection, scaled, unary, zeroDerivative } from "../../dispatch/elementwise.ts";
import { Tensor } from "../../tensor/tensor.ts";
import { mul } from "./arithmetic.ts";
import { eq } from "./compare.ts";
import { where } from "./where.ts";

/** Returns the derivative of |x| with a slope at 0. */
const slopeAtZero = (slope: number): Selection => ({
  select: (g, { inputs: [x] }) => where(eq(x, 0), scaled(g, slope), mul(g, sign(x))),
});

/**
 * Returns the absolute value of each element. The gradient at 0 is 0, or what `autograd.setSubgradients` chooses.
 * @throws DTypeError for bools.
 * @example abs(tensor([-1, 2])).toArray(); // [1, 2]
 */
export const abs: (input: Tensor) => Tensor = unary({
  name: "abs",
  torch: "abs",
  aliases: ["absolute", "__abs__"],
  access: "in-place",
  label: "|x|",
  tex: { forward: "y = |x|", vjp: "\\bar x = \\mathrm{sign}(x)\\, \\bar y" },
  f: Math.abs,
  bigints: (x) => (x < 0n ? -x : x),
  result: "same",
  saves: "x",
  derivative: slopeAtZero(0),
  kink: {
    option: "abs",
    at: "x = 0",
    default: 0,
    choices: [-1, 1],
    derivative: slopeAtZero,
    tex: (slope) => `\\bar x = (\\mathrm{sign}(x) + ${slope < 0 ? `(${slope})` : slope}\\, [x = 0])\\, \\bar y`,
  },
  domain: [0.2, 2],
});

/**
 * Returns -1, 0 or 1 for each element, and 0 for NaN. The gradient is 0.
 * @example sign(tensor([-3, 0, 2])).toArray(); // [-1, 0, 1]
 */
export const sign: (input: Tensor) => Tensor = unary({
  name: "sign",
  torch: "sign",
  access: "in-place",
  tex: { forward: "y = \\mathrm{sign}(x)", vjp: "\\bar x = 0" },
  keepsFinite: "both",
  f: (x) => (x > 0 ? 1 : x < 0 ? -1 : 0),
  bigints: (x) => (x > 0n ? 1n : x < 0n ? -1n : 0n),
  result: "any",
  saves: "none",
  derivative: zeroDerivative,
  domain: [-2, -0.2],
});

declare module "../../tensor/tensor.ts" {
  interface Tensor {
    /** Returns the absolute value of each element. The gradient at 0 is 0. */
    abs(): Tensor;
    /** Replaces each element by its absolute value. */
    abs_(): Tensor;
    /** Returns -1, 0 or 1 for each element, and 0 for NaN. The gradient is 0. */
    sign(): Tensor;
  }
}
