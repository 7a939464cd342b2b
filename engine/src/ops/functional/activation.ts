/** Activation functions. */

import { defineOp, type Run } from "../../dispatch/define.ts";
import { scaled, unary } from "../../dispatch/elementwise.ts";
import { mapper } from "../../dispatch/loops.ts";
import { requireFloat, requireTensor } from "../../dispatch/operand.ts";
import type { RuleContext } from "../../dispatch/spec.ts";
import { ArgumentError } from "../../tensor/errors.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { add, mul, sub } from "../elementwise/arithmetic.ts";
import { eq, le } from "../elementwise/compare.ts";
import { erf } from "../elementwise/erf.ts";
import { erfOf } from "../elementwise/error-function.ts";
import { exp, tanh } from "../elementwise/exponential.ts";
import { where } from "../elementwise/where.ts";

/** An elementwise function. */
type Unary = (input: Tensor) => Tensor;

/**
 * Returns max(x, 0) of each element. The gradient at exactly 0 is 0, or what `autograd.setSubgradients` chooses.
 * @throws DTypeError for bools.
 * @example relu(tensor([-1, 2])).toArray(); // [0, 2]
 */
export const relu: Unary = unary({
  name: "relu",
  role: "relu",
  stops: "rectifier",
  torch: "nn.functional.relu",
  aliases: ["relu"],
  access: "in-place",
  tex: { forward: "y = \\max(x, 0)", vjp: "\\bar x = [x > 0]\\, \\bar y" },
  keepsFinite: "both",
  f: (x) => (x > 0 || Number.isNaN(x) ? x : 0),
  result: "same",
  saves: "y",
  // the condition is y <= 0, not y > 0, so that the gradient flows where the input was NaN
  derivative: { select: (g, { output }) => where(le(output, 0), 0, g) },
  kink: {
    option: "relu",
    at: "x = 0",
    default: 0,
    choices: [0, 1],
    derivative: (slope) => ({
      select: (g, { inputs: [x] }) => where(le(x, 0), where(eq(x, 0), scaled(g, slope), 0), g),
    }),
    tex: (slope) => `\\bar x = ([x > 0] + ${slope}\\, [x = 0])\\, \\bar y`,
  },
  domain: [0.2, 2],
});

/** The form of `gelu`: the exact one by the error function, or the approximation by tanh. */
export type GeluApproximate = "none" | "tanh";

/** Options of `gelu`. */
export interface GeluOptions {
  /** The exact form by default. */
  readonly approximate?: GeluApproximate;
}

/** √(2/π), a constant of the approximation. */
const k0 = Math.sqrt(2 / Math.PI);

/** A constant of the approximation. */
const k1 = 0.044715;

/** Returns x Φ(x), with its limits for infinite x. */
const geluExact = (x: number): number =>
  Number.isNaN(x) ? x : x === -Infinity ? 0 : (x / 2) * (1 + erfOf(x / Math.SQRT2));

/** Returns the approximation of x Φ(x) by tanh. */
const geluTanh = (x: number): number => 0.5 * x * (1 + Math.tanh(k0 * (x + k1 * x * x * x)));

const mapExact = mapper(geluExact);

const mapTanh = mapper(geluTanh);

/** Returns ∂y/∂x: Φ(x) + x φ(x) for the exact form, else the chain rule through tanh. */
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
  stops: "saturation",
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
 * Returns the Gaussian error linear unit of each element, x Φ(x), or its approximation by tanh. Source: Hendrycks and Gimpel, 2016.
 * @throws DTypeError for integers and bools.
 * @example gelu(tensor([0])).toArray(); // [0]
 */
export function gelu(input: Tensor, { approximate = "none" }: GeluOptions = {}): Tensor {
  if (approximate !== "none" && approximate !== "tanh")
    throw new ArgumentError("gelu", `approximate must be "none" or "tanh", but got ${JSON.stringify(approximate)}`);
  return geluOp([requireTensor("gelu", input)], approximate);
}

declare module "../../tensor/tensor.ts" {
  interface Tensor {
    /** Returns max(x, 0) of each element. The gradient at 0 is 0. */
    relu(): Tensor;
    /** Replaces each element by max(x, 0). */
    relu_(): Tensor;
    /** Returns x Φ(x) of each element, or its approximation by tanh. */
    gelu(options?: GeluOptions): Tensor;
  }
}
