/** Medians of all elements and along a dimension. */

import { defineOp, type MultiRun, type Run } from "../../dispatch/define.ts";
import { requireTensor } from "../../dispatch/operand.ts";
import type { RuleContext } from "../../dispatch/spec.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { eq, isnan, logicalAnd, logicalOr } from "../elementwise/compare.ts";
import { to } from "../elementwise/convert.ts";
import { div } from "../elementwise/division.ts";
import { where } from "../elementwise/where.ts";
import { type AlongOptions, mergeAlong } from "../reduce/along.ts";
import { sum } from "../reduce/sum.ts";
import type { ValuesIndices } from "../reduce/values-indices.ts";
import { reshape } from "../shape/reshape.ts";
import { byCount, type CountedRank, pair, singleParams } from "./by-rank.ts";
import { defineSelection, type Selection } from "./selection.ts";

/** Returns the rank of the lower median; the first NaN if there is one. */
const medianRank: CountedRank = (n, numbers) => (numbers < n ? numbers : (n - 1) >> 1);

/** Returns the rank of the lower median of the elements that are not NaN. */
const nanmedianRank: CountedRank = (_n, numbers) => Math.max(numbers - 1, 0) >> 1;

/** Defines `median` or `nanmedian` along a dimension. */
function medianAlong(name: "median" | "nanmedian"): MultiRun<Selection> {
  return defineSelection<Selection>({
    name,
    torch: name,
    access: "method",
    signature: "input, dim=null, keepdim=false",
    label: ({ dim }) => `${name} dim ${dim}`,
    tex: "y = x_{(\\lceil n/2 \\rceil)}",
    selector: byCount(name === "median" ? medianRank : nanmedianRank),
    samples: (r) => [
      { input: r.distinct([5]), dim: 0 },
      { input: r.distinct([4, 2]), dim: 0, keepdim: true },
    ],
    call: name === "median" ? median : nanmedian,
  });
}

const medianOp: MultiRun<Selection> = medianAlong("median");

const nanmedianOp: MultiRun<Selection> = medianAlong("nanmedian");

/** Defines the median of all elements, of which equal ones share the gradient. */
function medianOfAll(name: "medianAll" | "nanmedianAll", rank: CountedRank): Run<null> {
  /** Returns where the input equals the result, and how often. */
  const places = ({ inputs: [x], output: y }: RuleContext<null>): readonly [Tensor, Tensor] => {
    const hits = logicalOr(eq(x, y), logicalAnd(isnan(x), isnan(y)));
    return [hits, sum(to(hits, x.dtype))];
  };
  const run: Run<null> = defineOp<null>({
    name,
    torch: name === "medianAll" ? "median_all" : "nanmedian_all",
    access: "internal",
    signature: "input",
    label: () => name.slice(0, -3),
    tex: {
      forward: "y = x_{(\\lceil n/2 \\rceil)}",
      vjp: "\\bar x_i = [x_i = y]\\, \\bar y / \\textstyle\\sum_j [x_j = y]",
    },
    outputs: ([x]) => ({ shape: [], dtype: x.dtype }),
    kernel: (out, [x]) => {
      const picked = new Int32Array(1);
      if (x.length > 0) byCount(rank)(x, x.length)(picked, 0, 1);
      out[0] = x.length > 0 ? x[picked[0]] : Number.NaN;
    },
    saves: { inputs: [0], outputs: [0] },
    vjp: (g, ctx) => {
      const [hits, count] = places(ctx);
      return [where(hits, div(g, count), 0)];
    },
    jvp: ([dx], ctx) => {
      const [hits, count] = places(ctx);
      return div(sum(where(hits, dx as Tensor, 0)), count);
    },
    batch: "loop",
    samples: (r) => [{ input: r.distinct([5]) }, { input: r.distinct([2, 3]) }],
    call: (input: Tensor) => run([input], null),
  });
  return run;
}

const medianAllOp: Run<null> = medianOfAll("medianAll", medianRank);

