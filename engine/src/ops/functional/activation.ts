/** Activation functions and other unary functions with a kink or a saturation. */

import { defineOp, type Run } from "../../dispatch/define.ts";
import { flat, unary } from "../../dispatch/elementwise.ts";
import { mapper } from "../../dispatch/loops.ts";
import { requireFloat, tensorOnly } from "../../dispatch/operand.ts";
import type { RuleContext } from "../../dispatch/spec.ts";
import { ArgumentError } from "../../tensor/errors.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { add, mul, neg, sub } from "../elementwise/arithmetic.ts";
import { eq, le, where } from "../elementwise/compare.ts";
import { exp, tanh } from "../elementwise/exponential.ts";

type Unary = (input: Tensor) => Tensor;

/** Absolute value. The gradient at 0 is 0. */
export const abs: Unary = unary({
  name: "abs",
  torch: "abs",
  access: "in-place",
  label: "|x|",
  tex: { forward: "y = |x|", vjp: "\\bar x = \\mathrm{sign}(x)\\, \\bar y" },
  f: Math.abs,
  result: "same",
  saves: "x",
  derivative: { select: (g, { inputs: [x] }) => where(eq(x, 0), 0, mul(g, sign(x))) },
  domain: [0.2, 2],
});

/** -1, 0 or 1; 0 for NaN. The gradient is 0 everywhere. */
export const sign: Unary = unary({
  name: "sign",
  torch: "sign",
  access: "method",
  tex: { forward: "y = \\mathrm{sign}(x)", vjp: "\\bar x = 0" },
  keepsFinite: "both",
  f: (x) => (x > 0 ? 1 : x < 0 ? -1 : 0),
  result: "any",
  saves: "none",
  derivative: flat,
  domain: [-2, -0.2],
});

/** max(x, 0). The gradient at exactly 0 is 0. @example relu(tensor([-1, 2])).toArray(); // [0, 2] */
export const relu: Unary = unary({
  name: "relu",
  torch: "nn.functional.relu",
  aliases: ["relu"],
  access: "in-place",
  tex: { forward: "y = \\max(x, 0)", vjp: "\\bar x = [x > 0]\\, \\bar y" },
  zeroStopsGradient: true,
  keepsFinite: "both",
  f: (x) => (x > 0 || Number.isNaN(x) ? x : 0),
  result: "same",
  saves: "y",
  // not y > 0, so that the gradient passes where the input was NaN
  derivative: { select: (g, { output }) => where(le(output, 0), 0, g) },
  domain: [0.2, 2],
});

/** 1 / (1 + e⁻ˣ). @example sigmoid(tensor([0])).toArray(); // [0.5] */
export const sigmoid: Unary = unary({
  name: "sigmoid",
  torch: "sigmoid",
  aliases: ["nn.functional.sigmoid"],
  access: "in-place",
  label: "σ",
  tex: { forward: "y = 1 / (1 + e^{-x})", vjp: "\\bar x = y (1 - y)\\, \\bar y" },
  keepsFinite: "forward",
  f: (x) => 1 / (1 + Math.exp(-x)),
  result: "float",
  saves: "y",
  derivative: ({ output: y }) => mul(y, sub(1, y)),
  domain: [-3, 3],
});

/** ln σ(x), without overflow for large |x|. */
export const logSigmoid: Unary = unary({
  name: "logSigmoid",
  torch: "nn.functional.logsigmoid",
  access: "function",
  label: "log σ",
  tex: { forward: "y = \\ln \\sigma(x)", vjp: "\\bar x = \\sigma(-x)\\, \\bar y" },
  f: (x) => Math.min(x, 0) - Math.log1p(Math.exp(-Math.abs(x))),
  result: "floats",
  saves: "x",
  derivative: ({ inputs: [x] }) => sigmoid(neg(x)),
  domain: [-3, 3],
});

/**
 * The error function: its Maclaurin series for |x| < 2.5, else the continued fraction of erfc (Abramowitz and Stegun 7.1.5 and
 * 7.1.14), both to float64 precision.
 */
export function erfOf(x: number): number {
  const a = Math.abs(x);
  if (a < 2.5) {
    let term = x;
    let total = x;
    for (let n = 1; n < 80; n++) {
      term *= (-x * x) / n;
      const add = term / (2 * n + 1);
      total += add;
      if (Math.abs(add) < 1e-17 * Math.abs(total)) break;
    }
    return (2 / Math.sqrt(Math.PI)) * total;
  }
  if (a > 6) return Math.sign(x);
  let fraction = 0;
  for (let k = 60; k >= 1; k--) fraction = k / 2 / (a + fraction);
  return Math.sign(x) * (1 - Math.exp(-a * a) / (Math.sqrt(Math.PI) * (a + fraction)));
}

