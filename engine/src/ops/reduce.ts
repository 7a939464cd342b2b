/** Sums, means, spreads and extremes over dimensions. */
import type { DType } from "../tensor/dtype.ts";
import { ArgumentError, DTypeError, IndexError, ShapeError } from "../tensor/errors.ts";
import { type Dims, normalizeDim, normalizeDims, reducedShape, type Shape, sizeOf } from "../tensor/shape.ts";
import type { NumericArray } from "../tensor/dtype.ts";
import { Tensor } from "../tensor/tensor.ts";
import { defineMultiOp, defineOp, type MultiRun, type Run } from "../op/define.ts";
import { around, groups } from "../op/loops.ts";
import { requireFloat, tensorOnly } from "../op/operand.ts";
import type { Meta, RuleContext, SampleSource, Arguments } from "../op/spec.ts";
import { div, maximum, minimum, mul, sub } from "./arithmetic.ts";
import { eq, where } from "./compare.ts";
import { to } from "./convert.ts";
import { gather, scatterAdd } from "./pick.ts";
import { expand, reshape, unsqueeze } from "./shape.ts";
import { zeros } from "../tensor/create.ts";

/** Options of reductions. */
export interface ReduceOptions {
  /** What to reduce over; all dimensions by default. */
  readonly dim?: Dims | null;
  /** Keeps the reduced dimensions with size 1. */
  readonly keepdim?: boolean;
}

/** Options of `sum` and `mean`. */
export interface SumOptions extends ReduceOptions {
  /** Casts first. */
  readonly dtype?: DType | null;
}

interface Reduce {
  readonly dims: readonly number[];
  readonly keepdim: boolean;
}

export const isDims = (x: unknown): x is Dims | null | undefined => x === null || x === undefined || typeof x === "number" || Array.isArray(x);

/** Allows both `f(x, 1)` and `f(x, { dim: 1 })`. */
function merge<O extends ReduceOptions>(dim: Dims | null | O | undefined, options: O): O {
  return isDims(dim) ? { ...options, dim: dim ?? options.dim ?? null } : (dim as O);
}

const reduceParams = (op: string, x: Tensor, { dim, keepdim = false }: ReduceOptions): Reduce => ({
  dims: normalizeDims(op, dim, x.ndim),
  keepdim,
});

/** Brings a reduced tensor back to where it broadcasts against the input. */
export const unreduce = (y: Tensor, shape: Shape, { dims, keepdim }: Reduce): Tensor =>
  keepdim ? y : reshape(y, reducedShape(shape, dims, true));

const spread = (y: Tensor, shape: Shape, p: Reduce): Tensor => expand(unreduce(y, shape, p), shape);

const reducedLabel = (symbol: string) => ({ dims }: Reduce): string => `${symbol}${dims.length > 0 ? ` dim ${dims.join(", ")}` : ""}`;

export const reduceSamples = (r: SampleSource): Arguments[] => [
  { input: r.normal([2, 3]) },
  { input: r.normal([2, 3, 4]), dim: [0, -1] },
  { input: r.normal([2, 3]), dim: 1, keepdim: true },
  { input: r.normal([]) },
];

const shifted = (p: Reduce): Reduce => ({ dims: p.dims.map((d) => d + 1), keepdim: p.keepdim });

/** Folds each group of the reduction. */
function fold(out: NumericArray, shape: Shape, dims: readonly number[], f: (start: number, members: Int32Array) => number): void {
  const { starts, members } = groups(shape, dims);
  for (let i = 0; i < out.length; i++) out[i] = f(starts[i], members);
}

/** Sums in float64, whatever the element type. */
function foldSum(out: NumericArray, x: NumericArray, shape: Shape, dims: readonly number[], scale: number): void {
  fold(out, shape, dims, (start, members) => {
    let s = 0;
    for (let j = 0; j < members.length; j++) s += x[start + members[j]];
    return s * scale;
  });
}

