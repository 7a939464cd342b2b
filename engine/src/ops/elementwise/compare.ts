/** Comparisons and logic. The results are bool and have no gradient. */

import { binary, promotedDType } from "../../dispatch/elementwise.ts";
import { type Operand, requireTensor } from "../../dispatch/operand.ts";
import type { ComplexNumber } from "../../tensor/complex.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { predicate } from "./predicate.ts";

/** A comparison of tensors, of which one may be a number. */
type Comparison = (input: Operand, other: Operand) => Tensor;

/** A logical function of two tensors. */
type Connective = (input: Tensor, other: Tensor) => Tensor;

/** Whether an element is true in a logical function, as NaN is. */
const isTrue = (x: number | bigint): boolean => x !== 0 && x !== 0n;
const equal = (z: ComplexNumber, w: ComplexNumber): boolean => z.re === w.re && z.im === w.im;

const isZero = (z: ComplexNumber): boolean => z.re === 0 && z.im === 0;

/** Defines a comparison; with `numbers` false both operands must be tensors. */
function comparison(
  name: string,
  [torch, ...aliases]: readonly [string, ...string[]],
  symbol: string,
  tex: string,
  f: (x: number | bigint, z: number | bigint) => boolean,
  numbers = true,
  complexTest?: (z: ComplexNumber, w: ComplexNumber) => boolean,
): Comparison {
  const run = binary(
    {
      name,
      torch,
      aliases,
      access: "in-place",
      label: symbol,
      tex: { forward: `y = [x ${tex} z]`, vjp: "" },
      f: (x, z) => (f(x, z) ? 1 : 0),
      bigints: f,
      ...(complexTest === undefined ? {} : { complexTest }),
      result: () => "bool",
      computes: promotedDType,
      saves: {},
      partials: "none",
      samples: (r) => [
        { input: r.integers([2, 3], 0, 3), other: r.integers([3], 0, 3) },
        numbers
          ? { input: r.normal([4]), other: 0 }
          : { input: r.integers([2, 3], 0, 2).to("bool"), other: r.integers([3], 0, 2).to("bool") },
      ],
    },
    (input: Operand, other: Operand) => op(input, other),
  );
  const op: Comparison = (input, other) =>
    numbers ? run(input, other) : run(requireTensor(name, input), requireTensor(name, other));
  return op;
}

/**
 * Returns whether the elements of each pair are equal, with broadcasting; the result is bool. NaN equals nothing. Operands are first cast to the dtype
 * that arithmetic would promote them to, so that a float32 tensor of 0.7 equals the number 0.7.
 * @throws ShapeError when the shapes do not broadcast.
 * @example eq(full([2], 0.7), 0.7).toArray(); // [true, true]
 */
export const eq: Comparison = comparison("eq", ["eq", "__eq__"], "=", "=", (x, z) => x === z, true, equal);

/**
 * Returns whether the elements of each pair differ, with broadcasting; the result is bool. NaN differs from everything.
 * @throws ShapeError when the shapes do not broadcast.
 * @example ne(tensor([1, 2]), 2).toArray(); // [true, false]
 */
export const ne: Comparison = comparison(
  "ne",
  ["ne", "not_equal", "__ne__"],
  "≠",
  "\\ne",
  (x, z) => x !== z,
  true,
  (z, w) => !equal(z, w),
);

/**
 * Returns whether each element is less than that of `other`, with broadcasting; the result is bool.
 * @throws ShapeError when the shapes do not broadcast.
 * @example lt(tensor([1, 2]), 2).toArray(); // [true, false]
 */
export const lt: Comparison = comparison("lt", ["lt", "less", "__lt__"], "<", "<", (x, z) => x < z);

/**
 * Returns whether each element is less than or equal to that of `other`, with broadcasting; the result is bool.
 * @throws ShapeError when the shapes do not broadcast.
 * @example le(tensor([1, 2]), 1).toArray(); // [true, false]
 */
export const le: Comparison = comparison("le", ["le", "less_equal", "__le__"], "≤", "\\le", (x, z) => x <= z);

/**
 * Returns whether each element is greater than that of `other`, with broadcasting; the result is bool.
 * @throws ShapeError when the shapes do not broadcast.
 * @example gt(tensor([1, 2]), 1).toArray(); // [false, true]
 */
export const gt: Comparison = comparison("gt", ["gt", "greater", "__gt__"], ">", ">", (x, z) => x > z);

