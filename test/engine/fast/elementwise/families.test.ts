/** Elementwise fast kernels compared with the reference on a thousand elements: whole blocks, special values, broadcast operands, and all dtypes of integers. */
import { autograd, type DType, operators, type Tensor, tensor } from "tapelab";
import { describe, expect, test } from "vitest";
import { withReferenceKernels } from "../../../../engine/src/dispatch/fast.ts";
import { type Variant, withVariant } from "../../../../engine/src/fast/wasm/module.ts";

const count = 5003;
const special = [
  0,
  -0,
  1,
  -1,
  0.5,
  Number.NaN,
  Number.POSITIVE_INFINITY,
  Number.NEGATIVE_INFINITY,
  1e-40,
  1e30,
  -1e30,
  3,
  -2,
];

/** Returns numbers between two bounds, of which every fifth is special where asked. */
function numbers(low: number, high: number, seed: number, withSpecial: boolean): number[] {
  let state = seed;
  return Array.from({ length: count }, (_, i) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    if (withSpecial && i % 5 === 0) return special[(i / 5 + seed) % special.length];
    return low + ((high - low) * state) / 2 ** 32;
  });
}

/** Expects elements to agree to rounding, each in relation to itself and to 1. */
function agree(fast: Tensor, reference: Tensor, what: string, single = 1e-6): void {
  expect(fast.dtype).toBe(reference.dtype);
  const tolerance = fast.dtype === "float32" ? single : fast.dtype === "float64" ? 1e-13 : 0;
  const [a, b] = [fast.toTypedArray(), reference.toTypedArray()];
  const off = a.findIndex(
    (v, i) => !Object.is(v, b[i]) && !(Math.abs(v - b[i]) <= tolerance * Math.max(1, Math.abs(b[i]))),
  );
  expect(off < 0 ? "all agree" : `${what}, element ${off}: ${a[off]} for ${b[off]}`).toBe("all agree");
}

function compare(op: string, args: Readonly<Record<string, unknown>>, variant: Variant, what: string): void {
  const call = (): Tensor => operators.get(op)?.callByName(args) as Tensor;
  agree(withVariant(variant, call), withReferenceKernels(call), what);
}

/** Functions of one tensor with the interval of their arguments. */
const unary: Readonly<Record<string, readonly [low: number, high: number]>> = {
  exp2: [-140, 130],
  tan: [-80, 80],
  asin: [-1, 1],
  acos: [-1, 1],
  atan: [-20, 20],
  asinh: [-20, 20],
  acosh: [1, 40],
  atanh: [-1, 1],
  erf: [-4, 4],
  erfc: [-4, 9],
  ndtr: [-9, 5],
  erfinv: [-1, 1],
  ndtri: [0, 1],
  log2: [0, 50],
  log10: [0, 5000],
  sinc: [-9, 9],
  besselJ0: [-70, 70],
  besselJ1: [-70, 70],
  besselY0: [0, 70],
  besselY1: [0.1, 70],
  modifiedBesselK0: [0, 40],
  modifiedBesselK1: [0.5, 40],
  scaledModifiedBesselK0: [0, 2000],
  scaledModifiedBesselK1: [0.5, 2000],
  sphericalBesselJ0: [-70, 70],
  airyAi: [-20, 20],
  i0: [-9, 9],
  i1: [-9, 9],
  i0e: [-2000, 2000],
  i1e: [-2000, 2000],
  erfcx: [-3, 2000],
  logNdtr: [-150, 6],
  lgamma: [-3, 90],
  digamma: [0.2, 90],
  exp: [-80, 80],
  log: [0, 50],
  tanh: [-5, 5],
  sigmoid: [-50, 50],
  gelu: [-9, 9],
  silu: [-20, 20],
  mish: [-20, 20],
  softplus: [-20, 30],
  elu: [-9, 9],
  expm1: [-9, 9],
  log1p: [-1, 50],
  sinh: [-9, 9],
  cosh: [-9, 9],
  isinf: [-1, 1],
  isposinf: [-1, 1],
  isneginf: [-1, 1],
  isnan: [-1, 1],
  isfinite: [-1, 1],
  signbit: [-1, 1],
  logicalNot: [-1, 1],
};

