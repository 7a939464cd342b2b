/** Sums, means and spreads over dimensions. */

import { defineOp, type Run } from "../../dispatch/define.ts";
import { requireFloat, tensorOnly } from "../../dispatch/operand.ts";
import type { Arguments, RuleContext, SampleSource } from "../../dispatch/spec.ts";
import type { DType, NumericArray } from "../../tensor/dtype.ts";
import type { Meta } from "../../tensor/meta.ts";
import { type Dims, reducedShape, type Shape } from "../../tensor/shape.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { mul, sub } from "../elementwise/arithmetic.ts";
import { eq, where } from "../elementwise/compare.ts";
import { to } from "../elementwise/convert.ts";
import { div } from "../elementwise/division.ts";
import { expand } from "../shape/expand.ts";
import { reshape } from "../shape/reshape.ts";
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
  /** Casts first. */
  readonly dtype?: DType | null;
}
const spread = (y: Tensor, shape: Shape, p: Reduce): Tensor => expand(unreduce(y, shape, p), shape);

/** Whether the dimensions are the last ones, so that what is reduced lies side by side. */
const areLast = (dims: readonly number[], rank: number): boolean => dims.every((d, i) => d === rank - dims.length + i);

/** Sums of int32 and bool, modulo 2³². */
const foldIntegers = (out: NumericArray, x: NumericArray, shape: Shape, dims: readonly number[]): void =>
  fold(out, shape, dims, (start, members) => {
    let s = 0;
    for (let j = 0; j < members.length; j++) s = (s + x[start + members[j]]) | 0;
    return s;
  });

/** Sums in float64, whatever the element type. */
function foldSum(out: NumericArray, x: NumericArray, shape: Shape, dims: readonly number[], scale: number): void {
  if (areLast(dims, shape.length)) {
    const n = countOf(shape, dims);
    for (let i = 0, at = 0; i < out.length; i++) {
      let s = 0;
      for (const end = at + n; at < end; at++) s += x[at];
      out[i] = s * scale;
    }
    return;
  }
  fold(out, shape, dims, (start, members) => {
    let s = 0;
    for (let j = 0; j < members.length; j++) s += x[start + members[j]];
    return s * scale;
  });
}
const sumOp: Run<Reduce> = defineOp<Reduce>({
  name: "sum",
  torch: "sum",
  access: "method",
  signature: "input, dim=null, keepdim=false, dtype=null",
  label: reducedLabel("Σ"),
  tex: { forward: "y = \\textstyle\\sum_i x_i", vjp: "\\bar x_i = \\bar y" },
  outputs: ([x], { dims, keepdim }) => ({
    shape: reducedShape(x.shape, dims, keepdim),
    dtype: x.dtype === "bool" ? "int32" : x.dtype,
  }),
  kernel: (out, [x], { params: { dims }, inputs: [{ shape }], outputs: [{ dtype }] }) =>
    dtype === "int32" ? foldIntegers(out, x, shape, dims) : foldSum(out, x, shape, dims, 1),
  saves: {},
  vjp: (g, { metas: [x], params }) => [spread(g, x.shape, params)],
  jvp: "linear",
  batch: ([x], _batched, p) => sumOp([x], shifted(p)),
  samples: (r) => [
    ...reduceSamples(r),
    { input: r.normal([2, 0]), dim: 1 },
    { input: r.normal([3]), dtype: "float64" },
  ],
  call: sum,
});

/**
 * Sum over dimensions; all by default. Bools are counted (int32). Sums of int32 are int32, modulo 2³².
 * @example sum(tensor([[1, 2], [3, 4]]), 1).toArray(); // [3, 7]
 */
export function sum(input: Tensor, dim?: Dims | null | SumOptions, keepdim: boolean | SumOptions = {}): Tensor {
  const o = merge(dim, keepdim);
  const x = o.dtype ? to(tensorOnly("sum", input), o.dtype) : tensorOnly("sum", input);
  return sumOp([x], reduceParams("sum", x, o));
}

/** The sum over exactly these dimensions. */
export const sumOver = (x: Tensor, p: Reduce): Tensor => sumOp([x], p);

