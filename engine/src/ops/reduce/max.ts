/** Largest and smallest, and where they are. */

import { defineMultiOp, defineOp, type MultiRun, type Run } from "../../dispatch/define.ts";
import { around } from "../../dispatch/loops.ts";
import { tensorOnly } from "../../dispatch/operand.ts";
import type { RuleContext } from "../../dispatch/spec.ts";
import { zeros } from "../../tensor/create.ts";
import type { NumericArray } from "../../tensor/dtype.ts";
import { ArgumentError, DTypeError, IndexError } from "../../tensor/errors.ts";
import type { Meta } from "../../tensor/meta.ts";
import { normalizeDim, reducedShape, type Shape } from "../../tensor/shape.ts";
import { Tensor } from "../../tensor/tensor.ts";
import { maximum, minimum } from "../elementwise/arithmetic.ts";
import { gather, scatterAdd } from "../indexing/gather.ts";
import { unsqueeze } from "../shape/expand.ts";
import { reshape } from "../shape/reshape.ts";
import { amaxOp, aminOp, type Extreme } from "./amax.ts";

/** One dimension, or none for the tensor flattened. */
interface Along {
  readonly dim: number | null;
  readonly keepdim: boolean;
}

const alongShape = (x: Meta, { dim, keepdim }: Along): Shape =>
  dim === null
    ? keepdim
      ? x.shape.map(() => 1)
      : []
    : reducedShape(x.shape, x.shape.length === 0 ? [] : [dim], keepdim);

/** Index of the first extreme along a dimension; NaN counts as one. */
function argExtremes(
  out: NumericArray,
  values: NumericArray | null,
  x: NumericArray,
  shape: Shape,
  dim: number | null,
  largest: boolean,
): void {
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
  if (dim !== null && typeof dim !== "number")
    throw new ArgumentError(op, `dim must be one integer, but got [${String(dim)}]`);
  const at = dim === null ? null : normalizeDim(op, dim, x.ndim);
  if (at === null ? x.numel() === 0 : x.ndim > 0 && x.shape[at] === 0)
    throw new IndexError(op, `expected at least one element to reduce, but got [${x.shape.join(", ")}]`);
  return { dim: at, keepdim };
};

function argExtreme(name: "argmax" | "argmin"): Run<Along> {
  const largest = name === "argmax";
  const run: Run<Along> = defineOp<Along>({
    name,
    torch: name,
    access: "method",
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
        ? reshape(
            run([reshape(x, [size, -1])], { dim: 1, keepdim: false }),
            keepdim ? x.shape.map((n, d) => (d === 0 ? n : 1)) : [size],
          )
        : x.ndim === 1
          ? run([unsqueeze(x, 1)], { dim: 1, keepdim: false })
          : run([x], { dim: dim + 1, keepdim }),
    samples: (r) => [
      { input: r.distinct([2, 3]) },
      { input: r.distinct([2, 3]), dim: 1 },
      { input: r.distinct([2, 3]), dim: 0, keepdim: true },
    ],
    call: largest ? argmax : argmin,
  });
  return run;
}
const argmaxOp = argExtreme("argmax");
const argminOp = argExtreme("argmin");

/** Returns the options of `f(x, 1, true)`, `f(x, 1, { keepdim: true })` and `f(x, { dim: 1, keepdim: true })`. */
function mergeAlong(dim: number | null | AlongOptions | undefined, rest: boolean | AlongOptions): AlongOptions {
  const options = typeof rest === "boolean" ? { keepdim: rest } : rest;
  return typeof dim === "number" || dim === null || dim === undefined || Array.isArray(dim)
    ? { ...options, dim: (dim as number | null | undefined) ?? options.dim ?? null }
    : dim;
}

/** Index of the largest (int32), of the flattened tensor or along `dim`; the first at a tie. @example argmax(tensor([1, 5, 2])).item(); // 1 */
export function argmax(
  input: Tensor,
  dim?: number | null | AlongOptions,
  keepdim: boolean | AlongOptions = {},
): Tensor {
  const x = tensorOnly("argmax", input);
  return argmaxOp([x], alongParams("argmax", x, mergeAlong(dim, keepdim)));
}

