/** Softmax and its logarithm. The largest element is subtracted first, so that nothing overflows. */

import { defineOp, type Run } from "../../dispatch/define.ts";
import { sizesAround } from "../../dispatch/loops.ts";
import { requireFloat, requireTensor } from "../../dispatch/operand.ts";
import type { Arguments, SampleSource } from "../../dispatch/spec.ts";
import type { DType, NumericArray } from "../../tensor/dtype.ts";
import type { Meta } from "../../tensor/meta.ts";
import { type Dims, normalizeDim, type Shape } from "../../tensor/shape.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { mul, sub } from "../elementwise/arithmetic.ts";
import { to } from "../elementwise/convert.ts";
import { exp } from "../elementwise/exponential.ts";
import { sum } from "../reduce/sum.ts";

/** Options of `softmax` and `logSoftmax`. */
export interface SoftmaxOptions {
  /** Dtype that the input is cast to first. */
  readonly dtype?: DType | null;
}

/** Calls `f` for each line of elements along `dim`, with its start, length and step. */
function lines(shape: Shape, dim: number, f: (start: number, n: number, step: number) => void): void {
  const [outer, n, inner] = sizesAround(shape, dim);
  for (let o = 0; o < outer; o++) for (let i = 0; i < inner; i++) f(o * n * inner + i, n, inner);
}

/** Returns the largest element of a line, and Σ exp(x - largest). */
function shiftedSum(
  x: NumericArray,
  start: number,
  n: number,
  step: number,
): readonly [largest: number, total: number] {
  let largest = -Infinity;
  for (let k = 0, p = start; k < n; k++, p += step) if (x[p] > largest || Number.isNaN(x[p])) largest = x[p];
  let total = 0;
  for (let k = 0, p = start; k < n; k++, p += step) total += Math.exp(x[p] - largest);
  return [largest, total];
}

/** Returns the function that gives shape and dtype of the result. */
const floating =
  (op: string) =>
  ([x]: readonly Meta[]): Meta => {
    requireFloat(op, x.dtype);
    return { shape: x.shape, dtype: x.dtype };
  };

/** Samples of both ops. */
const samples = (r: SampleSource): Arguments[] => [
  { input: r.normal([2, 3]), dim: 1 },
  { input: r.normal([2, 3, 2]), dim: -2 },
  { input: r.normal([]), dim: 0 },
  { input: r.normal([3]), dim: 0, dtype: "float64" },
];

const softmaxOp: Run<number> = defineOp<number>({
  name: "softmax",
  role: "softmax",
  breaks: "masked",
  stops: "saturation",
  torch: "nn.functional.softmax",
  aliases: ["softmax", "special.softmax"],
  access: "method",
  signature: "input, dim, dtype=null",
  label: (dim) => `softmax dim ${dim}`,
  tex: {
    forward: "y_i = e^{x_i} / \\textstyle\\sum_j e^{x_j}",
    vjp: "\\bar x = y \\odot (\\bar y - \\textstyle\\sum_j \\bar y_j y_j)",
  },
  outputs: floating("softmax"),
  kernel: (out, [x], { params: dim, inputs }) =>
    lines(inputs[0].shape, dim, (start, n, step) => {
      const [largest, total] = shiftedSum(x, start, n, step);
      for (let k = 0, p = start; k < n; k++, p += step) out[p] = Math.exp(x[p] - largest) / total;
    }),
  saves: { outputs: [0] },
  vjp: (g, { output: y, params: dim }) => [mul(y, sub(g, sum(mul(g, y), lineOf(y, dim))))],
  jvp: ([dx], { output: y, params: dim }) => mul(y, sub(dx as Tensor, sum(mul(dx as Tensor, y), lineOf(y, dim)))),
  batch: ([x], _batched, dim, size) => batchAlong(x, dim, size, softmaxOp),
  samples,
  call: softmax,
});

/** Returns the dimension to sum over; a scalar has none. */
const lineOf = (y: Tensor, dim: number): { dim: Dims | null; keepdim: boolean } => ({
  dim: y.ndim === 0 ? null : dim,
  keepdim: true,
});

/** Runs the op on a batch; a batch of scalars becomes one of lines of length 1. */
function batchAlong(
  x: Tensor,
  dim: number,
  size: number,
  op: (inputs: readonly Tensor[], dim: number) => Tensor,
): Tensor {
  return x.ndim === 1 ? op([x.reshape([size, 1])], 1).reshape([size]) : op([x], dim + 1);
}

/** Casts the input and checks the dimension. */
function prepare(op: string, input: Tensor, dim: number, { dtype = null }: SoftmaxOptions): readonly [Tensor, number] {
  const x = requireTensor(op, input);
  const cast = dtype === null ? x : to(x, dtype);
  return [cast, normalizeDim(op, dim, x.ndim)];
}

/**
 * Returns eˣ along `dim`, divided by its sum.
 * @throws DTypeError for integers and bools, unless `dtype` is given; IndexError for a dimension out of range.
 * @example softmax(tensor([0, 0]), 0).toArray(); // [0.5, 0.5]
 */
export function softmax(input: Tensor, dim: number, options: SoftmaxOptions = {}): Tensor {
  const [x, d] = prepare("softmax", input, dim, options);
  return softmaxOp([x], d);
}

const logSoftmaxOp: Run<number> = defineOp<number>({
  name: "logSoftmax",
  role: "logSoftmax",
  breaks: "masked",
  torch: "nn.functional.log_softmax",
  aliases: ["log_softmax", "special.log_softmax"],
  access: "method",
  signature: "input, dim, dtype=null",
  label: (dim) => `log softmax dim ${dim}`,
  tex: {
    forward: "y_i = x_i - \\ln \\textstyle\\sum_j e^{x_j}",
    vjp: "\\bar x = \\bar y - e^{y} \\textstyle\\sum_j \\bar y_j",
  },
  outputs: floating("logSoftmax"),
  kernel: (out, [x], { params: dim, inputs }) =>
    lines(inputs[0].shape, dim, (start, n, step) => {
      const [largest, total] = shiftedSum(x, start, n, step);
      const shift = Math.log(total);
      for (let k = 0, p = start; k < n; k++, p += step) out[p] = x[p] - largest - shift;
    }),
  saves: { outputs: [0] },
  vjp: (g, { output: y, params: dim }) => [sub(g, mul(exp(y), sum(g, lineOf(y, dim))))],
  jvp: ([dx], { output: y, params: dim }) => sub(dx as Tensor, sum(mul(dx as Tensor, exp(y)), lineOf(y, dim))),
  batch: ([x], _batched, dim, size) => batchAlong(x, dim, size, logSoftmaxOp),
  samples,
  call: logSoftmax,
});

/**
 * Returns ln softmax(x) along `dim`, accurate where softmax would underflow to 0.
 * @throws DTypeError for integers and bools, unless `dtype` is given; IndexError for a dimension out of range.
 * @example logSoftmax(tensor([0, 0], { dtype: "float64" }), 0).toArray()[0]; // -0.6931…
 */
export function logSoftmax(input: Tensor, dim: number, options: SoftmaxOptions = {}): Tensor {
  const [x, d] = prepare("logSoftmax", input, dim, options);
  return logSoftmaxOp([x], d);
}

declare module "../../tensor/tensor.ts" {
  interface Tensor {
    /** Returns eˣ along `dim`, divided by its sum. */
    softmax(dim: number, options?: SoftmaxOptions): Tensor;
    /** Returns ln softmax(x) along `dim`, accurate where softmax would underflow to 0. */
    logSoftmax(dim: number, options?: SoftmaxOptions): Tensor;
  }
}