/** Undoes broadcasting: the sum over the dimensions along which `shape` was repeated to that of `x`. */
export function sumTo(x: Tensor, shape: Shape): Tensor {
  const lead = x.ndim - shape.length;
  const dims = x.shape.flatMap((n, d) => (d < lead || (shape[d - lead] === 1 && n !== 1) ? [d] : []));
  return reshape(dims.length > 0 ? sumOp([x], { dims, keepdim: false }) : x, shape);
}
const meanOp: Run<Reduce> = defineOp<Reduce>({
  name: "mean",
  torch: "mean",
  access: "method",
  signature: "input, dim=null, keepdim=false, dtype=null",
  label: reducedLabel("mean"),
  tex: { forward: "y = \\tfrac1n \\textstyle\\sum_i x_i", vjp: "\\bar x_i = \\bar y / n" },
  outputs: ([x], { dims, keepdim }) => {
    requireFloat("mean", x.dtype);
    return { shape: reducedShape(x.shape, dims, keepdim), dtype: x.dtype };
  },
  kernel: (out, [x], { params: { dims }, inputs }) => {
    const n = countOf(inputs[0].shape, dims);
    if (n === 0) out.fill(Number.NaN);
    else foldSum(out, x, inputs[0].shape, dims, 1 / n);
  },
  saves: {},
  vjp: (g, { metas: [x], params }) => [div(spread(g, x.shape, params), countOf(x.shape, params.dims))],
  jvp: "linear",
  batch: ([x], _batched, p) => meanOp([x], shifted(p)),
  samples: (r) => [...reduceSamples(r), { input: r.normal([3]), dtype: "float64" }],
  call: mean,
});

/** Arithmetic mean over dimensions; NaN of nothing. @throws DTypeError for integers. @example mean(tensor([1, 2, 6])).item(); // 3 */
export function mean(input: Tensor, dim?: Dims | null | SumOptions, keepdim: boolean | SumOptions = {}): Tensor {
  const o = merge(dim, keepdim);
  const x = o.dtype ? to(tensorOnly("mean", input), o.dtype) : tensorOnly("mean", input);
  return meanOp([x], reduceParams("mean", x, o));
}

/** Options of `variance` and `std`. */
export interface VarOptions extends ReduceOptions {
  /** Subtracted from n in the divisor: 1 (Bessel's correction) by default. */
  readonly correction?: number | null;
  /** `true` stands for a correction of 1, `false` for 0. */
  readonly unbiased?: boolean | null;
}

interface Spread extends Reduce {
  readonly correction: number;
  /** Whether no dimension was named: PyTorch then has another gradient where n ≤ correction. */
  readonly whole: boolean;
}

/** Σ (x - mean)² / max(n - correction, 0), in two passes. */
function foldVariance(
  out: NumericArray,
  x: NumericArray,
  shape: Shape,
  { dims, correction }: Spread,
  finish: (v: number) => number,
): void {
  fold(out, shape, dims, (start, members) => {
    const n = members.length;
    // from the first element on, so that the mean of equal elements is exact
    const first = x[start];
    let m = 0;
    for (let j = 0; j < n; j++) m += x[start + members[j]] - first;
    m = first + m / n;
    // of no elements, NaN, whatever the correction
    let s = n === 0 ? Number.NaN : 0;
    for (let j = 0; j < n; j++) s += (x[start + members[j]] - m) ** 2;
    return finish(s / Math.max(n - correction, 0));
  });
}

/** 2 (x - mean) / (n - correction); over all elements, where that divides by 0 or less, ∞, and NaN at the mean. */
function varianceSlope({ inputs: [x], params: { dims, correction, whole } }: RuleContext<Spread>): Tensor {
  const n = countOf(x.shape, dims);
  const average = meanOp([x], { dims, keepdim: true });
  if (whole && n <= correction) return to(where(eq(x, average), Number.NaN, Infinity), x.dtype);
  return mul(sub(x, average), 2 / (n - correction));
}

/** The variance of scalars runs over no dimension, and is still an average over one element. */
const spreadOutputs =
  (op: string) =>
  ([x]: readonly Meta[], { dims, keepdim }: Spread): Meta => {
    requireFloat(op, x.dtype);
    return { shape: reducedShape(x.shape, dims, keepdim), dtype: x.dtype };
  };

const varSamples = (r: SampleSource): Arguments[] => [
  { input: r.normal([2, 3]) },
  { input: r.normal([2, 3, 4]), dim: [0, 2], correction: 0 },
  { input: r.normal([4, 3]), dim: 0, keepdim: true, unbiased: false },
];

