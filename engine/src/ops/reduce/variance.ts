/** Variance and standard deviation over dimensions. */

import { defineOp, type Run } from "../../dispatch/define.ts";
import { requireFloat, requireTensor } from "../../dispatch/operand.ts";
import type { Arguments, RuleContext, SampleSource } from "../../dispatch/spec.ts";
import type { NumericArray } from "../../tensor/dtype.ts";
import { isComplex } from "../../tensor/dtype.ts";
import type { Meta } from "../../tensor/meta.ts";
import { type Dims, normalizeDims, reducedShape, type Shape } from "../../tensor/shape.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { mul, sub } from "../elementwise/arithmetic.ts";
import { eq } from "../elementwise/compare.ts";
import { to } from "../elementwise/convert.ts";
import { div } from "../elementwise/division.ts";
import { sqrt } from "../elementwise/exponential.ts";
import { where } from "../elementwise/where.ts";
import { reshape } from "../shape/reshape.ts";
import { viewAsReal } from "../shape/view-as-complex.ts";
import {
  countOf,
  fold,
  merge,
  type Reduce,
  type ReduceOptions,
  reducedLabel,
  reduceParams,
  shifted,
  unreduce,
} from "./reduction.ts";
import { mean, sum } from "./sum.ts";
import { sumOver } from "./sum-over.ts";

/** Options of `variance` and `std`. */
export interface VarOptions extends ReduceOptions {
  /** Number subtracted from n in the divisor: 1 (Bessel's correction) by default. */
  readonly correction?: number | null;
  /** Whether the correction is 1 (`true`) or 0 (`false`); `correction` decides by default. */
  readonly unbiased?: boolean | null;
}

/** Complete parameters of variance and standard deviation. */
interface Spread extends Reduce {
  readonly correction: number;
  /** Whether no dimension was given. PyTorch's gradient where n ≤ correction is then another one. */
  readonly whole: boolean;
}

/** Fills `out` with finish(Σ (x - mean)² / max(n - correction, 0)), in two passes. */
function foldVariance(
  out: NumericArray,
  x: NumericArray,
  shape: Shape,
  { dims, correction }: Spread,
  finish: (v: number) => number,
): void {
  fold(out, shape, dims, (start, members) => {
    const n = members.length;
    // differences from the first element, so that the mean of equal elements is exact
    const first = x[start];
    let m = 0;
    for (let j = 0; j < n; j++) m += x[start + members[j]] - first;
    m = first + m / n;
    // the variance of no elements is NaN for any correction
    let s = n === 0 ? Number.NaN : 0;
    for (let j = 0; j < n; j++) s += (x[start + members[j]] - m) ** 2;
    return finish(s / Math.max(n - correction, 0));
  });
}

/** Returns ∂var/∂x = 2 (x - mean) / (n - correction). Without dimensions and for n ≤ correction it is ∞, and NaN at the mean, as in PyTorch. */
function varianceSlope({ inputs: [x], params: { dims, correction, whole } }: RuleContext<Spread>): Tensor {
  const n = countOf(x.shape, dims);
  const average = mean(x, { dim: dims, keepdim: true });
  if (whole && n <= correction) return to(where(eq(x, average), Number.NaN, Infinity), x.dtype);
  return mul(sub(x, average), 2 / (n - correction));
}

/** Returns the function that gives shape and dtype of the result. */
const spreadOutputs =
  (op: string) =>
  ([x]: readonly Meta[], { dims, keepdim }: Spread): Meta => {
    requireFloat(op, x.dtype);
    return { shape: reducedShape(x.shape, dims, keepdim), dtype: x.dtype };
  };

/** Samples of each way to give the divisor. */
const varSamples = (r: SampleSource): Arguments[] => [
  { input: r.normal([2, 3]) },
  { input: r.normal([2, 3, 4]), dim: [0, 2], correction: 0 },
  { input: r.normal([4, 3]), dim: 0, keepdim: true, unbiased: false },
];

const varOp: Run<Spread> = defineOp<Spread>({
  name: "var",
  isSpread: true,
  functionName: "variance",
  torch: "var",
  access: "method",
  signature: "input, dim=null, unbiased=null, keepdim=false, correction=1",
  label: reducedLabel("var"),
  tex: {
    forward: "y = \\tfrac{1}{n - c} \\textstyle\\sum_i (x_i - \\mu)^2",
    vjp: "\\bar x_i = \\tfrac{2}{n - c} (x_i - \\mu)\\, \\bar y",
  },
  outputs: spreadOutputs("var"),
  kernel: (out, [x], { params, inputs }) => foldVariance(out, x, inputs[0].shape, params, (v) => v),
  saves: { inputs: [0] },
  vjp: (g, ctx) => [mul(unreduce(g, ctx.metas[0].shape, ctx.params), varianceSlope(ctx))],
  jvp: ([dx], ctx) => sumOver(mul(dx as Tensor, varianceSlope(ctx)), ctx.params),
  batch: ([x], _batched, p) => varOp([x], { ...p, ...shifted(p) }),
  samples: varSamples,
  call: variance,
});

