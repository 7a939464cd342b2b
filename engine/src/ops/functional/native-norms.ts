/** PyTorch's ops of normalization that return the statistics too, for its compilers; users call `layerNorm`, `groupNorm` and `batchNorm`. */
import { defineComposite } from "../../dispatch/define.ts";
import { requireFloat, requireTensor } from "../../dispatch/operand.ts";
import { zeros } from "../../tensor/create.ts";
import { ShapeError } from "../../tensor/errors.ts";
import { type Shape, sizeOf } from "../../tensor/shape.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { add } from "../elementwise/arithmetic.ts";
import { rsqrt } from "../elementwise/exponential.ts";
import { mean } from "../reduce/sum.ts";
import { variance } from "../reduce/variance.ts";
import { reshape } from "../shape/reshape.ts";
import { batchNorm } from "./batch-norm.ts";
import { groupNorm } from "./group-norm.ts";
import { layerNorm } from "./norm.ts";

/** The result, and mean and 1 / √(σ² + ε) of what was normalized together. */
type Normalized = readonly [result: Tensor, mean: Tensor, rstd: Tensor];

/** Returns mean and 1 / √(σ² + ε) over dimensions. */
const statistics = (x: Tensor, dim: readonly number[], eps: number, keepdim = false): readonly [Tensor, Tensor] => [
  mean(x, { dim, keepdim }),
  rsqrt(add(variance(x, { dim, keepdim, correction: 0 }), eps)),
];

/** Returns the layer normalization of `input`, and the statistics, which have no gradients. */
export const nativeLayerNorm: (
  input: Tensor,
  normalizedShape: Shape,
  weight: Tensor | null,
  bias: Tensor | null,
  eps: number,
) => Normalized = defineComposite(
  {
    name: "nativeLayerNorm",
    torch: "ops.aten.native_layer_norm",
    aliases: ["native_layer_norm"],
    access: "internal",
    signature: "input, normalizedShape, weight, bias, eps",
    tex: "y = w\\, (x - \\mu) / \\sqrt{\\sigma^2 + \\varepsilon} + b",
    samples: (r) => [
      { input: r.normal([2, 3]), normalizedShape: [3], weight: r.normal([3]), bias: r.normal([3]), eps: 0.1 },
    ],
  },
  (input, normalizedShape, weight, bias, eps) => {
    const result = layerNorm(input, normalizedShape, { weight, bias, eps });
    const dim = normalizedShape.map((_, d) => input.ndim - 1 - d);
    return [result, ...statistics(input.detach(), dim, eps, true)];
  },
);

/** Returns the group normalization of `input` [N, C, …], and the statistics [N, groups]. */
export const nativeGroupNorm: (
  input: Tensor,
  weight: Tensor | null,
  bias: Tensor | null,
  n: number,
  c: number,
  spatialSize: number,
  group: number,
  eps: number,
) => Normalized = defineComposite(
  {
    name: "nativeGroupNorm",
    torch: "ops.aten.native_group_norm",
    aliases: ["native_group_norm"],
    access: "internal",
    signature: "input, weight, bias, N, C, HxW, group, eps",
    tex: "y = w\\, (x - \\mu) / \\sqrt{\\sigma^2 + \\varepsilon} + b",
    samples: (r) => [
      {
        input: r.normal([2, 4, 3]),
        weight: r.normal([4]),
        bias: r.normal([4]),
        N: 2,
        C: 4,
        HxW: 3,
        group: 2,
        eps: 0.1,
      },
    ],
  },
  (input, weight, bias, n, c, spatialSize, group, eps) => {
    const x = requireTensor("nativeGroupNorm", input);
    requireFloat("nativeGroupNorm", x.dtype);
    if (x.shape[0] !== n || x.shape[1] !== c || sizeOf(x.shape.slice(2)) !== spatialSize)
      throw new ShapeError("nativeGroupNorm", "the input must have the sizes N, C and HxW", [
        x.shape,
        [n, c, spatialSize],
      ]);
    const result = groupNorm(x, group, { weight, bias, eps });
    return [result, ...statistics(reshape(x, [n, group, (c / group) * spatialSize]), [2], eps)];
  },
);

/** Returns the batch normalization of `input` [N, C, …], and in training the statistics [C], which have no gradients; else two empty tensors. */
export const nativeBatchNorm: (
  input: Tensor,
  weight: Tensor | null,
  bias: Tensor | null,
  runningMean: Tensor | null,
  runningVar: Tensor | null,
  training: boolean,
  momentum: number,
  eps: number,
) => Normalized = defineComposite(
  {
    name: "nativeBatchNorm",
    torch: "ops.aten._native_batch_norm_legit",
    aliases: ["native_batch_norm", "_native_batch_norm_legit"],
    access: "internal",
    signature: "input, weight, bias, runningMean, runningVar, training, momentum, eps",
    tex: "y = w\\, (x - \\mu) / \\sqrt{\\sigma^2 + \\varepsilon} + b",
    samples: (r) => [
      {
        input: r.normal([3, 2]),
        weight: r.normal([2]),
        bias: null,
        runningMean: null,
        runningVar: null,
        training: true,
        momentum: 0.1,
        eps: 0.1,
      },
    ],
  },
  (input, weight, bias, runningMean, runningVar, training, momentum, eps) => {
    const result = batchNorm(input, { weight, bias, runningMean, runningVar, training, momentum, eps });
    const empty = (): Tensor => zeros([0], { dtype: input.dtype });
    if (!training) return [result, empty(), empty()];
    const dim = input.shape.flatMap((_, d) => (d === 1 ? [] : [d]));
    return [result, ...statistics(input.detach(), dim, eps)];
  },
);

/** Returns the batch normalization of `input` [N, C, …] in training, the statistics [C], and an empty tensor, where other devices keep what their gradient needs. */
export const batchNormWithUpdate: (
  input: Tensor,
  weight: Tensor | null,
  bias: Tensor | null,
  runningMean: Tensor | null,
  runningVar: Tensor | null,
  momentum: number,
  eps: number,
) => readonly [...Normalized, reserve: Tensor] = defineComposite(
  {
    name: "batchNormWithUpdate",
    torch: "ops.aten._batch_norm_with_update",
    aliases: ["_batch_norm_with_update"],
    access: "internal",
    signature: "input, weight, bias, runningMean, runningVar, momentum, eps",
    tex: "y = w\\, (x - \\mu) / \\sqrt{\\sigma^2 + \\varepsilon} + b",
    samples: (r) => [
      {
        input: r.normal([3, 2]),
        weight: r.normal([2]),
        bias: r.normal([2]),
        runningMean: null,
        runningVar: null,
        momentum: 0.1,
        eps: 0.1,
      },
    ],
  },
  (input, weight, bias, runningMean, runningVar, momentum, eps) => [
    ...nativeBatchNorm(input, weight, bias, runningMean, runningVar, true, momentum, eps),
    zeros([0], { dtype: "uint8" }),
  ],
);