/**
 * Returns whether each element is greater than or equal to that of `other`, with broadcasting; the result is bool.
 * @throws ShapeError when the shapes do not broadcast.
 * @example ge(tensor([1, 2]), 2).toArray(); // [false, true]
 */
export const ge: Comparison = comparison("ge", ["ge", "greater_equal", "__ge__"], "≥", "\\ge", (x, z) => x >= z);

/**
 * Returns whether both elements of each pair are not 0, with broadcasting; the result is bool.
 * @throws ShapeError when the shapes do not broadcast.
 * @example logicalAnd(tensor([1, 0]), tensor([1, 1])).toArray(); // [true, false]
 */
export const logicalAnd: Connective = comparison(
  "logicalAnd",
  ["logical_and"],
  "∧",
  "\\land",
  (x, z) => isTrue(x) && isTrue(z),
  false,
  (z, w) => !isZero(z) && !isZero(w),
);

/**
 * Returns whether at least one element of each pair is not 0, with broadcasting; the result is bool.
 * @throws ShapeError when the shapes do not broadcast.
 * @example logicalOr(tensor([1, 0]), tensor([0, 0])).toArray(); // [true, false]
 */
export const logicalOr: Connective = comparison(
  "logicalOr",
  ["logical_or"],
  "∨",
  "\\lor",
  (x, z) => isTrue(x) || isTrue(z),
  false,
  (z, w) => !isZero(z) || !isZero(w),
);

/**
 * Returns whether exactly one element of each pair is not 0, with broadcasting; the result is bool.
 * @throws ShapeError when the shapes do not broadcast.
 * @example logicalXor(tensor([1, 0]), tensor([1, 1])).toArray(); // [false, true]
 */
export const logicalXor: Connective = comparison(
  "logicalXor",
  ["logical_xor"],
  "⊻",
  "\\oplus",
  (x, z) => isTrue(x) !== isTrue(z),
  false,
  (z, w) => isZero(z) !== isZero(w),
);

/**
 * Returns whether each element is 0; the result is bool.
 * @example logicalNot(tensor([1, 0])).toArray(); // [false, true]
 */
export const logicalNot: (input: Tensor) => Tensor = predicate(
  "logicalNot",
  "logical_not",
  "\\lnot x",
  (x) => x === 0,
  isZero,
  "in-place",
);

/**
 * Returns whether each element is NaN; the result is bool.
 * @example isnan(tensor([1, NaN])).toArray(); // [false, true]
 */
export const isnan: (input: Tensor) => Tensor = predicate(
  "isnan",
  "isnan",
  "[x \\text{ is NaN}]",
  Number.isNaN,
  (z) => Number.isNaN(z.re) || Number.isNaN(z.im),
);

/**
 * Returns whether each element is neither NaN nor infinite; the result is bool.
 * @example isfinite(tensor([1, Infinity])).toArray(); // [true, false]
 */
export const isfinite: (input: Tensor) => Tensor = predicate(
  "isfinite",
  "isfinite",
  "[x \\text{ is finite}]",
  Number.isFinite,
  (z) => Number.isFinite(z.re) && Number.isFinite(z.im),
);

declare module "../../tensor/tensor.ts" {
  interface Tensor {
    /** Returns whether the elements of each pair are equal. */
    eq(other: Operand): Tensor;
    /** Returns whether the elements of each pair differ. */
    ne(other: Operand): Tensor;
    /** Returns whether each element is less than that of `other`. */
    lt(other: Operand): Tensor;
    /** Returns whether each element is less than or equal to that of `other`. */
    le(other: Operand): Tensor;
    /** Returns whether each element is greater than that of `other`. */
    gt(other: Operand): Tensor;
    /** Returns whether each element is greater than or equal to that of `other`. */
    ge(other: Operand): Tensor;
    /** Returns whether both elements of each pair are not 0. */
    logicalAnd(other: Tensor): Tensor;
    /** Returns whether at least one element of each pair is not 0. */
    logicalOr(other: Tensor): Tensor;
    /** Returns whether exactly one element of each pair is not 0. */
    logicalXor(other: Tensor): Tensor;
    /** Returns whether each element is 0. */
    logicalNot(): Tensor;
    /** Returns whether each element is NaN. */
    isnan(): Tensor;
    /** Returns whether each element is neither NaN nor infinite. */
    isfinite(): Tensor;
  }
}