/** Functions of one tensor whose gradients have a fast rule, or are composed of others, with the interval of their arguments and other arguments. */
const differentiable: Readonly<
  Record<string, readonly [low: number, high: number, args?: Readonly<Record<string, unknown>>]>
> = {
  silu: [-20, 20],
  mish: [-20, 20],
  softplus: [-20, 30, { beta: 2, threshold: 10 }],
  logSigmoid: [-20, 20],
  elu: [-9, 9, { alpha: 1.5 }],
  selu: [-9, 9],
  celu: [-9, 9, { alpha: 0.5 }],
  leakyRelu: [-9, 9, { negativeSlope: 0.3 }],
  hardtanh: [-2, 2],
  relu6: [-9, 9],
  hardsigmoid: [-5, 5],
  hardswish: [-5, 5],
  softshrink: [-2, 2, { lambd: 0.7 }],
  hardshrink: [-2, 2, { lambd: 0.7 }],
  threshold: [-2, 2, { threshold: 0.2, value: 7 }],
  abs: [-2, 2],
  log2: [0, 9],
  log10: [0, 9],
  log1p: [-1, 9],
  exp2: [-9, 9],
  expm1: [-9, 9],
  reciprocal: [0.2, 9],
  sqrt: [0.1, 9],
  rsqrt: [0.2, 9],
  erf: [-3, 3],
  erfc: [-3, 3],
  ndtr: [-3, 3],
  erfinv: [-0.9, 0.9],
  ndtri: [0.05, 0.95],
  tan: [-1, 1],
  asin: [-0.95, 0.95],
  acos: [-0.95, 0.95],
  atan: [-9, 9],
  atanh: [-0.95, 0.95],
  asinh: [-9, 9],
  acosh: [1.05, 9],
  logit: [0.05, 0.95],
  nanToNum: [-1, 1],
  square: [-3, 3],
  tanh: [-5, 5],
  sigmoid: [-9, 9],
  relu: [-2, 2],
};

/** Functions of two tensors with the intervals of their arguments, and whether they get special values too. */
const binary: Readonly<
  Record<string, readonly [low: number, high: number, otherLow: number, otherHigh: number, second?: string]>
> = {
  copysign: [-2, 2, -2, 2],
  fmax: [-2, 2, -2, 2],
  fmin: [-2, 2, -2, 2],
  hypot: [-2, 2, -2, 2],
  atan2: [-2, 2, -2, 2],
  logaddexp: [-9, 9, -9, 9],
  logaddexp2: [-9, 9, -9, 9],
  xlogy: [-2, 2, 0, 9],
  xlog1py: [-2, 2, -1, 9],
  heaviside: [-2, 2, -2, 2, "values"],
  nextafter: [-2, 2, -2, 2],
  fmod: [-9, 9, -3, 3],
  remainder: [-9, 9, -3, 3],
  floorDivide: [-9, 9, -3, 3],
  pow: [0, 4, -3, 3, "exponent"],
  logicalAnd: [-1, 1, -1, 1],
  logicalOr: [-1, 1, -1, 1],
  logicalXor: [-1, 1, -1, 1],
  maximum: [-2, 2, -2, 2],
  minimum: [-2, 2, -2, 2],
};

const integerDTypes: readonly DType[] = ["uint8", "int8", "int16", "int32", "int64"];

