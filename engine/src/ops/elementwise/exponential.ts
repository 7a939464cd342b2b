/** Exponentials, logarithms, roots and trigonometry. */

import { unary } from "../../dispatch/elementwise.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { add, mul, neg, sub } from "./arithmetic.ts";
import { expComplex, expm1Complex, log1pComplex, logComplex, rsqrtComplex, sqrtComplex } from "./complex-numbers.ts";
import { cosComplex, sinComplex, tanhComplex } from "./complex-trigonometry.ts";
import { div } from "./division.ts";

/** An elementwise function. */
type Unary = (input: Tensor) => Tensor;

/**
 * Returns eˣ of each element. Integers become float32.
 * @example exp(tensor([0])).toArray(); // [1]
 */
export const exp: Unary = unary({
  name: "exp",
  breaks: "exponential",
  stops: "underflow",
  torch: "exp",
  access: "in-place",
  tex: { forward: "y = e^x", vjp: "\\bar x = y\\, \\bar y" },
  f: Math.exp,
  complex: expComplex,
  result: "float",
  saves: "y",
  derivative: ({ output }) => output,
  domain: [-2, 2],
});

/**
 * Returns eˣ - 1 of each element, accurate near 0. Integers become float32.
 * @example expm1(tensor([0])).toArray(); // [0]
 */
export const expm1: Unary = unary({
  name: "expm1",
  breaks: "exponential",
  torch: "expm1",
  aliases: ["special.expm1"],
  access: "in-place",
  tex: { forward: "y = e^x - 1", vjp: "\\bar x = (y + 1)\\, \\bar y" },
  f: Math.expm1,
  complex: expm1Complex,
  result: "float",
  saves: "y",
  derivative: ({ output }) => add(output, 1),
  domain: [-2, 2],
});

/**
 * Returns the natural logarithm of each element: -Infinity at 0, NaN below. Integers become float32.
 * @example log(tensor([1])).toArray(); // [0]
 */
export const log: Unary = unary({
  name: "log",
  breaks: "logarithm",
  torch: "log",
  access: "in-place",
  tex: { forward: "y = \\ln x", vjp: "\\bar x = \\bar y / x" },
  f: Math.log,
  complex: logComplex,
  result: "float",
  saves: "x",
  derivative: { select: (g, { inputs: [x] }) => div(g, x) },
  domain: [0.5, 3],
});

/**
 * Returns ln(1 + x) of each element, accurate near 0. Integers become float32.
 * @example log1p(tensor([0])).toArray(); // [0]
 */
export const log1p: Unary = unary({
  name: "log1p",
  breaks: "logarithm",
  torch: "log1p",
  aliases: ["special.log1p"],
  access: "in-place",
  tex: { forward: "y = \\ln(1 + x)", vjp: "\\bar x = \\bar y / (1 + x)" },
  f: Math.log1p,
  complex: log1pComplex,
  result: "float",
  saves: "x",
  derivative: { select: (g, { inputs: [x] }) => div(g, add(x, 1)) },
  domain: [-0.5, 2],
});

/**
 * Returns the square root of each element, NaN below 0. The gradient at 0 is infinite. Integers become float32.
 * @example sqrt(tensor([9])).toArray(); // [3]
 */
export const sqrt: Unary = unary({
  name: "sqrt",
  breaks: "root",
  torch: "sqrt",
  access: "in-place",
  label: "√",
  tex: { forward: "y = \\sqrt{x}", vjp: "\\bar x = \\bar y / (2 y)" },
  f: Math.sqrt,
  complex: sqrtComplex,
  result: "float",
  saves: "y",
  derivative: { select: (g, { output }) => div(g, mul(output, 2)) },
  domain: [0.5, 3],
});

/**
 * Returns 1 / √x of each element. Integers become float32.
 * @example rsqrt(tensor([4])).toArray(); // [0.5]
 */
export const rsqrt: Unary = unary({
  name: "rsqrt",
  breaks: "root",
  torch: "rsqrt",
  access: "in-place",
  label: "1/√",
  tex: { forward: "y = x^{-1/2}", vjp: "\\bar x = -\\tfrac12 y^3\\, \\bar y" },
  f: (x) => 1 / Math.sqrt(x),
  complex: rsqrtComplex,
  result: "float",
  saves: "y",
  derivative: ({ output: y }) => mul(mul(mul(y, y), y), -0.5),
  domain: [0.5, 3],
});

/**
 * Returns the sine of each element, in radians. Integers become float32.
 * @example sin(tensor([0])).toArray(); // [0]
 */
export const sin: Unary = unary({
  name: "sin",
  torch: "sin",
  access: "in-place",
  tex: { forward: "y = \\sin x", vjp: "\\bar x = \\cos(x)\\, \\bar y" },
  f: Math.sin,
  complex: sinComplex,
  result: "float",
  saves: "x",
  derivative: ({ inputs: [x] }) => cos(x),
  domain: [-3, 3],
});

/**
 * Returns the cosine of each element, in radians. Integers become float32.
 * @example cos(tensor([0])).toArray(); // [1]
 */
export const cos: Unary = unary({
  name: "cos",
  torch: "cos",
  access: "in-place",
  tex: { forward: "y = \\cos x", vjp: "\\bar x = -\\sin(x)\\, \\bar y" },
  f: Math.cos,
  complex: cosComplex,
  result: "float",
  saves: "x",
  derivative: ({ inputs: [x] }) => neg(sin(x)),
  domain: [-3, 3],
});

/**
 * Returns the hyperbolic tangent of each element. Integers become float32.
 * @example tanh(tensor([0])).toArray(); // [0]
 */
export const tanh: Unary = unary({
  name: "tanh",
  role: "tanh",
  stops: "saturation",
  torch: "tanh",
  aliases: ["nn.functional.tanh"],
  access: "in-place",
  tex: { forward: "y = \\tanh x", vjp: "\\bar x = (1 - y^2)\\, \\bar y" },
  keepsFinite: "forward",
  f: Math.tanh,
  complex: tanhComplex,
  result: "float",
  saves: "y",
  derivative: ({ output: y }) => sub(1, mul(y, y)),
  domain: [-2, 2],
});

declare module "../../tensor/tensor.ts" {
  interface Tensor {
    /** Returns eˣ of each element. */
    exp(): Tensor;
    /** Replaces each element by eˣ. */
    exp_(): Tensor;
    /** Returns eˣ - 1 of each element, accurate near 0. */
    expm1(): Tensor;
    /** Returns the natural logarithm of each element: -Infinity at 0, NaN below. */
    log(): Tensor;
    /** Replaces each element by its natural logarithm. */
    log_(): Tensor;
    /** Returns ln(1 + x) of each element, accurate near 0. */
    log1p(): Tensor;
    /** Returns the square root of each element. The gradient at 0 is infinite. */
    sqrt(): Tensor;
    /** Replaces each element by its square root. */
    sqrt_(): Tensor;
    /** Returns 1 / √x of each element. */
    rsqrt(): Tensor;
    /** Returns the sine of each element, in radians. */
    sin(): Tensor;
    /** Replaces each element by its sine. */
    sin_(): Tensor;
    /** Returns the cosine of each element, in radians. */
    cos(): Tensor;
    /** Replaces each element by its cosine. */
    cos_(): Tensor;
    /** Returns the hyperbolic tangent of each element. */
    tanh(): Tensor;
    /** Replaces each element by its hyperbolic tangent. */
    tanh_(): Tensor;
  }
}
