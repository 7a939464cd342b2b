/** In-place forms that PyTorch has as functions alone: of activations, and of dropout. */
import { registered, registerInPlace } from "../../dispatch/registry.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { updateInPlace } from "../inplace.ts";
import { dropout } from "./dropout.ts";
import { alphaDropout, dropout2d, featureAlphaDropout } from "./feature-dropout.ts";
import { rrelu } from "./gated-activation.ts";
import { hardtanh, leakyRelu, threshold } from "./piecewise-activation.ts";
import { celu, elu, selu } from "./smooth-activation.ts";

/** Returns the in-place form of a function of a tensor, and adds it to the registry under its name in PyTorch. */
function inPlace<A extends readonly unknown[]>(
  name: string,
  f: (input: Tensor, ...args: A) => Tensor,
): (input: Tensor, ...args: A) => Tensor {
  const operator = registered.get(name.slice(0, -1));
  if (operator === undefined) throw new Error(`no op is called ${name.slice(0, -1)}`);
  const call = (input: Tensor, ...args: A): Tensor =>
    updateInPlace(name, input, f as (x: Tensor, ...args: readonly unknown[]) => Tensor, args);
  registerInPlace(name, operator, call);
  return call;
}

/**
 * Replaces each element by its `celu`, and returns the tensor.
 * @throws ArgumentError for an alpha of 0; DTypeError for integers and bools; GradError for a leaf that requires a gradient.
 * @example celu_(tensor([-1000, 3]), { alpha: 2 }).toArray(); // [-2, 3]
 */
export const celu_: typeof celu = inPlace("celu_", celu);

/**
 * Replaces each element by its `elu`, and returns the tensor.
 * @throws DTypeError for integers and bools; GradError for a leaf that requires a gradient.
 * @example elu_(tensor([-1000, 3])).toArray(); // [-1, 3]
 */
export const elu_: typeof elu = inPlace("elu_", elu);

/**
 * Limits each element to [minVal, maxVal], and returns the tensor.
 * @throws ArgumentError when minVal > maxVal; DTypeError for bools; GradError for a leaf that requires a gradient.
 * @example hardtanh_(tensor([-2, 0.5, 3])).toArray(); // [-1, 0.5, 1]
 */
export const hardtanh_: typeof hardtanh = inPlace("hardtanh_", hardtanh);

/**
 * Multiplies negative elements by `negativeSlope`, and returns the tensor.
 * @throws DTypeError for integers and bools; GradError for a leaf that requires a gradient.
 * @example leakyRelu_(tensor([-2, 3]), { negativeSlope: 0.5 }).toArray(); // [-1, 3]
 */
export const leakyRelu_: typeof leakyRelu = inPlace("leakyRelu_", leakyRelu);

/**
 * Multiplies negative elements by factors, in training by random ones, and returns the tensor.
 * @throws ArgumentError when lower > upper; DTypeError for integers and bools; GradError for a leaf that requires a gradient.
 * @example rrelu_(tensor([-4, 3]), { lower: 0.2, upper: 0.3 }).toArray(); // [-1, 3]
 */
export const rrelu_: typeof rrelu = inPlace("rrelu_", rrelu);

/**
 * Replaces each element by its `selu`, and returns the tensor.
 * @throws DTypeError for integers and bools; GradError for a leaf that requires a gradient.
 * @example selu_(tensor([0])).toArray(); // [0]
 */
export const selu_: typeof selu = inPlace("selu_", selu);

/**
 * Replaces elements that are at most `threshold` by `value`, and returns the tensor.
 * @throws DTypeError for bools; GradError for a leaf that requires a gradient.
 * @example threshold_(tensor([-2, 3]), 1, 0.5).toArray(); // [0.5, 3]
 */
export const threshold_: typeof threshold = inPlace("threshold_", threshold);

/**
 * Sets elements to 0 with probability `p`, multiplies the others by 1 / (1 - p), and returns the tensor.
 * @throws ArgumentError for a `p` outside of [0, 1]; GradError for a leaf that requires a gradient.
 * @example dropout_(tensor([1, 2]), { p: 1 }).toArray(); // [0, 0]
 */
export const dropout_: typeof dropout = inPlace("dropout_", dropout);

/**
 * Applies `alphaDropout` to the tensor, and returns it.
 * @throws ArgumentError for a `p` outside of [0, 1]; DTypeError for integers and bools in training; GradError for a leaf that requires a gradient.
 * @example alphaDropout_(tensor([1, 2])).toArray(); // [1, 2]
 */
export const alphaDropout_: typeof alphaDropout = inPlace("alphaDropout_", alphaDropout);

/**
 * Sets whole channels of the tensor [N, C, …] to 0 with probability `p`, multiplies the others by 1 / (1 - p), and returns the tensor.
 * @throws ArgumentError for a `p` outside of [0, 1]; ShapeError for less than two dimensions; GradError for a leaf that requires a gradient.
 * @example featureDropout_(tensor([[1, 2]]), { p: 1 }).toArray(); // [[0, 0]]
 */
export const featureDropout_: typeof dropout2d = inPlace("featureDropout_", dropout2d);

/**
 * Applies `featureAlphaDropout` to the tensor, and returns it.
 * @throws ArgumentError for a `p` outside of [0, 1]; ShapeError for less than two dimensions, in training; GradError for a leaf that requires a gradient.
 * @example featureAlphaDropout_(tensor([[1, 2]])).toArray(); // [[1, 2]]
 */
export const featureAlphaDropout_: typeof featureAlphaDropout = inPlace("featureAlphaDropout_", featureAlphaDropout);
