/** Normalization of each channel of each example. */
import { defineComposite } from "../../dispatch/define.ts";
import { requireFloat, requireTensor } from "../../dispatch/operand.ts";
import { noGrad } from "../../tape/graph/mode.ts";
import { ArgumentError, ShapeError } from "../../tensor/errors.ts";
import { sizeOf } from "../../tensor/shape.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { add, mul } from "../elementwise/arithmetic.ts";
import { mean } from "../reduce/sum.ts";
import { variance } from "../reduce/variance.ts";
import { batchNorm } from "./batch-norm.ts";
import { checkChannels, normalizedGroups, scaleChannels } from "./channels.ts";

/** Options of `instanceNorm`. */
export interface InstanceNormOptions {
  /** Running mean [C]. It is given together with `runningVar`, or not at all. */
  readonly runningMean?: Tensor | null;
  /** Running variance [C]. */
  readonly runningVar?: Tensor | null;
  /** Factors [C]. */
  readonly weight?: Tensor | null;
  /** Summands [C]. */
  readonly bias?: Tensor | null;
  /** Whether to normalize by the statistics of each example, and to update the running ones; by the running statistics otherwise. */
  readonly useInputStats?: boolean;
  /** Weight of the batch in the update of the running statistics; 0.1 by default. */
  readonly momentum?: number;
  /** Added to the variance; 1e-5 by default. */
  readonly eps?: number;
}

/** Moves the running statistics towards the means over the batch of mean and unbiased variance of each example. */
function updateStatistics(x: Tensor, { runningMean, runningVar, momentum = 0.1 }: InstanceNormOptions): void {
  const dim = x.shape.slice(2).map((_, d) => d + 2);
  const moved = (running: Tensor, now: Tensor): Tensor =>
    add(mul(running, 1 - momentum), mul(mean(now, { dim: 0 }), momentum));
  noGrad(() => {
    runningMean?.copy_(moved(runningMean, mean(x, { dim })));
    runningVar?.copy_(moved(runningVar, variance(x, { dim, correction: 1 })));
  });
}

/**
 * Returns (x - μ) / √(σ² + ε) of [N, C, …], times `weight`, plus `bias`, where μ and σ² (biased) are those of each channel of each example, or the running
 * statistics without `useInputStats`. Running statistics, if given, are updated in place with the mean over the batch of mean and unbiased variance. Source:
 * Ulyanov, Vedaldi and Lempitsky, 2016.
 * @throws ArgumentError when a channel has one element only, and without `useInputStats` for missing running statistics; ShapeError when statistics, weight or bias
 * are not [C]; DTypeError when their dtype is not that of the input, and for integers and bools.
 * @example instanceNorm(tensor([[[1, 3], [2, 6]]]), { eps: 0 }).toArray(); // [[[-1, 1], [-1, 1]]]
 */
export const instanceNorm: (input: Tensor, options?: InstanceNormOptions) => Tensor = defineComposite(
  {
    name: "instanceNorm",
    torch: "nn.functional.instance_norm",
    access: "function",
    signature:
      "input, runningMean=null, runningVar=null, weight=null, bias=null, useInputStats=true, momentum=0.1, eps=0.00001",
    dims: "input: batch channels ..*; runningMean: channels; runningVar: channels; weight: channels; bias: channels",
    tex: "y = w\\, (x - \\mu) / \\sqrt{\\sigma^2 + \\varepsilon} + b",
    samples: (r) => [
      { input: r.normal([2, 3, 4]), weight: r.normal([3]), bias: r.normal([3]) },
      { input: r.normal([2, 2, 3]), momentum: 0.3, eps: 0.1 },
      {
        input: r.normal([2, 2, 3]),
        runningMean: r.normal([2]),
        runningVar: r.uniform([2], 0.5, 2),
        useInputStats: false,
      },
    ],
  },
  (input: Tensor, options: InstanceNormOptions = {}): Tensor => {
    const { runningMean, runningVar, weight, bias, useInputStats = true, eps = 1e-5 } = options;
    const x = requireTensor("instanceNorm", input);
    requireFloat("instanceNorm", x.dtype);
    if (x.ndim < 2) throw new ShapeError("instanceNorm", "the input must have channels ([N, C, …])", [x.shape]);
    checkChannels("instanceNorm", x, [runningMean, runningVar, weight, bias]);
    if (!useInputStats && (!runningMean || !runningVar))
      throw new ArgumentError("instanceNorm", "runningMean and runningVar are needed without useInputStats");
    if (!useInputStats) return batchNorm(x, { ...options, training: false });
    if (sizeOf(x.shape.slice(2)) === 1)
      throw new ArgumentError("instanceNorm", "each channel must have more than one element");
    updateStatistics(x, options);
    return scaleChannels(normalizedGroups(x, x.shape[1], eps), weight, bias);
  },
);
