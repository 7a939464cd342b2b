/** Arithmetic with broadcasting. */

import { binary, promoted, setProducts, unary } from "../../dispatch/elementwise.ts";
import { type Operand, operand, requireInt32, tensorOnly } from "../../dispatch/operand.ts";
import type { Arguments, SampleSource } from "../../dispatch/spec.ts";
import { zerosLike } from "../../tensor/create.ts";
import { isFloating, resultType } from "../../tensor/dtype.ts";
import { ArgumentError, DTypeError } from "../../tensor/errors.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { eq, ge, gt, logicalAnd, lt, where } from "./compare.ts";
import { to } from "./convert.ts";
import { log } from "./exponential.ts";

const pairs = (r: SampleSource): Arguments[] => [
  { input: r.normal([2, 3]), other: r.normal([2, 3]) },
  { input: r.normal([2, 1, 3]), other: r.normal([4, 1]) },
  { input: r.normal([]), other: r.normal([3]) },
  { input: r.normal([2, 0]), other: r.normal([1, 0]) },
];

/** Negation. */
export const neg: (input: Tensor) => Tensor = unary({
  name: "neg",
  torch: "neg",
  access: "in-place",
  label: "−",
  tex: { forward: "y = -x", vjp: "\\bar x = -\\bar y" },
  keepsFinite: "both",
  accumulation: "sum",
  f: (x) => -x,
  result: "same",
  saves: "none",
  derivative: () => operand("neg", -1),
  domain: [-2, 2],
});

function scaled(op: string, input: Operand, other: Operand, alpha: number): Operand {
  if (alpha === 1) return other;
  const [x, z] = [operand(op, input), operand(op, other)];
  const dtype = resultType([x, z]);
  if (!isFloating(dtype) && !Number.isInteger(alpha))
    throw new DTypeError(op, `alpha must be an integer for ${dtype} tensors`, [String(alpha)]);
  if (dtype === "bool") return alpha !== 0 ? z : zerosLike(z);
  // the operands are cast before they are multiplied: a product of integers could wrap around
  return mul(z.wrapped === null ? to(z, dtype) : z, alpha);
}

/** Options of `add` and `sub`. */
export interface AlphaOptions {
  /** Multiplies `other` first. */
  readonly alpha?: number;
}

const addOp = binary(
  {
    name: "add",
    torch: "add",
    access: "in-place",
    signature: "input, other, alpha=1",
    label: "+",
    tex: { forward: "y = x + z", vjp: "\\bar x = \\bar y,\\ \\bar z = \\bar y" },
    accumulation: "sum",
    f: (x, z) => x + z,
    result: promoted,
    saves: {},
    partials: [1, 1],
    samples: (r) => [...pairs(r), { input: r.normal([2]), other: r.normal([2]), alpha: 2.5 }],
  },
  add,
);

/**
 * `input + alpha * other`, with broadcasting and type promotion.
 * @throws ShapeError when the shapes do not broadcast.
 * @example add(tensor([1, 2]), 10).toArray(); // [11, 12]
 */
export function add(input: Operand, other: Operand, options?: AlphaOptions): Tensor {
  return addOp(input, scaled("add", input, other, options?.alpha ?? 1));
}

const subOp = binary(
  {
    name: "sub",
    torch: "sub",
    access: "in-place",
    signature: "input, other, alpha=1",
    label: "−",
    tex: { forward: "y = x - z", vjp: "\\bar x = \\bar y,\\ \\bar z = -\\bar y" },
    accumulation: "sum",
    f: (x, z) => x - z,
    result: (x, z) => {
      if (x.dtype === "bool" || z.dtype === "bool")
        throw new DTypeError("sub", "expected numbers (use ne for two bool tensors)", [x.dtype, z.dtype]);
      return promoted(x, z);
    },
    saves: {},
    partials: [1, -1],
    samples: (r) => [...pairs(r), { input: r.normal([2]), other: r.normal([2]), alpha: 2.5 }],
  },
  sub,
);

/** `input - alpha * other`. @example sub(3, tensor([1, 2])).toArray(); // [2, 1] */
export function sub(input: Operand, other: Operand, options?: AlphaOptions): Tensor {
  for (const x of [input, other])
    if (typeof x === "boolean") throw new DTypeError("sub", "expected numbers", ["a boolean"]);
  return subOp(input, scaled("sub", input, other, options?.alpha ?? 1));
}

