/** Activation functions with exponentials. */
import { unary } from "../../dispatch/elementwise.ts";
import { requireTensor } from "../../dispatch/operand.ts";
import type { Arguments, PublicFunction, SampleSource } from "../../dispatch/spec.ts";
import { ArgumentError } from "../../tensor/errors.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { add, mul, sub } from "../elementwise/arithmetic.ts";
import { gt, le } from "../elementwise/compare.ts";
import { mulComplex, sigmoidComplex } from "../elementwise/complex-numbers.ts";
import { exp, tanh } from "../elementwise/exponential.ts";
import { sigmoid } from "../elementwise/sigmoid.ts";
import { where } from "../elementwise/where.ts";
import { parametric } from "./parametric.ts";

/**
 * Returns x σ(x) of each element, where σ is the logistic function; also called swish. Source: Elfwing et al., 2017.
 * @throws DTypeError for integers and bools.
 * @example silu(tensor([0, 100])).toArray(); // [0, 100]
 */
export const silu: (input: Tensor) => Tensor = unary({
  name: "silu",
  stops: "saturation",
  torch: "nn.functional.silu",
  access: "function",
  tex: { forward: "y = x\\, \\sigma(x)", vjp: "\\bar x = \\sigma(x) (1 + x\\, \\sigma(-x))\\, \\bar y" },
  f: (x) => x / (1 + Math.exp(-x)),
  complex: (z) => mulComplex(z, sigmoidComplex(z)),
  result: "floats",
  saves: "x",
  derivative: ({ inputs: [x] }) => {
    const s = sigmoid(x);
    return mul(s, add(mul(x, sub(1, s)), 1));
  },
  domain: [-3, 3],
});

/** The coefficients of an exponential linear unit: positive x is multiplied by `positive`; otherwise y = negative (exp(rate x) - 1). */
type ExponentialLinear = { readonly positive: number; readonly negative: number; readonly rate: number };

/** Defines an exponential linear unit. */
const exponentialLinear = (
  name: "elu" | "selu" | "celu",
  signature: string,
  forward: string,
  samples: (r: SampleSource) => readonly Arguments[],
  call: PublicFunction,
): ((inputs: readonly Tensor[], params: ExponentialLinear) => Tensor) =>
  parametric<ExponentialLinear>({
    name,
    stops: "saturation",
    torch: `nn.functional.${name}`,
    aliases: name === "elu" ? [] : [name],
    access: "function",
    signature,
    tex: { forward, vjp: "\\bar x = y'(x)\\, \\bar y" },
    f:
      ({ positive, negative, rate }) =>
      (x) =>
        x <= 0 ? negative * Math.expm1(rate * x) : positive * x,
    through: (g, x, { positive, negative, rate }) =>
      where(le(x, 0), mul(g, mul(exp(mul(where(le(x, 0), x, 0), rate)), negative * rate)), mul(g, positive)),
    samples,
    call,
  });

const eluOp = exponentialLinear(
  "elu",
  "input, alpha=1",
  "y = [x > 0]\\, x + [x \\le 0]\\, \\alpha (e^x - 1)",
  (r) => [{ input: r.distinct([2, 3]) }, { input: r.distinct([4]), alpha: 0.7 }],
  elu,
);

/**
 * Returns x where x > 0, else alpha (eˣ - 1). The gradient at 0 is `alpha`. Source: Clevert et al., 2015.
 * @throws DTypeError for integers and bools.
 * @example elu(tensor([-Infinity, 2])).toArray(); // [-1, 2]
 */
export function elu(input: Tensor, { alpha = 1 }: ELUOptions = {}): Tensor {
  return eluOp([requireTensor("elu", input)], { positive: 1, negative: alpha, rate: 1 });
}

/** Options of `elu` and `celu`. */
export interface ELUOptions {
  /** Minus the limit of the function for x → -∞; 1 by default. */
  readonly alpha?: number;
}

/** The constants of `selu`, for which activations keep mean 0 and variance 1 from layer to layer. */
const seluAlpha = 1.6732632423543772848170429916717;

const seluScale = 1.0507009873554804934193349852946;

const seluOp = exponentialLinear(
  "selu",
  "input",
  "y = \\lambda ([x > 0]\\, x + [x \\le 0]\\, \\alpha (e^x - 1))",
  (r) => [{ input: r.distinct([2, 3]) }],
  selu,
);