const varOp: Run<Spread> = defineOp<Spread>({
  name: "var",
  functionName: "variance",
  torch: "var",
  access: "method",
  signature: "input, dim=null, correction=1, keepdim=false, unbiased=null",
  label: reducedLabel("var"),
  tex: {
    forward: "y = \\tfrac{1}{n - c} \\textstyle\\sum_i (x_i - \\mu)^2",
    vjp: "\\bar x_i = \\tfrac{2}{n - c} (x_i - \\mu)\\, \\bar y",
  },
  outputs: spreadOutputs("var"),
  kernel: (out, [x], { params, inputs }) => foldVariance(out, x, inputs[0].shape, params, (v) => v),
  saves: { inputs: [0] },
  vjp: (g, ctx) => [mul(unreduce(g, ctx.metas[0].shape, ctx.params), varianceSlope(ctx))],
  jvp: ([dx], ctx) => sumOp([mul(dx as Tensor, varianceSlope(ctx))], ctx.params),
  batch: ([x], _batched, p) => varOp([x], { ...p, ...shifted(p) }),
  samples: varSamples,
  call: variance,
});

/** The derivative of y = √v by v, applied to g: g / 2y, and 0 where y is 0. */
const throughRoot = (g: Tensor, y: Tensor): Tensor => where(eq(y, 0), 0, div(g, mul(y, 2)));

const stdOp: Run<Spread> = defineOp<Spread>({
  name: "std",
  torch: "std",
  access: "method",
  signature: "input, dim=null, correction=1, keepdim=false, unbiased=null",
  label: reducedLabel("std"),
  tex: { forward: "y = \\sqrt{\\mathrm{var}(x)}", vjp: "\\bar x_i = \\tfrac{x_i - \\mu}{(n - c)\\, y}\\, \\bar y" },
  outputs: spreadOutputs("std"),
  kernel: (out, [x], { params, inputs }) => foldVariance(out, x, inputs[0].shape, params, Math.sqrt),
  saves: { inputs: [0], outputs: [0] },
  vjp: (g, ctx) => [mul(unreduce(throughRoot(g, ctx.output), ctx.metas[0].shape, ctx.params), varianceSlope(ctx))],
  jvp: ([dx], ctx) => throughRoot(sumOp([mul(dx as Tensor, varianceSlope(ctx))], ctx.params), ctx.output),
  batch: ([x], _batched, p) => stdOp([x], { ...p, ...shifted(p) }),
  samples: varSamples,
  call: std,
});

/** Returns the options of `f(x, dim, unbiased, keepdim)`, PyTorch's positional form, and of `f(x, dim, options)`. */
const spreadOptions = (unbiased: boolean | VarOptions, keepdim: boolean | undefined): VarOptions =>
  typeof unbiased === "boolean" ? { unbiased, keepdim: keepdim ?? false } : unbiased;

function spreadParams(op: string, x: Tensor, o: VarOptions): Spread {
  const correction = o.unbiased === undefined || o.unbiased === null ? (o.correction ?? 1) : o.unbiased ? 1 : 0;
  return { ...reduceParams(op, x, o), correction, whole: x.ndim === 0 || o.dim === null || o.dim === undefined };
}

/** Variance over dimensions; divides by n - 1 by default, and gives NaN where that is 0. @example variance(tensor([1, 2, 3])).item(); // 1 */
export function variance(
  input: Tensor,
  dim?: Dims | null | VarOptions,
  unbiased: boolean | VarOptions = {},
  keepdim?: boolean,
): Tensor {
  const x = tensorOnly("var", input);
  return varOp([x], spreadParams("var", x, merge(dim, spreadOptions(unbiased, keepdim))));
}

/** Standard deviation over dimensions. The gradient where it is 0 is 0. */
export function std(
  input: Tensor,
  dim?: Dims | null | VarOptions,
  unbiased: boolean | VarOptions = {},
  keepdim?: boolean,
): Tensor {
  const x = tensorOnly("std", input);
  return stdOp([x], spreadParams("std", x, merge(dim, spreadOptions(unbiased, keepdim))));
}

declare module "../../tensor/tensor.ts" {
  interface Tensor {
    /** Sum over dimensions; all by default. */
    sum(dim?: Dims | null | SumOptions, keepdim?: boolean | SumOptions): Tensor;
    /** Arithmetic mean over dimensions; of float tensors. */
    mean(dim?: Dims | null | SumOptions, keepdim?: boolean | SumOptions): Tensor;
    /** Variance over dimensions, with Bessel's correction by default. */
    var(dim?: Dims | null | VarOptions, unbiased?: boolean | VarOptions, keepdim?: boolean): Tensor;
    /** Standard deviation over dimensions; its gradient where it is 0 is 0. */
    std(dim?: Dims | null | VarOptions, unbiased?: boolean | VarOptions, keepdim?: boolean): Tensor;
  }
}
