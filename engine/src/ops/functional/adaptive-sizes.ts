/** Sizes of the results of adaptive pooling. */
import { ArgumentError, ShapeError } from "../../tensor/errors.ts";
import type { Shape } from "../../tensor/shape.ts";
import { requireListable } from "./pooling.ts";

/** One size for all spatial dimensions, or one for each; `null` is the size of the input. */
export type OutputSize = number | null | readonly (number | null)[];

/**
 * Returns the spatial sizes of the result for an input [N, C, …].
 * @throws ArgumentError for another number of sizes, and for negative ones; ShapeError for an input without channels or elements.
 */
export function adaptiveSizes(op: string, shape: Shape, outputSize: OutputSize): readonly number[] {
  const input = shape.slice(2);
  const given = outputSize === null || typeof outputSize === "number" ? input.map(() => outputSize) : outputSize;
  if (given.length !== input.length)
    throw new ArgumentError(
      op,
      `outputSize must be one number, or one for each of ${input.length} dimensions, but got ${JSON.stringify(outputSize)}`,
    );
  const sizes = given.map((n, d) => n ?? input[d]);
  if (!sizes.every((n) => Number.isInteger(n) && n >= 0))
    throw new ArgumentError(op, `outputSize must be integers of at least 0, but got ${JSON.stringify(outputSize)}`);
  if (shape.slice(1).includes(0)) throw new ShapeError(op, "channels and sizes must be at least 1", [shape]);
  requireListable(op, sizes);
  return sizes;
}
