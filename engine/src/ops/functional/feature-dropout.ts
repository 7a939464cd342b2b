/** Dropout of channels, and dropout that keeps mean and variance. */
import { defineComposite } from "../../dispatch/define.ts";
import { requireFloat, requireTensor } from "../../dispatch/operand.ts";
import { ShapeError } from "../../tensor/errors.ts";
import type { Shape } from "../../tensor/shape.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { add, mul } from "../elementwise/arithmetic.ts";
import { to } from "../elementwise/convert.ts";
import { squeeze, unsqueeze } from "../shape/expand.ts";
import type { DropoutOptions } from "./dropout.ts";
import { checkedProbability, dropped, keepMask, maskedScale } from "./dropout-mask.ts";

type Dropout = (input: Tensor, options?: DropoutOptions) => Tensor;

/** Returns the shape of a mask with one element for each channel of each member of the batch. */
const channelShape = (shape: Shape): Shape => shape.map((n, d) => (d < 2 ? n : 1));

/** Defines dropout of whole channels with so many dimensions; without a batch dimension, where `ranks` has the rank without one, the first dimension is that of the channels. */
const channelDropout = (
  name: string,
  torch: string,
  unbatched: number | null,
  ranks: readonly number[] | null,
  aliases: readonly string[] = [],
): Dropout =>
  defineComposite(
    {
      name,
      torch: `nn.functional.${torch}`,
      aliases,
      access: "function",
      signature: "input, p=0.5, training|train=true, generator=null",
      tex: "y_{nc} = m_{nc}\\, x_{nc} / (1 - p)",
      samples: (r) => {
        const input = r.normal([2, 3, 2, ...new Array<number>((ranks?.at(-1) ?? 4) - 3).fill(2)]);
        return [
          { input, p: 0.5, training: false, generator: r.generator },
          { input, p: 0 },
        ];
      },
    },
    (input: Tensor, { p = 0.5, training = true, generator }: DropoutOptions = {}): Tensor => {
      const x = requireTensor(name, input);
      checkedProbability(name, p);
      if (ranks !== null && !ranks.includes(x.ndim))
        throw new ShapeError(name, `the input must have ${ranks.join(" or ")} dimensions`, [x.shape]);
      if (!training || p === 0) return mul(x, 1);
      if (x.ndim < 2) throw new ShapeError(name, "the input must have a batch and a channel dimension", [x.shape]);
      const batch = x.ndim === unbatched ? unsqueeze(x, 0) : x;
      const y = dropped(batch, keepMask(channelShape(batch.shape), p, generator), p);
      return x.ndim === unbatched ? squeeze(y, 0) : y;
    },
  );

/**
 * Sets channels [L] of the input [N, C, L] or [C, L] to 0 with probability `p` and multiplies the others by 1 / (1 - p). Source: Tompson et al., 2015.
 * @throws ArgumentError for a `p` outside of [0, 1]; ShapeError for other numbers of dimensions.
 * @example dropout1d(tensor([[1, 2]]), { training: false }).toArray(); // [[1, 2]]
 */
export const dropout1d: Dropout = channelDropout("dropout1d", "dropout1d", 2, [2, 3]);

/**
 * Sets channels of the input [N, C, …] to 0 with probability `p` and multiplies the others by 1 / (1 - p). As in PyTorch, an input of three dimensions is [N, C, L]. Source: Tompson et
 * al., 2015.
 * @throws ArgumentError for a `p` outside of [0, 1]; ShapeError for less than two dimensions.
 * @example dropout2d(tensor([[[[1, 2]]]]), { training: false }).toArray(); // [[[[1, 2]]]]
 */
export const dropout2d: Dropout = channelDropout("dropout2d", "dropout2d", null, null, ["feature_dropout"]);

/**
 * Sets channels [D, H, W] of the input [N, C, D, H, W] or [C, D, H, W] to 0 with probability `p` and multiplies the others by 1 / (1 - p). Source: Tompson et al., 2015.
 * @throws ArgumentError for a `p` outside of [0, 1]; ShapeError for less than two dimensions.
 * @example dropout3d(tensor([[[[1, 2]]]]), { training: false }).toArray(); // [[[[1, 2]]]]
 */
export const dropout3d: Dropout = channelDropout("dropout3d", "dropout3d", 4, null);

/** The limit of SELU at -∞, which dropped elements get. */
const saturation = -1.7580993408473766;

/** Defines alpha dropout with a mask of the shape that `maskShape` gives. */
const alphaDropoutOf = (name: string, torch: string, maskShape: (shape: Shape) => Shape): Dropout =>
  defineComposite(
    {
      name,
      torch: `nn.functional.${torch}`,
      access: "function",
      signature: "input, p=0.5, training=false, generator=null",
      tex: "y = a\\, (m \\odot x + (1 - m)\\, \\alpha') + b",
      samples: (r) => [
        { input: r.normal([2, 3]), p: 0.4, generator: r.generator },
        { input: r.normal([2, 3]), p: 0, training: true },
      ],
    },
    (input: Tensor, { p = 0.5, training = false, generator }: DropoutOptions = {}): Tensor => {
      const x = requireTensor(name, input);
      checkedProbability(name, p);
      if (!training || p === 0 || x.numel() === 0) return mul(x, 1);
      requireFloat(name, x.dtype);
      const shape = maskShape(x.shape);
      if (p === 1) return dropped(x, keepMask(shape, 1, generator), 1);
      const a = 1 / Math.sqrt((saturation ** 2 * p + 1) * (1 - p));
      const keep = keepMask(shape, p, generator);
      // the mean stays 0 and the variance 1: b = -a α' p
      const shift = add(mul(to(keep, x.dtype), -saturation * a), saturation * a * (1 - p));
      return add(maskedScale(x, keep, a), shift);
    },
  );

/**
 * Sets elements to the limit of SELU at -∞ with probability `p`, and scales and shifts all so that mean 0 and variance 1 are kept. It does so in training alone, which is not the default.
 * Source: Klambauer et al., 2017.
 * @throws ArgumentError for a `p` outside of [0, 1]; DTypeError for integers and bools in training.
 * @example alphaDropout(tensor([1, 2])).toArray(); // [1, 2]
 */
export const alphaDropout: Dropout = alphaDropoutOf("alphaDropout", "alpha_dropout", (shape) => shape);

/**
 * Does with whole channels of the input [N, C, …] what `alphaDropout` does with elements.
 * @throws ArgumentError for a `p` outside of [0, 1]; ShapeError for less than two dimensions and DTypeError for integers and bools, in training.
 * @example featureAlphaDropout(tensor([[1, 2]])).toArray(); // [[1, 2]]
 */
export const featureAlphaDropout: Dropout = alphaDropoutOf("featureAlphaDropout", "feature_alpha_dropout", (shape) => {
  if (shape.length < 2)
    throw new ShapeError("featureAlphaDropout", "the input must have a batch and a channel dimension", [shape]);
  return channelShape(shape);
});
