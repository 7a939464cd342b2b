/** Fractional part, angle and identity. */
import { defineFunction } from "../../dispatch/define.ts";
import { unary, zeroDerivative } from "../../dispatch/elementwise.ts";
import { requireTensor } from "../../dispatch/operand.ts";
import { isComplex } from "../../tensor/dtype.ts";
import { DTypeError } from "../../tensor/errors.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { imag, real } from "../shape/view-as-complex.ts";
import { eq } from "./compare.ts";
import { atan2 } from "./geometry.ts";
import { where } from "./where.ts";

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

const angleOp: Unary = unary({
  name: "angle",
  torch: "angle",
  access: "method",
  tex: { forward: "y = \\arg x", vjp: "\\bar x = 0" },
  f: (x) => (Number.isNaN(x) ? x : x < 0 ? Math.PI : 0),
  result: "float",
  saves: "none",
  derivative: zeroDerivative,
  domain: [-2, -0.2],
  call: angle,
});

/**
 * Returns the angle of each element in the complex plane, in radians from -π to π: of real numbers π for negative ones and 0 for others. The gradient of real elements is 0,
 * and so is that of complex ones at 0. Integers become float32.
 * @example angle(tensor([1])).toArray(); // [0]
 */
export function angle(input: Tensor): Tensor {
  const x = requireTensor("angle", input);
  if (!isComplex(x.dtype)) return angleOp(x);
  const [re, im] = [real(x), imag(x)];
  const isZero = eq(x, 0);
  // the angles of signed zeros are constants
  return where(isZero, atan2(im.detach(), re.detach()), atan2(im, where(isZero, 1, re)));
}

declare module "../../tensor/tensor.ts" {
  interface Tensor {
    /** Returns the fractional part of each element, with its sign. */
    frac(): Tensor;
    /** Replaces each element by its fractional part. */
    frac_(): Tensor;
    /** Returns the tensor itself. */
    positive(): Tensor;
    /** Returns π for negative elements, 0 for others. The gradient is 0. */
    angle(): Tensor;
  }
}
