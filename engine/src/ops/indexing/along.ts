/** Parts of ops that index one dimension: checks, and batching of their operands. */

import type { NumericArray } from "../../tensor/dtype.ts";
import { IndexError } from "../../tensor/errors.ts";
import { type Shape } from "../../tensor/shape.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { add } from "../elementwise/arithmetic.ts";
import { lt } from "../elementwise/compare.ts";
import { where } from "../elementwise/where.ts";
import { expand, unsqueeze } from "../shape/expand.ts";
import { reshape } from "../shape/reshape.ts";
import { mayBeNegative } from "./positions.ts";

/**
 * Checks that all indices lie in [0, size).
 * @throws IndexError otherwise.
 */
export function checkIndices(op: string, index: NumericArray, size: number, dim: number): void {
  for (let i = 0; i < index.length; i++)
    if (index[i] < 0 || index[i] >= size)
      throw new IndexError(op, `index ${index[i]} is out of range for dimension ${dim} of size ${size}`);
}

/** Returns indices of which the negative ones count from the end as ones that count from the start. */
export const fromEnd = (index: Tensor, size: number): Tensor =>
  mayBeNegative(index) ? where(lt(index, 0), add(index, size), index) : index;

/** Parameters of ops that index one dimension. */
export interface Along {
  readonly dim: number;
  /** Whether the gradient of a leaf is kept as rows. */
  readonly sparse?: boolean;
}

/** Returns indices [b, k], or [1, k], of batches as an index along `dim` of a tensor of this shape. */
export function spread(index: Tensor, shape: Shape, dim: number): Tensor {
  const [b, k] = index.shape;
  const thin = shape.map((_, d) => (d === 0 ? b : d === dim ? k : 1));
  return expand(reshape(index, thin), shape.with(dim, k));
}

/**
 * Returns the tensor with a leading batch dimension, in which it is repeated if it has none; with `scalars` each element of the batch is made a vector.
 */
export function batchOf(x: Tensor, batched: boolean, size: number, scalars: boolean): Tensor {
  const full = batched ? x : expand(unsqueeze(x, 0), [size, ...x.shape]);
  return scalars ? reshape(full, [size, -1]) : full;
}

/** Returns a vector of indices as an index tensor along `dim` of this shape, of which it is the size in that dimension. */
export const alongDim = (index: Tensor, shape: Shape, dim: number): Tensor =>
  expand(
    reshape(
      index,
      shape.map((_, d) => (d === dim ? index.numel() : 1)),
    ),
    shape.with(dim, index.numel()),
  );
