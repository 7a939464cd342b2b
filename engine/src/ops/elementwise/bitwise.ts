/** Bitwise functions and shifts of integers, which are represented in two's complement. */
import { binary, promotedDType, unary } from "../../dispatch/elementwise.ts";
import { type Operand, requireTensor, toOperand } from "../../dispatch/operand.ts";
import type { Arguments, SampleSource } from "../../dispatch/spec.ts";
import { isFloating } from "../../tensor/dtype.ts";
import { DTypeError } from "../../tensor/errors.ts";
import type { Meta } from "../../tensor/meta.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { logicalNot } from "./compare.ts";

/** A bitwise function of two operands. */
type Bitwise = (input: Operand, other: Operand) => Tensor;

/** The function of one element in the arithmetics of all integers. */
interface Functions {
  /** The function of integers of at most 32 bits. */
  readonly integers: (x: number, z: number) => number;
  /** The function of int64 in numbers; NaN where BigInts are needed. */
  readonly f: (x: number, z: number) => number;
  readonly bigints: (x: bigint, z: bigint) => bigint;
}

const isInt32 = (v: number): boolean => (v | 0) === v;

const samples = (r: SampleSource): Arguments[] => [
  { input: r.integers([2, 3], -9, 9), other: r.integers([3], 0, 5) },
  { input: r.integers([4], 0, 9), other: 3 },
];

/** Returns the promoted dtype. @throws DTypeError for floats, and for bools if there is no function of them. */
const integerResult =
  (name: string, bools: boolean) =>
  (x: Meta, z: Meta): ReturnType<typeof promotedDType> => {
    const dtype = promotedDType(x, z);
    if (isFloating(dtype) || (dtype === "bool" && !bools))
      throw new DTypeError(name, `expected integers${bools ? " or bools" : ""}`, [x.dtype, z.dtype]);
    return dtype;
  };

/** Defines a bitwise function; `bools` says that it is also one of bools. */
function bitwise(
  names: readonly [name: string, torch: string, aliases: readonly string[]],
  label: string,
  tex: string,
  functions: Functions,
  bools: boolean,
): Bitwise {
  const [name, torch, aliases] = names;
  const op: Bitwise = (input, other) => run(toOperand(name, input), toOperand(name, other));
  const run = binary(
    {
      name,
      torch,
      aliases,
      access: "in-place",
      label,
      tex: { forward: `y = x ${tex} z`, vjp: "" },
      ...functions,
      result: integerResult(name, bools),
      saves: {},
      partials: "none",
      samples,
    },
    op,
  );
  return op;
}

/** Returns the functions of JavaScript's operator, which computes with 32 bits. */
const ofBits = (integers: Functions["integers"], bigints: Functions["bigints"]): Functions => ({
  integers,
  f: (x, z) => (isInt32(x) && isInt32(z) ? integers(x, z) : Number.NaN),
  bigints,
});

/** Returns the names of a function with those of Python's operator. */
const named = (name: string, torch: string, operator: string): [string, string, readonly string[]] => [
  name,
  torch,
  [`__${operator}__`, `__r${operator}__`, `__i${operator}__`],
];

/**
 * Returns the bits that both elements of each pair have, with broadcasting; of bools whether both are true.
 * @throws DTypeError for floats; ShapeError when the shapes do not broadcast.
 * @example bitwiseAnd(tensor([12, 7], { dtype: "int64" }), 10).toArray(); // [8, 2]
 */
export const bitwiseAnd: Bitwise = bitwise(
  named("bitwiseAnd", "bitwise_and", "and"),
  "&",
  "\\mathbin{\\&}",
  ofBits(
    (x, z) => x & z,
    (x, z) => x & z,
  ),
  true,
);

/**
 * Returns the bits that either element of each pair has, with broadcasting; of bools whether either is true.
 * @throws DTypeError for floats; ShapeError when the shapes do not broadcast.
 * @example bitwiseOr(tensor([12, 7], { dtype: "int64" }), 10).toArray(); // [14, 15]
 */
export const bitwiseOr: Bitwise = bitwise(
  named("bitwiseOr", "bitwise_or", "or"),
  "|",
  "\\mathbin{|}",
  ofBits(
    (x, z) => x | z,
    (x, z) => x | z,
  ),
  true,
);

