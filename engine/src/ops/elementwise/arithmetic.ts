/** Sums, differences and products, with broadcasting and type promotion. */

import { binary, promotedDType, setArithmetic, unary } from "../../dispatch/elementwise.ts";
import { type Operand, toOperand } from "../../dispatch/operand.ts";
import type { Arguments, SampleSource } from "../../dispatch/spec.ts";
import { zerosLike } from "../../tensor/create.ts";
import { resultType, takesGradients } from "../../tensor/dtype.ts";
import { DTypeError } from "../../tensor/errors.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { addComplex, mulComplex, negComplex, squareComplex, subComplex } from "./complex-numbers.ts";
import { to } from "./convert.ts";

/** Samples with each kind of broadcasting. */
const pairs = (r: SampleSource): Arguments[] => [
  { input: r.normal([2, 3]), other: r.normal([2, 3]) },
  { input: r.normal([2, 1, 3]), other: r.normal([4, 1]) },
  { input: r.normal([]), other: r.normal([3]) },
  { input: r.normal([2, 0]), other: r.normal([1, 0]) },
];

/**
 * Returns the negation of each element.
 * @throws DTypeError for bools.
 * @example neg(tensor([1, -2])).toArray(); // [-1, 2]
 */
export const neg: (input: Tensor) => Tensor = unary({
  name: "neg",
  torch: "neg",
  aliases: ["negative", "__neg__"],
  access: "in-place",
  label: "−",
  tex: { forward: "y = -x", vjp: "\\bar x = -\\bar y" },
  keepsFinite: "both",
  accumulation: "sum",
  f: (x) => -x,
  bigints: (x) => -x,
  complex: negComplex,
  result: "same",
  saves: "none",
  derivative: () => toOperand("neg", -1),
  domain: [-2, 2],
});

/**
 * Returns `alpha * other`.
 * @throws DTypeError for an `alpha` that is not an integer, where both operands are integers or bools.
 */
function scaled(op: string, input: Operand, other: Operand, alpha: number): Operand {
  if (alpha === 1) return other;
  const [x, z] = [toOperand(op, input), toOperand(op, other)];
  const dtype = resultType([x, z]);
  if (!takesGradients(dtype) && !Number.isInteger(alpha))
    throw new DTypeError(op, `alpha must be an integer for ${dtype} tensors`, [String(alpha)]);
  if (dtype === "bool") return alpha !== 0 ? z : zerosLike(z);
  // cast before the product, as a product of integers could wrap around
  return mul(z.wrapped === null ? to(z, dtype) : z, alpha);
}

/** Options of `add` and `sub`. */
export interface AlphaOptions {
  /** Factor of `other`; 1 by default. */
  readonly alpha?: number;
}

const addOp = binary(
  {
    name: "add",
    torch: "add",
    aliases: ["__add__", "__radd__", "__iadd__"],
    access: "in-place",
    signature: "input, other, alpha=1",
    label: "+",
    tex: { forward: "y = x + z", vjp: "\\bar x = \\bar y,\\ \\bar z = \\bar y" },
    accumulation: "sum",
    f: (x, z) => x + z,
    bigints: (x, z) => x + z,
    complex: addComplex,
    result: promotedDType,
    saves: {},
    partials: [1, 1],
    samples: (r) => [...pairs(r), { input: r.normal([2]), other: r.normal([2]), alpha: 2.5 }],
  },
  add,
);

/**
 * Returns `input + alpha * other`, with broadcasting and type promotion.
 * @throws ShapeError when the shapes do not broadcast; DTypeError for an `alpha` that is not an integer beside integers.
 * @example add(tensor([1, 2]), 10).toArray(); // [11, 12]
 */
export function add(input: Operand, other: Operand, options?: AlphaOptions): Tensor {
  return addOp(input, scaled("add", input, other, options?.alpha ?? 1));
}