/** The error function, 2/√π ∫₀ˣ e^(-t²) dt. */
export const erf: Unary = unary({
  name: "erf",
  torch: "erf",
  access: "method",
  tex: { forward: "y = \\mathrm{erf}(x)", vjp: "\\bar x = \\tfrac{2}{\\sqrt\\pi} e^{-x^2}\\, \\bar y" },
  f: (x) => (Number.isNaN(x) ? x : erfOf(x)),
  result: "float",
  saves: "x",
  derivative: ({ inputs: [x] }) => mul(exp(neg(mul(x, x))), 2 / Math.sqrt(Math.PI)),
  domain: [-3, 3],
});

/** Which form of `gelu`: the exact one by the error function, or the one by tanh. */
export type GeluApproximate = "none" | "tanh";

/** Options of `gelu`. */
export interface GeluOptions {
  readonly approximate?: GeluApproximate;
}

const k0 = Math.sqrt(2 / Math.PI);
const k1 = 0.044715;
const geluExact = (x: number): number =>
  Number.isNaN(x) ? x : x === -Infinity ? 0 : (x / 2) * (1 + erfOf(x / Math.SQRT2));
const geluTanh = (x: number): number => 0.5 * x * (1 + Math.tanh(k0 * (x + k1 * x * x * x)));
const mapExact = mapper(geluExact);
const mapTanh = mapper(geluTanh);

/** Φ(x) + x φ(x) for the exact form; by the chain rule through tanh for the other. */
function geluDerivative({ inputs: [x], params: approximate }: RuleContext<GeluApproximate>): Tensor {
  if (approximate === "none") {
    const cdf = mul(add(erf(mul(x, Math.SQRT1_2)), 1), 0.5);
    const pdf = mul(exp(mul(mul(x, x), -0.5)), 1 / Math.sqrt(2 * Math.PI));
    return add(cdf, mul(x, pdf));
  }
  const xx = mul(x, x);
  const t = tanh(mul(mul(x, add(mul(xx, k1), 1)), k0));
  const dt = mul(sub(1, mul(t, t)), mul(add(mul(xx, 3 * k1), 1), k0));
  return add(mul(add(t, 1), 0.5), mul(mul(x, dt), 0.5));
}

const geluOp: Run<GeluApproximate> = defineOp<GeluApproximate>({
  name: "gelu",
  torch: "nn.functional.gelu",
  access: "method",
  signature: 'input, approximate="none"',
  label: () => "gelu",
  tex: { forward: "y = x\\, \\Phi(x)", vjp: "\\bar x = (\\Phi(x) + x\\, \\varphi(x))\\, \\bar y" },
  outputs: ([x]) => {
    requireFloat("gelu", x.dtype);
    return x;
  },
  kernel: (out, [x], { params }) => (params === "none" ? mapExact : mapTanh)(out, x),
  saves: { inputs: [0] },
  vjp: (g, ctx) => [mul(g, geluDerivative(ctx))],
  jvp: ([dx], ctx) => mul(dx as Tensor, geluDerivative(ctx)),
  batch: "elementwise",
  samples: (r) => [{ input: r.normal([2, 3]) }, { input: r.normal([4]), approximate: "tanh" }],
  call: gelu,
});

/**
 * Gaussian error linear unit, x Φ(x). Source: Hendrycks and Gimpel, 2016.
 * @example gelu(tensor([0])).toArray(); // [0]
 */
export function gelu(input: Tensor, { approximate = "none" }: GeluOptions = {}): Tensor {
  if (approximate !== "none" && approximate !== "tanh")
    throw new ArgumentError("gelu", `approximate must be "none" or "tanh", but got ${JSON.stringify(approximate)}`);
  return geluOp([tensorOnly("gelu", input)], approximate);
}

declare module "../../tensor/tensor.ts" {
  interface Tensor {
    /** Absolute value; the gradient at 0 is 0. */
    abs(): Tensor;
    /** The op without the underscore, in place. */
    abs_(): Tensor;
    /** -1, 0 or 1; the gradient is 0. */
    sign(): Tensor;
    /** The error function. */
    erf(): Tensor;
    /** 1 / (1 + e⁻ˣ). */
    sigmoid(): Tensor;
    /** The op without the underscore, in place. */
    sigmoid_(): Tensor;
    /** max(x, 0); the gradient at 0 is 0. */
    relu(): Tensor;
    /** The op without the underscore, in place. */
    relu_(): Tensor;
    /** x Φ(x), exactly or by its tanh approximation. */
    gelu(options?: GeluOptions): Tensor;
  }
}