/**
 * Returns the bits that exactly one element of each pair has, with broadcasting; of bools whether exactly one is true.
 * @throws DTypeError for floats; ShapeError when the shapes do not broadcast.
 * @example bitwiseXor(tensor([12, 7], { dtype: "int64" }), 10).toArray(); // [6, 13]
 */
export const bitwiseXor: Bitwise = bitwise(
  named("bitwiseXor", "bitwise_xor", "xor"),
  "^",
  "\\oplus",
  ofBits(
    (x, z) => x ^ z,
    (x, z) => x ^ z,
  ),
  true,
);

/**
 * Returns x 2ᶻ modulo 2 to the power of the bits of the dtype, with broadcasting; 0 where z is negative or not less than the number of bits.
 * @throws DTypeError for floats and for two bools; ShapeError when the shapes do not broadcast.
 * @example bitwiseLeftShift(tensor([1, 3], { dtype: "int64" }), 2).toArray(); // [4, 12]
 */
export const bitwiseLeftShift: Bitwise = bitwise(
  named("bitwiseLeftShift", "bitwise_left_shift", "lshift"),
  "<<",
  "\\ll",
  {
    integers: (x, z) => (z < 0 || z > 31 ? 0 : x << z),
    f: (x, z) => (z < 0 || z > 63 ? 0 : x * 2 ** z),
    bigints: (x, z) => (z < 0n || z > 63n ? 0n : x << z),
  },
  false,
);

/**
 * Returns ⌊x / 2ᶻ⌋, with broadcasting; 0, or -1 for a negative x, where z is negative or not less than the number of bits.
 * @throws DTypeError for floats and for two bools; ShapeError when the shapes do not broadcast.
 * @example bitwiseRightShift(tensor([8, -5], { dtype: "int64" }), 1).toArray(); // [4, -3]
 */
export const bitwiseRightShift: Bitwise = bitwise(
  named("bitwiseRightShift", "bitwise_right_shift", "rshift"),
  ">>",
  "\\gg",
  {
    integers: (x, z) => x >> (z < 0 || z > 31 ? 31 : z),
    f: (x, z) => Math.floor(x / 2 ** (z < 0 || z > 63 ? 63 : z)),
    bigints: (x, z) => x >> (z < 0n || z > 63n ? 63n : z),
  },
  false,
);

const notOp = unary({
  name: "bitwiseNot",
  torch: "bitwise_not",
  aliases: ["__invert__"],
  access: "in-place",
  label: "~",
  tex: { forward: "y = -x - 1", vjp: "" },
  f: (x) => -x - 1,
  bigints: (x) => ~x,
  result: "integers",
  saves: "none",
  derivative: "none",
  domain: [-5, 5],
  call: bitwiseNot,
});

/**
 * Returns -x - 1, in which all bits of each element are inverted; of bools the logical negation.
 * @throws DTypeError for floats.
 * @example bitwiseNot(tensor([0, 5], { dtype: "int64" })).toArray(); // [-1, -6]
 */
export function bitwiseNot(input: Tensor): Tensor {
  const x = requireTensor("bitwiseNot", input);
  return x.dtype === "bool" ? logicalNot(x) : notOp(x);
}

declare module "../../tensor/tensor.ts" {
  interface Tensor {
    /** Returns the bits that both elements of each pair have. */
    bitwiseAnd(other: Operand): Tensor;
    /** Keeps the bits that the elements of `other` have. */
    bitwiseAnd_(other: Operand): Tensor;
    /** Returns the bits that either element of each pair has. */
    bitwiseOr(other: Operand): Tensor;
    /** Adds the bits that the elements of `other` have. */
    bitwiseOr_(other: Operand): Tensor;
    /** Returns the bits that exactly one element of each pair has. */
    bitwiseXor(other: Operand): Tensor;
    /** Inverts the bits that the elements of `other` have. */
    bitwiseXor_(other: Operand): Tensor;
    /** Returns each element with its bits moved to the left. */
    bitwiseLeftShift(other: Operand): Tensor;
    /** Moves the bits of each element to the left. */
    bitwiseLeftShift_(other: Operand): Tensor;
    /** Returns each element with its bits moved to the right. */
    bitwiseRightShift(other: Operand): Tensor;
    /** Moves the bits of each element to the right. */
    bitwiseRightShift_(other: Operand): Tensor;
    /** Returns each element with all bits inverted. */
    bitwiseNot(): Tensor;
    /** Inverts all bits of each element. */
    bitwiseNot_(): Tensor;
  }
}
