/** The partial inverse of maximum pooling. */
import { defineComposite } from "../../dispatch/define.ts";
import { requireFloat, requireTensor } from "../../dispatch/operand.ts";
import { zeros } from "../../tensor/create.ts";
import { ArgumentError, ShapeError } from "../../tensor/errors.ts";
import { type Shape, sameShape, sizeOf } from "../../tensor/shape.ts";
import { fromArray, type Tensor } from "../../tensor/tensor.ts";
import { scatter } from "../indexing/scatter.ts";
import { unsqueeze } from "../shape/expand.ts";
import { reshape } from "../shape/reshape.ts";
import { flattened } from "./max-positions.ts";
import { type PoolRank, spatial } from "./pooling.ts";
import { onBatch, type PerDim, perDim } from "./sliding.ts";

/** Options of `maxUnpool1d`, `maxUnpool2d` and `maxUnpool3d`. */
export interface MaxUnpoolOptions {
  /** Distance between neighbouring windows of the pooling; the window's size by default. */
  readonly stride?: PerDim | null;
  /** Padding of the pooling on both sides. */
  readonly padding?: PerDim;
  /** Sizes of the input of the pooling: the spatial ones, or all of [N, C, …]. By default the smallest size that the pooling maps to that of `input`. */
  readonly outputSize?: Shape | null;
}

/** Unpooling of one rank. */
type MaxUnpool = (input: Tensor, indices: Tensor, kernelSize: PerDim, options?: MaxUnpoolOptions) => Tensor;

/** Returns the spatial sizes of the result. */
function unpooledSizes(op: string, pooled: Shape, kernelSize: PerDim, options: MaxUnpoolOptions): readonly number[] {
  const rank = pooled.length;
  const kernel = perDim(op, "kernelSize", kernelSize, rank, 1);
  const stride = perDim(op, "stride", options.stride ?? kernel, rank, 1);
  const padding = perDim(op, "padding", options.padding ?? 0, rank, 0);
  const least = pooled.map((n, d) => (n - 1) * stride[d] + kernel[d] - 2 * padding[d]);
  const given = options.outputSize ?? null;
  if (given === null) return least;
  const sizes = given.length === rank + 2 ? given.slice(2) : given;
  if (sizes.length !== rank || sizes.some((n, d) => !Number.isInteger(n) || Math.abs(n - least[d]) >= stride[d]))
    throw new ArgumentError(
      op,
      `outputSize must differ from ${least.join(", ")} by less than the stride, but got ${given.join(", ")}`,
    );
  return sizes;
}

/** Registers the function of a rank. */
function defineMaxUnpool(rank: PoolRank): MaxUnpool {
  const name = `maxUnpool${rank}d`;
  const pooled = [2, 1, 2].slice(0, rank);
  const positions = [0, 2, 5, 7].slice(0, sizeOf(pooled));
  const indices = fromArray(Int32Array.from(positions), "int32", [1, ...pooled]);
  return defineComposite(
    {
      name,
      torch: `nn.functional.max_unpool${rank}d`,
      access: "function",
      signature: "input, indices, kernelSize, stride=null, padding=0, outputSize=null",
      tex: "y_{k_p} = x_p",
      samples: (r) => [
        { input: r.normal([1, ...pooled]), indices, kernelSize: 2 },
        {
          input: r.normal([1, 1, ...pooled]),
          indices: unsqueeze(indices, 0),
          kernelSize: 3,
          stride: 2,
          padding: 1,
          outputSize: pooled.map((n) => 2 * n),
        },
      ],
    },
    (input: Tensor, indices: Tensor, kernelSize: PerDim, options: MaxUnpoolOptions = {}): Tensor => {
      const [x, at] = [requireTensor(name, input), requireTensor(name, indices)];
      requireFloat(name, x.dtype);
      if (!sameShape(x.shape, at.shape))
        throw new ShapeError(name, "indices must have the shape of the input", [x.shape, at.shape]);
      const [result] = onBatch(name, x, rank, (y) => {
        if (y.shape.slice(1).includes(0))
          throw new ShapeError(name, "channels and sizes must be at least 1", [y.shape]);
        const sizes = unpooledSizes(name, spatial(y.shape), kernelSize, options);
        const positions = flattened(at.ndim === y.ndim ? at : unsqueeze(at, 0));
        const empty = zeros([...y.shape.slice(0, 2), sizeOf(sizes)], { dtype: y.dtype });
        return [reshape(scatter(empty, 2, positions, flattened(y)), [...y.shape.slice(0, 2), ...sizes])];
      });
      return result;
    },
  );
}

/**
 * Returns the sequences [N, C, L] or [C, L] that `maxPool1d` with `returnIndices` maps to `input` and `indices`, with 0 for all elements that were not the largest
 * of a window. Of several elements with one position the last is kept, and each gets the gradient of the position.
 * @throws ShapeError for indices of another shape; IndexError for an index out of range; ArgumentError for an `outputSize` that the pooling does not map to the
 * size of the input.
 * @example maxUnpool1d(tensor([[3, 2]]), tensor([[1, 2]], { dtype: "int64" }), 2).toArray(); // [[0, 3, 2, 0]]
 */
export const maxUnpool1d: MaxUnpool = defineMaxUnpool(1);

/**
 * Returns the images [N, C, H, W] or [C, H, W] that `maxPool2d` with `returnIndices` maps to `input` and `indices`, with 0 for all elements that were not the
 * largest of a window. Of several elements with one position the last is kept, and each gets the gradient of the position.
 * @throws ShapeError for indices of another shape; IndexError for an index out of range; ArgumentError for an `outputSize` that the pooling does not map to the
 * size of the input.
 * @example maxUnpool2d(tensor([[[4]]]), tensor([[[3]]], { dtype: "int64" }), 2).toArray(); // [[[0, 0], [0, 4]]]
 */
export const maxUnpool2d: MaxUnpool = defineMaxUnpool(2);

/**
 * Returns the volumes [N, C, D, H, W] or [C, D, H, W] that `maxPool3d` with `returnIndices` maps to `input` and `indices`, with 0 for all elements that were not the
 * largest of a window. Of several elements with one position the last is kept, and each gets the gradient of the position.
 * @throws ShapeError for indices of another shape; IndexError for an index out of range; ArgumentError for an `outputSize` that the pooling does not map to the
 * size of the input.
 * @example maxUnpool3d(tensor([[[[7]]]]), tensor([[[[7]]]], { dtype: "int64" }), 2).shape; // [1, 2, 2, 2]
 */
export const maxUnpool3d: MaxUnpool = defineMaxUnpool(3);
