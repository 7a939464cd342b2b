/** Average pooling to a given size. */
import { defineComposite } from "../../dispatch/define.ts";
import { requireFloat } from "../../dispatch/operand.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { adaptiveSizes, type OutputSize } from "./adaptive-sizes.ts";
import { imageDims } from "./image-dims.ts";
import type { PoolRank } from "./pooling.ts";
import { resampleLast } from "./resample.ts";
import { adaptiveMatrix } from "./resample-matrices.ts";
import { onBatch } from "./sliding.ts";

/** Adaptive average pooling of one rank. */
type AdaptiveAvgPool = (input: Tensor, outputSize: OutputSize) => Tensor;

/** Registers the function of a rank. */
function defineAdaptiveAvgPool(rank: PoolRank): AdaptiveAvgPool {
  const name = `adaptiveAvgPool${rank}d`;
  const sizes = [5, 4, 3].slice(0, rank);
  return defineComposite(
    {
      name,
      torch: `nn.functional.adaptive_avg_pool${rank}d`,
      aliases: rank === 1 ? ["adaptive_avg_pool1d"] : [],
      access: "function",
      signature: "input, outputSize",
      dims: imageDims(rank),
      tex: "y_i = \\operatorname{mean}\\, x_{\\lfloor i n / n' \\rfloor \\,\\ldots\\, \\lceil (i + 1) n / n' \\rceil - 1}",
      samples: (r) => [
        { input: r.normal([2, 1, ...sizes]), outputSize: 2 },
        { input: r.normal([2, ...sizes]), outputSize: [3, 6, 1].slice(0, rank) },
      ],
    },
    (input: Tensor, outputSize: OutputSize): Tensor => {
      const [result] = onBatch(name, input, rank, (x) => {
        requireFloat(name, x.dtype);
        const input = x.shape.slice(2);
        const output = adaptiveSizes(name, x.shape, outputSize);
        return [
          resampleLast(
            x,
            output.map((size, d) => adaptiveMatrix(input[d], size)),
          ),
        ];
      });
      return result;
    },
  );
}

/**
 * Returns the mean of each of `outputSize` windows of [N, C, L] or [C, L]: window i has the elements from ⌊i L / L′⌋ up to ⌈(i + 1) L / L′⌉ - 1. Windows overlap
 * where L′ does not divide L. An output size of `null` is that of the input.
 * @throws ShapeError for another number of dimensions, and when the input has no channels or no elements; ArgumentError for a negative size; DTypeError for
 * integers and bools.
 * @example adaptiveAvgPool1d(tensor([[1, 3, 2, 0]]), 2).toArray(); // [[2, 1]]
 */
export const adaptiveAvgPool1d: AdaptiveAvgPool = defineAdaptiveAvgPool(1);

/**
 * Returns the mean of each of H′ × W′ windows of images [N, C, H, W] or [C, H, W]: window i has the rows from ⌊i H / H′⌋ up to ⌈(i + 1) H / H′⌉ - 1, and
 * correspondingly columns. An output size of `null` is that of the input; one number is for both.
 * @throws ShapeError for another number of dimensions, and when the input has no channels or no elements; ArgumentError for a negative size; DTypeError for
 * integers and bools.
 * @example adaptiveAvgPool2d(tensor([[[1, 2], [3, 4]]]), [1, null]).toArray(); // [[[2, 3]]]
 */
export const adaptiveAvgPool2d: AdaptiveAvgPool = defineAdaptiveAvgPool(2);

/**
 * Returns the mean of each of D′ × H′ × W′ windows of volumes [N, C, D, H, W] or [C, D, H, W]: window i of a dimension of n elements has those from ⌊i n / n′⌋ up to
 * ⌈(i + 1) n / n′⌉ - 1. An output size of `null` is that of the input; one number is for all dimensions.
 * @throws ShapeError for another number of dimensions, and when the input has no channels or no elements; ArgumentError for a negative size; DTypeError for
 * integers and bools.
 * @example adaptiveAvgPool3d(ones([1, 2, 2, 2]), 1).toArray(); // [[[[1]]]]
 */
export const adaptiveAvgPool3d: AdaptiveAvgPool = defineAdaptiveAvgPool(3);
