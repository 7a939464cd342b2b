/** Batch normalization. */

import { defineComposite } from "../../dispatch/define.ts";
import { requireFloat, requireTensor } from "../../dispatch/operand.ts";
import { noGrad } from "../../tape/graph/mode.ts";
import { ArgumentError, ShapeError } from "../../tensor/errors.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { add, mul, sub } from "../elementwise/arithmetic.ts";
import { rsqrt } from "../elementwise/exponential.ts";
import { mean } from "../reduce/sum.ts";
import { variance } from "../reduce/variance.ts";
import { channelNorm } from "./channel-norm.ts";
import { checkChannels, scaleChannels } from "./channels.ts";

/** Options of `batchNorm`. */
export interface BatchNormOptions {
  /** Running mean [C]. It is given together with `runningVar`, or not at all; evaluation needs both. */
  readonly runningMean?: Tensor | null;
  /** Running variance [C]. It is changed in training. */
  readonly runningVar?: Tensor | null;
  /** Factors [C]. */
  readonly weight?: Tensor | null;
  /** Summands [C]. */
  readonly bias?: Tensor | null;
  /** Whether to normalize by the statistics of the batch and to update the running ones; by the running statistics otherwise. */
  readonly training?: boolean;
  /** Weight of the batch in the update of the running statistics; 0.1 by default. */
  readonly momentum?: number;
  /** Added to the variance; 1e-5 by default. */
  readonly eps?: number;
}

/**
 * Returns (x - μ) / √(σ² + ε) for each channel of [N, C, …], times `weight`, plus `bias`. In training μ and σ² are those of the batch (σ² biased), and
 * the running statistics, if given, are updated in place (with the unbiased variance). In evaluation μ and σ² are the running statistics. Source: Ioffe
 * and Szegedy, 2015.
 * @throws ArgumentError in training when a channel has one element only, and in evaluation without running statistics; ShapeError when statistics,
 * weight or bias are not [C]; DTypeError when their dtype is not that of the input.
 * @example batchNorm(tensor([[1], [3]]), { training: true, eps: 1e-8 }).toArray(); // [[-1], [1]]
 */
export const batchNorm: (
  input: Tensor,
  runningMean?: Tensor | null | BatchNormOptions,
  runningVar?: Tensor | null,
  options?: BatchNormOptions,
) => Tensor = defineComposite(
  {
    name: "batchNorm",
    torch: "nn.functional.batch_norm",
    access: "function",
    signature:
      "input, runningMean=null, runningVar=null, weight=null, bias=null, training=false, momentum=0.1, eps=0.00001",
    dims: "input: batch channels ..*; runningMean: channels; runningVar: channels; weight: channels; bias: channels",
    tex: "y = w\\, (x - \\mu) / \\sqrt{\\sigma^2 + \\varepsilon} + b",
    samples: (r) => [
      {
        input: r.normal([3, 2, 2]),
        runningMean: r.integers([2], 0, 3).to("float64").detach(),
        runningVar: r.uniform([2], 0.5, 2),
        weight: r.normal([2]),
        bias: r.normal([2]),
      },
      { input: r.normal([4, 2]), runningMean: null, runningVar: null, training: true, momentum: 0.3, eps: 0.1 },
    ],
  },
  (
    input: Tensor,
    second?: Tensor | null | BatchNormOptions,
    third?: Tensor | null,
    more: BatchNormOptions = {},
  ): Tensor => {
    const x = requireTensor("batchNorm", input);
    const options: BatchNormOptions =
      second && !("storage" in second) ? second : { ...more, runningMean: second ?? null, runningVar: third ?? null };
    const { weight, bias, training = false, momentum = 0.1, eps = 1e-5 } = options;
    const [runningMean, runningVar] = [options.runningMean ?? null, options.runningVar ?? null];
    requireFloat("batchNorm", x.dtype);
    if (x.ndim < 2 && x.numel() > 0)
      throw new ShapeError("batchNorm", "the input must have channels ([N, C, …])", [x.shape]);
    const channels = x.shape[1] ?? 0;
    checkChannels("batchNorm", x, [runningMean, runningVar, weight, bias]);
    if (training ? !(eps > 0) : !(eps >= 0))
      throw new ArgumentError(
        "batchNorm",
        `eps must be ${training ? "above 0 in training" : "at least 0"}, but got ${eps}`,
      );
    if ((runningMean === null) !== (runningVar === null))
      throw new ArgumentError("batchNorm", "expected both runningMean and runningVar, or neither");
    if (!training && runningMean === null)
      throw new ArgumentError("batchNorm", "evaluation needs running statistics; pass { training: true } without them");
    if (x.numel() === 0) return mul(x, 1);
    const dim = x.shape.flatMap((_, d) => (d === 1 ? [] : [d]));
    const count = x.numel() / Math.max(channels, 1);
    if (training && count <= 1)
      throw new ArgumentError("batchNorm", `training needs more than one element for each channel, but got ${count}`);
    if (training) {
      noGrad(() => {
        runningMean?.copy_(add(mul(runningMean, 1 - momentum), mul(mean(x, dim), momentum)));
        const unbiased = (momentum * count) / (count - 1);
        runningVar?.copy_(add(mul(runningVar, 1 - momentum), mul(variance(x, { dim, correction: 0 }), unbiased)));
      });
      return scaleChannels(channelNorm(x, eps), weight, bias);
    }
    const [mu, sigma] = [runningMean as Tensor, runningVar as Tensor];
    const scale = weight ? mul(rsqrt(add(sigma, eps)), weight) : rsqrt(add(sigma, eps));
    const shift = bias ? sub(bias, mul(mu, scale)) : mul(mul(mu, scale), -1);
    return scaleChannels(x, scale, shift);
  },
);
