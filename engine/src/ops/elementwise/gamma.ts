/** The logarithm of the gamma function and its derivatives. */
import { defineComposite, defineOp, type Run } from "../../dispatch/define.ts";
import { unary } from "../../dispatch/elementwise.ts";
import { castTo, mapper } from "../../dispatch/loops.ts";
import { requireTensor } from "../../dispatch/operand.ts";
import { floatResult } from "../../tensor/dtype.ts";
import { ArgumentError } from "../../tensor/errors.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { add, mul, sub } from "./arithmetic.ts";
import { digammaOf, logGammaOf, polygammaOf } from "./gamma-function.ts";

/**
 * Returns ln |Γ(x)| of each element, which is infinite at 0 and at negative integers. Integers become float32. The gradient is `digamma`.
 * @example lgamma(tensor([1, 2])).toArray(); // [0, 0]
 */
export const lgamma: (input: Tensor) => Tensor = unary({
  name: "lgamma",
  torch: "lgamma",
  aliases: ["special.gammaln"],
  access: "in-place",
  tex: { forward: "y = \\ln |\\Gamma(x)|", vjp: "\\bar x = \\psi(x)\\, \\bar y" },
  f: logGammaOf,
  result: "float",
  saves: "x",
  derivative: ({ inputs: [x] }) => digamma(x),
  domain: [0.5, 4],
});

/**
 * Returns the digamma function of each element, the derivative of ln Γ(x): NaN at negative integers, -∞ at 0 and ∞ at -0. Integers become float32.
 * @example digamma(tensor([0])).toArray(); // [-Infinity]
 */
export const digamma: (input: Tensor) => Tensor = unary({
  name: "digamma",
  torch: "digamma",
  aliases: ["special.digamma", "special.psi"],
  access: "in-place",
  label: "ψ",
  tex: { forward: "y = \\psi(x)", vjp: "\\bar x = \\psi'(x)\\, \\bar y" },
  f: digammaOf,
  result: "float",
  saves: "x",
  derivative: ({ inputs: [x] }) => polygamma(1, x),
  domain: [0.5, 4],
});

const polygammaOp: Run<{ readonly n: number }> = defineOp<{ readonly n: number }>({
  name: "polygamma",
  torch: "polygamma",
  aliases: ["special.polygamma"],
  access: "in-place",
  signature: "n, input",
  label: ({ n }) => `ψ order ${n}`,
  tex: { forward: "y = \\psi^{(n)}(x)", vjp: "\\bar x = \\psi^{(n + 1)}(x)\\, \\bar y" },
  outputs: ([x]) => ({ shape: x.shape, dtype: floatResult(x.dtype) }),
  kernel: (out, [x], { params: { n }, outputs: [{ dtype }] }) =>
    mapper((v) => polygammaOf(n, v))(out, castTo(x, dtype)),
  saves: { inputs: [0] },
  vjp: (g, { inputs: [x], params: { n } }) => [mul(g, polygamma(n + 1, x))],
  jvp: ([dx], { inputs: [x], params: { n } }) => mul(dx as Tensor, polygamma(n + 1, x)),
  batch: "elementwise",
  samples: (r) => [
    { n: 1, input: r.uniform([2, 3], 0.5, 4) },
    { n: 0, input: r.uniform([3], 0.5, 4) },
    { n: 2, input: r.uniform([], 0.5, 4) },
  ],
  call: polygamma,
});

/**
 * Returns the derivative of order n of the digamma function, of each element. Integers become float32.
 * @throws ArgumentError for an order that is negative or not an integer.
 * @example polygamma(1, tensor([0])).toArray(); // [Infinity]
 */
export function polygamma(n: number, input: Tensor): Tensor {
  if (!Number.isInteger(n) || n < 0)
    throw new ArgumentError("polygamma", `n must be an integer of at least 0, but got ${n}`);
  return polygammaOp([requireTensor("polygamma", input)], { n });
}

/** The largest dimension p of `mvlgamma`, which computes an op for each. */
const maxTerms = 10_000;

/**
 * Returns the logarithm of the multivariate gamma function of dimension p of each element: p (p - 1) / 4 ln π + Σ ln Γ(x - (j - 1) / 2) over j = 1 … p. It is defined for
 * x > (p - 1) / 2. Integers become float32.
 * @throws ArgumentError for a `p` that is not an integer from 1 to 10,000.
 * @example mvlgamma(tensor([1, 2]), 1).toArray(); // [0, 0]
 */
export const mvlgamma: (input: Tensor, p: number) => Tensor = defineComposite(
  {
    name: "mvlgamma",
    torch: "mvlgamma",
    aliases: ["special.multigammaln"],
    access: "in-place",
    signature: "input, p",
    tex: "y = \\tfrac{p (p - 1)}{4} \\ln \\pi + \\textstyle\\sum_{j = 1}^p \\ln \\Gamma(x - \\tfrac{j - 1}{2})",
    samples: (r) => [
      { input: r.uniform([2, 3], 1.5, 4), p: 3 },
      { input: r.uniform([], 1.5, 4), p: 1 },
    ],
  },
  (input: Tensor, p: number): Tensor => {
    const x = requireTensor("mvlgamma", input);
    if (!Number.isInteger(p) || p < 1 || p > maxTerms)
      throw new ArgumentError("mvlgamma", `p must be an integer from 1 to ${maxTerms}, but got ${p}`);
    const terms = Array.from({ length: p }, (_, j) => lgamma(sub(x, j / 2)));
    return add(
      terms.reduce((a, b) => add(a, b)),
      ((p * (p - 1)) / 4) * Math.log(Math.PI),
    );
  },
);

declare module "../../tensor/tensor.ts" {
  interface Tensor {
    /** Returns ln |Γ(x)| of each element. */
    lgamma(): Tensor;
    /** Replaces each element by ln |Γ(x)|. */
    lgamma_(): Tensor;
    /** Returns the digamma function of each element. */
    digamma(): Tensor;
    /** Replaces each element by its digamma function. */
    digamma_(): Tensor;
    /** Returns the derivative of order n of the digamma function, of each element. */
    polygamma(n: number): Tensor;
    /** Replaces each element by the derivative of order n of the digamma function. */
    polygamma_(n: number): Tensor;
    /** Returns the logarithm of the multivariate gamma function of dimension p of each element. */
    mvlgamma(p: number): Tensor;
    /** Replaces each element by the logarithm of its multivariate gamma function of dimension p. */
    mvlgamma_(p: number): Tensor;
  }
}
