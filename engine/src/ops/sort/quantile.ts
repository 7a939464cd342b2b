/** Quantiles, with the interpolations of NumPy. */

import { defineComposite } from "../../dispatch/define.ts";
import { type Operand, requireFloat, requireTensor, toOperand } from "../../dispatch/operand.ts";
import type { Arguments, SampleSource } from "../../dispatch/spec.ts";
import { zerosLike } from "../../tensor/create.ts";
import { ArgumentError, DTypeError, ShapeError } from "../../tensor/errors.ts";
import { normalizeDim } from "../../tensor/shape.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { add, mul, sub } from "../elementwise/arithmetic.ts";
import { isnan, logicalNot } from "../elementwise/compare.ts";
import { to } from "../elementwise/convert.ts";
import { maximum } from "../elementwise/maximum.ts";
import { ceil, floor, round } from "../elementwise/rounding.ts";
import { where } from "../elementwise/where.ts";
import { gather } from "../indexing/gather.ts";
import { sum } from "../reduce/sum.ts";
import { expand, unsqueeze } from "../shape/expand.ts";
import { transpose } from "../shape/permute.ts";
import { reshape } from "../shape/reshape.ts";
import { narrow } from "../shape/window.ts";
import { sort } from "./sort.ts";

/** Choice of the result where a quantile lies between two elements. */
export type Interpolation = "linear" | "lower" | "higher" | "midpoint" | "nearest";

const interpolations: readonly Interpolation[] = ["linear", "lower", "higher", "midpoint", "nearest"];

/** Options of `quantile` and `nanquantile`. */
export interface QuantileOptions {
  /** Dimension to reduce; the flattened tensor by default. */
  readonly dim?: number | null;
  /** Whether the dimension is kept with size 1. */
  readonly keepdim?: boolean;
  /** Choice of the result where the quantile lies between two elements: `"linear"` by default. */
  readonly interpolation?: Interpolation;
}

type Quantile = (
  input: Tensor,
  q: Operand,
  dim?: number | null | QuantileOptions,
  keepdim?: boolean | QuantileOptions,
) => Tensor;

/** Returns the elements of sorted lines at the ranks, which need not be integers. */
function interpolate(sorted: Tensor, ranks: Tensor, interpolation: Interpolation): Tensor {
  const at = (rank: Tensor): Tensor => gather(sorted, sorted.ndim - 1, to(rank, "int64"));
  if (interpolation === "lower") return at(floor(ranks));
  if (interpolation === "higher") return at(ceil(ranks));
  if (interpolation === "nearest") return at(round(ranks));
  const below = floor(ranks);
  const low = at(below);
  const difference = sub(at(ceil(ranks)), low);
  return add(low, mul(difference, interpolation === "midpoint" ? 0.5 : sub(ranks, below)));
}

/** Checks the tensors and the name of the interpolation. */
function checkArguments(op: string, x: Tensor, q: Tensor, interpolation: Interpolation): void {
  requireFloat(op, x.dtype);
  if (q.ndim > 1) throw new ShapeError(op, "q must be a number, a scalar or a vector", [q.shape]);
  if (q.wrapped === null && q.dtype !== x.dtype)
    throw new DTypeError(op, "q must have the dtype of the input", [x.dtype, q.dtype]);
  if (x.numel() === 0) throw new ShapeError(op, "the input must have elements", [x.shape]);
  if (!interpolations.includes(interpolation))
    throw new ArgumentError(op, `interpolation must be one of ${interpolations.join(", ")}, but got ${interpolation}`);
}

/** Returns quantiles; those of lines with NaN are NaN, unless `skipsNaN`. */
function quantiles(op: string, skipsNaN: boolean, input: Tensor, q: Operand, o: QuantileOptions): Tensor {
  const x = requireTensor(op, input);
  const given = toOperand(op, q);
  const { dim = null, keepdim = false, interpolation = "linear" } = o;
  checkArguments(op, x, given, interpolation);
  if (typeof q === "number" && !(q >= 0 && q <= 1)) throw new ArgumentError(op, `q must lie in 0 to 1, but got ${q}`);
  const d = dim === null ? null : normalizeDim(op, dim, x.ndim);
  const lines = d === null || x.ndim === 0 ? reshape(x, [-1]) : transpose(x, d, -1);
  const sorted = sort(lines).values;
  const last = sorted.ndim - 1;
  const n = sorted.shape[last];
  const probabilities = reshape(to(given, x.dtype), [-1]);
  const ranks = expand(
    skipsNaN ? ranksOfNumbers(sorted, probabilities) : ranksOrLast(sorted, mul(probabilities, n - 1), n),
    [...sorted.shape.slice(0, -1), probabilities.shape[0]],
  );
  const y = interpolate(sorted, ranks, interpolation);
  // the quantiles of each line go to the front, and the dimension back to its place
  const front = transpose(unsqueeze(y, 0), 0, -1);
  const back = d === null || x.ndim === 0 ? front : transpose(front, d + 1, -1);
  const reduced = keepdim
    ? x.shape.map((size, i) => (d === null || i === d ? 1 : size))
    : x.shape.filter((_, i) => d !== null && i !== d);
  return reshape(back, given.ndim === 0 ? reduced : [...probabilities.shape, ...reduced]);
}