const nanmedianAllOp: Run<null> = medianOfAll("nanmedianAll", nanmedianRank);

/** Returns the median of all elements or along a dimension. */
function medians(
  op: string,
  whole: Run<null>,
  along: MultiRun<Selection>,
  input: Tensor,
  dim: number | null | AlongOptions | undefined,
  keepdim: boolean | AlongOptions,
): Tensor | ValuesIndices {
  const x = requireTensor(op, input);
  const o = mergeAlong(dim, keepdim);
  if (o.dim !== null && o.dim !== undefined) return pair(along, x, singleParams(op, x, o.dim, o.keepdim ?? false));
  const y = whole([x], null);
  return o.keepdim === true
    ? reshape(
        y,
        x.shape.map(() => 1),
      )
    : y;
}

/**
 * Returns the median of all elements, of which equal ones share the gradient; with `dim` the medians along it and their indices (int64), where the element of the
 * index gets the gradient. Of an even number of elements it is the lower one of the two in the middle. NaN if there is one.
 * @throws IndexError for a dimension out of range, and when it has no elements.
 * @example median(tensor([3, 1, 2, 5])).item(); // 2
 */
export function median(input: Tensor): Tensor;

export function median(input: Tensor, dim: number, keepdim?: boolean | AlongOptions): ValuesIndices;

export function median(input: Tensor, options: AlongOptions & { readonly dim: number }): ValuesIndices;

export function median(input: Tensor, options: AlongOptions & { readonly dim?: null }): Tensor;

export function median(
  input: Tensor,
  dim?: number | null | AlongOptions,
  keepdim: boolean | AlongOptions = {},
): Tensor | ValuesIndices {
  return medians("median", medianAllOp, medianOp, input, dim, keepdim);
}

/**
 * Returns the median of all elements that are not NaN, of which equal ones share the gradient; with `dim` the medians along it and their indices (int64), where the
 * element of the index gets the gradient. Of an even number of elements it is the lower one of the two in the middle. NaN where all elements are.
 * @throws IndexError for a dimension out of range, and when it has no elements.
 * @example nanmedian(tensor([3, NaN, 2, 5])).item(); // 3
 */
export function nanmedian(input: Tensor): Tensor;

export function nanmedian(input: Tensor, dim: number, keepdim?: boolean | AlongOptions): ValuesIndices;

export function nanmedian(input: Tensor, options: AlongOptions & { readonly dim: number }): ValuesIndices;

export function nanmedian(input: Tensor, options: AlongOptions & { readonly dim?: null }): Tensor;

export function nanmedian(
  input: Tensor,
  dim?: number | null | AlongOptions,
  keepdim: boolean | AlongOptions = {},
): Tensor | ValuesIndices {
  return medians("nanmedian", nanmedianAllOp, nanmedianOp, input, dim, keepdim);
}

declare module "../../tensor/tensor.ts" {
  interface Tensor {
    /** Returns the median of all elements. */
    median(): Tensor;
    /** Returns the medians along a dimension, and their indices. */
    median(dim: number, keepdim?: boolean | AlongOptions): ValuesIndices;
    /** Returns the medians along a dimension, and their indices. */
    median(options: AlongOptions & { readonly dim: number }): ValuesIndices;
    /** Returns the median of all elements. */
    median(options: AlongOptions & { readonly dim?: null }): Tensor;
    /** Returns the median of all elements that are not NaN. */
    nanmedian(): Tensor;
    /** Returns the medians of the elements that are not NaN along a dimension, and their indices. */
    nanmedian(dim: number, keepdim?: boolean | AlongOptions): ValuesIndices;
    /** Returns the medians of the elements that are not NaN along a dimension, and their indices. */
    nanmedian(options: AlongOptions & { readonly dim: number }): ValuesIndices;
    /** Returns the median of all elements that are not NaN. */
    nanmedian(options: AlongOptions & { readonly dim?: null }): Tensor;
  }
}
