/** Norms of vectors. */

import { defineOp, type Run } from "../../dispatch/define.ts";
import { requireFloat, requireTensor } from "../../dispatch/operand.ts";
import type { DType, NumericArray } from "../../tensor/dtype.ts";
import { isComplex } from "../../tensor/dtype.ts";
import { ArgumentError, ShapeError } from "../../tensor/errors.ts";
import { type Dims, normalizeDims, reducedShape } from "../../tensor/shape.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { abs, sign } from "../elementwise/absolute.ts";
import { mul } from "../elementwise/arithmetic.ts";
import { eq, isnan, logicalOr } from "../elementwise/compare.ts";
import { to } from "../elementwise/convert.ts";
import { div } from "../elementwise/division.ts";
import { pow } from "../elementwise/power.ts";
import { where } from "../elementwise/where.ts";
import { fold, merge, type Reduce, type ReduceOptions, reduceParams, shifted, unreduce } from "../reduce/reduction.ts";
import { sumOver } from "../reduce/sum-over.ts";
import { squeeze } from "../shape/expand.ts";
import { viewAsReal } from "../shape/view-as-complex.ts";

/** Complete parameters of a vector norm. */
interface NormParams extends Reduce {
  readonly ord: number;
}

/** Returns the largest or smallest absolute value of a group; NaN if there is one. */
function extremeOf(x: NumericArray, start: number, members: Int32Array, largest: boolean): number {
  let best = members.length === 0 ? 0 : Math.abs(x[start + members[0]]);
  for (let j = 1; j < members.length; j++) {
    const v = Math.abs(x[start + members[j]]);
    if (Number.isNaN(v) || (largest ? v > best : v < best)) best = v;
  }
  return best;
}

/** Returns Σ |x / scale|^p of a group. */
function powerSum(x: NumericArray, start: number, members: Int32Array, p: number, scale: number): number {
  let s = 0;
  if (p === 2)
    for (let j = 0; j < members.length; j++) {
      const v = x[start + members[j]] / scale;
      s += v * v;
    }
  else if (p === 3)
    for (let j = 0; j < members.length; j++) {
      const v = Math.abs(x[start + members[j]] / scale);
      s += v * v * v;
    }
  else if (p === 1) for (let j = 0; j < members.length; j++) s += Math.abs(x[start + members[j]]) / scale;
  else for (let j = 0; j < members.length; j++) s += Math.abs(x[start + members[j]] / scale) ** p;
  return s;
}

/** Returns the norm of a group. Where the sum of powers overflows or underflows, the elements are first divided by the largest. */
function normOf(x: NumericArray, start: number, members: Int32Array, p: number): number {
  if (p === Infinity || p === -Infinity) return extremeOf(x, start, members, p > 0);
  if (p === 0) {
    let n = 0;
    for (let j = 0; j < members.length; j++) if (x[start + members[j]] !== 0) n++;
    return n;
  }
  const root = (s: number): number => (p === 1 ? s : p === 2 ? Math.sqrt(s) : s ** (1 / p));
  const s = powerSum(x, start, members, p, 1);
  if (p < 0 || p === 1 || (s < Infinity && s > 1e-290) || Number.isNaN(s)) return root(s);
  const largest = extremeOf(x, start, members, true);
  return largest > 0 && largest < Infinity ? largest * root(powerSum(x, start, members, p, largest)) : largest;
}

/**
 * Returns g ∂y/∂x for a norm y of order p with the reduced dimensions of size 1, g sign(x) |x / y|^{p-1}. Where PyTorch sets factors to 0, also for the second
 * derivative, so does this formula.
 */
export function throughNorm(g: Tensor, x: Tensor, y: Tensor, p: number): Tensor {
  if (p === 1) return mul(g, sign(x));
  if (p === 2) return mul(g, where(eq(y, 0), 0, div(x, y)));
  // |x| as a product has the second derivative NaN at 0, as in PyTorch
  if (p < 1) return mul(mul(mul(sign(x), where(eq(x, 0), 0, pow(mul(x, sign(x)), p - 1))), g), pow(y, 1 - p));
  const powers = p < 2 ? mul(sign(x), pow(abs(x), p - 1)) : mul(x, pow(abs(x), p - 2));
  return mul(powers, where(eq(y, 0), 0, div(g, pow(y, p - 1))));
}

/** Returns g ∂y/∂x for the largest or smallest absolute value y: equal ones share it, and NaN counts as the extreme. */
function throughExtreme(g: Tensor, x: Tensor, y: Tensor, dims: readonly number[]): Tensor {
  const size = abs(x);
  const hits = to(logicalOr(eq(size, y), isnan(size)), x.dtype);
  return mul(sign(x), mul(div(g, sumOver(hits, { dims, keepdim: true })), hits));
}

