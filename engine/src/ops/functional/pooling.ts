/** Parameters of pooling, and shapes of its operands. */
import { ArgumentError, ShapeError } from "../../tensor/errors.ts";
import type { Meta } from "../../tensor/meta.ts";
import { type Shape, sizeOf } from "../../tensor/shape.ts";
import { outputSizes, type PerDim, perDim, type Sliding } from "./sliding.ts";

/** The number of spatial dimensions. */
export type PoolRank = 1 | 2 | 3;

/** Complete parameters of pooling. */
export interface Pool extends Sliding {
  /** Whether the last window may end outside of the padded input. */
  readonly ceil: boolean;
}

/** Options that all kinds of pooling have. */
export interface PoolOptions {
  readonly stride?: PerDim | null;
  readonly padding?: PerDim;
  readonly dilation?: PerDim;
  readonly ceilMode?: boolean;
}

/** Returns the sizes of [N, C, …] without the first two. */
export const spatial = (shape: Shape): Shape => shape.slice(2);

/**
 * Returns the complete parameters; the stride is the window's size by default.
 * @throws ArgumentError for a padding of more than half of the window's size.
 */
export function poolParams(op: string, rank: PoolRank, kernelSize: PerDim, options: PoolOptions): Pool {
  const kernel = perDim(op, "kernelSize", kernelSize, rank, 1);
  const padding = perDim(op, "padding", options.padding ?? 0, rank, 0);
  const dilation = perDim(op, "dilation", options.dilation ?? 1, rank, 1);
  if (padding.some((n, d) => n > kernel[d] / 2))
    throw new ArgumentError(
      op,
      `padding must be at most half of the window, but got ${padding.join(", ")} for ${kernel.join(", ")}`,
    );
  const given = options.stride ?? null;
  const isDefault = given === null || (typeof given !== "number" && given.length === 0);
  const stride = isDefault ? kernel : perDim(op, "stride", given, rank, 1);
  return { kernel, padding, dilation, stride, ceil: options.ceilMode ?? false };
}

/**
 * Returns the shape of the result for an input [N, C, …].
 * @throws ShapeError when the input has no channels or no elements, or when a window is larger than it.
 */
export function pooledShape(op: string, x: Meta, p: Pool): Shape {
  if (x.shape.slice(1).includes(0)) throw new ShapeError(op, "channels and sizes must be at least 1", [x.shape]);
  return [...x.shape.slice(0, 2), ...outputSizes(op, spatial(x.shape), p, p.ceil)];
}

/**
 * Checks that the windows or rows of each dimension of a result can be listed.
 * @throws ShapeError otherwise.
 */
export function requireListable(op: string, sizes: Shape): void {
  if (sizes.some((n) => n > 2 ** 26) || sizeOf(sizes) > 2 ** 31)
    throw new ShapeError(op, "sizes of the result must be at most 2^26, and their product 2^31", [sizes]);
}
