/** Sums and means over dimensions. */

import { defineOp, type Run } from "../../dispatch/define.ts";
import { reductionGroups } from "../../dispatch/loops.ts";
import { requireFloat, requireTensor } from "../../dispatch/operand.ts";
import { type DType, isComplex, type NumericArray, sumResult } from "../../tensor/dtype.ts";
import { bigIntsIn } from "../../tensor/encoding.ts";
import { type Dims, reducedShape, type Shape } from "../../tensor/shape.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { to } from "../elementwise/convert.ts";
import { div } from "../elementwise/division.ts";
import { expand } from "../shape/expand.ts";
import {
  countOf,
  fold,
  merge,
  type Reduce,
  type ReduceOptions,
  reducedLabel,
  reduceParams,
  reduceSamples,
  shifted,
  unreduce,
} from "./reduction.ts";

/** Options of `sum` and `mean`. */
export interface SumOptions extends ReduceOptions {
  /** Dtype that the input is cast to first. */
  readonly dtype?: DType | null;
}

/** Repeats a reduced tensor along the reduced dimensions. */
const spread = (y: Tensor, shape: Shape, p: Reduce): Tensor => expand(unreduce(y, shape, p), shape);

/** Whether the dimensions are the last ones, so that the elements of a group are adjacent. */
const areLast = (dims: readonly number[], rank: number): boolean => dims.every((d, i) => d === rank - dims.length + i);

/** Sums int32 or bool elements, modulo 2³². */
const foldIntegers = (out: NumericArray, x: NumericArray, shape: Shape, dims: readonly number[]): void =>
  fold(out, shape, dims, (start, members) => {
    let s = 0;
    for (let j = 0; j < members.length; j++) s = (s + x[start + members[j]]) | 0;
    return s;
  });

/** Sums int64 elements in numbers; NaN where a partial sum is not exact. */
const foldExact = (out: NumericArray, x: NumericArray, shape: Shape, dims: readonly number[]): void =>
  fold(out, shape, dims, (start, members) => {
    let s = 0;
    for (let j = 0; j < members.length; j++) {
      s += x[start + members[j]];
      if (!(s < 2 ** 53 && s > -(2 ** 53))) return Number.NaN;
    }
    return s;
  });

/** Sums BigInts modulo 2^64. */
function foldBigInts(out: NumericArray, x: NumericArray, shape: Shape, dims: readonly number[]): void {
  const [ys, xs] = [bigIntsIn(out), bigIntsIn(x)];
  const { starts, members } = reductionGroups(shape, dims);
  for (let i = 0; i < ys.length; i++) ys[i] = members.reduce((s, at) => BigInt.asIntN(64, s + xs[starts[i] + at]), 0n);
}

/** Sums in float64, for any element type, and divides by `divisor`. */
function foldSum(out: NumericArray, x: NumericArray, shape: Shape, dims: readonly number[], divisor: number): void {
  if (areLast(dims, shape.length)) {
    const n = countOf(shape, dims);
    for (let i = 0, at = 0; i < out.length; i++) {
      let s = 0;
      for (const end = at + n; at < end; at++) s += x[at];
      out[i] = s / divisor;
    }
    return;
  }
  fold(out, shape, dims, (start, members) => {
    let s = 0;
    for (let j = 0; j < members.length; j++) s += x[start + members[j]];
    return s / divisor;
  });
}

/** Parameters of a sum. */
interface Sum extends Reduce {
  /** The dtype of the result; by default int64 for integers and bools. */
  readonly dtype?: DType | null;
}

