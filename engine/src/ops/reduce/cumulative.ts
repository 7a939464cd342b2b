/** Cumulative sums and products, and the logarithm of cumulative sums of exponentials. */

import { defineOp, type Run } from "../../dispatch/define.ts";
import { requireTensor } from "../../dispatch/operand.ts";
import type { Arguments, SampleSource } from "../../dispatch/spec.ts";
import { zeros } from "../../tensor/create.ts";
import { type DType, floatResult, type NumericArray, sumResult } from "../../tensor/dtype.ts";
import { bigIntsIn } from "../../tensor/encoding.ts";
import { normalizeDim } from "../../tensor/shape.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { mul, sub } from "../elementwise/arithmetic.ts";
import { mulComplex } from "../elementwise/complex-numbers.ts";
import { to } from "../elementwise/convert.ts";
import { exp } from "../elementwise/exponential.ts";
import { cat } from "../shape/join.ts";
import { narrow } from "../shape/window.ts";
import { runBatch, type Scan, shifted, visitLines } from "./lines.ts";
import { linearRecurrence } from "./recurrence.ts";

/** Options of `cumsum` and `cumprod`. */
export interface CumulativeOptions {
  /** Dtype that the input is cast to first. */
  readonly dtype?: DType | null;
}

/** Samples along each dimension. */
const samples = (r: SampleSource): Arguments[] => [
  { input: r.normal([4]), dim: 0 },
  { input: r.normal([2, 3, 2]), dim: -2 },
  { input: r.normal([]), dim: 0 },
];

/** Returns the same dimension in the other direction. */
const opposite = ({ dim, reverse }: Scan): Scan => ({ dim, reverse: !reverse });

/** Parameters of a cumulative sum or product. */
interface Cumulative extends Scan {
  /** The dtype of the result; that of a sum by default. */
  readonly dtype?: DType | null;
}

/** Writes yₖ = f(yₖ₋₁, xₖ), y₀ = x₀, of BigInts modulo 2^64. */
function accumulateBigInts(
  out: NumericArray,
  x: NumericArray,
  first: number,
  step: number,
  n: number,
  f: (a: bigint, b: bigint) => bigint,
): void {
  const [ys, xs] = [bigIntsIn(out), bigIntsIn(x)];
  for (let k = 0, at = first; k < n; k++, at += step) ys[at] = k === 0 ? xs[at] : f(ys[at - step], xs[at]);
}

const cumsumOp: Run<Cumulative> = defineOp<Cumulative>({
  name: "cumsum",
  torch: "cumsum",
  access: "in-place",
  signature: "input, dim, dtype=null",
  label: ({ dim, reverse }) => `cumsum${reverse ? " reversed" : ""} dim ${dim}`,
  tex: { forward: "y_i = \\textstyle\\sum_{j \\le i} x_j", vjp: "\\bar x_i = \\textstyle\\sum_{j \\ge i} \\bar y_j" },
  outputs: ([x], { dtype }) => ({ shape: x.shape, dtype: dtype ?? sumResult(x.dtype) }),
  kernel: (out, [x], { params: { dim, reverse }, inputs: [{ shape }] }) =>
    visitLines(shape, dim, reverse, (first, step, n) => {
      let sum = 0;
      if (out instanceof Int32Array)
        for (let k = 0, at = first; k < n; k++, at += step) out[at] = sum = (sum + x[at]) | 0;
      else for (let k = 0, at = first; k < n; k++, at += step) out[at] = sum += x[at];
    }),
  exact: (out, [x], { params: { dim, reverse }, inputs: [{ shape }] }) =>
    visitLines(shape, dim, reverse, (first, step, n) => accumulateBigInts(out, x, first, step, n, (a, b) => a + b)),
  saves: {},
  vjp: (g, { params }) => [cumsumOp([g], opposite(params))],
  jvp: "linear",
  complex: "parts",
  batch: ([x], _batched, p) => runBatch(cumsumOp, [x], p),
  samples: (r) => [...samples(r), { input: r.normal([3]), dim: 0, dtype: "float64" }],
  call: cumsum,
});

