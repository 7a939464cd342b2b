/** Modified Bessel functions of the first kind, scaled by e^(-|x|) or of order 1. */
import { unary } from "../../dispatch/elementwise.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { abs, sign } from "../elementwise/absolute.ts";
import { mul, sub } from "../elementwise/arithmetic.ts";
import { i1Of, scaledI0Of, scaledI1Of } from "../elementwise/bessel-function.ts";
import { eq } from "../elementwise/compare.ts";
import { div } from "../elementwise/division.ts";
import { exp } from "../elementwise/exponential.ts";
import { where } from "../elementwise/where.ts";

type Unary = (input: Tensor) => Tensor;

/** Returns y / x, and 1/2 at x = 0, the limit for I₁. */
const ratio = (y: Tensor, x: Tensor): Tensor => where(eq(x, 0), 0.5, div(y, where(eq(x, 0), 1, x)));

/**
 * Returns e^(-|x|) I₀(x) of each element, the modified Bessel function of order 0 without overflow. Integers become float32.
 * @example special.i0e(tensor([0])).toArray(); // [1]
 */
export const i0e: Unary = unary({
  name: "i0e",
  torch: "special.i0e",
  access: "function",
  tex: { forward: "y = e^{-|x|} I_0(x)", vjp: "\\bar x = (e^{-|x|} I_1(x) - \\mathrm{sign}(x)\\, y)\\, \\bar y" },
  f: scaledI0Of,
  result: "float",
  saves: "x",
  derivative: ({ inputs: [x] }) => sub(i1e(x), mul(sign(x), i0e(x))),
  domain: [0.5, 4],
});

/**
 * Returns I₁(x) of each element, the modified Bessel function of order 1. Integers become float32.
 * @example special.i1(tensor([0])).toArray(); // [0]
 */
export const i1: Unary = unary({
  name: "i1",
  torch: "special.i1",
  aliases: ["special.modified_bessel_i1"],
  access: "function",
  tex: { forward: "y = I_1(x)", vjp: "\\bar x = (I_0(x) - y / x)\\, \\bar y" },
  f: i1Of,
  result: "float",
  saves: "x",
  derivative: ({ inputs: [x] }) => {
    // the exponential overflows before I₀ does
    const half = exp(mul(abs(x), 0.5));
    return sub(mul(mul(i0e(x), half), half), ratio(i1(x), x));
  },
  domain: [0.5, 4],
});

/**
 * Returns e^(-|x|) I₁(x) of each element, the modified Bessel function of order 1 without overflow. Integers become float32.
 * @example special.i1e(tensor([0])).toArray(); // [0]
 */
export const i1e: Unary = unary({
  name: "i1e",
  torch: "special.i1e",
  access: "function",
  tex: {
    forward: "y = e^{-|x|} I_1(x)",
    vjp: "\\bar x = (e^{-|x|} I_0(x) - (\\mathrm{sign}(x) + 1 / x)\\, y)\\, \\bar y",
  },
  f: scaledI1Of,
  result: "float",
  saves: "x",
  derivative: ({ inputs: [x] }) => sub(sub(i0e(x), mul(sign(x), i1e(x))), ratio(i1e(x), x)),
  domain: [0.5, 4],
});
