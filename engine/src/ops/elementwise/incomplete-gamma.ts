/** The regularized incomplete gamma functions. */
import { binary, promotedDType } from "../../dispatch/elementwise.ts";
import { requireFloat, requireTensor } from "../../dispatch/operand.ts";
import { GradError } from "../../tensor/errors.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { mul, neg, sub } from "./arithmetic.ts";
import { exp, log } from "./exponential.ts";
import { lgamma } from "./gamma.ts";
import { incompleteGammaOf } from "./incomplete-gamma-function.ts";

/** Returns the density x^(a - 1) e^-x / Γ(a), the derivative of P(a, x) in x. */
const density = (a: Tensor, x: Tensor): Tensor => exp(sub(sub(mul(sub(a, 1), log(x)), x), lgamma(a)));

/** The size of the last terms of series, in relation to their sum, where the result is a float32. */
const singlePrecision = 1e-10;

/** Defines `igamma` or `igammac`. */
function incompleteGamma(name: "igamma" | "igammac", alias: string, call: (input: Tensor, other: Tensor) => Tensor) {
  const isLower = name === "igamma";
  return binary(
    {
      name,
      torch: name,
      aliases: [alias],
      access: "in-place",
      label: isLower ? "P" : "Q",
      tex: {
        forward: `y = ${isLower ? "P" : "Q"}(x, z)`,
        vjp: `\\bar z = ${isLower ? "" : "-"}z^{x - 1} e^{-z} / \\Gamma(x)\\, \\bar y`,
      },
      f: isLower ? (a, x) => incompleteGammaOf(a, x)[0] : (a, x) => incompleteGammaOf(a, x)[1],
      // far fewer terms make a float32
      singles: isLower
        ? (a, x) => incompleteGammaOf(a, x, singlePrecision)[0]
        : (a, x) => incompleteGammaOf(a, x, singlePrecision)[1],
      result: promotedDType,
      saves: [{}, { inputs: [0, 1] }],
      partials: [
        {
          select: () => {
            throw new GradError(name, "the derivative with respect to input is not implemented, as in PyTorch");
          },
        },
        ({ inputs: [a, x] }) => (isLower ? density(a, x) : neg(density(a, x))),
      ],
      // integer orders, as the derivative in the order is not implemented
      samples: (r) => [
        { input: r.integers([2, 3], 1, 4), other: r.uniform([3], 0.5, 3) },
        { input: r.integers([3], 1, 4), other: r.uniform([2, 1], 0.5, 3) },
      ],
    },
    call,
  );
}

const lowerOp = incompleteGamma("igamma", "special.gammainc", igamma);
const upperOp = incompleteGamma("igammac", "special.gammaincc", igammac);

/** Returns the operands, at least one of which must be floating. */
function operands(op: string, input: Tensor, other: Tensor): readonly [Tensor, Tensor] {
  const [a, x] = [requireTensor(op, input), requireTensor(op, other)];
  requireFloat(op, promotedDType(a, x));
  return [a, x];
}

/**
 * Returns P(a, x) = ∫₀ˣ tᵃ⁻¹ e⁻ᵗ dt / Γ(a), the regularized lower incomplete gamma function, of each pair of elements a of `input` and x of `other`, with broadcasting: 0 at x = 0, 1
 * at x = ∞, NaN for negative elements. There is a gradient with respect to `other` alone. Sources: DLMF 8.7, 8.9, 8.11 and 8.12.
 * @throws DTypeError for integers and bools; ShapeError when the shapes do not broadcast; GradError in the backward walk if `input` requires a gradient.
 * @example igamma(tensor([1, 2]), tensor([0, Infinity])).toArray(); // [0, 1]
 */
export function igamma(input: Tensor, other: Tensor): Tensor {
  return lowerOp(...operands("igamma", input, other));
}

/**
 * Returns Q(a, x) = 1 - P(a, x), the regularized upper incomplete gamma function, of each pair of elements a of `input` and x of `other`, with broadcasting, accurate where it is small.
 * There is a gradient with respect to `other` alone. Sources: DLMF 8.7, 8.9, 8.11 and 8.12.
 * @throws DTypeError for integers and bools; ShapeError when the shapes do not broadcast; GradError in the backward walk if `input` requires a gradient.
 * @example igammac(tensor([1, 2]), tensor([0, Infinity])).toArray(); // [1, 0]
 */
export function igammac(input: Tensor, other: Tensor): Tensor {
  return upperOp(...operands("igammac", input, other));
}

declare module "../../tensor/tensor.ts" {
  interface Tensor {
    /** Returns P(this, other), the regularized lower incomplete gamma function, of each pair of elements. */
    igamma(other: Tensor): Tensor;
    /** Replaces each element by P(this, other). */
    igamma_(other: Tensor): Tensor;
    /** Returns Q(this, other), the regularized upper incomplete gamma function, of each pair of elements. */
    igammac(other: Tensor): Tensor;
    /** Replaces each element by Q(this, other). */
    igammac_(other: Tensor): Tensor;
  }
}