/** Returns g / 2y, the cotangent through y = √v, and 0 where y is 0. */
const throughRoot = (g: Tensor, y: Tensor): Tensor => where(eq(y, 0), 0, div(g, mul(y, 2)));

const stdOp: Run<Spread> = defineOp<Spread>({
  name: "std",
  isSpread: true,
  breaks: "root",
  torch: "std",
  access: "method",
  signature: "input, dim=null, unbiased=null, keepdim=false, correction=1",
  label: reducedLabel("std"),
  tex: { forward: "y = \\sqrt{\\mathrm{var}(x)}", vjp: "\\bar x_i = \\tfrac{x_i - \\mu}{(n - c)\\, y}\\, \\bar y" },
  outputs: spreadOutputs("std"),
  kernel: (out, [x], { params, inputs }) => foldVariance(out, x, inputs[0].shape, params, Math.sqrt),
  saves: { inputs: [0], outputs: [0] },
  vjp: (g, ctx) => [mul(unreduce(throughRoot(g, ctx.output), ctx.metas[0].shape, ctx.params), varianceSlope(ctx))],
  jvp: ([dx], ctx) => throughRoot(sumOver(mul(dx as Tensor, varianceSlope(ctx)), ctx.params), ctx.output),
  batch: ([x], _batched, p) => stdOp([x], { ...p, ...shifted(p) }),
  samples: varSamples,
  call: std,
});

/** Returns the options of the calls `f(x, dim, unbiased, keepdim)`, PyTorch's positional form, and `f(x, dim, options)`. */
const spreadOptions = (unbiased: boolean | VarOptions, keepdim: boolean | undefined): VarOptions =>
  typeof unbiased === "boolean" ? { unbiased, keepdim: keepdim ?? false } : unbiased;

/** Returns the complete parameters. */
function spreadParams(op: string, x: Tensor, o: VarOptions): Spread {
  const correction = o.unbiased === undefined || o.unbiased === null ? (o.correction ?? 1) : o.unbiased ? 1 : 0;
  return { ...reduceParams(op, x, o), correction, whole: x.ndim === 0 || o.dim === null || o.dim === undefined };
}

/** Returns the variance of complex numbers, which is the sum of those of the real and of the imaginary parts. */
function complexVariance(op: string, x: Tensor, o: VarOptions): Tensor {
  const dims = normalizeDims(op, o.dim, x.ndim);
  // a scalar is a line of one element
  const parts = x.ndim === 0 ? reshape(viewAsReal(x), [1, 2]) : viewAsReal(x);
  const y = sum(variance(parts, { ...o, dim: x.ndim === 0 ? [0] : dims }), -1);
  return x.ndim === 0 ? reshape(y, []) : y;
}

/** Returns √v, with the gradient 0 where v is 0. */
function root(v: Tensor): Tensor {
  const isZero = eq(v, 0);
  return where(isZero, 0, sqrt(where(isZero, 1, v)));
}

/**
 * Returns the variance over dimensions, over all by default; the divisor is n - 1 by default, and where it is 0 the result is NaN. Of complex numbers it is the
 * real mean of |x - μ|².
 * @throws DTypeError for integers and bools; IndexError for a dimension out of range.
 * @example variance(tensor([1, 2, 3])).item(); // 1
 */
export function variance(
  input: Tensor,
  dim?: Dims | null | VarOptions,
  unbiased: boolean | VarOptions = {},
  keepdim?: boolean,
): Tensor {
  const x = requireTensor("var", input);
  if (isComplex(x.dtype)) return complexVariance("var", x, merge(dim, spreadOptions(unbiased, keepdim)));
  return varOp([x], spreadParams("var", x, merge(dim, spreadOptions(unbiased, keepdim))));
}

/**
 * Returns the standard deviation over dimensions, over all by default; the divisor is n - 1 by default. The gradient where it is 0 is 0.
 * @throws DTypeError for integers and bools; IndexError for a dimension out of range.
 * @example std(tensor([1, 2, 3])).item(); // 1
 */
export function std(
  input: Tensor,
  dim?: Dims | null | VarOptions,
  unbiased: boolean | VarOptions = {},
  keepdim?: boolean,
): Tensor {
  const x = requireTensor("std", input);
  if (isComplex(x.dtype)) return root(complexVariance("std", x, merge(dim, spreadOptions(unbiased, keepdim))));
  return stdOp([x], spreadParams("std", x, merge(dim, spreadOptions(unbiased, keepdim))));
}

declare module "../../tensor/tensor.ts" {
  interface Tensor {
    /** Returns the variance over dimensions; the divisor is n - 1 by default. */
    var(dim?: Dims | null | VarOptions, unbiased?: boolean | VarOptions, keepdim?: boolean): Tensor;
    /** Returns the standard deviation over dimensions; its gradient where it is 0 is 0. */
    std(dim?: Dims | null | VarOptions, unbiased?: boolean | VarOptions, keepdim?: boolean): Tensor;
  }
}
