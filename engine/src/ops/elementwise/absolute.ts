/** Absolute value and sign. */

import { flat, unary } from "../../dispatch/elementwise.ts";
import { Tensor } from "../../tensor/tensor.ts";
import { mul } from "./arithmetic.ts";
import { eq } from "./compare.ts";
import { where } from "./where.ts";

/** Absolute value. The gradient at 0 is 0. */
export const abs: (input: Tensor) => Tensor = unary({
  name: "abs",
  torch: "abs",
  access: "in-place",
  label: "|x|",
  tex: { forward: "y = |x|", vjp: "\\bar x = \\mathrm{sign}(x)\\, \\bar y" },
  f: Math.abs,
  result: "same",
  saves: "x",
  derivative: { select: (g, { inputs: [x] }) => where(eq(x, 0), 0, mul(g, sign(x))) },
  domain: [0.2, 2],
});

/** -1, 0 or 1; 0 for NaN. The gradient is 0 everywhere. */
export const sign: (input: Tensor) => Tensor = unary({
  name: "sign",
  torch: "sign",
  access: "method",
  tex: { forward: "y = \\mathrm{sign}(x)", vjp: "\\bar x = 0" },
  keepsFinite: "both",
  f: (x) => (x > 0 ? 1 : x < 0 ? -1 : 0),
  result: "any",
  saves: "none",
  derivative: flat,
  domain: [-2, -0.2],
});

declare module "../../tensor/tensor.ts" {
  interface Tensor {
    /** Absolute value; the gradient at 0 is 0. */
    abs(): Tensor;
    /** The op without the underscore, in place. */
    abs_(): Tensor;
    /** -1, 0 or 1; the gradient is 0. */
    sign(): Tensor;
  }
}