/**
 * Returns 1.0507… x where x > 0, else 1.7580… (eˣ - 1), which keeps mean 0 and variance 1 from layer to layer. The gradient at 0 is 1.7580….
 * Source: Klambauer et al., 2017.
 * @throws DTypeError for integers and bools.
 * @example selu(tensor([0, 2])).toArray(); // [0, 2.1014020442962646]
 */
export function selu(input: Tensor): Tensor {
  return seluOp([requireTensor("selu", input)], { positive: seluScale, negative: seluScale * seluAlpha, rate: 1 });
}

const celuOp = exponentialLinear(
  "celu",
  "input, alpha=1",
  "y = \\max(x, 0) + \\min(\\alpha (e^{x / \\alpha} - 1), 0)",
  (r) => [{ input: r.distinct([2, 3]) }, { input: r.distinct([4]), alpha: 0.7 }],
  celu,
);

/**
 * Returns x where x > 0, else alpha (exp(x / alpha) - 1), whose derivative is continuous. Source: Barron, 2017.
 * @throws ArgumentError when `alpha` is 0; DTypeError for integers and bools.
 * @example celu(tensor([-Infinity, 2]), { alpha: 0.5 }).toArray(); // [-0.5, 2]
 */
export function celu(input: Tensor, { alpha = 1 }: ELUOptions = {}): Tensor {
  if (alpha === 0) throw new ArgumentError("celu", "alpha must not be 0");
  return celuOp([requireTensor("celu", input)], { positive: 1, negative: alpha, rate: 1 / alpha });
}

/** Options of `softplus`. */
export interface SoftplusOptions {
  /** Sharpness of the bend at 0; 1 by default. */
  readonly beta?: number;
  /** Value of beta x above which the result is x; 20 by default. */
  readonly threshold?: number;
}

const softplusOp = parametric<{ readonly beta: number; readonly threshold: number }>({
  name: "softplus",
  stops: "saturation",
  torch: "nn.functional.softplus",
  access: "function",
  signature: "input, beta=1, threshold=20",
  tex: { forward: "y = \\tfrac1\\beta \\ln(1 + e^{\\beta x})", vjp: "\\bar x = \\sigma(\\beta x)\\, \\bar y" },
  f:
    ({ beta, threshold }) =>
    (x) => {
      const z = beta * x;
      return z > threshold ? x : (Math.max(z, 0) + Math.log1p(Math.exp(-Math.abs(z)))) / beta;
    },
  through: (g, x, { beta, threshold }) => {
    const z = mul(x, beta);
    return where(gt(z, threshold), g, mul(g, sigmoid(z)));
  },
  samples: (r) => [{ input: r.normal([2, 3]) }, { input: r.uniform([4], 0.6, 2), beta: 2, threshold: 1 }],
  call: softplus,
});

/**
 * Returns ln(1 + exp(beta x)) / beta of each element, a smooth form of relu, and x where beta x is above the threshold.
 * @throws DTypeError for integers and bools.
 * @example softplus(tensor([-1000, 1000])).toArray(); // [0, 1000]
 */
export function softplus(input: Tensor, { beta = 1, threshold = 20 }: SoftplusOptions = {}): Tensor {
  return softplusOp([requireTensor("softplus", input)], { beta, threshold });
}

/**
 * Returns x tanh(ln(1 + eˣ)) of each element. Source: Misra, 2019.
 * @throws DTypeError for integers and bools.
 * @example mish(tensor([0, 100])).toArray(); // [0, 100]
 */
export const mish: (input: Tensor) => Tensor = unary({
  name: "mish",
  stops: "saturation",
  torch: "nn.functional.mish",
  access: "function",
  tex: {
    forward: "y = x \\tanh(\\ln(1 + e^x))",
    vjp: "\\bar x = (t + x\\, \\sigma(x) (1 - t^2))\\, \\bar y,\\ t = \\tanh(\\ln(1 + e^x))",
  },
  f: (x) => x * Math.tanh(Math.log1p(Math.exp(x))),
  result: "floats",
  saves: "x",
  derivative: ({ inputs: [x] }) => {
    const t = tanh(softplus(x));
    return add(t, mul(mul(x, sigmoid(x)), sub(1, mul(t, t))));
  },
  domain: [-3, 3],
});
