/** Reductions that ask which elements are not 0. */

import { defineOp, type Run } from "../../dispatch/define.ts";
import { requireTensor } from "../../dispatch/operand.ts";
import type { Access } from "../../dispatch/spec.ts";
import type { DType } from "../../tensor/dtype.ts";
import { type Dims, reducedShape } from "../../tensor/shape.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { fold, merge, type Reduce, type ReduceOptions, reducedLabel, reduceParams, shifted } from "./reduction.ts";

/** Whether an element is not 0; int64 beyond 2^53 are BigInts. */
const isNonzero = (v: number | bigint): boolean => v !== 0 && v !== 0n;

/** Defines a reduction to the number of elements that are not 0, or to a bool that `finish` computes from it and the number of all elements. */
function counting(
  name: string,
  torch: string,
  dtype: DType,
  tex: string,
  finish: (nonzero: number, all: number) => number,
  call: (input: Tensor, dim?: Dims | null | ReduceOptions, keepdim?: boolean | ReduceOptions) => Tensor,
): Run<Reduce> {
  const access: Access = "method";
  const run: Run<Reduce> = defineOp<Reduce>({
    name,
    torch,
    access,
    signature: dtype === "bool" ? "input, dim=null, keepdim=false" : "input, dim=null",
    label: reducedLabel(name),
    tex: { forward: tex, vjp: "" },
    // PyTorch keeps uint8, which stood for bool before there was one
    outputs: ([x], { dims, keepdim }) => ({
      shape: reducedShape(x.shape, dims, keepdim),
      dtype: dtype === "bool" && x.dtype === "uint8" ? "uint8" : dtype,
    }),
    kernel: (out, [x], { params: { dims }, inputs: [{ shape }] }) =>
      fold(out, shape, dims, (start, members) => {
        let count = 0;
        for (let j = 0; j < members.length; j++) if (isNonzero(x[start + members[j]])) count++;
        return finish(count, members.length);
      }),
    indices: { outputs: [0] },
    complex: (out, [x], { params: { dims }, inputs: [{ shape }] }) =>
      fold(out, shape, dims, (start, members) => {
        let count = 0;
        for (let j = 0; j < members.length; j++) {
          const at = 2 * (start + members[j]);
          if (x[at] !== 0 || x[at + 1] !== 0) count++;
        }
        return finish(count, members.length);
      }),
    saves: {},
    vjp: "none",
    jvp: "none",
    batch: ([x], _batched, p) => run([x], shifted(p)),
    samples: (r) => [
      { input: r.integers([2, 3], 0, 2) },
      { input: r.integers([2, 3, 2], 0, 2), dim: [0, -1], ...(dtype === "bool" ? { keepdim: true } : {}) },
      { input: r.integers([3, 2], 0, 2).to("bool"), dim: 1 },
    ],
    call,
  });
  return run;
}

const anyOp: Run<Reduce> = counting("any", "any", "bool", "y = \\bigvee_i [x_i \\ne 0]", (c) => (c > 0 ? 1 : 0), any);

const allOp: Run<Reduce> = counting(
  "all",
  "all",
  "bool",
  "y = \\bigwedge_i [x_i \\ne 0]",
  (c, n) => (c === n ? 1 : 0),
  all,
);

const countOp: Run<Reduce> = counting(
  "countNonzero",
  "count_nonzero",
  "int64",
  "y = \\textstyle\\sum_i [x_i \\ne 0]",
  (c) => c,
  countNonzero,
);

/**
 * Returns whether any element is not 0, over dimensions; over all by default. NaN is not 0.
 * @throws IndexError for a dimension out of range.
 * @example any(tensor([0, 1])).item(); // 1
 */
export function any(input: Tensor, dim?: Dims | null | ReduceOptions, keepdim: boolean | ReduceOptions = {}): Tensor {
  const x = requireTensor("any", input);
  return anyOp([x], reduceParams("any", x, merge(dim, keepdim)));
}

/**
 * Returns whether no element is 0, over dimensions; over all by default. NaN is not 0.
 * @throws IndexError for a dimension out of range.
 * @example all(tensor([0, 1])).item(); // 0
 */
export function all(input: Tensor, dim?: Dims | null | ReduceOptions, keepdim: boolean | ReduceOptions = {}): Tensor {
  const x = requireTensor("all", input);
  return allOp([x], reduceParams("all", x, merge(dim, keepdim)));
}

/** Options of `countNonzero`. */
export interface CountNonzeroOptions {
  /** Dimensions to reduce; all by default. */
  readonly dim?: Dims | null;
}

/**
 * Returns the number (int64) of elements that are not 0, over dimensions; over all by default. NaN is not 0.
 * @throws IndexError for a dimension out of range.
 * @example countNonzero(tensor([0, 1, 2])).item(); // 2
 */
export function countNonzero(input: Tensor, dim?: Dims | null | CountNonzeroOptions): Tensor {
  const x = requireTensor("countNonzero", input);
  return countOp([x], reduceParams("countNonzero", x, merge(dim, {})));
}

declare module "../../tensor/tensor.ts" {
  interface Tensor {
    /** Returns whether any element is not 0, over dimensions; over all by default. */
    any(dim?: Dims | null | ReduceOptions, keepdim?: boolean | ReduceOptions): Tensor;
    /** Returns whether no element is 0, over dimensions; over all by default. */
    all(dim?: Dims | null | ReduceOptions, keepdim?: boolean | ReduceOptions): Tensor;
    /** Returns the number of elements that are not 0, over dimensions; over all by default. */
    countNonzero(dim?: Dims | null | CountNonzeroOptions): Tensor;
  }
}
