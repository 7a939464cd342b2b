/** Loops over the lines of a dimension, and helpers of the ops that accumulate along it. */

import type { Run } from "../../dispatch/define.ts";
import { sizesAround } from "../../dispatch/loops.ts";
import { full } from "../../tensor/create.ts";
import type { Shape } from "../../tensor/shape.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { unsqueeze } from "../shape/expand.ts";
import { cat } from "../shape/join.ts";
import { reshape } from "../shape/reshape.ts";
import { narrow } from "../shape/window.ts";

/** Parameters of an op that accumulates along a dimension, from its end with `reverse`. */
export interface Scan {
  readonly dim: number;
  readonly reverse: boolean;
}

/** Visits each line of a row-major array along `dim`: its first position, the step to the next one, and its length. */
export function visitLines(
  shape: Shape,
  dim: number,
  reverse: boolean,
  visit: (first: number, step: number, n: number) => void,
): void {
  const [outer, n, inner] = sizesAround(shape, dim);
  for (let o = 0; o < outer; o++)
    for (let i = 0; i < inner; i++) visit((o * n + (reverse ? n - 1 : 0)) * inner + i, reverse ? -inner : inner, n);
}

/** Returns the tensor moved by one position along the dimension of the scan, away from its start, with `fill` in the first position. A scalar is a line of one element. */
export function shifted(x: Tensor, { dim, reverse }: Scan, fill: number): Tensor {
  const n = x.shape[dim] ?? 1;
  if (n === 0) return x;
  const first = full(x.ndim === 0 ? [] : x.shape.with(dim, 1), fill, { dtype: x.dtype });
  if (n === 1) return first;
  return reverse ? cat([narrow(x, dim, 1, n - 1), first], dim) : cat([first, narrow(x, dim, 0, n - 1)], dim);
}

/** Runs an op along a dimension for a batch with the batch dimension in front; scalars become lines of one element. */
export function runBatch<P extends { readonly dim: number }>(run: Run<P>, xs: readonly Tensor[], p: P): Tensor {
  const [x] = xs;
  if (x.ndim > 1) return run(xs, { ...p, dim: p.dim + 1 });
  return reshape(
    run(
      xs.map((t) => unsqueeze(t, 1)),
      { ...p, dim: 1 },
    ),
    x.shape,
  );
}
