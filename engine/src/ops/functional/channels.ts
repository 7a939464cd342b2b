/** Parts of the normalizations of channels of [N, C, …]: groups of them, and a scale and a shift of each. */
import { DTypeError, ShapeError } from "../../tensor/errors.ts";
import { sameShape, sizeOf } from "../../tensor/shape.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { add, mul } from "../elementwise/arithmetic.ts";
import { reshape } from "../shape/reshape.ts";
import { channelAffine } from "./channel-affine.ts";
import { layerNorm } from "./norm.ts";

/**
 * Checks that tensors have one element for each channel of `x`, and its dtype.
 * @throws ShapeError or DTypeError otherwise.
 */
export function checkChannels(op: string, x: Tensor, tensors: readonly (Tensor | null | undefined)[]): void {
  const channels = x.shape[1] ?? 0;
  for (const t of tensors) {
    if (!t) continue;
    if (!sameShape(t.shape, [channels]))
      throw new ShapeError(op, `statistics, weight and bias must have one element for each of ${channels} channels`, [
        t.shape,
      ]);
    if (t.dtype !== x.dtype)
      throw new DTypeError(op, "statistics, weight and bias must have the dtype of the input", [t.dtype, x.dtype]);
  }
}

/** Returns the tensor times the weights of the channels, plus their biases. */
export function scaleChannels(x: Tensor, weight: Tensor | null | undefined, bias: Tensor | null | undefined): Tensor {
  if (weight && bias && x.ndim > 2) return channelAffine(x, weight, bias);
  const wide = (t: Tensor): Tensor => reshape(t, [x.shape[1], ...new Array<number>(x.ndim - 2).fill(1)]);
  const scaled = weight ? mul(x, wide(weight)) : x;
  return bias ? add(scaled, wide(bias)) : scaled;
}

/** Returns [N, C, …] with each group of channels of each example normalized. */
export function normalizedGroups(x: Tensor, groups: number, eps: number): Tensor {
  const [n, channels, ...rest] = x.shape;
  const each = (channels / groups) * sizeOf(rest);
  return reshape(layerNorm(reshape(x, [n, groups, each]), [each], { eps }), x.shape);
}
