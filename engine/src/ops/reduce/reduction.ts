/** Options, parameters and loops of reductions over several dimensions. */

import { reductionGroups } from "../../dispatch/loops.ts";
import type { Arguments, SampleSource } from "../../dispatch/spec.ts";
import type { NumericArray } from "../../tensor/dtype.ts";
import { type Dims, normalizeDims, reducedShape, type Shape } from "../../tensor/shape.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { reshape } from "../shape/reshape.ts";

/** Options of reductions. */
export interface ReduceOptions {
  /** Dimensions to reduce; all by default. */
  readonly dim?: Dims | null;
  /** Whether the reduced dimensions are kept with size 1. */
  readonly keepdim?: boolean;
}
/** Complete parameters of a reduction. */
export interface Reduce {
  readonly dims: readonly number[];
  readonly keepdim: boolean;
}

/** Whether the argument names dimensions, or is not given. */
const isDims = (x: unknown): x is Dims | null | undefined =>
  x === null || x === undefined || typeof x === "number" || Array.isArray(x);

/** Returns the options of the calls `f(x, 1, true)`, `f(x, 1, { keepdim: true })` and `f(x, { dim: 1, keepdim: true })`. */
export function merge<O extends ReduceOptions>(dim: Dims | null | O | undefined, rest: boolean | O): O {
  const options = typeof rest === "boolean" ? ({ keepdim: rest } as O) : rest;
  return isDims(dim) ? { ...options, dim: dim ?? options.dim ?? null } : dim;
}

/** Returns the complete parameters. */
export const reduceParams = (op: string, x: Tensor, { dim, keepdim = false }: ReduceOptions): Reduce => ({
  dims: normalizeDims(op, dim, x.ndim),
  keepdim,
});

/** Returns a reduced tensor with the reduced dimensions of size 1, so that it broadcasts to the input. */
export const unreduce = (y: Tensor, shape: Shape, { dims, keepdim }: Reduce): Tensor =>
  keepdim ? y : reshape(y, reducedShape(shape, dims, true));

/** Returns the label of a reduction's node on the tape. */
export const reducedLabel =
  (symbol: string) =>
  ({ dims }: Reduce): string =>
    `${symbol}${dims.length > 0 ? ` dim ${dims.join(", ")}` : ""}`;

/** Samples of reductions over all dimensions, over some, and of a scalar. */
export const reduceSamples = (r: SampleSource): Arguments[] => [
  { input: r.normal([2, 3]) },
  { input: r.normal([2, 3, 4]), dim: [0, -1] },
  { input: r.normal([2, 3]), dim: 1, keepdim: true },
  { input: r.normal([]) },
];

/** Returns the parameters for a batch, which has one dimension more in front. */
export const shifted = (p: Reduce): Reduce => ({ dims: p.dims.map((d) => d + 1), keepdim: p.keepdim });

/** Fills `out` with the result of `f` for each group of elements that are reduced to one. */
export function fold(
  out: NumericArray,
  shape: Shape,
  dims: readonly number[],
  f: (start: number, members: Int32Array) => number,
): void {
  const { starts, members } = reductionGroups(shape, dims);
  for (let i = 0; i < out.length; i++) out[i] = f(starts[i], members);
}

/** Returns the number of elements that are reduced to one. */
export const countOf = (shape: Shape, dims: readonly number[]): number => dims.reduce((n, d) => n * shape[d], 1);