const sumOp: Run<Reduce> = defineOp<Reduce>({
  name: "sum",
  torch: "sum",
  signature: "input, dim=null, keepdim=false, dtype=null",
  label: reducedLabel("Σ"),
  tex: { forward: "y = \\textstyle\\sum_i x_i", vjp: "\\bar x_i = \\bar y" },
  outputs: ([x], { dims, keepdim }) => ({ shape: reducedShape(x.shape, dims, keepdim), dtype: x.dtype === "bool" ? "int32" : x.dtype }),
  kernel: (out, [x], { params: { dims }, inputs }) => foldSum(out, x, inputs[0].shape, dims, 1),
  saves: {},
  vjp: (g, { metas: [x], params }) => [spread(g, x.shape, params)],
  jvp: "linear",
  batch: ([x], _batched, p) => sumOp([x], shifted(p)),
  samples: (r) => [...reduceSamples(r), { input: r.normal([2, 0]), dim: 1 }, { input: r.normal([3]), dtype: "float64" }],
  call: sum,
});

/**
 * Sum over dimensions; all by default. Bools are counted (int32).
 * @example sum(tensor([[1, 2], [3, 4]]), 1).toArray(); // [3, 7]
 */
export function sum(input: Tensor, dim?: Dims | null | SumOptions, options: SumOptions = {}): Tensor {
  const o = merge(dim, options);
  const x = o.dtype ? to(tensorOnly("sum", input), o.dtype) : tensorOnly("sum", input);
  return sumOp([x], reduceParams("sum", x, o));
}

/** Undoes broadcasting: the sum over the dimensions along which `shape` was repeated to that of `x`. */
export function sumTo(x: Tensor, shape: Shape): Tensor {
  const lead = x.ndim - shape.length;
  const dims = x.shape.flatMap((n, d) => (d < lead || (shape[d - lead] === 1 && n !== 1) ? [d] : []));
  return reshape(dims.length > 0 ? sumOp([x], { dims, keepdim: false }) : x, shape);
}

const countOf = (shape: Shape, dims: readonly number[]): number => dims.reduce((n, d) => n * shape[d], 1);

