/** Fractional part, direction, angle and identity. */
import { defineFunction } from "../../dispatch/define.ts";
import { unary, zeroDerivative } from "../../dispatch/elementwise.ts";
import { requireTensor } from "../../dispatch/operand.ts";
import { DTypeError } from "../../tensor/errors.ts";
import type { Tensor } from "../../tensor/tensor.ts";

type Unary = (input: Tensor) => Tensor;

/**
 * Returns the fractional part of each element, with its sign. The gradient is that of the identity, at integers too.
 * @throws DTypeError for integers and bools.
 * @example frac(tensor([2.5, -2.5])).toArray(); // [0.5, -0.5]
 */
export const frac: Unary = unary({
  name: "frac",
  torch: "frac",
  access: "in-place",
  tex: { forward: "y = x - \\mathrm{trunc}(x)", vjp: "\\bar x = \\bar y" },
  f: (x) => x - Math.trunc(x),
  result: "floats",
  saves: "none",
  derivative: { select: (g) => g },
  domain: [0.1, 0.9],
});

/**
 * Returns -1, 0 or 1 for each element, as `sign` does: of a complex number it would be the direction. The gradient is 0.
 * @example sgn(tensor([-3, 0, 2])).toArray(); // [-1, 0, 1]
 */
export const sgn: Unary = unary({
  name: "sgn",
  torch: "sgn",
  access: "in-place",
  tex: { forward: "y = \\mathrm{sign}(x)", vjp: "\\bar x = 0" },
  f: (x) => (x > 0 ? 1 : x < 0 ? -1 : 0),
  result: "any",
  saves: "none",
  derivative: zeroDerivative,
  domain: [-2, -0.2],
});

/**
 * Returns the tensor itself.
 * @throws DTypeError for bools.
 * @example positive(tensor([-1])).toArray(); // [-1]
 */
export const positive: Unary = defineFunction(
  {
    name: "positive",
    torch: "positive",
    aliases: ["__pos__"],
    access: "method",
    signature: "input",
    tex: "y = x",
    samples: (r) => [{ input: r.normal([2, 3]) }, { input: r.normal([]) }],
  },
  (input: Tensor): Tensor => {
    const x = requireTensor("positive", input);
    if (x.dtype === "bool") throw new DTypeError("positive", "expected numbers", ["bool"]);
    return x;
  },
);

/**
 * Returns the angle of each element in the complex plane: π for negative numbers, 0 for others. The gradient is 0. Integers become float32.
 * @example angle(tensor([1])).toArray(); // [0]
 */
export const angle: Unary = unary({
  name: "angle",
  torch: "angle",
  access: "method",
  tex: { forward: "y = \\arg x", vjp: "\\bar x = 0" },
  f: (x) => (Number.isNaN(x) ? x : x < 0 ? Math.PI : 0),
  result: "float",
  saves: "none",
  derivative: zeroDerivative,
  domain: [-2, -0.2],
});

declare module "../../tensor/tensor.ts" {
  interface Tensor {
    /** Returns the fractional part of each element, with its sign. */
    frac(): Tensor;
    /** Replaces each element by its fractional part. */
    frac_(): Tensor;
    /** Returns -1, 0 or 1 for each element. The gradient is 0. */
    sgn(): Tensor;
    /** Replaces each element by -1, 0 or 1. */
    sgn_(): Tensor;
    /** Returns the tensor itself. */
    positive(): Tensor;
    /** Returns π for negative elements, 0 for others. The gradient is 0. */
    angle(): Tensor;
  }
}