const subOp = binary(
  {
    name: "sub",
    torch: "sub",
    aliases: ["subtract", "__sub__", "__rsub__", "__isub__"],
    access: "in-place",
    signature: "input, other, alpha=1",
    label: "−",
    tex: { forward: "y = x - z", vjp: "\\bar x = \\bar y,\\ \\bar z = -\\bar y" },
    accumulation: "sum",
    f: (x, z) => x - z,
    bigints: (x, z) => x - z,
    complex: subComplex,
    result: (x, z) => {
      if (x.dtype === "bool" || z.dtype === "bool")
        throw new DTypeError("sub", "expected numbers (use ne for two bool tensors)", [x.dtype, z.dtype]);
      return promotedDType(x, z);
    },
    saves: {},
    partials: [1, -1],
    samples: (r) => [...pairs(r), { input: r.normal([2]), other: r.normal([2]), alpha: 2.5 }],
  },
  sub,
);

/**
 * Returns `input - alpha * other`, with broadcasting and type promotion.
 * @throws ShapeError when the shapes do not broadcast; DTypeError for bools, and for an `alpha` that is not an integer beside integers.
 * @example sub(3, tensor([1, 2])).toArray(); // [2, 1]
 */
export function sub(input: Operand, other: Operand, options?: AlphaOptions): Tensor {
  for (const x of [input, other])
    if (typeof x === "boolean") throw new DTypeError("sub", "expected numbers", ["a boolean"]);
  return subOp(input, scaled("sub", input, other, options?.alpha ?? 1));
}

const mulOp = binary(
  {
    name: "mul",
    stops: "product",
    torch: "mul",
    aliases: ["multiply", "__mul__", "__rmul__", "__imul__"],
    access: "in-place",
    label: "×",
    tex: { forward: "y = x z", vjp: "\\bar x = \\bar y z,\\ \\bar z = \\bar y x" },
    accumulation: "scale",
    f: (x, z) => x * z,
    complex: mulComplex,
    integers: Math.imul,
    bigints: (x, z) => x * z,
    result: promotedDType,
    saves: [{ inputs: [1] }, { inputs: [0] }],
    partials: [({ inputs }) => inputs[1], ({ inputs }) => inputs[0]],
    samples: pairs,
  },
  mul,
);

/**
 * Returns the product of each pair of elements, with broadcasting and type promotion; of integers modulo 2 to the power of their bits.
 * @throws ShapeError when the shapes do not broadcast.
 * @example mul(tensor([1, 2]), tensor([3, 4])).toArray(); // [3, 8]
 */
export function mul(input: Operand, other: Operand): Tensor {
  return mulOp(input, other);
}

setArithmetic({ mul, add, neg });

/**
 * Returns the square of each element; of integers modulo 2 to the power of their bits. Bools become int64.
 * @example square(tensor([-3, 2])).toArray(); // [9, 4]
 */
export const square: (input: Tensor) => Tensor = unary({
  name: "square",
  torch: "square",
  access: "in-place",
  label: "x²",
  tex: { forward: "y = x^2", vjp: "\\bar x = 2 x\\, \\bar y" },
  f: (x) => x * x,
  complex: squareComplex,
  integers: (x) => Math.imul(x, x),
  bigints: (x) => x * x,
  result: "counts",
  saves: "x",
  derivative: ({ inputs: [x] }) => mul(x, 2),
  domain: [-2, 2],
});

declare module "../../tensor/tensor.ts" {
  interface Tensor {
    /** Returns `this + alpha * other`, with broadcasting and type promotion. */
    add(other: Operand, options?: AlphaOptions): Tensor;
    /** Adds `alpha * other` to the elements. */
    add_(other: Operand, options?: AlphaOptions): Tensor;
    /** Returns `this - alpha * other`, with broadcasting and type promotion. */
    sub(other: Operand, options?: AlphaOptions): Tensor;
    /** Subtracts `alpha * other` from the elements. */
    sub_(other: Operand, options?: AlphaOptions): Tensor;
    /** Returns the product of each pair of elements, with broadcasting and type promotion. */
    mul(other: Operand): Tensor;
    /** Multiplies the elements by those of `other`. */
    mul_(other: Operand): Tensor;
    /** Returns the negation of each element. */
    neg(): Tensor;
    /** Negates each element in place. */
    neg_(): Tensor;
    /** Returns the square of each element. */
    square(): Tensor;
    /** Squares each element in place. */
    square_(): Tensor;
  }
}