describe.each(["wide", "relaxed", "plain"] as const satisfies readonly Variant[])("%s", (variant) => {
  test.each(Object.entries(unary))("%s", (op, [low, high]) => {
    for (const dtype of ["float32", "float64"] as const)
      for (const withSpecial of [false, true])
        compare(op, { input: tensor(numbers(low, high, 7, withSpecial), { dtype }) }, variant, dtype);
  });

  test.each(Object.entries(differentiable))("the gradient of %s", (op, [low, high, args = {}]) => {
    for (const dtype of ["float32", "float64"] as const)
      for (const withSpecial of [false, true]) {
        const x = tensor(numbers(low, high, 7, withSpecial), { dtype });
        const gradOutputs = tensor(numbers(-2, 2, 5, false), { dtype });
        const gradient = (): Tensor => {
          const input = x.detach().requiresGrad_();
          const y = operators.get(op)?.callByName({ input, ...args }) as Tensor;
          return autograd.grad(y, [input], { gradOutputs })[0];
        };
        const what = `${dtype}${withSpecial ? ", special values" : ""}`;
        // the reference rounds the result of each op
        agree(withVariant(variant, gradient), withReferenceKernels(gradient), what, 1e-5);
      }
  });

  test.each([...operators.keys()].filter((op) => op.includes("Polynomial")))("%s", (op) => {
    for (const dtype of ["float32", "float64"] as const) {
      const input = tensor(numbers(-1.5, 1.5, 7, false), { dtype });
      const degrees = tensor(numbers(-2, 9, 8, false), { dtype });
      compare(op, { input, n: degrees }, variant, dtype);
      compare(op, { input, n: degrees.to("int64") }, variant, `${dtype}, degrees of int64`);
    }
  });

  test.each(["smoothL1Loss", "huberLoss"])("the gradient of %s", (op) => {
    for (const dtype of ["float32", "float64"] as const) {
      const [x, target] = [numbers(-3, 3, 7, false), numbers(-3, 3, 8, false)].map((list) => tensor(list, { dtype }));
      const gradient = (): Tensor => {
        const input = x.detach().requiresGrad_();
        return autograd.grad(operators.get(op)?.callByName({ input, target }) as Tensor, [input])[0];
      };
      agree(withVariant(variant, gradient), withReferenceKernels(gradient), dtype);
    }
  });

  test.each(Object.entries(binary))("%s", (op, [low, high, otherLow, otherHigh, second = "other"]) => {
    for (const dtype of ["float32", "float64"] as const)
      for (const withSpecial of [false, true]) {
        const input = tensor(numbers(low, high, 7, withSpecial), { dtype });
        const other = tensor(numbers(otherLow, otherHigh, 12, withSpecial), { dtype });
        compare(op, { input, [second]: other }, variant, dtype);
        compare(op, { input, [second]: other.narrow(0, 1, 1) }, variant, `${dtype}, one element`);
        compare(
          op,
          { input: input.narrow(0, 0, 70), [second]: other.narrow(0, 0, 70).unsqueeze(1) },
          variant,
          `${dtype}, broadcast`,
        );
      }
  });

  test.each([
    "add",
    "sub",
    "mul",
    "maximum",
    "minimum",
    "bitwiseAnd",
    "bitwiseOr",
    "bitwiseXor",
    "bitwiseLeftShift",
    "bitwiseRightShift",
  ])("%s of integers", (op) => {
    for (const dtype of [
      ...integerDTypes,
      ...(op.startsWith("bitwise") && !op.endsWith("Shift") ? (["bool"] as const) : []),
    ]) {
      const most = dtype === "int64" ? 2 ** 40 : 300;
      const list = (seed: number, bound: number): Tensor =>
        tensor(numbers(-bound, bound, seed, false).map(Math.trunc), { dtype: "float64" }).to(dtype);
      const [input, other] = [list(7, most), op.endsWith("Shift") ? list(9, 70) : list(9, most)];
      compare(op, { input, other }, variant, dtype);
      compare(op, { input, other: other.narrow(0, 3, 1) }, variant, `${dtype}, one element`);
      compare(
        op,
        { input: input.narrow(0, 0, 70), other: other.narrow(0, 0, 70).unsqueeze(1) },
        variant,
        `${dtype}, broadcast`,
      );
    }
  });

  test.each(["logicalAnd", "logicalOr", "logicalXor"])("%s of all dtypes", (op) => {
    for (const dtype of [...integerDTypes, "bool", "float16", "bfloat16", "int64"] as const) {
      const list = (seed: number): Tensor =>
        tensor(numbers(-2, 2, seed, false).map(Math.trunc), { dtype: "float64" }).to(dtype);
      compare(op, { input: list(3), other: list(4) }, variant, dtype);
      compare(op, { input: list(3), other: tensor(numbers(-2, 2, 4, true)) }, variant, `${dtype} and float32`);
    }
  });
});
