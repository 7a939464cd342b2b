/** Exponentials and logarithms to base 2 and 10. */
import { unary } from "../../dispatch/elementwise.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { mul } from "./arithmetic.ts";
import { exp2Complex, log2Complex, log10Complex } from "./complex-numbers.ts";
import { div } from "./division.ts";

type Unary = (input: Tensor) => Tensor;

/**
 * Returns 2ˣ of each element. Integers become float32.
 * @example exp2(tensor([3])).toArray(); // [8]
 */
export const exp2: Unary = unary({
  name: "exp2",
  breaks: "exponential",
  stops: "underflow",
  torch: "exp2",
  aliases: ["special.exp2"],
  access: "in-place",
  tex: { forward: "y = 2^x", vjp: "\\bar x = \\ln(2)\\, y\\, \\bar y" },
  f: (x) => 2 ** x,
  complex: exp2Complex,
  result: "float",
  saves: "y",
  derivative: ({ output: y }) => mul(y, Math.LN2),
  domain: [-2, 2],
});

/**
 * Returns the logarithm to base 2 of each element: -Infinity at 0, NaN below. Integers become float32.
 * @example log2(tensor([8])).toArray(); // [3]
 */
export const log2: Unary = unary({
  name: "log2",
  breaks: "logarithm",
  torch: "log2",
  access: "in-place",
  tex: { forward: "y = \\log_2 x", vjp: "\\bar x = \\bar y / (x \\ln 2)" },
  f: Math.log2,
  complex: log2Complex,
  result: "float",
  saves: "x",
  derivative: { select: (g, { inputs: [x] }) => div(g, mul(x, Math.LN2)) },
  domain: [0.5, 3],
});

/**
 * Returns the logarithm to base 10 of each element: -Infinity at 0, NaN below. Integers become float32.
 * @example log10(tensor([100])).toArray(); // [2]
 */
export const log10: Unary = unary({
  name: "log10",
  breaks: "logarithm",
  torch: "log10",
  access: "in-place",
  tex: { forward: "y = \\log_{10} x", vjp: "\\bar x = \\bar y / (x \\ln 10)" },
  f: Math.log10,
  complex: log10Complex,
  result: "float",
  saves: "x",
  derivative: { select: (g, { inputs: [x] }) => div(g, mul(x, Math.LN10)) },
  domain: [0.5, 3],
});

declare module "../../tensor/tensor.ts" {
  interface Tensor {
    /** Returns 2ˣ of each element. */
    exp2(): Tensor;
    /** Replaces each element by 2ˣ. */
    exp2_(): Tensor;
    /** Returns the logarithm to base 2 of each element: -Infinity at 0, NaN below. */
    log2(): Tensor;
    /** Replaces each element by its logarithm to base 2. */
    log2_(): Tensor;
    /** Returns the logarithm to base 10 of each element: -Infinity at 0, NaN below. */
    log10(): Tensor;
    /** Replaces each element by its logarithm to base 10. */
    log10_(): Tensor;
  }
}