/** Index of the smallest (int32), of the flattened tensor or along `dim`; the first at a tie. */
export function argmin(
  input: Tensor,
  dim?: number | null | AlongOptions,
  keepdim: boolean | AlongOptions = {},
): Tensor {
  const x = tensorOnly("argmin", input);
  return argminOp([x], alongParams("argmin", x, mergeAlong(dim, keepdim)));
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
    access: "method",
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
    kernel: (values, [x], { params, inputs, outs }) =>
      argExtremes(outs[1], values, x, inputs[0].shape, params.dim, largest),
    saves: { outputs: [1] },
    vjp: (g, ctx) => {
      const { dim, keepdim } = ctx.params;
      const x = ctx.metas[0];
      if (x.shape.length === 0) return [g];
      return [
        scatterAdd(
          zeros(x.shape, { dtype: x.dtype }),
          dim as number,
          asIndex(ctx),
          keepdim ? g : unsqueeze(g, dim as number),
        ),
      ];
    },
    jvp: ([dx], ctx) => {
      if (ctx.metas[0].shape.length === 0) return [dx as Tensor, ctx.outputs[1]];
      const picked = gather(dx as Tensor, ctx.params.dim as number, asIndex(ctx));
      return [reshape(picked, ctx.outputMetas[0].shape), ctx.outputs[1]];
    },
    // a batch of scalars is a batch of rows of one element
    batch: ([x], _batched, { dim, keepdim }) =>
      x.ndim === 1
        ? run([unsqueeze(x, 1)], { dim: 1, keepdim: false })
        : run([x], { dim: (dim as number) + 1, keepdim }),
    samples: (r) => [
      { input: r.distinct([2, 3]), dim: 1 },
      { input: r.distinct([2, 3, 2]), dim: -2, keepdim: true },
    ],
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
  whole: Run<Extreme>,
  along: MultiRun<Along>,
  pairwise: (a: Tensor, b: Tensor) => Tensor,
  input: Tensor,
  second: number | Tensor | MaxOptions | undefined,
  keepdim: boolean | AlongOptions,
): Tensor | ValuesIndices {
  const x = tensorOnly(name, input);
  if (second instanceof Tensor) return pairwise(x, second);
  const o: MaxOptions = mergeAlong(second, keepdim);
  if (o.other instanceof Tensor) return pairwise(x, o.other);
  const p = alongParams(name, x, o);
  if (p.dim === null) return whole([x], { dims: x.shape.map((_, d) => d), keepdim: p.keepdim, toNaN: true });
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
export function max(input: Tensor, dim: number, keepdim?: boolean | AlongOptions): ValuesIndices;
export function max(input: Tensor, options: AlongOptions & { readonly dim: number }): ValuesIndices;
export function max(input: Tensor, options: MaxOptions & { readonly dim?: null }): Tensor;
export function max(
  input: Tensor,
  second?: number | Tensor | MaxOptions,
  keepdim: boolean | AlongOptions = {},
): Tensor | ValuesIndices {
  return extremes("max", amaxOp, maxOp, maximum, input, second, keepdim);
}

/** The smallest; see `max`. */
export function min(input: Tensor): Tensor;
export function min(input: Tensor, other: Tensor): Tensor;
export function min(input: Tensor, dim: number, keepdim?: boolean | AlongOptions): ValuesIndices;
export function min(input: Tensor, options: AlongOptions & { readonly dim: number }): ValuesIndices;
export function min(input: Tensor, options: MaxOptions & { readonly dim?: null }): Tensor;
export function min(
  input: Tensor,
  second?: number | Tensor | MaxOptions,
  keepdim: boolean | AlongOptions = {},
): Tensor | ValuesIndices {
  return extremes("min", aminOp, minOp, minimum, input, second, keepdim);
}

declare module "../../tensor/tensor.ts" {
  interface Tensor {
    /** The largest of all. */
    max(): Tensor;
    /** The larger of two. */
    max(other: Tensor): Tensor;
    /** The largest along a dimension, and where. */
    max(dim: number, keepdim?: boolean | AlongOptions): ValuesIndices;
    /** The largest along a dimension, and where. */
    max(options: AlongOptions & { readonly dim: number }): ValuesIndices;
    /** The largest of all, or the larger of two. */
    max(options: MaxOptions & { readonly dim?: null }): Tensor;
    /** The smallest of all. */
    min(): Tensor;
    /** The smaller of two. */
    min(other: Tensor): Tensor;
    /** The smallest along a dimension, and where. */
    min(dim: number, keepdim?: boolean | AlongOptions): ValuesIndices;
    /** The smallest along a dimension, and where. */
    min(options: AlongOptions & { readonly dim: number }): ValuesIndices;
    /** The smallest of all, or the smaller of two. */
    min(options: MaxOptions & { readonly dim?: null }): Tensor;
    /** Index of the largest (int32), of all or along a dimension; the first at a tie. */
    argmax(dim?: number | null | AlongOptions, keepdim?: boolean | AlongOptions): Tensor;
    /** Index of the smallest (int32), of all or along a dimension; the first at a tie. */
    argmin(dim?: number | null | AlongOptions, keepdim?: boolean | AlongOptions): Tensor;
  }
}
