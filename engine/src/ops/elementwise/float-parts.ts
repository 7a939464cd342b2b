/** Parts of floating-point numbers: sign bits, neighbours, mantissas and exponents. */
import { defineMultiOp, defineOp, type MultiRun, type Run } from "../../dispatch/define.ts";
import { binary, promotedDType, zeroDerivative } from "../../dispatch/elementwise.ts";
import { requireFloat, requireTensor } from "../../dispatch/operand.ts";
import { zerosLike } from "../../tensor/create.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { ne } from "./compare.ts";
import { to } from "./convert.ts";
import { div } from "./division.ts";
import { exp2 } from "./logarithm-bases.ts";
import { where } from "./where.ts";

const signbitOp: Run<null> = defineOp<null>({
  name: "signbit",
  torch: "signbit",
  access: "method",
  signature: "input",
  label: () => "signbit",
  tex: { forward: "y = [x \\text{ has a minus}]", vjp: "" },
  outputs: ([x]) => ({ shape: x.shape, dtype: "bool" }),
  kernel: (out, [x]) => {
    for (let i = 0; i < out.length; i++) out[i] = x[i] < 0 || Object.is(x[i], -0) ? 1 : 0;
  },
  saves: {},
  vjp: "none",
  jvp: "none",
  batch: "elementwise",
  samples: (r) => [{ input: r.normal([2, 3]) }, { input: r.integers([3], -2, 3) }],
  call: signbit,
});

/**
 * Returns whether the sign of each element is negative, of -0 too; the result is bool.
 * @example signbit(tensor([-1, -0, 0])).toArray(); // [true, true, false]
 */
export function signbit(input: Tensor): Tensor {
  return signbitOp([requireTensor("signbit", input)], null);
}

/** Returns the least float64 above x, by adding a little more than half a unit in the last place (Rump et al., 2009). */
function above(x: number): number {
  const a = Math.abs(x);
  if (a === Number.POSITIVE_INFINITY) return x > 0 ? x : -Number.MAX_VALUE;
  if (a < 2 ** -1021) return x + Number.MIN_VALUE || (x < 0 ? -0 : 0);
  if (a < 2 ** -960) return above(x * 2 ** 100) / 2 ** 100;
  return x + a * (2 ** -53 * (1 + 2 ** -52));
}

/** Returns the least float32 above the float32 x. */
function aboveSingle(x: number): number {
  const a = Math.abs(x);
  if (a === Number.POSITIVE_INFINITY) return x > 0 ? x : -(2 ** 127) * (2 - 2 ** -23);
  if (a < 2 ** -126) return x + 2 ** -149 || (x < 0 ? -0 : 0);
  return Math.fround(x + a * (2 ** -24 * (1 + 2 ** -10)));
}

/** Returns the function that gives the neighbour of x in the direction of z. */
const toward =
  (next: (x: number) => number) =>
  (x: number, z: number): number => {
    if (Number.isNaN(x) || Number.isNaN(z)) return Number.NaN;
    return x === z ? z : x < z ? next(x) : -next(-x);
  };

const nextafterOp = binary(
  {
    name: "nextafter",
    torch: "nextafter",
    access: "in-place",
    label: "nextafter",
    tex: {
      forward: "y = \\text{the float after } x \\text{ towards } z",
      vjp: "\\bar x = [x \\ne z]\\, \\bar y,\\ \\bar z = 0",
    },
    f: toward(above),
    singles: toward(aboveSingle),
    result: promotedDType,
    saves: [{ inputs: [0, 1] }, {}],
    partials: [{ select: (g, { inputs: [x, z] }) => where(ne(x, z), g, 0) }, zeroDerivative],
    samples: (r) => [{ input: r.normal([2, 3]), other: r.normal([3]) }],
  },
  nextafter,
);

/**
 * Returns the number of the dtype that follows each element in the direction of that of `other`, with broadcasting. The gradient goes to `input`, but is 0 where both
 * are equal.
 * @throws DTypeError for integers and bools; ShapeError when the shapes do not broadcast.
 * @example nextafter(tensor([1]), tensor([2])).sub(1).toArray()[0]; // 2 ** -23
 */
