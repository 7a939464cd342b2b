/** The largest and the smallest elements: of the whole tensor, over dimensions, or along one dimension with their indices. */

import { defineMultiOp, defineOp, type MultiRun, type Run } from "../../dispatch/define.ts";
import { requireTensor } from "../../dispatch/operand.ts";
import { type Arguments, type RuleContext, type SampleSource } from "../../dispatch/spec.ts";
import { zeros } from "../../tensor/create.ts";
import { ShapeError } from "../../tensor/errors.ts";
import { type Dims, reducedShape, sizeOf } from "../../tensor/shape.ts";
import { Tensor } from "../../tensor/tensor.ts";
import { div } from "../elementwise/division.ts";
import { maximum, minimum } from "../elementwise/maximum.ts";
import { where } from "../elementwise/where.ts";
import { gather, scatterAdd } from "../indexing/gather.ts";
import { unsqueeze } from "../shape/expand.ts";
import { reshape } from "../shape/reshape.ts";
import { type Along, type AlongOptions, alongParams, alongShape, argExtremes, mergeAlong } from "./along.ts";
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
import { sumOver } from "./sum-over.ts";
import { countHits, hitsOf, tieKink } from "./ties.ts";
import { ValuesIndices } from "./values-indices.ts";

/** Defines `max` or `min` along a dimension. */
function alongExtreme(name: "max" | "min"): MultiRun<Along> {
  const largest = name === "max";
  const asIndex = ({ outputs: [, indices], params: { dim, keepdim }, metas: [x] }: RuleContext<Along>): Tensor =>
    keepdim || x.shape.length === 0 ? indices : unsqueeze(indices, dim as number);
  const run: MultiRun<Along> = defineMultiOp<Along>({
    name,
    stops: "choice",
    torch: name,
    access: "method",
    signature: "input, dim=null, keepdim=false, other=null",
    label: ({ dim }) => `${name} dim ${dim}`,
    tex: { forward: `y = \\${name}_i x_i`, vjp: `\\bar x_i = [i = \\arg\\${name} x]\\, \\bar y` },
    outputs: ([x], p) => {
      const shape = alongShape(x, p);
      return [
        { shape, dtype: x.dtype },
        { shape, dtype: "int64" },
      ];
    },
    kernel: (values, [x], { params, inputs, outs }) =>
      argExtremes(outs[1], values, x, inputs[0].shape, params.dim, largest),
    indices: { outputs: [1] },
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
    kink: tieKink(name, "first", ({ params: { dim, keepdim }, metas: [x] }) => ({
      dims: x.shape.length === 0 ? [] : [dim as number],
      keepdim,
      toNaN: true,
    })),
    // a batch of scalars becomes a batch of vectors of length 1
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
  /** Tensor to compare with, element by element; excludes `dim`. */
  readonly other?: Tensor | null;
}

/** Returns the result of `max` or `min`, in each of their forms. */
function extremes(
  name: "max" | "min",
  whole: Run<Extreme>,
  along: MultiRun<Along>,
  pairwise: (a: Tensor, b: Tensor) => Tensor,
  input: Tensor,
  second: number | Tensor | MaxOptions | undefined,
  keepdim: boolean | AlongOptions,
): Tensor | ValuesIndices {
  const x = requireTensor(name, input);
  if (second instanceof Tensor) return pairwise(x, second);
  const o: MaxOptions = mergeAlong(second, keepdim);
  if (o.other !== null && o.other !== undefined) return pairwise(x, requireTensor(name, o.other));
  const p = alongParams(name, x, o);
  if (p.dim === null) return whole([x], { dims: x.shape.map((_, d) => d), keepdim: p.keepdim, toNaN: true });
  const [values, indices] = along([x], p);
  return new ValuesIndices(values, indices);
}

/**
 * Returns the largest of all elements, of which equal ones share the gradient (unless `autograd.setSubgradients` chooses otherwise); with `dim` the largest elements along it and their indices, where the
 * first of equal ones gets the gradient; with a second tensor the larger element of each pair, as `maximum`. NaN is larger than any number.
 * @throws IndexError for a dimension out of range, and when there is nothing to reduce.
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

/**
 * Returns the smallest of all elements, of which equal ones share the gradient (unless `autograd.setSubgradients` chooses otherwise); with `dim` the smallest elements along it and their indices, where the
 * first of equal ones gets the gradient; with a second tensor the smaller element of each pair, as `minimum`. NaN is smaller than any number.
 * @throws IndexError for a dimension out of range, and when there is nothing to reduce.
 * @example min(tensor([[1, 5], [7, 3]]), 1).values.toArray(); // [1, 3]
 */
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

/** Parameters of `amax` and `amin`. */
interface Extreme extends Reduce {
  /** Whether the gradient of a NaN flows to the elements that are NaN, as that of PyTorch's `max()` does; that of its `amax` is NaN everywhere. */
  readonly toNaN: boolean;
}

/** Returns where the input equals the extreme, and how often, in tensors that broadcast to the input. */
function places({ inputs: [x], output, params }: RuleContext<Extreme>): readonly [hits: Tensor, count: Tensor] {
  const hits = hitsOf(x, output, params, params.toNaN);
  return [hits, countHits(hits, params, x)];
}

/** Samples without ties. */
const distinctReduce = (r: SampleSource): Arguments[] => [
  { input: r.distinct([2, 3]) },
  { input: r.distinct([2, 3, 4]), dim: [0, 2] },
  { input: r.distinct([2, 3]), dim: -1, keepdim: true },
];

/** Defines `amax` or `amin`. */
function extreme(name: "amax" | "amin"): Run<Extreme> {
  const largest = name === "amax";
  const run: Run<Extreme> = defineOp<Extreme>({
    name,
    stops: "choice",
    torch: name,
    access: "method",
    signature: "input, dim=null, keepdim=false",
    label: reducedLabel(largest ? "max" : "min"),
    tex: {
      forward: `y = \\${largest ? "max" : "min"}_i x_i`,
      vjp: "\\bar x_i = [x_i = y]\\, \\bar y / \\textstyle\\sum_j [x_j = y]",
    },
    outputs: ([x], { dims, keepdim }) => {
      if (countOf(x.shape, dims) === 0 && sizeOf(reducedShape(x.shape, dims, keepdim)) > 0)
        throw new ShapeError(name, "expected at least one element to reduce", [x.shape]);
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
    saves: { inputs: [0], outputs: [0] },
    vjp: (g, ctx) => {
      const [hits, count] = places(ctx);
      return [div(where(hits, unreduce(g, ctx.metas[0].shape, ctx.params), 0), count)];
    },
    jvp: ([dx], ctx) => {
      const [hits, count] = places(ctx);
      return div(sumOver(where(hits, dx as Tensor, 0), ctx.params), reshape(count, ctx.output.shape));
    },
    kink: tieKink(largest ? "max" : "min", "share", ({ params }) => params),
    batch: ([x], _batched, p) => run([x], { ...shifted(p), toNaN: p.toNaN }),
    samples: distinctReduce,
    call: largest ? amax : amin,
  });
  return run;
}

const amaxOp: Run<Extreme> = extreme("amax");

const aminOp: Run<Extreme> = extreme("amin");

/**
 * Returns the largest elements over dimensions; NaN if there is one. Equal elements share the gradient, unless `autograd.setSubgradients` chooses otherwise.
 * @throws ShapeError when there is nothing to reduce; IndexError for a dimension out of range.
 * @example amax(tensor([[1, 5], [7, 3]]), 0).toArray(); // [7, 5]
 */
export function amax(input: Tensor, dim?: Dims | null | ReduceOptions, keepdim: boolean | ReduceOptions = {}): Tensor {
  const x = requireTensor("amax", input);
  return amaxOp([x], { ...reduceParams("amax", x, merge(dim, keepdim)), toNaN: false });
}

/**
 * Returns the smallest elements over dimensions; NaN if there is one. Equal elements share the gradient, unless `autograd.setSubgradients` chooses otherwise.
 * @throws ShapeError when there is nothing to reduce; IndexError for a dimension out of range.
 * @example amin(tensor([[1, 5], [7, 3]]), 0).toArray(); // [1, 3]
 */
export function amin(input: Tensor, dim?: Dims | null | ReduceOptions, keepdim: boolean | ReduceOptions = {}): Tensor {
  const x = requireTensor("amin", input);
  return aminOp([x], { ...reduceParams("amin", x, merge(dim, keepdim)), toNaN: false });
}

declare module "../../tensor/tensor.ts" {
  interface Tensor {
    /** Returns the largest element; equal ones share the gradient. */
    max(): Tensor;
    /** Returns the larger element of each pair. */
    max(other: Tensor): Tensor;
    /** Returns the largest elements along a dimension, and their indices. */
    max(dim: number, keepdim?: boolean | AlongOptions): ValuesIndices;
    /** Returns the largest elements along a dimension, and their indices. */
    max(options: AlongOptions & { readonly dim: number }): ValuesIndices;
    /** Returns the largest element, or the larger element of each pair. */
    max(options: MaxOptions & { readonly dim?: null }): Tensor;
    /** Returns the smallest element; equal ones share the gradient. */
    min(): Tensor;
    /** Returns the smaller element of each pair. */
    min(other: Tensor): Tensor;
    /** Returns the smallest elements along a dimension, and their indices. */
    min(dim: number, keepdim?: boolean | AlongOptions): ValuesIndices;
    /** Returns the smallest elements along a dimension, and their indices. */
    min(options: AlongOptions & { readonly dim: number }): ValuesIndices;
    /** Returns the smallest element, or the smaller element of each pair. */
    min(options: MaxOptions & { readonly dim?: null }): Tensor;
    /** Returns the largest elements over dimensions; equal elements share the gradient. */
    amax(dim?: Dims | null | ReduceOptions, keepdim?: boolean | ReduceOptions): Tensor;
    /** Returns the smallest elements over dimensions; equal elements share the gradient. */
    amin(dim?: Dims | null | ReduceOptions, keepdim?: boolean | ReduceOptions): Tensor;
  }
}
