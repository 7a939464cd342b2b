/** The complementary error function, and the inverse of the error function. */
import { unary } from "../../dispatch/elementwise.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { mul, neg } from "./arithmetic.ts";
import { erfcOf, erfInverseOf } from "./error-complement.ts";
import { exp } from "./exponential.ts";

/**
 * Returns the complementary error function of each element, 1 - erf(x), accurate where erf(x) is near 1. Integers become float32.
 * @example erfc(tensor([0])).toArray(); // [1]
 */
export const erfc: (input: Tensor) => Tensor = unary({
  name: "erfc",
  stops: "saturation",
  torch: "erfc",
  aliases: ["special.erfc"],
  access: "in-place",
  tex: { forward: "y = 1 - \\mathrm{erf}(x)", vjp: "\\bar x = -\\tfrac{2}{\\sqrt\\pi} e^{-x^2}\\, \\bar y" },
  f: erfcOf,
  result: "float",
  saves: "x",
  derivative: ({ inputs: [x] }) => mul(exp(neg(mul(x, x))), -2 / Math.sqrt(Math.PI)),
  domain: [-2, 2],
});

/**
 * Returns the inverse of the error function of each element: ±∞ at ±1, and NaN beyond. Integers become float32.
 * @example erfinv(tensor([0, 1])).toArray(); // [0, Infinity]
 */
export const erfinv: (input: Tensor) => Tensor = unary({
  name: "erfinv",
  breaks: "edge",
  torch: "erfinv",
  aliases: ["special.erfinv"],
  access: "in-place",
  label: "erf⁻¹",
  tex: { forward: "y = \\mathrm{erf}^{-1}(x)", vjp: "\\bar x = \\tfrac{\\sqrt\\pi}{2} e^{y^2}\\, \\bar y" },
  f: erfInverseOf,
  result: "float",
  saves: "y",
  derivative: ({ output: y }) => mul(exp(mul(y, y)), Math.sqrt(Math.PI) / 2),
  domain: [-0.9, 0.9],
});

declare module "../../tensor/tensor.ts" {
  interface Tensor {
    /** Returns 1 - erf(x) of each element. */
    erfc(): Tensor;
    /** Replaces each element by 1 - erf(x). */
    erfc_(): Tensor;
    /** Returns the inverse of the error function of each element. */
    erfinv(): Tensor;
    /** Replaces each element by the inverse of the error function. */
    erfinv_(): Tensor;
  }
}
