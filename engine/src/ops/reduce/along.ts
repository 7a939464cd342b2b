/** Options, parameters and loops of reductions along one dimension. */

import { sizesAround } from "../../dispatch/loops.ts";
import type { NumericArray } from "../../tensor/dtype.ts";
import { ArgumentError, IndexError } from "../../tensor/errors.ts";
import type { Meta } from "../../tensor/meta.ts";
import { normalizeDim, reducedShape, type Shape } from "../../tensor/shape.ts";
import { Tensor } from "../../tensor/tensor.ts";

/** Parameters of a reduction along one dimension, or of the flattened tensor. */
export interface Along {
  readonly dim: number | null;
  readonly keepdim: boolean;
}

/** Returns the shape of the result. */
export const alongShape = (x: Meta, { dim, keepdim }: Along): Shape =>
  dim === null
    ? keepdim
      ? x.shape.map(() => 1)
      : []
    : reducedShape(x.shape, x.shape.length === 0 ? [] : [dim], keepdim);

/** Finds the first largest or smallest element along a dimension, and its index. NaN counts as the largest and the smallest. */
export function argExtremes(
  out: NumericArray,
  values: NumericArray | null,
  x: NumericArray,
  shape: Shape,
  dim: number | null,
  largest: boolean,
): void {
  const [outer, n, inner] = dim === null ? [1, x.length, 1] : sizesAround(shape, dim);
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
  /** Dimension to reduce; the flattened tensor by default. */
  readonly dim?: number | null;
  /** Whether the dimension is kept with size 1. */
  readonly keepdim?: boolean;
}

/**
 * Checks the options.
 * @throws IndexError for a dimension out of range, and when there is nothing to reduce.
 */
export const alongParams = (op: string, x: Tensor, { dim = null, keepdim = false }: AlongOptions): Along => {
  if (dim !== null && typeof dim !== "number")
    throw new ArgumentError(op, `dim must be one integer, but got [${String(dim)}]`);
  const at = dim === null ? null : normalizeDim(op, dim, x.ndim);
  if (at === null ? x.numel() === 0 : x.ndim > 0 && x.shape[at] === 0)
    throw new IndexError(op, `expected at least one element to reduce, but got [${x.shape.join(", ")}]`);
  return { dim: at, keepdim };
};

/** Returns the options of the calls `f(x, 1, true)`, `f(x, 1, { keepdim: true })` and `f(x, { dim: 1, keepdim: true })`. */
export function mergeAlong(dim: number | null | AlongOptions | undefined, rest: boolean | AlongOptions): AlongOptions {
  const options = typeof rest === "boolean" ? { keepdim: rest } : rest;
  return typeof dim === "number" || dim === null || dim === undefined || Array.isArray(dim)
    ? { ...options, dim: (dim as number | null | undefined) ?? options.dim ?? null }
    : dim;
}