const mulOp = binary(
  {
    name: "mul",
    torch: "mul",
    access: "in-place",
    label: "×",
    tex: { forward: "y = x z", vjp: "\\bar x = \\bar y z,\\ \\bar z = \\bar y x" },
    accumulation: "scale",
    f: (x, z) => x * z,
    integers: Math.imul,
    result: promoted,
    saves: [{ inputs: [1] }, { inputs: [0] }],
    partials: [({ inputs }) => inputs[1], ({ inputs }) => inputs[0]],
    samples: pairs,
  },
  mul,
);

/** Product, element by element; of int32 modulo 2³². @example mul(tensor([1, 2]), tensor([3, 4])).toArray(); // [3, 8] */
export function mul(input: Operand, other: Operand): Tensor {
  return mulOp(input, other);
}

setProducts({ mul, add, neg });

/** x². */
export const square: (input: Tensor) => Tensor = unary({
  name: "square",
  torch: "square",
  access: "in-place",
  label: "x²",
  tex: { forward: "y = x^2", vjp: "\\bar x = 2 x\\, \\bar y" },
  f: (x) => x * x,
  integers: (x) => Math.imul(x, x),
  result: "counts",
  saves: "x",
  derivative: ({ inputs: [x] }) => mul(x, 2),
  domain: [-2, 2],
});

/** C's pow: 1 to any power is 1, and so is -1 to an infinite one. */
const power = (x: number, z: number): number => (x === 1 || (x === -1 && Math.abs(z) === Infinity) ? 1 : x ** z);

/** x^z modulo 2³², by squaring. For z < 0 it is the integer part of the quotient: 0 unless x is 1 or -1. */
function integerPower(x: number, z: number): number {
  if (z < 0) return x === 1 || (x === -1 && z % 2 === 0) ? 1 : x === -1 ? -1 : 0;
  let y = 1;
  for (let base = x, left = z; left > 0; left >>>= 1) {
    if (left & 1) y = Math.imul(y, base);
    base = Math.imul(base, base);
  }
  return y;
}

/** g z x^{z-1}, and 0 where z is 0, also at x = 0. */
function throughPower(g: Tensor, x: Tensor, z: Tensor): Tensor {
  if (z.wrapped === null) return where(eq(z, 0), 0, mul(g, mul(z, pow(x, sub(z, 1)))));
  const exponent = z.storage.at(z.offset);
  if (exponent === 0) return zerosLike(g);
  return mul(g, mul(exponent === 2 ? x : pow(x, exponent - 1), exponent));
}

const powOp = binary(
  {
    name: "pow",
    torch: "pow",
    access: "in-place",
    signature: "input, exponent",
    label: "xᶻ",
    tex: { forward: "y = x^z", vjp: "\\bar x = z x^{z-1} \\bar y,\\ \\bar z = y \\ln(x)\\, \\bar y" },
    f: power,
    integers: integerPower,
    result: (x, z) => {
      const dtype = promoted(x, z);
      if (dtype === "bool" && !x.wrapped && !z.wrapped)
        throw new DTypeError("pow", "expected a number among the operands", [x.dtype, z.dtype]);
      return dtype;
    },
    saves: [{ inputs: [0, 1] }, { inputs: [0, 1], outputs: [0] }],
    partials: [
      { select: (g, { inputs: [x, z] }) => throughPower(g, x, z) },
      // where x = 0 and z >= 0 the slope is 0, not 0 ln 0
      ({ inputs: [x, z], output }) => where(logicalAnd(eq(x, 0), ge(z, 0)), 0, mul(output, log(x))),
    ],
    samples: (r) => [
      { input: r.uniform([2, 3], 0.5, 2), exponent: r.normal([3]) },
      { input: r.uniform([3], 0.5, 2), exponent: 3 },
      { input: r.uniform([3], -2, -0.5), exponent: 2 },
    ],
  },
  pow,
);

/**
 * `input` to the power of `exponent`. The gradient to the base is 0 where the exponent is 0; to the exponent it is 0 where the
 * base is 0 and the exponent is not negative.
 * @throws ArgumentError when integers are raised to a negative integer.
 * @example pow(tensor([1, 2, 3]), 2).toArray(); // [1, 4, 9]
 */