const meanOp: Run<Reduce> = defineOp<Reduce>({
  name: "mean",
  torch: "mean",
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
export function mean(input: Tensor, dim?: Dims | null | SumOptions, options: SumOptions = {}): Tensor {
  const o = merge(dim, options);
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
}

/** Σ (x - mean)² / max(n - correction, 0), in two passes. */
function foldVariance(out: NumericArray, x: NumericArray, shape: Shape, { dims, correction }: Spread, finish: (v: number) => number): void {
  fold(out, shape, dims, (start, members) => {
    const n = members.length;
    let m = 0;
    for (let j = 0; j < n; j++) m += x[start + members[j]];
    m /= n;
    let s = 0;
    for (let j = 0; j < n; j++) s += (x[start + members[j]] - m) ** 2;
    return finish(s / Math.max(n - correction, 0));
  });
}

/** 2 (x - mean) / (n - correction) */
function varianceSlope({ inputs: [x], params }: RuleContext<Spread>): Tensor {
  const n = countOf(x.shape, params.dims);
  return mul(sub(x, mean(x, { dim: params.dims.length > 0 ? params.dims : null, keepdim: true })), 2 / (n - params.correction));
}

/** The variance of scalars runs over no dimension, and is still an average over one element. */
const spreadOutputs = (op: string) => ([x]: readonly Meta[], { dims, keepdim }: Spread): Meta => {
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
  torch: "var",
  signature: "input, dim=null, correction=1, keepdim=false, unbiased=null",
  label: reducedLabel("var"),
  tex: { forward: "y = \\tfrac{1}{n - c} \\textstyle\\sum_i (x_i - \\mu)^2", vjp: "\\bar x_i = \\tfrac{2}{n - c} (x_i - \\mu)\\, \\bar y" },
  outputs: spreadOutputs("var"),
  kernel: (out, [x], { params, inputs }) => foldVariance(out, x, inputs[0].shape, params, (v) => v),
  saves: { inputs: [0] },
  vjp: (g, ctx) => [mul(unreduce(g, ctx.metas[0].shape, ctx.params), varianceSlope(ctx))],
  jvp: ([dx], ctx) => sumOp([mul(dx as Tensor, varianceSlope(ctx))], ctx.params),
  batch: ([x], _batched, p) => varOp([x], { ...shifted(p), correction: p.correction }),
  samples: varSamples,
  call: variance,
});

const stdSlope = (ctx: RuleContext<Spread>): Tensor => {
  const y = unreduce(ctx.output, ctx.metas[0].shape, ctx.params);
  return where(eq(y, 0), 0, div(varianceSlope(ctx), mul(y, 2)));
};

const stdOp: Run<Spread> = defineOp<Spread>({
  name: "std",
  torch: "std",
  signature: "input, dim=null, correction=1, keepdim=false, unbiased=null",
  label: reducedLabel("std"),
  tex: { forward: "y = \\sqrt{\\mathrm{var}(x)}", vjp: "\\bar x_i = \\tfrac{x_i - \\mu}{(n - c)\\, y}\\, \\bar y" },
  outputs: spreadOutputs("std"),
  kernel: (out, [x], { params, inputs }) => foldVariance(out, x, inputs[0].shape, params, Math.sqrt),
  saves: { inputs: [0], outputs: true },
  vjp: (g, ctx) => [mul(unreduce(g, ctx.metas[0].shape, ctx.params), stdSlope(ctx))],
  jvp: ([dx], ctx) => sumOp([mul(dx as Tensor, stdSlope(ctx))], ctx.params),
  batch: ([x], _batched, p) => stdOp([x], { ...shifted(p), correction: p.correction }),
  samples: varSamples,
  call: std,
});

function spreadParams(op: string, x: Tensor, o: VarOptions): Spread {
  const correction = o.unbiased === undefined || o.unbiased === null ? (o.correction ?? 1) : o.unbiased ? 1 : 0;
  return { ...reduceParams(op, x, o), correction };
}

/** Variance over dimensions; divides by n - 1 by default, and gives NaN where that is 0. @example variance(tensor([1, 2, 3])).item(); // 1 */
export function variance(input: Tensor, dim?: Dims | null | VarOptions, options: VarOptions = {}): Tensor {
  const x = tensorOnly("var", input);
  return varOp([x], spreadParams("var", x, merge(dim, options)));
}

/** Standard deviation over dimensions. The gradient where it is 0 is 0. */
export function std(input: Tensor, dim?: Dims | null | VarOptions, options: VarOptions = {}): Tensor {
  const x = tensorOnly("std", input);
  return stdOp([x], spreadParams("std", x, merge(dim, options)));
}

/** How much of the gradient each element gets: those that equal the extreme share it. */
function extremeShare({ inputs: [x], output, params }: RuleContext<Reduce>): Tensor {
  const hits = to(eq(x, unreduce(output, x.shape, params)), x.dtype);
  return div(hits, sum(hits, { dim: params.dims.length > 0 ? params.dims : null, keepdim: true }));
}

const distinctReduce = (r: SampleSource): Arguments[] => [
  { input: r.distinct([2, 3]) },
  { input: r.distinct([2, 3, 4]), dim: [0, 2] },
  { input: r.distinct([2, 3]), dim: -1, keepdim: true },
];

function extreme(name: "amax" | "amin"): Run<Reduce> {
  const largest = name === "amax";
  const run: Run<Reduce> = defineOp<Reduce>({
    name,
    torch: name,
    signature: "input, dim=null, keepdim=false",
    label: reducedLabel(largest ? "max" : "min"),
    tex: {
      forward: `y = \\${largest ? "max" : "min"}_i x_i`,
      vjp: "\\bar x_i = [x_i = y]\\, \\bar y / \\textstyle\\sum_j [x_j = y]",
    },
    outputs: ([x], { dims, keepdim }) => {
      if (countOf(x.shape, dims) === 0 && sizeOf(reducedShape(x.shape, dims, keepdim)) > 0)
        throw new ShapeError(name, "nothing has no extreme; expected at least one element to reduce", [x.shape]);
      return { shape: reducedShape(x.shape, dims, keepdim), dtype: x.dtype };
    },
    kernel: (out, [x], { params: { dims }, inputs }) =>
      fold(out, inputs[0].shape, dims, (start, members) => {
        let best = x[start + members[0]];
        for (let j = 1; j < members.length; j++) {
          const v = x[start + members[j]];
          if (Number.isNaN(v) || (largest ? v > best : v < best)) best = v;
        }
        return best;
      }),
    saves: { inputs: [0], outputs: true },
    vjp: (g, ctx) => [mul(unreduce(g, ctx.metas[0].shape, ctx.params), extremeShare(ctx))],
    jvp: ([dx], ctx) => sumOp([mul(dx as Tensor, extremeShare(ctx))], ctx.params),
    batch: ([x], _batched, p) => run([x], shifted(p)),
    samples: distinctReduce,
    call: largest ? amax : amin,
  });
  return run;
}
const amaxOp = extreme("amax");
const aminOp = extreme("amin");

/** Largest over dimensions; NaN if there is one. Equal ones share the gradient. */
export function amax(input: Tensor, dim?: Dims | null | ReduceOptions, options: ReduceOptions = {}): Tensor {
  const x = tensorOnly("amax", input);
  return amaxOp([x], reduceParams("amax", x, merge(dim, options)));
}

/** Smallest over dimensions; NaN if there is one. Equal ones share the gradient. */
export function amin(input: Tensor, dim?: Dims | null | ReduceOptions, options: ReduceOptions = {}): Tensor {
  const x = tensorOnly("amin", input);
  return aminOp([x], reduceParams("amin", x, merge(dim, options)));
}

/** One dimension, or none for the tensor flattened. */
interface Along {
  readonly dim: number | null;
  readonly keepdim: boolean;
}

const alongShape = (x: Meta, { dim, keepdim }: Along): Shape =>
  dim === null ? (keepdim ? x.shape.map(() => 1) : []) : reducedShape(x.shape, x.shape.length === 0 ? [] : [dim], keepdim);

/** Index of the first extreme along a dimension; NaN counts as one. */
function argExtremes(out: NumericArray, values: NumericArray | null, x: NumericArray, shape: Shape, dim: number | null, largest: boolean): void {
  const [outer, n, inner] = dim === null ? [1, x.length, 1] : around(shape, dim);
  for (let o = 0; o < outer; o++)
    for (let i = 0; i < inner; i++) {
      let at = 0;
      let best = x[o * n * inner + i];
      for (let k = 1; k < n && !Number.isNaN(best); k++) {
        const v = x[(o * n + k) * inner + i];
        if (Number.isNaN(v) || (largest ? v > best : v < best)) {
          best = v;
          at = k;
        }
      }
      out[o * inner + i] = at;
      if (values !== null) values[o * inner + i] = best;
    }
}

/** Options of `argmax`, `argmin`, `max` and `min`. */
export interface AlongOptions {
  readonly dim?: number | null;
  readonly keepdim?: boolean;
}

const alongParams = (op: string, x: Tensor, { dim = null, keepdim = false }: AlongOptions): Along => {
  if (dim !== null && typeof dim !== "number") throw new ArgumentError(op, `dim must be one integer, but got [${String(dim)}]`);
  const at = dim === null ? null : normalizeDim(op, dim, x.ndim);
  if (at === null ? x.numel === 0 : x.ndim > 0 && x.shape[at] === 0)
    throw new IndexError(op, `expected at least one element to reduce, but got [${x.shape.join(", ")}]`);
  return { dim: at, keepdim };
};

function argExtreme(name: "argmax" | "argmin"): Run<Along> {
  const largest = name === "argmax";
  const run: Run<Along> = defineOp<Along>({
    name,
    torch: name,
    signature: "input, dim=null, keepdim=false",
    label: ({ dim }) => (dim === null ? name : `${name} dim ${dim}`),
    tex: { forward: `y = \\arg\\${largest ? "max" : "min"}_i x_i`, vjp: "" },
    outputs: ([x], p) => {
      if (x.dtype === "bool") throw new DTypeError(name, "expected numbers", ["bool"]);
      return { shape: alongShape(x, p), dtype: "int32" };
    },
    kernel: (out, [x], { params, inputs }) => argExtremes(out, null, x, inputs[0].shape, params.dim, largest),
    saves: {},
    vjp: "none",
    jvp: "none",
    batch: ([x], _batched, { dim, keepdim }, size) =>
      dim === null
        ? reshape(run([reshape(x, [size, -1])], { dim: 1, keepdim: false }), keepdim ? x.shape.map((n, d) => (d === 0 ? n : 1)) : [size])
        : run([x], { dim: dim + 1, keepdim }),
    samples: (r) => [{ input: r.distinct([2, 3]) }, { input: r.distinct([2, 3]), dim: 1 }, { input: r.distinct([2, 3]), dim: 0, keepdim: true }],
    call: largest ? argmax : argmin,
  });
  return run;
}
const argmaxOp = argExtreme("argmax");
const argminOp = argExtreme("argmin");

const mergeAlong = (dim: number | null | AlongOptions | undefined, options: AlongOptions): AlongOptions =>
  typeof dim === "number" || dim === null || dim === undefined || Array.isArray(dim) ? { ...options, dim: (dim as number | null | undefined) ?? options.dim ?? null } : dim;

/** Index of the largest (int32), of the flattened tensor or along `dim`; the first at a tie. @example argmax(tensor([1, 5, 2])).item(); // 1 */
export function argmax(input: Tensor, dim?: number | null | AlongOptions, options: AlongOptions = {}): Tensor {
  const x = tensorOnly("argmax", input);
  return argmaxOp([x], alongParams("argmax", x, mergeAlong(dim, options)));
}

/** Index of the smallest (int32), of the flattened tensor or along `dim`; the first at a tie. */
export function argmin(input: Tensor, dim?: number | null | AlongOptions, options: AlongOptions = {}): Tensor {
  const x = tensorOnly("argmin", input);
  return argminOp([x], alongParams("argmin", x, mergeAlong(dim, options)));
}

/** Extremes along a dimension and where they lie; `const [values, indices] = x.max(1)` works as well. */
export class ValuesIndices {
  readonly values: Tensor;
  readonly indices: Tensor;
  constructor(values: Tensor, indices: Tensor) {
    this.values = values;
    this.indices = indices;
  }
  *[Symbol.iterator](): IterableIterator<Tensor> {
    yield this.values;
    yield this.indices;
  }
}

function alongExtreme(name: "max" | "min"): MultiRun<Along> {
  const largest = name === "max";
  const asIndex = ({ outputs: [, indices], params: { dim, keepdim }, metas: [x] }: RuleContext<Along>): Tensor =>
    keepdim || x.shape.length === 0 ? indices : unsqueeze(indices, dim as number);
  const run: MultiRun<Along> = defineMultiOp<Along>({
    name,
    torch: name,
    signature: "input, dim=null, keepdim=false, other=null",
    label: ({ dim }) => `${name} dim ${dim}`,
    tex: { forward: `y = \\${name}_i x_i`, vjp: `\\bar x_i = [i = \\arg\\${name} x]\\, \\bar y` },
    outputs: ([x], p) => {
      const shape = alongShape(x, p);
      return [
        { shape, dtype: x.dtype },
        { shape, dtype: "int32" },
      ];
    },
    kernel: (values, [x], { params, inputs, outs }) => argExtremes(outs[1], values, x, inputs[0].shape, params.dim, largest),
    saves: { outputs: true },
    vjp: (g, ctx) => {
      const { dim, keepdim } = ctx.params;
      const x = ctx.metas[0];
      if (x.shape.length === 0) return [g];
      return [scatterAdd(zeros(x.shape, { dtype: x.dtype }), dim as number, asIndex(ctx), keepdim ? g : unsqueeze(g, dim as number))];
    },
    jvp: ([dx], ctx) => {
      if (ctx.metas[0].shape.length === 0) return [dx as Tensor, ctx.outputs[1]];
      const picked = gather(dx as Tensor, ctx.params.dim as number, asIndex(ctx));
      return [reshape(picked, ctx.outputs[0].shape), ctx.outputs[1]];
    },
    batch: ([x], _batched, { dim, keepdim }) => run([x], { dim: (dim as number) + 1, keepdim }),
    samples: (r) => [{ input: r.distinct([2, 3]), dim: 1 }, { input: r.distinct([2, 3, 2]), dim: -2, keepdim: true }],
    call: largest ? max : min,
  });
  return run;
}
const maxOp = alongExtreme("max");
const minOp = alongExtreme("min");

/** Options of `max` and `min`. */
export interface MaxOptions extends AlongOptions {
  /** Compares element by element instead. */
  readonly other?: Tensor | null;
}

function extremes(
  name: "max" | "min",
  whole: Run<Reduce>,
  along: MultiRun<Along>,
  pairwise: (a: Tensor, b: Tensor) => Tensor,
  input: Tensor,
  second: number | Tensor | MaxOptions | undefined,
  options: AlongOptions,
): Tensor | ValuesIndices {
  const x = tensorOnly(name, input);
  if (second instanceof Tensor) return pairwise(x, second);
  const o: MaxOptions = typeof second === "object" && second !== null ? second : { ...options, ...(second === undefined ? {} : { dim: second }) };
  if (o.other instanceof Tensor) return pairwise(x, o.other);
  const p = alongParams(name, x, o);
  if (p.dim === null) return whole([x], { dims: x.shape.map((_, d) => d), keepdim: p.keepdim });
  const [values, indices] = along([x], p);
  return new ValuesIndices(values, indices);
}

/**
 * The largest of all, with equal ones sharing the gradient; with `dim`, `{ values, indices }` along it, the first of equals taking
 * the gradient; with another tensor, `maximum`.
 * @example max(tensor([[1, 5], [7, 3]]), 1).indices.toArray(); // [1, 0]
 */
export function max(input: Tensor): Tensor;
export function max(input: Tensor, other: Tensor): Tensor;
export function max(input: Tensor, dim: number, options?: AlongOptions): ValuesIndices;
export function max(input: Tensor, options: MaxOptions): Tensor | ValuesIndices;
export function max(input: Tensor, second?: number | Tensor | MaxOptions, options: AlongOptions = {}): Tensor | ValuesIndices {
  return extremes("max", amaxOp, maxOp, maximum, input, second, options);
}

/** The smallest; see `max`. */
export function min(input: Tensor): Tensor;
export function min(input: Tensor, other: Tensor): Tensor;
export function min(input: Tensor, dim: number, options?: AlongOptions): ValuesIndices;
export function min(input: Tensor, options: MaxOptions): Tensor | ValuesIndices;
export function min(input: Tensor, second?: number | Tensor | MaxOptions, options: AlongOptions = {}): Tensor | ValuesIndices {
  return extremes("min", aminOp, minOp, minimum, input, second, options);
}
