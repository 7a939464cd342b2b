/** The logistic function. */

import { unary } from "../../dispatch/elementwise.ts";
import { Tensor } from "../../tensor/tensor.ts";
import { mul, sub } from "./arithmetic.ts";
import { sigmoidComplex } from "./complex-numbers.ts";

/**
 * Returns the logistic function of each element, 1 / (1 + e⁻ˣ). Integers become float32.
 * @example sigmoid(tensor([0])).toArray(); // [0.5]
 */
export const sigmoid: (input: Tensor) => Tensor = unary({
  name: "sigmoid",
  role: "sigmoid",
  stops: "saturation",
  torch: "sigmoid",
  aliases: ["nn.functional.sigmoid", "special.expit"],
  access: "in-place",
  label: "σ",
  tex: { forward: "y = 1 / (1 + e^{-x})", vjp: "\\bar x = y (1 - y)\\, \\bar y" },
  keepsFinite: "forward",
  f: (x) => 1 / (1 + Math.exp(-x)),
  complex: sigmoidComplex,
  result: "float",
  saves: "y",
  derivative: ({ output: y }) => mul(y, sub(1, y)),
  domain: [-3, 3],
});

declare module "../../tensor/tensor.ts" {
  interface Tensor {
    /** Returns the logistic function of each element, 1 / (1 + e⁻ˣ). */
    sigmoid(): Tensor;
    /** Replaces each element by its logistic function. */
    sigmoid_(): Tensor;
  }
}
