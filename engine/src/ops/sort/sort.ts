/** Sorting along a dimension, and the largest or smallest elements. */

import { defineComposite, defineFunction, type MultiRun } from "../../dispatch/define.ts";
import { requireTensor } from "../../dispatch/operand.ts";
import { ArgumentError, IndexError } from "../../tensor/errors.ts";
import { normalizeDim } from "../../tensor/shape.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { ValuesIndices } from "../reduce/values-indices.ts";
import { ranker, topRanker } from "./rank.ts";
import { defineSelection, type Selection } from "./selection.ts";

/** Parameters of a sort. */
interface Sorting extends Selection {
  readonly descending: boolean;
}

const sortOp: MultiRun<Sorting> = defineSelection<Sorting>({
  name: "sort",
  bools: true,
  torch: "sort",
  access: "method",
  signature: "input, dim=-1, descending=false, stable=false",
  label: ({ dim, descending }) => `sort${descending ? " descending" : ""} dim ${dim}`,
  tex: "y_i = x_{k_i},\\ y_1 \\le y_2 \\le \\dots",
  selector: (x, n, { descending }) => ranker(x, n, descending),
  samples: (r) => [
    { input: r.distinct([5]) },
    { input: r.distinct([3, 2, 2]), dim: 0, descending: true, stable: true },
    { input: r.normal([]) },
  ],
  call: sort,
});

/** Options of `sort`. */
export interface SortOptions {
  /** Dimension to sort along; the last one by default. */
  readonly dim?: number;
  /** Whether the largest element comes first. */
  readonly descending?: boolean;
  /** Whether equal elements keep their order. They always do. */
  readonly stable?: boolean;
}

/** Returns the options of the calls `f(x, 1, true)`, `f(x, 1, { descending: true })` and `f(x, { dim: 1 })`. */
function sortOptions(dim: number | SortOptions | undefined, rest: boolean | SortOptions): SortOptions {
  if (typeof dim === "object") return dim;
  const options = typeof rest === "boolean" ? { descending: rest } : rest;
  return dim === undefined ? options : { ...options, dim };
}

/**
 * Returns the elements sorted along `dim` and their indices (int64), in the shape of the input. NaN is larger than any number, and equal elements keep their order.
 * The gradient of each value goes to the element that it was.
 * @throws IndexError for a dimension out of range.
 * @example sort(tensor([3, 1, 2])).values.toArray(); // [1, 2, 3]
 */
export function sort(input: Tensor, dim?: number | SortOptions, descending: boolean | SortOptions = {}): ValuesIndices {
  return sorted("sort", input, sortOptions(dim, descending));
}

function sorted(op: string, input: Tensor, { dim = -1, descending = false }: SortOptions): ValuesIndices {
  const x = requireTensor(op, input);
  const at = normalizeDim(op, dim, x.ndim);
  const [values, indices] = sortOp([x], { dim: at, count: x.shape[at] ?? 1, keepdim: true, descending });
  return new ValuesIndices(values, indices);
}

/**
 * Returns the indices (int64) that sort the elements along `dim`. NaN is larger than any number, and equal elements keep their order.
 * @throws IndexError for a dimension out of range.
 * @example argsort(tensor([3, 1, 2])).toArray(); // [1, 2, 0]
 */
export const argsort: (input: Tensor, dim?: number | SortOptions, descending?: boolean | SortOptions) => Tensor =
  defineFunction(
    {
      name: "argsort",
      torch: "argsort",
      access: "method",
      signature: "input, dim=-1, descending=false, stable=false",
      tex: "x_{y_1} \\le x_{y_2} \\le \\dots",
      samples: (r) => [
        { input: r.distinct([5]) },
        { input: r.distinct([3, 2]), dim: 0, descending: true, stable: true },
      ],
    },
    (input: Tensor, dim?: number | SortOptions, descending: boolean | SortOptions = {}): Tensor =>
      sorted("argsort", input, sortOptions(dim, descending)).indices,
  );

