/** The modified Bessel function of order 0. */
import { unary } from "../../dispatch/elementwise.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { i1 } from "../special/bessel.ts";
import { i0Of } from "./bessel-function.ts";

/**
 * Returns I₀(x) of each element, the modified Bessel function of the first kind of order 0. Integers become float32.
 * @example i0(tensor([0])).toArray(); // [1]
 */
export const i0: (input: Tensor) => Tensor = unary({
  name: "i0",
  torch: "i0",
  aliases: ["special.i0", "special.modified_bessel_i0"],
  access: "in-place",
  tex: { forward: "y = I_0(x)", vjp: "\\bar x = I_1(x)\\, \\bar y" },
  f: i0Of,
  result: "float",
  saves: "x",
  derivative: ({ inputs: [x] }) => i1(x),
  domain: [0.5, 4],
});

declare module "../../tensor/tensor.ts" {
  interface Tensor {
    /** Returns the modified Bessel function of order 0 of each element. */
    i0(): Tensor;
    /** Replaces each element by its modified Bessel function of order 0. */
    i0_(): Tensor;
  }
}