/** Returns g ∂y/∂x, for a cotangent or a factor g that broadcasts to x. */
const through = (g: Tensor, x: Tensor, y: Tensor, p: NormParams): Tensor => {
  const long = unreduce(y, x.shape, p);
  return Math.abs(p.ord) === Infinity ? throughExtreme(g, x, long, p.dims) : throughNorm(g, x, long, p.ord);
};

const vectorNormOp: Run<NormParams> = defineOp<NormParams>({
  name: "vectorNorm",
  breaks: "root",
  torch: "linalg.vector_norm",
  access: "function",
  signature: "input, ord=2, dim=null, keepdim=false, dtype=null",
  label: ({ ord, dims }) => `‖x‖ ${ord}${dims.length > 0 ? ` dim ${dims.join(", ")}` : ""}`,
  tex: {
    forward: "y = \\left(\\textstyle\\sum_i |x_i|^p\\right)^{1/p}",
    vjp: "\\bar x_i = \\mathrm{sign}(x_i)\\, |x_i / y|^{p-1}\\, \\bar y",
  },
  outputs: ([x], { dims, keepdim }) => {
    requireFloat("vectorNorm", x.dtype);
    return { shape: reducedShape(x.shape, dims, keepdim), dtype: x.dtype };
  },
  kernel: (out, [x], { params: { dims, ord }, inputs }) =>
    fold(out, inputs[0].shape, dims, (start, members) => normOf(x, start, members, ord)),
  saves: { inputs: [0], outputs: [0] },
  vjp: (g, { inputs: [x], output, params }) => {
    if (params.ord === 0) return [null];
    return [through(unreduce(g, x.shape, params), x, output, params)];
  },
  jvp: ([dx], { inputs: [x], output, params }) => {
    if (params.ord === 0) return mul(output, 0);
    return sumOver(through(dx as Tensor, x, output, params), params);
  },
  batch: ([x], _batched, p) => vectorNormOp([x], { ...shifted(p), ord: p.ord }),
  samples: (r) => [
    { input: r.normal([2, 3]) },
    { input: r.distinct([2, 3, 4]), ord: 3, dim: [0, -1], keepdim: true },
    { input: r.distinct([2, 3]), ord: Infinity, dim: 1 },
    { input: r.distinct([2, 3]), ord: 1.5, dim: 0, dtype: "float64" },
    { input: r.distinct([4]), ord: 0.5 },
  ],
  call: vectorNorm,
});

/** Options of norms. */
export interface VectorNormOptions extends ReduceOptions {
  /** Order p of the norm, also ±Infinity; 2 by default. */
  readonly ord?: number;
  /** Dtype that the input is cast to first. */
  readonly dtype?: DType | null;
}

/** Returns the norm of order 2 of complex numbers, which is that of all real and imaginary parts. */
function euclideanNorm(op: string, x: Tensor, { dim = null, keepdim = false }: ReduceOptions): Tensor {
  const dims = normalizeDims(op, dim, x.ndim);
  const y = vectorNormAs(op, viewAsReal(x), 2, { dim: [...dims, x.ndim], keepdim });
  return keepdim ? squeeze(y, -1) : y;
}

/** Runs the norm with the name of the calling op in its errors. */
export function vectorNormAs(op: string, input: Tensor, ord: number, options: Omit<VectorNormOptions, "ord">): Tensor {
  const given = requireTensor(op, input);
  if (!isComplex(given.dtype)) requireFloat(op, given.dtype);
  const cast = options.dtype ? to(given, options.dtype) : given;
  if (isComplex(cast.dtype) && ord === 2) return euclideanNorm(op, cast, options);
  const x = isComplex(cast.dtype) ? abs(cast) : cast;
  if (typeof ord !== "number") throw new ArgumentError(op, `the order must be a number, but got ${String(ord)}`);
  const params = reduceParams(op, x, options);
  if ((ord < 0 || ord === Infinity) && params.dims.some((d) => x.shape[d] === 0))
    throw new ShapeError(op, `the norm of order ${ord} of no elements has no value`, [x.shape]);
  return vectorNormOp([x], { ...params, ord });
}

/**
 * Returns the norm of order p, (Σ |x|ᵖ)^(1/p), over dimensions, over all by default: the largest absolute value for p = Infinity, the smallest for -Infinity,
 * and the number of elements that are not 0 for p = 0. The gradient where the norm is 0 is 0; equal extremes share it.
 * Of complex numbers it is that of their absolute values.
 * @throws DTypeError for integers and bools; IndexError for a dimension out of range; ShapeError for p < 0 and p = Infinity of no elements.
 * @example linalg.vectorNorm(tensor([3, 4])).item(); // 5
 */
export function vectorNorm(
  input: Tensor,
  ord: number | VectorNormOptions = {},
  dim?: Dims | null | VectorNormOptions,
  keepdim: boolean | VectorNormOptions = {},
): Tensor {
  const rest = merge(dim, keepdim);
  const options = typeof ord === "number" ? { ...rest, ord } : { ...rest, ...ord };
  return vectorNormAs("vectorNorm", input, options.ord ?? 2, options);
}
