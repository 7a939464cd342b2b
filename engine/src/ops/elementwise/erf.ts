/** The error function. */

import { unary } from "../../dispatch/elementwise.ts";
import { Tensor } from "../../tensor/tensor.ts";
import { mul, neg } from "./arithmetic.ts";
import { erfOf } from "./error-function.ts";
import { exp } from "./exponential.ts";

/**
 * Returns the error function of each element, 2/√π ∫₀ˣ e^(-t²) dt. Integers become float32.
 * @example erf(tensor([0])).toArray(); // [0]
 */
export const erf: (input: Tensor) => Tensor = unary({
  name: "erf",
  stops: "saturation",
  torch: "erf",
  aliases: ["special.erf"],
  access: "in-place",
  tex: { forward: "y = \\mathrm{erf}(x)", vjp: "\\bar x = \\tfrac{2}{\\sqrt\\pi} e^{-x^2}\\, \\bar y" },
  f: (x) => (Number.isNaN(x) ? x : erfOf(x)),
  result: "float",
  saves: "x",
  derivative: ({ inputs: [x] }) => mul(exp(neg(mul(x, x))), 2 / Math.sqrt(Math.PI)),
  domain: [-3, 3],
});

declare module "../../tensor/tensor.ts" {
  interface Tensor {
    /** Returns the error function of each element. */
    erf(): Tensor;
  }
}
