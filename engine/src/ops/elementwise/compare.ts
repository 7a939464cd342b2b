/** Comparisons, logic, and choosing by a condition. None but `where` has a gradient. */

import { defineOp, type Run } from "../../dispatch/define.ts";
import { binary, promoted } from "../../dispatch/elementwise.ts";
import { mapper } from "../../dispatch/loops.ts";
import { type Operand, tensorOnly } from "../../dispatch/operand.ts";
import type { Tensor } from "../../tensor/tensor.ts";

/** A test of a tensor against a tensor or a number. */
type Comparison = (input: Tensor, other: Operand) => Tensor;

/** A test of two tensors. */
type Connective = (input: Tensor, other: Tensor) => Tensor;

function comparison(
  name: string,
  torch: string,
  symbol: string,
  tex: string,
  f: (x: number, z: number) => boolean,
  numbers = true,
): Comparison {
  const run = binary(
    {
      name,
      torch,
      access: "method",
      label: symbol,
      tex: { forward: `y = [x ${tex} z]`, vjp: "" },
      f: (x, z) => (f(x, z) ? 1 : 0),
      result: () => "bool",
      computes: promoted,
      saves: {},
      partials: "none",
      samples: (r) => [
        { input: r.integers([2, 3], 0, 3), other: r.integers([3], 0, 3) },
        ...(numbers ? [{ input: r.normal([4]), other: 0 }] : []),
      ],
    },
    (input: Tensor, other: Operand) => op(input, other),
  );
  const op: Comparison = (input, other) => run(tensorOnly(name, input), numbers ? other : tensorOnly(name, other));
  return op;
}

/**
 * Whether equal, element by element. NaN equals nothing. Operands are first cast to the dtype that arithmetic would promote them to, so that a
 * float32 tensor of 0.7 equals the number 0.7.
 * @example eq(full([5], 0.7), 0.7).toArray(); // [true, true, true, true, true]
 */
export const eq: Comparison = comparison("eq", "eq", "=", "=", (x, z) => x === z);

/** Whether different, element by element. */
export const ne: Comparison = comparison("ne", "ne", "≠", "\\ne", (x, z) => x !== z);

/** Whether less. */
export const lt: Comparison = comparison("lt", "lt", "<", "<", (x, z) => x < z);

/** Whether less or equal. */
export const le: Comparison = comparison("le", "le", "≤", "\\le", (x, z) => x <= z);

/** Whether greater. */
export const gt: Comparison = comparison("gt", "gt", ">", ">", (x, z) => x > z);

/** Whether greater or equal. */
export const ge: Comparison = comparison("ge", "ge", "≥", "\\ge", (x, z) => x >= z);

/** Whether both are not 0. */
export const logicalAnd: Connective = comparison(
  "logicalAnd",
  "logical_and",
  "∧",
  "\\land",
  (x, z) => x !== 0 && z !== 0,
  false,
);

/** Whether at least one is not 0. */
export const logicalOr: Connective = comparison(
  "logicalOr",
  "logical_or",
  "∨",
  "\\lor",
  (x, z) => x !== 0 || z !== 0,
  false,
);

function test(name: string, torch: string, tex: string, f: (x: number) => boolean): (input: Tensor) => Tensor {
  const map = mapper((v) => (f(v) ? 1 : 0));
  const run: Run<null> = defineOp<null>({
    name,
    torch,
    access: "method",
    signature: "input",
    label: () => name,
    tex: { forward: `y = ${tex}`, vjp: "" },
    outputs: ([x]) => ({ shape: x.shape, dtype: "bool" }),
    kernel: (out, [x]) => map(out, x),
    saves: {},
    vjp: "none",
    jvp: "none",
    batch: "elementwise",
    samples: (r) => [{ input: r.integers([2, 3], 0, 2) }],
    call: (input: Tensor) => op(input),
  });
  const op = (input: Tensor): Tensor => run([tensorOnly(name, input)], null);
  return op;
}

/** Whether 0. */
export const logicalNot: (input: Tensor) => Tensor = test("logicalNot", "logical_not", "\\lnot x", (x) => x === 0);

/** Whether NaN. */
export const isnan: (input: Tensor) => Tensor = test("isnan", "isnan", "[x \\text{ is NaN}]", Number.isNaN);

/** Whether neither NaN nor infinite. */
export const isfinite: (input: Tensor) => Tensor = test(
  "isfinite",
  "isfinite",
  "[x \\text{ is finite}]",
  Number.isFinite,
);

declare module "../../tensor/tensor.ts" {
  interface Tensor {
    /** Whether equal, element by element, with broadcasting. */
    eq(other: Operand): Tensor;
    /** Whether different. */
    ne(other: Operand): Tensor;
    /** Whether less. */
    lt(other: Operand): Tensor;
    /** Whether less or equal. */
    le(other: Operand): Tensor;
    /** Whether greater. */
    gt(other: Operand): Tensor;
    /** Whether greater or equal. */
    ge(other: Operand): Tensor;
    /** Whether both are not 0. */
    logicalAnd(other: Tensor): Tensor;
    /** Whether at least one is not 0. */
    logicalOr(other: Tensor): Tensor;
    /** Whether 0. */
    logicalNot(): Tensor;
    /** Whether NaN. */
    isnan(): Tensor;
    /** Whether neither NaN nor infinite. */
    isfinite(): Tensor;
  }
}
