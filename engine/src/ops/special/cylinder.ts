/** Bessel functions of the first and second kind, modified and spherical ones, and the Airy function. */
import { type UnarySpec, unary } from "../../dispatch/elementwise.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { add, mul, neg, sub } from "../elementwise/arithmetic.ts";
import { eq } from "../elementwise/compare.ts";
import { div } from "../elementwise/division.ts";
import { cos } from "../elementwise/exponential.ts";
import { where } from "../elementwise/where.ts";
import { airyOf } from "./airy-function.ts";
import { besselJOf, besselKOf, besselYOf } from "./cylinder-function.ts";

type Unary = (input: Tensor) => Tensor;

/** Returns a function of positive numbers, or of all, that reads x in its derivative. */
const special = (
  name: string,
  torch: string,
  tex: UnarySpec["tex"],
  f: (x: number) => number,
  derivative: (x: Tensor) => Tensor,
): Unary =>
  unary({
    name,
    torch: `special.${torch}`,
    access: "function",
    tex,
    f,
    result: "float",
    saves: "x",
    derivative: ({ inputs: [x] }) => derivative(x),
    domain: [0.5, 4],
  });

/** Returns y / x, and the limit at x = 0. */
const ratio = (y: Tensor, x: Tensor, limit: number): Tensor => where(eq(x, 0), limit, div(y, where(eq(x, 0), 1, x)));

/**
 * Returns J₀(x) of each element, the Bessel function of the first kind of order 0. Integers become float32. The gradient is -J₁(x). Source: Abramowitz and Stegun, chapter 9.
 * @example special.besselJ0(tensor([0])).toArray(); // [1]
 */
export const besselJ0: Unary = special(
  "besselJ0",
  "bessel_j0",
  { forward: "y = J_0(x)", vjp: "\\bar x = -J_1(x)\\, \\bar y" },
  (x) => besselJOf(0, x),
  (x) => neg(besselJ1(x)),
);

/**
 * Returns J₁(x) of each element, the Bessel function of the first kind of order 1. Integers become float32. Source: Abramowitz and Stegun, chapter 9.
 * @example special.besselJ1(tensor([0])).toArray(); // [0]
 */
export const besselJ1: Unary = special(
  "besselJ1",
  "bessel_j1",
  { forward: "y = J_1(x)", vjp: "\\bar x = (J_0(x) - y / x)\\, \\bar y" },
  (x) => besselJOf(1, x),
  (x) => sub(besselJ0(x), ratio(besselJ1(x), x, 0.5)),
);

/**
 * Returns Y₀(x) of each element, the Bessel function of the second kind of order 0: -∞ at 0, NaN for negative x. Integers become float32. Source: Abramowitz and Stegun, chapter 9.
 * @example special.besselY0(tensor([0])).toArray(); // [-Infinity]
 */
export const besselY0: Unary = special(
  "besselY0",
  "bessel_y0",
  { forward: "y = Y_0(x)", vjp: "\\bar x = -Y_1(x)\\, \\bar y" },
  (x) => besselYOf(0, x),
  (x) => neg(besselY1(x)),
);

/**
 * Returns Y₁(x) of each element, the Bessel function of the second kind of order 1: -∞ at 0, NaN for negative x. Integers become float32. Source: Abramowitz and Stegun, chapter 9.
 * @example special.besselY1(tensor([0])).toArray(); // [-Infinity]
 */
export const besselY1: Unary = special(
  "besselY1",
  "bessel_y1",
  { forward: "y = Y_1(x)", vjp: "\\bar x = (Y_0(x) - y / x)\\, \\bar y" },
  (x) => besselYOf(1, x),
  (x) => sub(besselY0(x), div(besselY1(x), x)),
);

/**
 * Returns K₀(x) of each element, the modified Bessel function of the second kind of order 0: ∞ at 0, NaN for negative x. Integers become float32.
 * @example special.modifiedBesselK0(tensor([0])).toArray(); // [Infinity]
 */
