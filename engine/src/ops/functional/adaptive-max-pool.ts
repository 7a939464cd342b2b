/** Maximum pooling to a given size. */
import { defineComposite } from "../../dispatch/define.ts";
import type { Shape } from "../../tensor/shape.ts";
import { fromArray, type Tensor } from "../../tensor/tensor.ts";
import { ValuesIndices } from "../reduce/values-indices.ts";
import { adaptiveSizes, type OutputSize } from "./adaptive-sizes.ts";
import { imageDims } from "./image-dims.ts";
import { type PoolRank, spatial } from "./pooling.ts";
import { adaptiveWindow } from "./resample-matrices.ts";
import { onBatch } from "./sliding.ts";
import { threeOf, windowsMax } from "./windows-max.ts";

/** Options of `adaptiveMaxPool1d`, `adaptiveMaxPool2d` and `adaptiveMaxPool3d`. */
export interface AdaptiveMaxPoolOptions {
  /** Whether to return the positions of the largest elements too: row-major positions in the spatial dimensions of the input. */
  readonly returnIndices?: boolean;
}

/** Adaptive maximum pooling: returns values and indices with `returnIndices`, else the values. */
export interface AdaptiveMaxPool {
  (
    input: Tensor,
    outputSize: OutputSize,
    options?: AdaptiveMaxPoolOptions & { readonly returnIndices?: false },
  ): Tensor;
  (
    input: Tensor,
    outputSize: OutputSize,
    options: AdaptiveMaxPoolOptions & { readonly returnIndices: true },
  ): ValuesIndices;
  (input: Tensor, outputSize: OutputSize, options?: AdaptiveMaxPoolOptions): Tensor | ValuesIndices;
}

/** Returns the first elements and the ends of the windows of three dimensions, [1, 2, windows]. */
function adaptiveBounds(input: Shape, output: Shape): Tensor {
  const sizes = threeOf(input);
  const windows = threeOf(output).flatMap((size, d) =>
    Array.from({ length: size }, (_, i) => adaptiveWindow(i, sizes[d], size)),
  );
  const bounds = [0, 1].flatMap((end) => windows.map((window) => window[end]));
  return fromArray(Int32Array.from(bounds), "int32", [1, 2, windows.length]);
}

/** Registers the function of a rank. */
function defineAdaptiveMaxPool(rank: PoolRank): AdaptiveMaxPool {
  const name = `adaptiveMaxPool${rank}d`;
  const sizes = [5, 4, 3].slice(0, rank);
  return defineComposite(
    {
      name,
      torch: `nn.functional.adaptive_max_pool${rank}d`,
      access: "function",
      signature: "input, outputSize, returnIndices=false",
      dims: imageDims(rank),
      tex: "y_i = \\max\\, x_{\\lfloor i n / n' \\rfloor \\,\\ldots\\, \\lceil (i + 1) n / n' \\rceil - 1}",
      samples: (r) => [
        { input: r.distinct([2, 1, ...sizes]), outputSize: 2 },
        { input: r.distinct([2, ...sizes]), outputSize: [3, 6, 1].slice(0, rank), returnIndices: true },
      ],
    },
    ((input: Tensor, outputSize: OutputSize, options: AdaptiveMaxPoolOptions = {}): Tensor | ValuesIndices => {
      const [values, indices] = onBatch(name, input, rank, (x) => {
        const output = adaptiveSizes(name, x.shape, outputSize);
        return windowsMax(x, adaptiveBounds(spatial(x.shape), output), output);
      });
      return options.returnIndices === true ? new ValuesIndices(values, indices) : values;
    }) as AdaptiveMaxPool,
  );
}

/**
 * Returns the largest element of each of `outputSize` windows of [N, C, L] or [C, L]: window i has the elements from ⌊i L / L′⌋ up to ⌈(i + 1) L / L′⌉ - 1. An output
 * size of `null` is that of the input. NaN is larger than any number. The gradient flows to the largest element; of equal ones to the first.
 * @throws ShapeError for another number of dimensions, and when the input has no channels or no elements; ArgumentError for a negative size; DTypeError for
 * integers and bools.
 * @example adaptiveMaxPool1d(tensor([[1, 3, 2, 0]]), 2).toArray(); // [[3, 2]]
 */
export const adaptiveMaxPool1d: AdaptiveMaxPool = defineAdaptiveMaxPool(1);

/**
 * Returns the largest element of each of H′ × W′ windows of images [N, C, H, W] or [C, H, W]: window i has the rows from ⌊i H / H′⌋ up to ⌈(i + 1) H / H′⌉ - 1, and
 * correspondingly columns. An output size of `null` is that of the input; one number is for both. NaN is larger than any number. The gradient flows to the largest
 * element; of equal ones to the first.
 * @throws ShapeError for another number of dimensions, and when the input has no channels or no elements; ArgumentError for a negative size; DTypeError for
 * integers and bools.
 * @example adaptiveMaxPool2d(tensor([[[1, 2], [3, 4]]]), [1, null]).toArray(); // [[[3, 4]]]
 */
export const adaptiveMaxPool2d: AdaptiveMaxPool = defineAdaptiveMaxPool(2);

/**
 * Returns the largest element of each of D′ × H′ × W′ windows of volumes [N, C, D, H, W] or [C, D, H, W]: window i of a dimension of n elements has those from
 * ⌊i n / n′⌋ up to ⌈(i + 1) n / n′⌉ - 1. An output size of `null` is that of the input; one number is for all dimensions. NaN is larger than any number. The gradient
 * flows to the largest element; of equal ones to the first.
 * @throws ShapeError for another number of dimensions, and when the input has no channels or no elements; ArgumentError for a negative size; DTypeError for
 * integers and bools.
 * @example adaptiveMaxPool3d(arange(8).reshape([1, 2, 2, 2]).to("float32"), 1).toArray(); // [[[[7]]]]
 */
export const adaptiveMaxPool3d: AdaptiveMaxPool = defineAdaptiveMaxPool(3);
