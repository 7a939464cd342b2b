/** The normal distribution function, the scaled error function, and entropy. */
import { unary } from "../../dispatch/elementwise.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { add, mul, neg, sub } from "../elementwise/arithmetic.ts";
import { div } from "../elementwise/division.ts";
import { erfcInverseOf, erfcOf, erfcxOf } from "../elementwise/error-complement.ts";
import { exp, log } from "../elementwise/exponential.ts";

type Unary = (input: Tensor) => Tensor;

/**
 * Returns e^(x²) erfc(x) of each element, which does not underflow for large x. Integers become float32.
 * @example special.erfcx(tensor([0])).toArray(); // [1]
 */
export const erfcx: Unary = unary({
  name: "erfcx",
  torch: "special.erfcx",
  access: "function",
  tex: { forward: "y = e^{x^2} \\mathrm{erfc}(x)", vjp: "\\bar x = (2 x y - \\tfrac{2}{\\sqrt\\pi})\\, \\bar y" },
  f: erfcxOf,
  result: "float",
  saves: "x",
  derivative: ({ inputs: [x] }) => sub(mul(mul(x, erfcx(x)), 2), 2 / Math.sqrt(Math.PI)),
  domain: [-1, 2],
});

/**
 * Returns the distribution function of the standard normal distribution of each element, erfc(-x / √2) / 2. Integers become float32.
 * @example special.ndtr(tensor([0])).toArray(); // [0.5]
 */
export const ndtr: Unary = unary({
  name: "ndtr",
  stops: "saturation",
  torch: "special.ndtr",
  access: "function",
  label: "Φ",
  tex: { forward: "y = \\Phi(x)", vjp: "\\bar x = \\tfrac{1}{\\sqrt{2\\pi}} e^{-x^2 / 2}\\, \\bar y" },
  f: (x) => erfcOf(-x * Math.SQRT1_2) / 2,
  result: "float",
  saves: "x",
  derivative: ({ inputs: [x] }) => mul(exp(mul(mul(x, x), -0.5)), 1 / Math.sqrt(2 * Math.PI)),
  domain: [-2, 2],
});

/**
 * Returns the inverse of `ndtr` of each element: ±∞ at 0 and 1, and NaN beyond. Integers become float32.
 * @example special.ndtri(tensor([0.5])).toArray(); // [0]
 */
export const ndtri: Unary = unary({
  name: "ndtri",
  torch: "special.ndtri",
  access: "function",
  label: "Φ⁻¹",
  tex: { forward: "y = \\Phi^{-1}(x)", vjp: "\\bar x = \\sqrt{2\\pi}\\, e^{y^2 / 2}\\, \\bar y" },
  f: (p) => (p === 0.5 ? 0 : -Math.SQRT2 * erfcInverseOf(2 * p)),
  result: "float",
  saves: "y",
  derivative: ({ output: y }) => mul(exp(mul(mul(y, y), 0.5)), Math.sqrt(2 * Math.PI)),
  domain: [0.1, 0.9],
});

/**
 * Returns ln Φ(x) of each element, the logarithm of `ndtr`, accurate for large negative x. Integers become float32.
 * @example special.logNdtr(tensor([-Infinity])).toArray(); // [-Infinity]
 */
export const logNdtr: Unary = unary({
  name: "logNdtr",
  torch: "special.log_ndtr",
  access: "function",
  label: "ln Φ",
  tex: {
    forward: "y = \\ln \\Phi(x)",
    vjp: "\\bar x = \\sqrt{2 / \\pi}\\, \\bar y / \\mathrm{erfcx}(-x / \\sqrt 2)",
  },
  f: (x) => {
    const t = x * Math.SQRT1_2;
    return x < -1 ? Math.log(erfcxOf(-t) / 2) - t * t : Math.log1p(-erfcOf(t) / 2);
  },
  result: "float",
  saves: "x",
  derivative: ({ inputs: [x] }) => div(Math.sqrt(2 / Math.PI), erfcx(mul(x, -Math.SQRT1_2))),
  domain: [-2, 2],
});

/**
 * Returns -x ln x of each element: 0 at 0, and -∞ for negative x. Integers become float32.
 * @example special.entr(tensor([0, -1])).toArray(); // [0, -Infinity]
 */
export const entr: Unary = unary({
  name: "entr",
  torch: "special.entr",
  access: "function",
  tex: { forward: "y = -x \\ln x", vjp: "\\bar x = -(1 + \\ln x)\\, \\bar y" },
  f: (x) => (x < 0 ? Number.NEGATIVE_INFINITY : x === 0 ? 0 : -x * Math.log(x)),
  result: "float",
  saves: "x",
  derivative: ({ inputs: [x] }) => neg(add(log(x), 1)),
  domain: [0.2, 2],
});
