/** Tangent, inverse trigonometric functions, and conversions between degrees and radians. */
import { unary } from "../../dispatch/elementwise.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { add, mul, neg, sub } from "./arithmetic.ts";
import { eq } from "./compare.ts";
import { acosComplex, asinComplex, atanComplex, sincComplex, tanComplex } from "./complex-trigonometry.ts";
import { div } from "./division.ts";
import { cos, rsqrt, sin } from "./exponential.ts";
import { where } from "./where.ts";

type Unary = (input: Tensor) => Tensor;

/**
 * Returns the tangent of each element, in radians. Integers become float32.
 * @example tan(tensor([0])).toArray(); // [0]
 */
export const tan: Unary = unary({
  name: "tan",
  torch: "tan",
  access: "in-place",
  tex: { forward: "y = \\tan x", vjp: "\\bar x = (1 + y^2)\\, \\bar y" },
  f: Math.tan,
  complex: tanComplex,
  result: "float",
  saves: "y",
  derivative: ({ output: y }) => add(mul(y, y), 1),
  domain: [-1, 1],
});

/**
 * Returns the inverse sine of each element, in radians from -π/2 to π/2, NaN outside of [-1, 1]. The gradient at -1 and 1 is infinite. Integers become float32.
 * @example asin(tensor([0])).toArray(); // [0]
 */
export const asin: Unary = unary({
  name: "asin",
  breaks: "edge",
  torch: "asin",
  aliases: ["arcsin"],
  access: "in-place",
  tex: { forward: "y = \\arcsin x", vjp: "\\bar x = \\bar y / \\sqrt{1 - x^2}" },
  f: Math.asin,
  complex: asinComplex,
  result: "float",
  saves: "x",
  derivative: ({ inputs: [x] }) => rsqrt(sub(1, mul(x, x))),
  domain: [-0.8, 0.8],
});

/**
 * Returns the inverse cosine of each element, in radians from 0 to π, NaN outside of [-1, 1]. The gradient at -1 and 1 is infinite. Integers become float32.
 * @example acos(tensor([1])).toArray(); // [0]
 */
export const acos: Unary = unary({
  name: "acos",
  breaks: "edge",
  torch: "acos",
  aliases: ["arccos"],
  access: "in-place",
  tex: { forward: "y = \\arccos x", vjp: "\\bar x = -\\bar y / \\sqrt{1 - x^2}" },
  f: Math.acos,
  complex: acosComplex,
  result: "float",
  saves: "x",
  derivative: ({ inputs: [x] }) => neg(rsqrt(sub(1, mul(x, x)))),
  domain: [-0.8, 0.8],
});

/**
 * Returns the inverse tangent of each element, in radians from -π/2 to π/2. Integers become float32.
 * @example atan(tensor([0])).toArray(); // [0]
 */
export const atan: Unary = unary({
  name: "atan",
  torch: "atan",
  aliases: ["arctan"],
  access: "in-place",
  tex: { forward: "y = \\arctan x", vjp: "\\bar x = \\bar y / (1 + x^2)" },
  f: Math.atan,
  complex: atanComplex,
  result: "float",
  saves: "x",
  derivative: { select: (g, { inputs: [x] }) => div(g, add(mul(x, x), 1)) },
  domain: [-2, 2],
});

/**
 * Returns the normalized sinc of each element, sin(πx) / (πx), and 1 at 0. The gradient at 0 is 0. Integers become float32.
 * @example sinc(tensor([0])).toArray(); // [1]
 */
export const sinc: Unary = unary({
  name: "sinc",
  torch: "sinc",
  aliases: ["special.sinc"],
  access: "in-place",
  tex: {
    forward: "y = \\sin(\\pi x) / (\\pi x)",
    vjp: "\\bar x = (\\pi x \\cos(\\pi x) - \\sin(\\pi x)) / (\\pi x^2)\\, \\bar y",
  },
  f: (x) => (x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x)),
  complex: sincComplex,
  result: "float",
  saves: "x",
  derivative: { select: (g, { inputs: [x] }) => throughSinc(g, x) },
  domain: [0.2, 1.8],
});

/** Returns the cotangent times the slope of sinc; 0 where πx² is 0, as in PyTorch. */
function throughSinc(g: Tensor, x: Tensor): Tensor {
  const scaled = mul(x, Math.PI);
  const square = mul(scaled, x);
  return where(eq(square, 0), 0, mul(g, div(sub(mul(scaled, cos(scaled)), sin(scaled)), square)));
}

/** Radians in a degree. */
const radians = Math.PI / 180;

/**
 * Returns each element converted from degrees to radians. Integers become float32.
 * @example deg2rad(tensor([0])).toArray(); // [0]
 */
export const deg2rad: Unary = unary({
  name: "deg2rad",
  torch: "deg2rad",
  access: "in-place",
  tex: { forward: "y = \\pi x / 180", vjp: "\\bar x = \\pi \\bar y / 180" },
  f: (x) => x * radians,
  result: "float",
  saves: "none",
  derivative: { select: (g) => mul(g, radians) },
  domain: [-90, 90],
});

/**
 * Returns each element converted from radians to degrees. Integers become float32.
 * @example rad2deg(tensor([0])).toArray(); // [0]
 */
export const rad2deg: Unary = unary({
  name: "rad2deg",
  torch: "rad2deg",
  access: "in-place",
  tex: { forward: "y = 180 x / \\pi", vjp: "\\bar x = 180\\, \\bar y / \\pi" },
  f: (x) => x / radians,
  result: "float",
  saves: "none",
  derivative: { select: (g) => div(g, radians) },
  domain: [-3, 3],
});

declare module "../../tensor/tensor.ts" {
  interface Tensor {
    /** Returns the tangent of each element, in radians. */
    tan(): Tensor;
    /** Replaces each element by its tangent. */
    tan_(): Tensor;
    /** Returns the inverse sine of each element; the gradient at -1 and 1 is infinite. */
    asin(): Tensor;
    /** Replaces each element by its inverse sine. */
    asin_(): Tensor;
    /** Returns the inverse cosine of each element; the gradient at -1 and 1 is infinite. */
    acos(): Tensor;
    /** Replaces each element by its inverse cosine. */
    acos_(): Tensor;
    /** Returns the inverse tangent of each element. */
    atan(): Tensor;
    /** Replaces each element by its inverse tangent. */
    atan_(): Tensor;
    /** Returns sin(πx) / (πx) of each element, and 1 at 0; the gradient at 0 is 0. */
    sinc(): Tensor;
    /** Replaces each element by its normalized sinc. */
    sinc_(): Tensor;
    /** Returns each element converted from degrees to radians. */
    deg2rad(): Tensor;
    /** Converts each element from degrees to radians. */
    deg2rad_(): Tensor;
    /** Returns each element converted from radians to degrees. */
    rad2deg(): Tensor;
    /** Converts each element from radians to degrees. */
    rad2deg_(): Tensor;
  }
}
