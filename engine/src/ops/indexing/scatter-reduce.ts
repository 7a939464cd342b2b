/** `scatterReduce`, which combines elements with those that an index points to by a sum, product, mean or extreme. */

import { defineOp, type Run } from "../../dispatch/define.ts";
import { requireTensor, scalarTensor } from "../../dispatch/operand.ts";
import { ones, zeros, zerosLike } from "../../tensor/create.ts";
import { type DType, isFloating } from "../../tensor/dtype.ts";
import { ArgumentError } from "../../tensor/errors.ts";
import { normalizeDim } from "../../tensor/shape.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { add, mul } from "../elementwise/arithmetic.ts";
import { eq, gt, logicalAnd } from "../elementwise/compare.ts";
import { to } from "../elementwise/convert.ts";
import { div } from "../elementwise/division.ts";
import { where } from "../elementwise/where.ts";
import { narrow } from "../shape/window.ts";
import { gather, scatterAdd } from "./gather.ts";
import { checkScattered, scatterBatch, scattered } from "./pointed.ts";

/** The combination of the elements that go to one position. */
export type ScatterReduction = "sum" | "prod" | "mean" | "amax" | "amin";

/** The reductions that have rules of their own; the others are sums. */
interface Combining {
  readonly dim: number;
  readonly reduce: "prod" | "amax" | "amin";
}

const combine: Readonly<Record<Combining["reduce"], (a: number, b: number) => number>> = {
  prod: (a, b) => a * b,
  amax: Math.max,
  amin: Math.min,
};

/** Returns the number of entries of the index that point to each position of `x`. */
const countsOf = (x: Tensor, dim: number, index: Tensor): Tensor =>
  scatterAdd(zeros(x.shape, { dtype: "int32" }), dim, index, ones(index.shape, { dtype: "int32" }));

/** Returns `x` with the neutral element at the positions of the index, unless the reduction includes the input. */
const own = (x: Tensor, dim: number, index: Tensor, includeSelf: boolean, neutral = 0): Tensor =>
  includeSelf ? x : where(gt(countsOf(x, dim, index), 0), to(scalarTensor(neutral), x.dtype), x);

/** Returns the element that does not change a product or an extreme. */
function neutral(reduce: Combining["reduce"], dtype: DType): number {
  if (reduce === "prod") return 1;
  const largest = isFloating(dtype) ? Number.POSITIVE_INFINITY : 2 ** 31 - 1;
  return reduce === "amin" ? largest : isFloating(dtype) ? -largest : -(2 ** 31);
}

/** Returns the derivatives of an extreme: those that attain it share the gradient equally. */
function extremeSlopes(x: Tensor, index: Tensor, src: Tensor, params: Combining): [self: Tensor, source: Tensor] {
  const { dim } = params;
  const y = combineOp([x, index, src], params);
  const self = to(eq(x, y), y.dtype);
  const source = to(eq(src, gather(y, dim, index)), y.dtype);
  const count = scatterAdd(self, dim, index, source);
  return [div(self, count), div(source, gather(count, dim, index))];
}

/** Returns the derivatives of a product: the products of the other factors. A single factor 0 is left out of its product; others divide the result. */
function productSlopes(x: Tensor, index: Tensor, src: Tensor, params: Combining): [self: Tensor, source: Tensor] {
  const { dim } = params;
  const nonzero = where(eq(x, 0), 1, x);
  const self = div(combineOp([nonzero, index, src], params), nonzero);
  const isZero = eq(src, 0);
  const zerosAt = scatterAdd(zerosLike(x), dim, index, to(isZero, x.dtype));
  const single = logicalAnd(isZero, eq(gather(zerosAt, dim, index), 1));
  const others = gather(combineOp([x, index, where(single, 1, src)], params), dim, index);
  const quotient = div(gather(combineOp([x, index, src], params), dim, index), where(isZero, 1, src));
  return [self, where(single, others, quotient)];
}

const slopes = (x: Tensor, index: Tensor, src: Tensor, params: Combining): [self: Tensor, source: Tensor] =>
  (params.reduce === "prod" ? productSlopes : extremeSlopes)(x, index, src, params);

