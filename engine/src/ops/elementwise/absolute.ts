/** Absolute value and sign. */

import { type Selection, scaled, unary, zeroDerivative } from "../../dispatch/elementwise.ts";
import { requireTensor } from "../../dispatch/operand.ts";
import { isComplex } from "../../tensor/dtype.ts";
import { Tensor } from "../../tensor/tensor.ts";
import { real } from "../shape/view-as-complex.ts";
import { mul } from "./arithmetic.ts";
import { eq } from "./compare.ts";
import { conj } from "./complex.ts";
import { reciprocal } from "./division.ts";
import { where } from "./where.ts";

/** Returns the derivative of |x| with a slope at 0. */
const slopeAtZero = (slope: number): Selection => ({
  select: (g, { inputs: [x] }) => where(eq(x, 0), scaled(g, slope), mul(g, sign(x))),
});

/**
 * Returns the absolute value of each element, of a complex one as a real number. The gradient at 0 is 0; `autograd.setSubgradients` chooses another for real numbers.
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
  complex: {
    f: (z) => Math.hypot(z.re, z.im),
    vjp: (g, { inputs: [x] }) => mul(g, sgn(x)),
    jvp: (t, { inputs: [x] }) => real(mul(t, conj(sgn(x)))),
  },
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
  stops: "step",
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

const sgnOp: (input: Tensor) => Tensor = unary({
  name: "sgn",
  stops: "step",
  torch: "sgn",
  access: "in-place",
  tex: { forward: "y = \\mathrm{sign}(x)", vjp: "\\bar x = 0" },
  f: (x) => (x > 0 ? 1 : x < 0 ? -1 : 0),
  result: "any",
  saves: "none",
  derivative: zeroDerivative,
  domain: [-2, -0.2],
  call: sgn,
});

/**
 * Returns -1, 0 or 1 for each element, as `sign` does, and x / |x| of a complex one, 0 for 0. The gradient of real elements is 0, and so is that of complex ones at 0.
 * @example sgn(tensor([-3, 0, 2])).toArray(); // [-1, 0, 1]
 */
export function sgn(input: Tensor): Tensor {
  const x = requireTensor("sgn", input);
  if (!isComplex(x.dtype)) return sgnOp(x);
  const size = abs(x);
  const isZero = eq(size, 0);
  return mul(x, where(isZero, 0, reciprocal(where(isZero, 1, size))));
}

declare module "../../tensor/tensor.ts" {
  interface Tensor {
    /** Returns the absolute value of each element. The gradient at 0 is 0. */
    abs(): Tensor;
    /** Replaces each element by its absolute value. */
    abs_(): Tensor;
    /** Returns -1, 0 or 1 for each element, and 0 for NaN. The gradient is 0. */
    sign(): Tensor;
    /** Returns -1, 0 or 1 for each element, and x / |x| of a complex one. */
    sgn(): Tensor;
    /** Replaces each element by -1, 0 or 1, and a complex one by x / |x|. */
    sgn_(): Tensor;
  }
}