/** Returns the ranks, or that of the last element in lines that end with NaN. */
function ranksOrLast(sorted: Tensor, ranks: Tensor, n: number): Tensor {
  return where(isnan(narrow(sorted, -1, n - 1, 1)), n - 1, ranks);
}

/** Returns the ranks among the elements of each line that are not NaN. */
function ranksOfNumbers(sorted: Tensor, q: Tensor): Tensor {
  const count = sum(to(logicalNot(isnan(sorted)), sorted.dtype), { dim: -1, keepdim: true });
  const ranks = mul(q, sub(count, 1));
  return maximum(ranks, zerosLike(ranks));
}

/** Returns the options of the calls `f(x, q, 1, true)`, `f(x, q, 1, { keepdim: true })` and `f(x, q, { dim: 1 })`. */
function quantileOptions(
  dim: number | null | QuantileOptions | undefined,
  rest: boolean | QuantileOptions,
): QuantileOptions {
  const options: QuantileOptions = typeof rest === "boolean" ? { keepdim: rest } : rest;
  if (dim === undefined) return options;
  return dim === null || typeof dim === "number" ? { ...options, dim } : dim;
}

const signature = 'input, q, dim=null, keepdim=false, interpolation="linear"';

const samples = (r: SampleSource): Arguments[] => [
  { input: r.distinct([5]), q: 0.3 },
  { input: r.distinct([3, 4]), q: r.uniform([2], 0.4, 0.6), dim: 0, keepdim: true },
  { input: r.distinct([3, 4]), q: 0.4, dim: 1, interpolation: "midpoint" },
];

/**
 * Returns the quantiles of all elements, or along `dim`: the element of rank q (n - 1) of the sorted ones, where a rank between two elements interpolates. For a vector
 * `q` the result has a first dimension of its size. Lines with NaN give NaN. The gradient goes to the elements of the two ranks, and for `"linear"` to `q` too.
 * @throws DTypeError for integers and bools; ArgumentError for a number q outside of 0 to 1; ShapeError for no elements.
 * @example quantile(tensor([1, 2, 4]), 0.75).item(); // 3
 */
export const quantile: Quantile = defineComposite(
  {
    name: "quantile",
    torch: "quantile",
    access: "method",
    signature,
    tex: "y = x_{(q (n - 1))}",
    samples,
  },
  (input: Tensor, q: Operand, dim?: number | null | QuantileOptions, keepdim: boolean | QuantileOptions = {}): Tensor =>
    quantiles("quantile", false, input, q, quantileOptions(dim, keepdim)),
);

/**
 * Returns the quantiles of the elements that are not NaN, of all or along `dim`, as `quantile` does; NaN where all elements of a line are.
 * @throws DTypeError for integers and bools; ArgumentError for a number q outside of 0 to 1; ShapeError for no elements.
 * @example nanquantile(tensor([1, NaN, 2]), 0.5).item(); // 1.5
 */
export const nanquantile: Quantile = defineComposite(
  {
    name: "nanquantile",
    torch: "nanquantile",
    access: "method",
    signature,
    tex: "y = x_{(q (n - 1))}",
    samples,
  },
  (input: Tensor, q: Operand, dim?: number | null | QuantileOptions, keepdim: boolean | QuantileOptions = {}): Tensor =>
    quantiles("nanquantile", true, input, q, quantileOptions(dim, keepdim)),
);

declare module "../../tensor/tensor.ts" {
  interface Tensor {
    /** Returns the quantiles of all elements, or along a dimension. */
    quantile(q: Operand, dim?: number | null | QuantileOptions, keepdim?: boolean | QuantileOptions): Tensor;
    /** Returns the quantiles of the elements that are not NaN, of all or along a dimension. */
    nanquantile(q: Operand, dim?: number | null | QuantileOptions, keepdim?: boolean | QuantileOptions): Tensor;
  }
}