const combineOp: Run<Combining> = defineOp<Combining>({
  name: "scatterReduce",
  torch: "scatter_reduce",
  access: "in-place",
  signature: "input, dim, index, src, reduce, includeSelf=true",
  dims: "input: ..*@dim:entries; index: ..<input@dim:indices; src: ..>index",
  label: ({ dim, reduce }) => `scatter ${reduce} dim ${dim}`,
  tex: {
    forward: "y_k = f(x_k, z_i \\text{ with } k_i = k)",
    vjp: "\\bar x_k = \\tfrac{\\partial y_k}{\\partial x_k} \\bar y_k,\\ \\bar z_i = \\tfrac{\\partial y_{k_i}}{\\partial z_i} \\bar y_{k_i}",
  },
  outputs: ([x, index, src], { dim }) => {
    checkScattered("scatterReduce", x, index, src, dim);
    return { shape: x.shape, dtype: x.dtype };
  },
  kernel: (out, [x, index, src], { params: { dim, reduce }, inputs: [m, k, s] }) => {
    out.set(x);
    const f = combine[reduce];
    scattered("scatterReduce", index, [m.shape, k.shape, s.shape], dim, (from, to) => {
      out[to] = f(out[to], src[from]);
    });
  },
  indices: { inputs: [1] },
  saves: { inputs: [0, 1, 2] },
  vjp: (g, { inputs: [x, index, src], needs, params }) => {
    const [self, source] = slopes(x, index, src, params);
    return [needs[0] ? mul(g, self) : null, null, needs[2] ? mul(gather(g, params.dim, index), source) : null];
  },
  jvp: ([dx, , ds], { inputs: [x, index, src], params }) => {
    const [self, source] = slopes(x, index, src, params);
    const first = dx ? mul(dx, self) : zeros(x.shape, { dtype: x.dtype });
    return ds ? scatterAdd(first, params.dim, index, mul(ds, source)) : first;
  },
  batch: (inputs, batched, params, size) => scatterBatch(combineOp, inputs, batched, params, size),
  samples: (r) =>
    (["sum", "prod", "mean", "amax", "amin"] as const).flatMap((reduce) => [
      { input: r.distinct([3, 4]), dim: 1, index: r.integers([3, 5], 0, 4), src: r.distinct([3, 5]).mul(1.7), reduce },
      {
        input: r.distinct([3, 4]),
        dim: 0,
        index: r.integers([2, 3], 0, 3),
        src: r.distinct([4, 4]).mul(1.7),
        reduce,
        includeSelf: false,
      },
    ]),
  call: scatterReduce,
});

/** Options of `scatterReduce` and `indexReduce`. */
export interface ScatterReduceOptions {
  /** Whether the elements of the input take part; by default they do. */
  readonly includeSelf?: boolean;
}

/** Returns the mean of the elements that go to each position; of integers it is rounded down. */
function mean(x: Tensor, dim: number, index: Tensor, src: Tensor, includeSelf: boolean): Tensor {
  const total = scatterAdd(own(x, dim, index, includeSelf), dim, index, src);
  const sources = countsOf(x, dim, index);
  // a position without entries of the index keeps its element
  const count = includeSelf ? add(sources, 1) : where(eq(sources, 0), 1, sources);
  return isFloating(x.dtype) ? div(total, count) : div(total, count, { roundingMode: "floor" });
}

/**
 * Returns a copy of `input` in which each element that `index` points to is combined with the elements of `src` that go to it, for `dim` 1 those with
 * index[i][j] = k for the element [i][k]. `reduce` is `"sum"`, `"prod"`, `"mean"`, `"amax"` or `"amin"`. Elements that attain an extreme share its
 * gradient equally.
 * @throws IndexError for an index out of range; ShapeError when the index is larger than `src`, or than the input in another dimension; DTypeError for
 * an index that is neither int64 nor int32, and for different dtypes.
 * @example scatterReduce(ones([2]), 0, tensor([1, 1], { dtype: "int32" }), tensor([3, 4]), "prod").toArray(); // [1, 12]
 */
export function scatterReduce(
  input: Tensor,
  dim: number,
  index: Tensor,
  src: Tensor,
  reduce: ScatterReduction,
  { includeSelf = true }: ScatterReduceOptions = {},
): Tensor {
  const x = requireTensor("scatterReduce", input);
  const k = requireTensor("scatterReduce", index);
  const d = normalizeDim("scatterReduce", dim, x.ndim);
  const given = requireTensor("scatterReduce", src);
  checkScattered("scatterReduce", x, k, given, d);
  // elements of the source beyond the index are not used
  const z =
    given.ndim === k.ndim
      ? k.shape.reduce((part, n, e) => (part.shape[e] === n ? part : narrow(part, e, 0, n)), given)
      : given;
  switch (reduce) {
    case "sum":
      return scatterAdd(own(x, d, k, includeSelf), d, k, z);
    case "mean":
      return mean(x, d, k, z, includeSelf);
    case "prod":
    case "amax":
    case "amin":
      return combineOp([own(x, d, k, includeSelf, neutral(reduce, x.dtype)), k, z], { dim: d, reduce });
    default:
      throw new ArgumentError(
        "scatterReduce",
        `reduce must be "sum", "prod", "mean", "amax" or "amin", but got "${String(reduce)}"`,
      );
  }
}

declare module "../../tensor/tensor.ts" {
  interface Tensor {
    /** Returns a copy in which the elements at the positions of `index` are combined with those of `src`. */
    scatterReduce(
      dim: number,
      index: Tensor,
      src: Tensor,
      reduce: ScatterReduction,
      options?: ScatterReduceOptions,
    ): Tensor;
    /** Combines the elements at the positions of `index` with those of `src`. */
    scatterReduce_(
      dim: number,
      index: Tensor,
      src: Tensor,
      reduce: ScatterReduction,
      options?: ScatterReduceOptions,
    ): Tensor;
  }
}