export const modifiedBesselK0: Unary = special(
  "modifiedBesselK0",
  "modified_bessel_k0",
  { forward: "y = K_0(x)", vjp: "\\bar x = -K_1(x)\\, \\bar y" },
  (x) => besselKOf(0, false, x),
  (x) => neg(modifiedBesselK1(x)),
);

/**
 * Returns K₁(x) of each element, the modified Bessel function of the second kind of order 1: ∞ at 0, NaN for negative x. Integers become float32.
 * @example special.modifiedBesselK1(tensor([0])).toArray(); // [Infinity]
 */
export const modifiedBesselK1: Unary = special(
  "modifiedBesselK1",
  "modified_bessel_k1",
  { forward: "y = K_1(x)", vjp: "\\bar x = -(K_0(x) + y / x)\\, \\bar y" },
  (x) => besselKOf(1, false, x),
  (x) => neg(add(modifiedBesselK0(x), div(modifiedBesselK1(x), x))),
);

/**
 * Returns eˣ K₀(x) of each element, which does not underflow for large x: ∞ at 0, NaN for negative x. Integers become float32.
 * @example special.scaledModifiedBesselK0(tensor([0])).toArray(); // [Infinity]
 */
export const scaledModifiedBesselK0: Unary = special(
  "scaledModifiedBesselK0",
  "scaled_modified_bessel_k0",
  { forward: "y = e^x K_0(x)", vjp: "\\bar x = (y - e^x K_1(x))\\, \\bar y" },
  (x) => besselKOf(0, true, x),
  (x) => sub(scaledModifiedBesselK0(x), scaledModifiedBesselK1(x)),
);

/**
 * Returns eˣ K₁(x) of each element, which does not underflow for large x: ∞ at 0, NaN for negative x. Integers become float32.
 * @example special.scaledModifiedBesselK1(tensor([0])).toArray(); // [Infinity]
 */
export const scaledModifiedBesselK1: Unary = special(
  "scaledModifiedBesselK1",
  "scaled_modified_bessel_k1",
  { forward: "y = e^x K_1(x)", vjp: "\\bar x = (y - y / x - e^x K_0(x))\\, \\bar y" },
  (x) => besselKOf(1, true, x),
  (x) => {
    const y = scaledModifiedBesselK1(x);
    return sub(sub(y, div(y, x)), scaledModifiedBesselK0(x));
  },
);

/**
 * Returns j₀(x) = sin(x) / x of each element, the spherical Bessel function of order 0: 1 at 0, 0 at infinities. Integers become float32.
 * @example special.sphericalBesselJ0(tensor([0, Infinity])).toArray(); // [1, 0]
 */
export const sphericalBesselJ0: Unary = special(
  "sphericalBesselJ0",
  "spherical_bessel_j0",
  { forward: "y = \\sin(x) / x", vjp: "\\bar x = (\\cos(x) - y) / x\\, \\bar y" },
  (x) => (x === 0 ? 1 : Number.isFinite(x) ? Math.sin(x) / x : Number.isNaN(x) ? x : 0),
  (x) => ratio(sub(cos(x), sphericalBesselJ0(x)), x, 0),
);

/** The derivative of the Airy function, whose own derivative is x Ai(x). */
const airyAiSlope: Unary = unary({
  name: "airyAiSlope",
  torch: "special._airy_ai_slope",
  access: "internal",
  tex: { forward: "y = \\mathrm{Ai}'(x)", vjp: "\\bar x = x\\, \\mathrm{Ai}(x)\\, \\bar y" },
  f: (x) => airyOf(x)[1],
  result: "float",
  saves: "x",
  derivative: ({ inputs: [x] }) => mul(x, airyAi(x)),
  domain: [-4, 4],
});

/**
 * Returns the Airy function Ai(x) of each element: NaN at infinities, as in PyTorch. Integers become float32. Source: DLMF, chapter 9.
 * @example special.airyAi(tensor([200])).toArray(); // [0]
 */
export const airyAi: Unary = special(
  "airyAi",
  "airy_ai",
  { forward: "y = \\mathrm{Ai}(x)", vjp: "\\bar x = \\mathrm{Ai}'(x)\\, \\bar y" },
  (x) => airyOf(x)[0],
  airyAiSlope,
);