/**
 * Returns the sums of the elements up to each position along `dim`, yᵢ = x₀ + … + xᵢ, in the shape of the input. Float32 is accumulated in float64. Integers
 * and bools give int64, taken modulo 2⁶⁴. The gradient is the cumulative sum of the cotangent from the end.
 * @throws IndexError for a dimension out of range.
 * @example cumsum(tensor([1, 2, 3]), 0).toArray(); // [1, 3, 6]
 */
export function cumsum(input: Tensor, dim: number, { dtype = null }: CumulativeOptions = {}): Tensor {
  const x = castInput("cumsum", input, dtype);
  return cumsumOp([x], { dim: normalizeDim("cumsum", dim, x.ndim), reverse: false, dtype });
}

/** Returns the input in the dtype that was asked for. */
function castInput(op: string, input: Tensor, dtype: DType | null): Tensor {
  const x = requireTensor(op, input);
  return dtype === null ? x : to(x, dtype);
}

const cumprodOp: Run<Cumulative> = defineOp<Cumulative>({
  name: "cumprod",
  torch: "cumprod",
  access: "in-place",
  signature: "input, dim, dtype=null",
  label: ({ dim, reverse }) => `cumprod${reverse ? " reversed" : ""} dim ${dim}`,
  tex: {
    forward: "y_i = \\textstyle\\prod_{j \\le i} x_j",
    vjp: "\\bar x_i = y_{i-1} s_i,\\ s_i = \\bar y_i + x_{i+1} s_{i+1}",
  },
  outputs: ([x], { dtype }) => ({ shape: x.shape, dtype: dtype ?? sumResult(x.dtype) }),
  kernel: (out, [x], { params: { dim, reverse }, inputs: [{ shape }] }) =>
    visitLines(shape, dim, reverse, (first, step, n) => {
      let product = 1;
      if (out instanceof Int32Array)
        for (let k = 0, at = first; k < n; k++, at += step) out[at] = product = Math.imul(product, x[at]);
      else for (let k = 0, at = first; k < n; k++, at += step) out[at] = product *= x[at];
    }),
  exact: (out, [x], { params: { dim, reverse }, inputs: [{ shape }] }) =>
    visitLines(shape, dim, reverse, (first, step, n) => accumulateBigInts(out, x, first, step, n, (a, b) => a * b)),
  saves: { inputs: [0], outputs: [0] },
  // without division, so that zeros need no special case
  vjp: (g, { inputs: [x], output, params }) => {
    const back = opposite(params);
    return [mul(shifted(output, params, 1), linearRecurrence(g, shifted(x, back, 0), back))];
  },
  jvp: ([dx], { inputs: [x], output, params }) =>
    linearRecurrence(mul(dx as Tensor, shifted(output, params, 1)), x, params),
  complex: (out, [x], { params: { dim, reverse }, inputs: [{ shape }] }) =>
    visitLines(shape, dim, reverse, (first, step, n) => {
      let product = { re: 1, im: 0 };
      for (let k = 0, at = first; k < n; k++, at += step) {
        product = mulComplex(product, { re: x[2 * at], im: x[2 * at + 1] });
        out[2 * at] = product.re;
        out[2 * at + 1] = product.im;
      }
    }),
  holomorphic: true,
  batch: ([x], _batched, p) => runBatch(cumprodOp, [x], p),
  // the derivative of a scalar is 1 and reads nothing
  samples: (r) => [...samples(r).slice(0, 2), { input: r.normal([3]), dim: 0, dtype: "float64" }],
  call: cumprod,
});

/** Returns the cumulative product along a dimension, from its end with `reverse`. */
export const productScan = (x: Tensor, p: Scan): Tensor => cumprodOp([x], p);

/**
 * Returns the products of the elements up to each position along `dim`, yᵢ = x₀ ⋯ xᵢ, in the shape of the input. Float32 is accumulated in float64. Integers
 * and bools give int64, taken modulo 2⁶⁴. The gradient is formed without divisions, so zeros are no special case.
 * @throws IndexError for a dimension out of range.
 * @example cumprod(tensor([1, 2, 3]), 0).toArray(); // [1, 2, 6]
 */