export function nextafter(input: Tensor, other: Tensor): Tensor {
  const [x, z] = [requireTensor("nextafter", input), requireTensor("nextafter", other)];
  requireFloat("nextafter", promotedDType(x, z));
  return nextafterOp(x, z);
}

/** Mantissas and exponents. The pair can be destructured as a list: `const [mantissa, exponent] = frexp(x)`. */
export class MantissaExponent {
  readonly mantissa: Tensor;
  readonly exponent: Tensor;
  constructor(mantissa: Tensor, exponent: Tensor) {
    this.mantissa = mantissa;
    this.exponent = exponent;
  }
  *[Symbol.iterator](): IterableIterator<Tensor> {
    yield this.mantissa;
    yield this.exponent;
  }
}

/** Returns m and e with x = m 2ᵉ and 0.5 <= |m| < 1; x itself and 0 for 0, infinities and NaN. */
function mantissaAndExponent(x: number): readonly [mantissa: number, exponent: number] {
  if (x === 0 || !Number.isFinite(x)) return [x, 0];
  if (Math.abs(x) < 2 ** -1022) {
    const [m, e] = mantissaAndExponent(x * 2 ** 54);
    return [m, e - 54];
  }
  const e = Math.min(Math.floor(Math.log2(Math.abs(x))), 1023);
  // the logarithm may have been rounded up; 2^(e + 1) may overflow
  const m = x / 2 ** e / 2;
  return Math.abs(m) >= 1 ? [m / 2, e + 2] : Math.abs(m) < 0.5 ? [m * 2, e] : [m, e + 1];
}

const frexpOp: MultiRun<null> = defineMultiOp<null>({
  name: "frexp",
  torch: "frexp",
  access: "method",
  signature: "input",
  label: () => "frexp",
  tex: { forward: "x = m\\, 2^e,\\ \\tfrac12 \\le |m| < 1", vjp: "\\bar x = 2^{-e}\\, \\bar m" },
  outputs: ([x]) => {
    requireFloat("frexp", x.dtype);
    return [
      { shape: x.shape, dtype: x.dtype },
      { shape: x.shape, dtype: "int32" },
    ];
  },
  kernel: (mantissas, [x], { outs: [, exponents] }) => {
    for (let i = 0; i < x.length; i++) [mantissas[i], exponents[i]] = mantissaAndExponent(x[i]);
  },
  saves: { outputs: [1] },
  vjp: (g, { outputs: [, e] }) => [div(g, exp2(to(e, g.dtype)))],
  jvp: ([dx], { outputs: [, e] }) => [div(dx as Tensor, exp2(to(e, (dx as Tensor).dtype))), zerosLike(e)],
  batch: "elementwise",
  samples: (r) => [{ input: r.uniform([2, 3], 1.1, 1.9) }, { input: r.uniform([], -0.9, -0.6) }],
  call: frexp,
});

/**
 * Returns the mantissa m and the exponent e (int32) of each element, x = m 2ᵉ with 0.5 <= |m| < 1. Of 0, infinities and NaN they are the element itself and 0. The gradient of the
 * mantissa is 2⁻ᵉ.
 * @throws DTypeError for integers and bools.
 * @example frexp(tensor([6])).mantissa.toArray(); // [0.75]
 */
export function frexp(input: Tensor): MantissaExponent {
  const [mantissa, exponent] = frexpOp([requireTensor("frexp", input)], null);
  return new MantissaExponent(mantissa, exponent);
}

declare module "../../tensor/tensor.ts" {
  interface Tensor {
    /** Returns whether the sign of each element is negative. */
    signbit(): Tensor;
    /** Returns the number of the dtype that follows each element in the direction of that of `other`. */
    nextafter(other: Tensor): Tensor;
    /** Replaces each element by the number that follows it in the direction of that of `other`. */
    nextafter_(other: Tensor): Tensor;
    /** Returns the mantissa and the exponent of each element. */
    frexp(): MantissaExponent;
  }
}
