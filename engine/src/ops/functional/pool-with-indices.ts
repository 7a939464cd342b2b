/** Maximum pooling that returns the positions of the largest elements too, under PyTorch's names of it. */
import { defineFunction } from "../../dispatch/define.ts";
import { registered } from "../../dispatch/registry.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import type { ValuesIndices } from "../reduce/values-indices.ts";
import {
  type AdaptiveMaxPoolOptions,
  adaptiveMaxPool1d,
  adaptiveMaxPool2d,
  adaptiveMaxPool3d,
} from "./adaptive-max-pool.ts";
import type { OutputSize } from "./adaptive-sizes.ts";
import { type FractionalMaxPoolOptions, fractionalMaxPool2d, fractionalMaxPool3d } from "./fractional-max-pool.ts";
import { type MaxPoolOptions, maxPool1d, maxPool2d, maxPool3d } from "./max-pool.ts";
import type { PerDim } from "./sliding.ts";

/** A pooling function that returns indices if its options say so. */
type Pooling<S, O> = (input: Tensor, size: S, options: O & { readonly returnIndices: true }) => ValuesIndices;

/** Defines the form of a pooling function that always returns values and indices. */
function withIndices<S, O>(base: string, pool: Pooling<S, O>): (input: Tensor, size: S, options?: O) => ValuesIndices {
  const { info } = registered.get(base) ?? {};
  if (info === undefined) throw new Error(`no op is called ${base}`);
  return defineFunction(
    {
      name: `${base}WithIndices`,
      torch: `${info.torch}_with_indices`,
      access: "function",
      signature: info.signature,
      tex: "y = \\max\\, x,\\ k = \\arg\\max\\, x",
      samples: info.samples,
    },
    (input: Tensor, size: S, options?: O): ValuesIndices =>
      pool(input, size, { ...options, returnIndices: true } as O & { readonly returnIndices: true }),
  );
}

/** Maximum pooling with windows of a given size. */
type MaxPoolWithIndices = (input: Tensor, kernelSize: PerDim, options?: MaxPoolOptions) => ValuesIndices;

/** Maximum pooling to a given size. */
type AdaptiveWithIndices = (input: Tensor, outputSize: OutputSize, options?: AdaptiveMaxPoolOptions) => ValuesIndices;

/** Maximum pooling with windows at random steps. */
type FractionalWithIndices = (input: Tensor, kernelSize: PerDim, options?: FractionalMaxPoolOptions) => ValuesIndices;

/**
 * Returns the largest elements of windows of [N, C, L] or [C, L], and their positions: `maxPool1d` with `returnIndices`.
 * @throws ShapeError when a window is larger than the padded input.
 * @example maxPool1dWithIndices(tensor([[1, 3, 2, 0]]), 2).indices.toArray(); // [[1, 2]]
 */
export const maxPool1dWithIndices: MaxPoolWithIndices = withIndices("maxPool1d", maxPool1d);

/**
 * Returns the largest elements of windows of images [N, C, H, W] or [C, H, W], and their row-major positions in the image: `maxPool2d` with `returnIndices`.
 * @throws ShapeError when a window is larger than the padded image.
 * @example maxPool2dWithIndices(tensor([[[1, 2], [3, 4]]]), 2).indices.toArray(); // [[[3]]]
 */
export const maxPool2dWithIndices: MaxPoolWithIndices = withIndices("maxPool2d", maxPool2d);

/**
 * Returns the largest elements of windows of volumes [N, C, D, H, W] or [C, D, H, W], and their row-major positions in the volume: `maxPool3d` with `returnIndices`.
 * @throws ShapeError when a window is larger than the padded volume.
 * @example maxPool3dWithIndices(ones(1, 2, 2, 2), 2).indices.toArray(); // [[[[0]]]]
 */
export const maxPool3dWithIndices: MaxPoolWithIndices = withIndices("maxPool3d", maxPool3d);

/**
 * Returns the largest element of each of `outputSize` windows of [N, C, L] or [C, L], and their positions: `adaptiveMaxPool1d` with `returnIndices`.
 * @throws ShapeError for another number of dimensions; ArgumentError for a negative size.
 * @example adaptiveMaxPool1dWithIndices(tensor([[1, 3, 2, 0]]), 2).indices.toArray(); // [[1, 2]]
 */
export const adaptiveMaxPool1dWithIndices: AdaptiveWithIndices = withIndices("adaptiveMaxPool1d", adaptiveMaxPool1d);

/**
 * Returns the largest element of each window of images [N, C, H, W] or [C, H, W], and their row-major positions in the image: `adaptiveMaxPool2d` with
 * `returnIndices`.
 * @throws ShapeError for another number of dimensions; ArgumentError for a negative size.
 * @example adaptiveMaxPool2dWithIndices(tensor([[[1, 2], [3, 4]]]), 1).indices.toArray(); // [[[3]]]
 */
export const adaptiveMaxPool2dWithIndices: AdaptiveWithIndices = withIndices("adaptiveMaxPool2d", adaptiveMaxPool2d);

/**
 * Returns the largest element of each window of volumes [N, C, D, H, W] or [C, D, H, W], and their row-major positions in the volume: `adaptiveMaxPool3d` with
 * `returnIndices`.
 * @throws ShapeError for another number of dimensions; ArgumentError for a negative size.
 * @example adaptiveMaxPool3dWithIndices(ones(1, 2, 2, 2), 1).indices.toArray(); // [[[[0]]]]
 */
export const adaptiveMaxPool3dWithIndices: AdaptiveWithIndices = withIndices("adaptiveMaxPool3d", adaptiveMaxPool3d);

/**
 * Returns the largest elements of windows of images at random steps, and their row-major positions in the image: `fractionalMaxPool2d` with `returnIndices`.
 * @throws ArgumentError unless `outputSize` or `outputRatio` is given; ShapeError when the windows do not fit into the image.
 * @example fractionalMaxPool2dWithIndices(tensor([[[1, 2], [3, 4]]]), 2, { outputSize: 1 }).indices.toArray(); // [[[3]]]
 */
export const fractionalMaxPool2dWithIndices: FractionalWithIndices = withIndices(
  "fractionalMaxPool2d",
  fractionalMaxPool2d,
);

/**
 * Returns the largest elements of windows of volumes at random steps, and their row-major positions in the volume: `fractionalMaxPool3d` with `returnIndices`.
 * @throws ArgumentError unless `outputSize` or `outputRatio` is given; ShapeError when the windows do not fit into the volume.
 * @example fractionalMaxPool3dWithIndices(ones(1, 2, 2, 2), 2, { outputSize: 1 }).indices.toArray(); // [[[[0]]]]
 */
export const fractionalMaxPool3dWithIndices: FractionalWithIndices = withIndices(
  "fractionalMaxPool3d",
  fractionalMaxPool3d,
);