export function cumprod(input: Tensor, dim: number, { dtype = null }: CumulativeOptions = {}): Tensor {
  const x = castInput("cumprod", input, dtype);
  return cumprodOp([x], { dim: normalizeDim("cumprod", dim, x.ndim), reverse: false, dtype });
}

/** Returns ln(eᵃ + eᵇ) without overflow. */
function logAddExp(a: number, b: number): number {
  if (Number.isNaN(a) || Number.isNaN(b)) return Number.NaN;
  const [low, high] = a < b ? [a, b] : [b, a];
  return low === high && !Number.isFinite(low) ? low : high + Math.log1p(Math.exp(low - high));
}

/** Returns exp(yᵢ₋₁ - yᵢ) in each position but the first of the scan, and exp(yᵢ - yᵢ₊₁) for a scan from the end. No factor exceeds 1. */
function decay(y: Tensor, p: Scan): Tensor {
  const n = y.shape[p.dim] ?? 1;
  if (n < 2) return y;
  const steps = sub(narrow(y, p.dim, 0, n - 1), narrow(y, p.dim, 1, n - 1));
  const unused = zeros(y.shape.with(p.dim, 1), { dtype: y.dtype });
  return exp(cat(p.reverse ? [steps, unused] : [unused, steps], p.dim));
}

const logcumsumexpOp: Run<Scan> = defineOp<Scan>({
  name: "logcumsumexp",
  torch: "logcumsumexp",
  access: "method",
  signature: "input, dim",
  label: ({ dim }) => `log cumsum exp dim ${dim}`,
  tex: {
    forward: "y_i = \\ln \\textstyle\\sum_{j \\le i} e^{x_j}",
    vjp: "\\bar x_i = \\textstyle\\sum_{j \\ge i} e^{x_i - y_j}\\, \\bar y_j",
  },
  outputs: ([x]) => ({ shape: x.shape, dtype: floatResult(x.dtype) }),
  kernel: (out, [x], { params: { dim, reverse }, inputs: [{ shape }] }) =>
    visitLines(shape, dim, reverse, (first, step, n) => {
      let y = -Infinity;
      for (let k = 0, at = first; k < n; k++, at += step) out[at] = y = logAddExp(y, x[at]);
    }),
  saves: { inputs: [0], outputs: [0] },
  vjp: (g, { inputs: [x], output: y, params }) => {
    const back = opposite(params);
    return [mul(exp(sub(x, y)), linearRecurrence(g, decay(y, back), back))];
  },
  jvp: ([dx], { inputs: [x], output: y, params }) =>
    linearRecurrence(mul(dx as Tensor, exp(sub(x, y))), decay(y, params), params),
  batch: ([x], _batched, p) => runBatch(logcumsumexpOp, [x], p),
  samples,
  call: logcumsumexp,
});

/**
 * Returns ln(eˣ⁰ + … + eˣⁱ) for each position along `dim`, without overflow, in the shape of the input. Integers become float32.
 * @throws IndexError for a dimension out of range.
 * @example logcumsumexp(tensor([0, 0]), 0).exp().sum().item(); // 3
 */
export function logcumsumexp(input: Tensor, dim: number): Tensor {
  const x = requireTensor("logcumsumexp", input);
  return logcumsumexpOp([x], { dim: normalizeDim("logcumsumexp", dim, x.ndim), reverse: false });
}

declare module "../../tensor/tensor.ts" {
  interface Tensor {
    /** Returns the sums of the elements up to each position along a dimension. */
    cumsum(dim: number, options?: CumulativeOptions): Tensor;
    /** Replaces each element by the sum of the elements up to it along a dimension. */
    cumsum_(dim: number, options?: CumulativeOptions): Tensor;
    /** Returns the products of the elements up to each position along a dimension. */
    cumprod(dim: number, options?: CumulativeOptions): Tensor;
    /** Replaces each element by the product of the elements up to it along a dimension. */
    cumprod_(dim: number, options?: CumulativeOptions): Tensor;
    /** Returns the logarithm of the cumulative sums of exponentials along a dimension, without overflow. */
    logcumsumexp(dim: number): Tensor;
  }
}
