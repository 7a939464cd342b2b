/** Sizes of resampled tensors, and resampling of all spatial dimensions. */
import { ArgumentError, ShapeError } from "../../tensor/errors.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { requireListable } from "./pooling.ts";
import { resampleLast, type SparseMatrix } from "./resample.ts";
import type { Resampling } from "./resample-matrices.ts";
import type { PerDim } from "./sliding.ts";

/** The spatial sizes of the result, or the factors that give them. */
interface TargetSize {
  readonly size?: PerDim | null;
  readonly scaleFactor?: PerDim | null;
}

/** Returns a number for each of `rank` dimensions; `null` for none. */
function eachDim(op: string, name: string, value: PerDim | null | undefined, rank: number): readonly number[] | null {
  if (value === null || value === undefined) return null;
  const list = typeof value === "number" ? new Array<number>(rank).fill(value) : value;
  if (list.length !== rank)
    throw new ArgumentError(
      op,
      `${name} must be one number, or one for each of ${rank} dimensions, but got ${JSON.stringify(value)}`,
    );
  return list;
}

/** Returns sizes of the result, and the factors that positions are computed from, or `null` where they follow from the sizes. */
export function sizesAndFactors(
  op: string,
  x: Tensor,
  { size, scaleFactor }: TargetSize,
): readonly [sizes: readonly number[], factors: readonly number[] | null] {
  const rank = x.ndim - 2;
  const input = x.shape.slice(2);
  const given = eachDim(op, "size", size, rank);
  const factors = eachDim(op, "scaleFactor", scaleFactor, rank);
  if ((given === null) === (factors === null))
    throw new ArgumentError(op, "expected either size or scaleFactor, and not both");
  const sizes = given ?? (factors as readonly number[]).map((f, d) => Math.floor(input[d] * f));
  if (!sizes.every((n) => Number.isInteger(n) && n > 0) || input.includes(0))
    throw new ShapeError(op, "spatial sizes of the input and of the result must be positive integers", [input, sizes]);
  requireListable(op, sizes);
  return [sizes, factors];
}

/** Returns the input with all spatial dimensions resampled. */
export const resampledTo = (
  x: Tensor,
  sizes: readonly number[],
  factors: readonly (number | null)[] | null,
  alignCorners: boolean,
  matrix: (r: Resampling) => SparseMatrix,
): Tensor =>
  resampleLast(
    x,
    sizes.map((size, d) => matrix({ n: x.shape[d + 2], size, alignCorners, factor: factors?.[d] ?? null })),
  );