/**
 * Returns the elements sorted along the first dimension in ascending order. NaN is larger than any number. The gradient of each value goes to the element that it was.
 * @throws IndexError for a scalar.
 * @example msort(tensor([[3, 1], [2, 4]])).toArray(); // [[2, 1], [3, 4]]
 */
export const msort: (input: Tensor) => Tensor = defineComposite(
  {
    name: "msort",
    torch: "msort",
    access: "method",
    signature: "input",
    tex: "y = \\mathrm{sort}(x, 0)",
    samples: (r) => [{ input: r.distinct([3, 2]) }, { input: r.distinct([4]) }],
  },
  (input: Tensor): Tensor => sorted("msort", input, { dim: 0 }).values,
);

/** Parameters of `topk`. */
interface Top extends Selection {
  readonly largest: boolean;
}

const topkOp: MultiRun<Top> = defineSelection<Top>({
  name: "topk",
  torch: "topk",
  access: "method",
  signature: "input, k, dim=-1, largest=true, sorted=true",
  label: ({ dim, count, largest }) => `${largest ? "largest" : "smallest"} ${count} dim ${dim}`,
  tex: "y_i = x_{k_i},\\ y_1 \\ge y_2 \\ge \\dots",
  selector: (x, n, { largest, count }) => topRanker(x, n, largest, count),
  samples: (r) => [
    { input: r.distinct([5]), k: 2 },
    { input: r.distinct([4, 2]), k: 3, dim: 0, largest: false, sorted: false },
    { input: r.normal([]), k: 1 },
  ],
  call: topk,
});

/** Options of `topk`. */
export interface TopkOptions {
  /** Dimension to select along; the last one by default. */
  readonly dim?: number;
  /** Whether the largest elements are selected, rather than the smallest. */
  readonly largest?: boolean;
  /** Whether the elements are sorted. They always are. */
  readonly sorted?: boolean;
}

/**
 * Returns the `k` largest elements along `dim`, or with `largest: false` the smallest, and their indices (int64), in sorted order. NaN is larger than any number.
 * The gradient of each value goes to the element that it was.
 * @throws IndexError for a dimension out of range, and for more elements than there are.
 * @example topk(tensor([3, 1, 2]), 2).values.toArray(); // [3, 2]
 */
export function topk(
  input: Tensor,
  k: number,
  dim: number | TopkOptions = {},
  largest: boolean | TopkOptions = {},
  sorted?: boolean,
): ValuesIndices {
  const x = requireTensor("topk", input);
  const o: TopkOptions = {
    ...(typeof largest === "boolean" ? { largest } : largest),
    ...(typeof dim === "number" ? { dim } : dim),
    ...(sorted === undefined ? {} : { sorted }),
  };
  if (!Number.isInteger(k)) throw new ArgumentError("topk", `k must be an integer, but got ${k}`);
  const at = normalizeDim("topk", o.dim ?? -1, x.ndim);
  const n = x.shape[at] ?? 1;
  if (k < 0 || k > n)
    throw new IndexError("topk", `k must lie in 0 to ${n}, the size of dimension ${at}, but got ${k}`);
  const [values, indices] = topkOp([x], {
    dim: at,
    count: x.ndim === 0 ? 1 : k,
    keepdim: true,
    largest: o.largest ?? true,
  });
  return new ValuesIndices(values, indices);
}

declare module "../../tensor/tensor.ts" {
  interface Tensor {
    /** Returns the elements sorted along a dimension, and their indices. */
    sort(dim?: number | SortOptions, descending?: boolean | SortOptions): ValuesIndices;
    /** Returns the indices that sort the elements along a dimension. */
    argsort(dim?: number | SortOptions, descending?: boolean | SortOptions): Tensor;
    /** Returns the elements sorted along the first dimension. */
    msort(): Tensor;
    /** Returns the largest or smallest elements along a dimension, and their indices. */
    topk(k: number, dim?: number | TopkOptions, largest?: boolean | TopkOptions, sorted?: boolean): ValuesIndices;
  }
}