const sumOp: Run<Sum> = defineOp<Sum>({
  name: "sum",
  role: "sum",
  torch: "sum",
  access: "method",
  signature: "input, dim=null, keepdim=false, dtype=null",
  label: reducedLabel("Σ"),
  tex: { forward: "y = \\textstyle\\sum_i x_i", vjp: "\\bar x_i = \\bar y" },
  outputs: ([x], { dims, keepdim, dtype }) => ({
    shape: reducedShape(x.shape, dims, keepdim),
    dtype: dtype ?? sumResult(x.dtype),
  }),
  kernel: (out, [x], { params: { dims }, inputs: [{ shape }], outputs: [{ dtype }] }) =>
    dtype === "int32"
      ? foldIntegers(out, x, shape, dims)
      : dtype === "int64"
        ? foldExact(out, x, shape, dims)
        : foldSum(out, x, shape, dims, 1),
  exact: (out, [x], { params: { dims }, inputs: [{ shape }] }) => foldBigInts(out, x, shape, dims),
  saves: {},
  vjp: (g, { metas: [x], params }) => [spread(g, x.shape, params)],
  jvp: "linear",
  complex: "parts",
  batch: ([x], _batched, p) => sumOp([x], { ...p, ...shifted(p) }),
  samples: (r) => [
    ...reduceSamples(r),
    { input: r.normal([2, 0]), dim: 1 },
    { input: r.normal([3]), dtype: "float64" },
  ],
  call: sum,
});

/**
 * Returns the sum over dimensions; over all by default. Integers and bools give int64, taken modulo 2⁶⁴.
 * @throws IndexError for a dimension out of range.
 * @example sum(tensor([[1, 2], [3, 4]]), 1).toArray(); // [3, 7]
 */
export function sum(input: Tensor, dim?: Dims | null | SumOptions, keepdim: boolean | SumOptions = {}): Tensor {
  const o = merge(dim, keepdim);
  const x = o.dtype ? to(requireTensor("sum", input), o.dtype) : requireTensor("sum", input);
  return sumOp([x], { ...reduceParams("sum", x, o), dtype: o.dtype ?? null });
}

const meanOp: Run<Reduce> = defineOp<Reduce>({
  name: "mean",
  role: "mean",
  torch: "mean",
  access: "method",
  signature: "input, dim=null, keepdim=false, dtype=null",
  label: reducedLabel("mean"),
  tex: { forward: "y = \\tfrac1n \\textstyle\\sum_i x_i", vjp: "\\bar x_i = \\bar y / n" },
  outputs: ([x], { dims, keepdim }) => {
    if (!isComplex(x.dtype)) requireFloat("mean", x.dtype);
    return { shape: reducedShape(x.shape, dims, keepdim), dtype: x.dtype };
  },
  kernel: (out, [x], { params: { dims }, inputs }) => {
    const n = countOf(inputs[0].shape, dims);
    if (n === 0) out.fill(Number.NaN);
    else foldSum(out, x, inputs[0].shape, dims, n);
  },
  saves: {},
  vjp: (g, { metas: [x], params }) => [div(spread(g, x.shape, params), countOf(x.shape, params.dims))],
  jvp: "linear",
  complex: "parts",
  batch: ([x], _batched, p) => meanOp([x], shifted(p)),
  samples: (r) => [...reduceSamples(r), { input: r.normal([3]), dtype: "float64" }],
  call: mean,
});

/**
 * Returns the arithmetic mean over dimensions; over all by default.
 * @throws DTypeError for integers and bools, unless `dtype` is given; IndexError for a dimension out of range.
 * @example mean(tensor([[1, 2], [3, 4]]), 1).toArray(); // [1.5, 3.5]
 */
export function mean(input: Tensor, dim?: Dims | null | SumOptions, keepdim: boolean | SumOptions = {}): Tensor {
  const o = merge(dim, keepdim);
  const x = o.dtype ? to(requireTensor("mean", input), o.dtype) : requireTensor("mean", input);
  return meanOp([x], reduceParams("mean", x, o));
}

declare module "../../tensor/tensor.ts" {
  interface Tensor {
    /** Returns the sum over dimensions; over all by default. */
    sum(dim?: Dims | null | SumOptions, keepdim?: boolean | SumOptions): Tensor;
    /** Returns the arithmetic mean over dimensions; over all by default. */
    mean(dim?: Dims | null | SumOptions, keepdim?: boolean | SumOptions): Tensor;
  }
}
