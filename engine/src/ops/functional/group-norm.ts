/** Normalization of groups of channels. */
import { defineComposite } from "../../dispatch/define.ts";
import { requireFloat, requireTensor } from "../../dispatch/operand.ts";
import { ArgumentError, ShapeError } from "../../tensor/errors.ts";
import { sizeOf } from "../../tensor/shape.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { checkChannels, normalizedGroups, scaleChannels } from "./channels.ts";

/** Options of `groupNorm`. */
export interface GroupNormOptions {
  /** Factors [C]. */
  readonly weight?: Tensor | null;
  /** Summands [C]. */
  readonly bias?: Tensor | null;
  /** Added to the variance; 1e-5 by default. */
  readonly eps?: number;
}

/**
 * Returns (x - μ) / √(σ² + ε) of [N, C, …], times `weight`, plus `bias`, where μ and σ² (biased) are those of each example and each of `numGroups` groups of
 * neighbouring channels. Weight and bias are those of the channels. Source: Wu and He, 2018.
 * @throws ShapeError for an input without channels, and when the groups do not divide them; ArgumentError when a group has one element only; DTypeError for
 * integers and bools.
 * @example groupNorm(tensor([[1, 3, 2, 6]]), 2, { eps: 0 }).toArray(); // [[-1, 1, -1, 1]]
 */
export const groupNorm: (input: Tensor, numGroups: number, options?: GroupNormOptions) => Tensor = defineComposite(
  {
    name: "groupNorm",
    torch: "nn.functional.group_norm",
    aliases: ["group_norm"],
    access: "function",
    signature: "input, numGroups, weight=null, bias=null, eps=0.00001",
    dims: "input: batch channels ..*; weight: channels; bias: channels",
    tex: "y = w\\, (x - \\mu) / \\sqrt{\\sigma^2 + \\varepsilon} + b",
    samples: (r) => [
      { input: r.normal([2, 4, 3]), numGroups: 2, weight: r.normal([4]), bias: r.normal([4]) },
      { input: r.normal([2, 3]), numGroups: 1, eps: 0.1 },
    ],
  },
  (input: Tensor, numGroups: number, { weight, bias, eps = 1e-5 }: GroupNormOptions = {}): Tensor => {
    const x = requireTensor("groupNorm", input);
    requireFloat("groupNorm", x.dtype);
    if (x.ndim < 2) throw new ShapeError("groupNorm", "the input must have channels ([N, C, …])", [x.shape]);
    const [n, channels] = x.shape;
    if (!Number.isInteger(numGroups) || numGroups < 1 || channels % numGroups !== 0)
      throw new ShapeError("groupNorm", `the number of channels must be a multiple of numGroups (${numGroups})`, [
        x.shape,
      ]);
    checkChannels("groupNorm", x, [weight, bias]);
    const each = (channels / numGroups) * sizeOf(x.shape.slice(2));
    if (n * each === 1)
      throw new ArgumentError(
        "groupNorm",
        "each group must have more than one element, but the input has one for each",
      );
    return scaleChannels(normalizedGroups(x, numGroups, eps), weight, bias);
  },
);
