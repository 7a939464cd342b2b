/** Initialization by the numbers of inputs and outputs of a layer, which keeps the variance of its outputs or gradients. */

import { ArgumentError, ShapeError } from "../../tensor/errors.ts";
import { defaultGenerator, type Generator } from "../../tensor/random.ts";
import { sizeOf } from "../../tensor/shape.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { normal_, uniform_ } from "./distributions.ts";

/** A function behind a layer, for which there is a gain. */
export type Nonlinearity =
  | "linear"
  | "conv1d"
  | "conv2d"
  | "conv3d"
  | "convTranspose1d"
  | "convTranspose2d"
  | "convTranspose3d"
  | "sigmoid"
  | "tanh"
  | "relu"
  | "leakyRelu"
  | "selu";

/**
 * Returns the factor of the standard deviation of weights before a nonlinearity: 1 for linear maps, convolutions and sigmoid, 5/3 for tanh, √2 for relu, √(2 / (1 +
 * param²)) for leakyRelu, whose negative slope is `param` (0.01 by default), and 3/4 for selu, as in PyTorch.
 * @throws ArgumentError for another nonlinearity.
 * @example nn.init.calculateGain("leakyRelu", 1); // 1
 */
export function calculateGain(nonlinearity: Nonlinearity, param = 0.01): number {
  switch (nonlinearity) {
    case "tanh":
      return 5 / 3;
    case "relu":
      return Math.SQRT2;
    case "leakyRelu":
      return Math.sqrt(2 / (1 + param ** 2));
    case "selu":
      return 3 / 4;
    default:
      return 1;
  }
}

/**
 * Returns the fan-in and fan-out of a weight [out, in, …kernel]: in and out, each times the number of kernel elements.
 * @throws ShapeError for fewer than 2 dimensions.
 * @example nn.init.fans(zeros([8, 3, 5, 5])); // [75, 200]
 */
export function fans(t: Tensor): readonly [fanIn: number, fanOut: number] {
  if (t.ndim < 2) throw new ShapeError("fans", "a weight must have at least 2 dimensions", [t.shape]);
  const field = sizeOf(t.shape.slice(2));
  return [t.shape[1] * field, t.shape[0] * field];
}

/** Returns gain √(2 / (fanIn + fanOut)), the standard deviation of Glorot and Bengio, or 0 for a weight without elements. */
function xavierDeviation(op: string, t: Tensor, gain: number): number {
  if (!Number.isFinite(gain)) throw new ArgumentError(op, `gain must be a finite number, but got ${gain}`);
  const [fanIn, fanOut] = fans(t);
  return t.numel() === 0 ? 0 : Math.abs(gain) * Math.sqrt(2 / (fanIn + fanOut));
}

/**
 * Fills a weight with uniform numbers within ±gain √(6 / (fanIn + fanOut)), with a gain of 1 by default, and returns it. Source: Glorot and Bengio, 2010.
 * @throws ShapeError for fewer than 2 dimensions.
 * @example nn.init.xavierUniform_(zeros([2, 4])).abs().amax().item() <= 1; // true
 */
export function xavierUniform_(t: Tensor, gain = 1, generator: Generator = defaultGenerator): Tensor {
  const bound = Math.sqrt(3) * xavierDeviation("xavierUniform_", t, gain);
  return uniform_(t, -bound, bound, generator);
}

/**
 * Fills a weight with normal numbers of mean 0 and standard deviation gain √(2 / (fanIn + fanOut)), with a gain of 1 by default, and returns it. Source: Glorot and
 * Bengio, 2010.
 * @throws ShapeError for fewer than 2 dimensions.
 * @example nn.init.xavierNormal_(zeros([2, 4]), 0).toArray(); // [[0, 0, 0, 0], [0, 0, 0, 0]]
 */
export function xavierNormal_(t: Tensor, gain = 1, generator: Generator = defaultGenerator): Tensor {
  return normal_(t, 0, xavierDeviation("xavierNormal_", t, gain), generator);
}

/** Options of `kaimingUniform_` and `kaimingNormal_`. */
export interface KaimingOptions {
  /** Negative slope of the leaky ReLU that follows, 0 by default. √5 makes the bound 1 / √fanIn, as in PyTorch's layers. */
  readonly a?: number;
  /** Whether the variance of activations is kept in the forward pass ("fanIn", the default), or that of gradients in the backward pass. */
  readonly mode?: "fanIn" | "fanOut";
  /** The function that follows, "leakyRelu" by default; its gain is that of `calculateGain`. */
  readonly nonlinearity?: Nonlinearity;
  readonly generator?: Generator;
}

/** Returns gain / √fan, the standard deviation of He et al., or 0 for a weight without elements. */
function kaimingDeviation(
  op: string,
  t: Tensor,
  { a = 0, mode = "fanIn", nonlinearity = "leakyRelu" }: KaimingOptions,
): number {
  if (!Number.isFinite(a)) throw new ArgumentError(op, `a must be a finite number, but got ${a}`);
  const [fanIn, fanOut] = fans(t);
  return t.numel() === 0 ? 0 : calculateGain(nonlinearity, a) / Math.sqrt(mode === "fanIn" ? fanIn : fanOut);
}

/**
 * Fills a weight with uniform numbers within ±gain √(3 / fan), which keeps the variance through layers with (leaky) ReLU, and returns it. The gain is that of
 * `calculateGain`, by default √(2 / (1 + a²)), and the fan the one that `mode` names, by default the fan-in. Source: He et al., 2015.
 * @throws ShapeError for fewer than 2 dimensions.
 * @example nn.init.kaimingUniform_(zeros([4, 6])).abs().amax().item() <= 1; // true
 */
export function kaimingUniform_(t: Tensor, options: KaimingOptions = {}): Tensor {
  const bound = Math.sqrt(3) * kaimingDeviation("kaimingUniform_", t, options);
  return uniform_(t, -bound, bound, options.generator);
}

/**
 * Fills a weight with normal numbers of mean 0 and standard deviation gain / √fan, which keeps the variance through layers with (leaky) ReLU, and returns it. The
 * gain is that of `calculateGain`, by default √(2 / (1 + a²)), and the fan the one that `mode` names, by default the fan-in. Source: He et al., 2015.
 * @throws ShapeError for fewer than 2 dimensions.
 * @example nn.init.kaimingNormal_(zeros([4, 6]), { mode: "fanOut", nonlinearity: "relu" }).shape; // [4, 6]
 */
export function kaimingNormal_(t: Tensor, options: KaimingOptions = {}): Tensor {
  return normal_(t, 0, kaimingDeviation("kaimingNormal_", t, options), options.generator);
}
