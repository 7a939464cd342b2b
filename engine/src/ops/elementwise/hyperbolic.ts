/** Hyperbolic sine and cosine, and the inverse hyperbolic functions. */
import { unary } from "../../dispatch/elementwise.ts";
import { isComplex } from "../../tensor/dtype.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { abs } from "./absolute.ts";
import { add, mul, sub } from "./arithmetic.ts";
import { acoshComplex, asinhComplex, atanhComplex, coshComplex, sinhComplex } from "./complex-trigonometry.ts";
import { div } from "./division.ts";
import { rsqrt } from "./exponential.ts";

type Unary = (input: Tensor) => Tensor;

/**
 * Returns the hyperbolic sine of each element. Integers become float32.
 * @example sinh(tensor([0])).toArray(); // [0]
 */
export const sinh: Unary = unary({
  name: "sinh",
  torch: "sinh",
  access: "in-place",
  tex: { forward: "y = \\sinh x", vjp: "\\bar x = \\cosh(x)\\, \\bar y" },
  f: Math.sinh,
  complex: sinhComplex,
  result: "float",
  saves: "x",
  derivative: ({ inputs: [x] }) => cosh(x),
  domain: [-2, 2],
});

/**
 * Returns the hyperbolic cosine of each element. Integers become float32.
 * @example cosh(tensor([0])).toArray(); // [1]
 */
export const cosh: Unary = unary({
  name: "cosh",
  torch: "cosh",
  access: "in-place",
  tex: { forward: "y = \\cosh x", vjp: "\\bar x = \\sinh(x)\\, \\bar y" },
  f: Math.cosh,
  complex: coshComplex,
  result: "float",
  saves: "x",
  derivative: ({ inputs: [x] }) => sinh(x),
  domain: [-2, 2],
});

/**
 * Returns the inverse hyperbolic sine of each element. Integers become float32.
 * @example asinh(tensor([0])).toArray(); // [0]
 */
export const asinh: Unary = unary({
  name: "asinh",
  torch: "asinh",
  aliases: ["arcsinh"],
  access: "in-place",
  tex: { forward: "y = \\operatorname{arsinh} x", vjp: "\\bar x = \\bar y / \\sqrt{x^2 + 1}" },
  f: inverseSinh,
  complex: asinhComplex,
  result: "float",
  saves: "x",
  derivative: ({ inputs: [x] }) => rsqrt(add(mul(x, x), 1)),
  domain: [-2, 2],
});

/** Returns arsinh x; V8's `Math.asinh` overflows for x² beyond the largest float64. */
function inverseSinh(x: number): number {
  return Math.abs(x) > 1e150 ? Math.sign(x) * (Math.log(Math.abs(x)) + Math.LN2) : Math.asinh(x);
}

/**
 * Returns the inverse hyperbolic cosine of each element, NaN below 1. The gradient at 1 is infinite. Integers become float32.
 * @example acosh(tensor([1])).toArray(); // [0]
 */
export const acosh: Unary = unary({
  name: "acosh",
  breaks: "edge",
  torch: "acosh",
  aliases: ["arccosh"],
  access: "in-place",
  tex: { forward: "y = \\operatorname{arcosh} x", vjp: "\\bar x = \\bar y / \\sqrt{(x - 1)(x + 1)}" },
  f: (x) => (x > 1e150 ? Math.log(x) + Math.LN2 : Math.acosh(x)),
  complex: acoshComplex,
  result: "float",
  saves: "x",
  // where the result is NaN, for x <= -1, the formula still has a value, which PyTorch returns too
  derivative: ({ inputs: [x] }) => {
    const size = isComplex(x.dtype) ? x : abs(x);
    return mul(rsqrt(sub(size, 1)), rsqrt(add(size, 1)));
  },
  domain: [1.3, 3],
});

/**
 * Returns the inverse hyperbolic tangent of each element: infinite at -1 and 1, NaN outside. The gradient at -1 and 1 is infinite. Integers become float32.
 * @example atanh(tensor([0])).toArray(); // [0]
 */
export const atanh: Unary = unary({
  name: "atanh",
  breaks: "edge",
  torch: "atanh",
  aliases: ["arctanh"],
  access: "in-place",
  tex: { forward: "y = \\operatorname{artanh} x", vjp: "\\bar x = \\bar y / (1 - x^2)" },
  f: Math.atanh,
  complex: atanhComplex,
  result: "float",
  saves: "x",
  derivative: { select: (g, { inputs: [x] }) => div(g, sub(1, mul(x, x))) },
  domain: [-0.8, 0.8],
});

declare module "../../tensor/tensor.ts" {
  interface Tensor {
    /** Returns the hyperbolic sine of each element. */
    sinh(): Tensor;
    /** Replaces each element by its hyperbolic sine. */
    sinh_(): Tensor;
    /** Returns the hyperbolic cosine of each element. */
    cosh(): Tensor;
    /** Replaces each element by its hyperbolic cosine. */
    cosh_(): Tensor;
    /** Returns the inverse hyperbolic sine of each element. */
    asinh(): Tensor;
    /** Replaces each element by its inverse hyperbolic sine. */
    asinh_(): Tensor;
    /** Returns the inverse hyperbolic cosine of each element, NaN below 1; the gradient at 1 is infinite. */
    acosh(): Tensor;
    /** Replaces each element by its inverse hyperbolic cosine. */
    acosh_(): Tensor;
    /** Returns the inverse hyperbolic tangent of each element; the gradient at -1 and 1 is infinite. */
    atanh(): Tensor;
    /** Replaces each element by its inverse hyperbolic tangent. */
    atanh_(): Tensor;
  }
}