export function pow(input: Operand, exponent: Operand): Tensor {
  if (typeof input === "number" && typeof exponent === "number")
    throw new DTypeError("pow", "at least one operand must be a tensor", ["two numbers"]);
  const [x, z] = [operand("pow", input), operand("pow", exponent)];
  if (!isFloating(resultType([x, z])) && typeof exponent === "number" && exponent < 0)
    throw new ArgumentError(
      "pow",
      `integers cannot be raised to the negative integer ${exponent}; make the base float32`,
    );
  requireInt32("pow", resultType([x, z]), exponent);
  return powOp(x, z);
}

/** Returns the share of the cotangent g that `a` gets from maximum or minimum of `a` and `b`: half of it at a tie, all of it at a NaN. */
const share = (g: Tensor, loses: (a: Tensor, b: Operand) => Tensor, a: Tensor, b: Tensor): Tensor =>
  where(loses(a, b), 0, where(eq(a, b), mul(g, 0.5), g));

const extremum = (name: "maximum" | "minimum"): ((input: Operand, other: Operand) => Tensor) => {
  const largest = name === "maximum";
  const loses = largest ? lt : gt;
  const pick = largest ? Math.max : Math.min;
  const sign = largest ? ">" : "<";
  return binary(
    {
      name,
      torch: name,
      access: "method",
      label: largest ? "max" : "min",
      tex: {
        forward: `y = \\${largest ? "max" : "min"}(x, z)`,
        vjp: `\\bar x = [x ${sign} z]\\, \\bar y,\\ \\bar z = [z ${sign} x]\\, \\bar y`,
      },
      keepsFinite: "both",
      f: (x, z) => pick(x, z),
      result: promoted,
      saves: { inputs: [0, 1] },
      partials: [
        { select: (g, { inputs: [x, z] }) => share(g, loses, x, z) },
        { select: (g, { inputs: [x, z] }) => share(g, loses, z, x) },
      ],
      samples: (r) => {
        const all = r.distinct([12]);
        return [{ input: all.narrow(0, 0, 6).reshape([2, 3]), other: all.narrow(0, 6, 3) }];
      },
    },
    (input: Tensor, other: Tensor) => (largest ? maximum(input, other) : minimum(input, other)),
  );
};
const maximumOp = extremum("maximum");
const minimumOp = extremum("minimum");

/** The larger of two, NaN if either is. At a tie each side gets half of the gradient. */
export function maximum(input: Tensor, other: Tensor): Tensor {
  return maximumOp(tensorOnly("maximum", input), tensorOnly("maximum", other));
}

/** The smaller of two, NaN if either is. At a tie each side gets half of the gradient. */
export function minimum(input: Tensor, other: Tensor): Tensor {
  return minimumOp(tensorOnly("minimum", input), tensorOnly("minimum", other));
}

declare module "../../tensor/tensor.ts" {
  interface Tensor {
    /** `this + alpha * other`, with broadcasting. */
    add(other: Operand, options?: AlphaOptions): Tensor;
    /** Adds `alpha * other` to the tensor's own elements. */
    add_(other: Operand, options?: AlphaOptions): Tensor;
    /** `this - alpha * other`. */
    sub(other: Operand, options?: AlphaOptions): Tensor;
    /** Subtracts `alpha * other` from the tensor's own elements. */
    sub_(other: Operand, options?: AlphaOptions): Tensor;
    /** Product, element by element. */
    mul(other: Operand): Tensor;
    /** Multiplies the tensor's own elements. */
    mul_(other: Operand): Tensor;
    /** Negation. */
    neg(): Tensor;
    /** The op without the underscore, in place. */
    neg_(): Tensor;
    /** x². */
    square(): Tensor;
    /** The op without the underscore, in place. */
    square_(): Tensor;
    /** Power. */
    pow(exponent: Operand): Tensor;
    /** Raises every element to a power. */
    pow_(exponent: Operand): Tensor;
    /** The larger of two; a tie shares the gradient. */
    maximum(other: Tensor): Tensor;
    /** The smaller of two; a tie shares the gradient. */
    minimum(other: Tensor): Tensor;
  }
}
