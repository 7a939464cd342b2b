/** Convolutions (cross-correlations, as in PyTorch) over one, two or three dimensions, and their transposes. */

import { requireTensor } from "../../dispatch/operand.ts";
import { isComplex } from "../../tensor/dtype.ts";
import { ArgumentError, ShapeError } from "../../tensor/errors.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { add } from "../elementwise/arithmetic.ts";
import { reshape } from "../shape/reshape.ts";
import { type ConvOps, type ConvRank, defineConvOps } from "./conv-ops.ts";
import type { Conv } from "./correlate.ts";
import { onBatch, type PerDim, perDim, windowExtent } from "./sliding.ts";

/** Options of convolutions. */
export interface ConvOptions {
  /** Added to the result: one element for each output channel, [O]. */
  readonly bias?: Tensor | null;
  /** Distance between neighbouring positions of the window; 1 by default. */
  readonly stride?: PerDim;
  /** Zeros added on both sides; `"same"` keeps the size (stride 1 only), `"valid"` adds none. */
  readonly padding?: PerDim | "same" | "valid";
  /** Distance between neighbouring elements of the window; 1 by default. */
  readonly dilation?: PerDim;
  /** Number of groups of channels: the outputs of a group depend on the inputs of the same group only. */
  readonly groups?: number;
}

/** Options of transposed convolutions. */
export interface ConvTransposeOptions extends Omit<ConvOptions, "padding"> {
  /** Padding of the convolution that is transposed: the result is smaller by so much on both sides. */
  readonly padding?: PerDim;
  /** Extra size of the result on one side, which resolves the ambiguity of the size where the stride is above 1. */
  readonly outputPadding?: PerDim;
}

/** A convolution of one rank; the bias is given by itself or among the options. */
type Convolution = (input: Tensor, weight: Tensor, options?: Tensor | null | ConvOptions, more?: ConvOptions) => Tensor;

/** A transposed convolution of one rank; the bias is given by itself or among the options. */
type TransposedConvolution = (
  input: Tensor,
  weight: Tensor,
  options?: Tensor | null | ConvTransposeOptions,
  more?: ConvTransposeOptions,
) => Tensor;

/** Returns a list of the tensor, or an empty one. */
const optional = (x: Tensor | null | undefined): Tensor[] => (x === null || x === undefined ? [] : [x]);

/** Returns the options of `conv2d(x, w, bias, options)`, or of `conv2d(x, w, { bias, … })`. */
function merged<O extends { readonly bias?: Tensor | null }>(second: Tensor | null | O | undefined, more: O): O {
  if (second === null || second === undefined) return more;
  return "storage" in second ? { ...more, bias: second } : second;
}

/** Returns the parameters that both kinds of convolution have. */
function commonParams(
  op: string,
  rank: ConvRank,
  weight: Tensor,
  { stride = 1, dilation = 1, groups = 1 }: ConvOptions | ConvTransposeOptions,
): Omit<Conv, "padding"> {
  if (requireTensor(op, weight).ndim !== rank + 2)
    throw new ShapeError(op, `the weight must have ${rank + 2} dimensions`, [weight.shape]);
  if (!Number.isInteger(groups) || groups < 1)
    throw new ArgumentError(op, `groups must be an integer of at least 1, but got ${groups}`);
  return {
    kernel: weight.shape.slice(2),
    stride: perDim(op, "stride", stride, rank, 1),
    dilation: perDim(op, "dilation", dilation, rank, 1),
    groups,
  };
}

/** Runs a convolution with its bias; of complex numbers it is a product, to which the bias is added. */
function withBias(run: (xs: readonly Tensor[]) => Tensor, x: Tensor, weight: Tensor, bias?: Tensor | null): Tensor {
  if (!bias || !isComplex(x.dtype)) return run([x, weight, ...optional(bias)]);
  const y = run([x, weight]);
  return add(y, reshape(bias, [-1, ...new Array<number>(y.ndim - 2).fill(1)]));
}

/** Returns the convolution of one rank, as a public function. */
const convolution =
  (rank: ConvRank, ops: () => ConvOps): Convolution =>
  (input, weight, second, more = {}) => {
    const name = `conv${rank}d`;
    const options = merged(second, more);
    const common = commonParams(name, rank, weight, options);
    const { padding = 0, bias } = options;
    if (padding === "same" && common.stride.some((n) => n !== 1))
      throw new ArgumentError(name, 'padding "same" needs a stride of 1');
    const total = common.kernel.map((k, d) => windowExtent(k, common.dilation[d]) - 1);
    const amounts =
      padding === "same"
        ? total.map((n) => Math.ceil(n / 2))
        : padding === "valid"
          ? total.map(() => 0)
          : perDim(name, "padding", padding, rank, 0);
    const [result] = onBatch(name, input, rank, (x) => {
      const y = withBias((xs) => ops().conv(xs, { ...common, padding: amounts }), x, weight, bias);
      // an odd total is padded more on the right: the first position is dropped
      if (padding !== "same") return [y];
      return [total.reduce((cut, n, d) => (n % 2 === 1 ? cut.narrow(d + 2, 1, cut.shape[d + 2] - 1) : cut), y)];
    });
    return result;
  };

/** Returns the transposed convolution of one rank, as a public function. */
const transposedConvolution =
  (rank: ConvRank, ops: () => ConvOps): TransposedConvolution =>
  (input, weight, second, more = {}) => {
    const name = `convTranspose${rank}d`;
    const options = merged(second, more);
    const common = commonParams(name, rank, weight, options);
    const { kernel, stride, dilation } = common;
    const padding = perDim(name, "padding", options.padding ?? 0, rank, 0);
    const extra = perDim(name, "outputPadding", options.outputPadding ?? 0, rank, 0);
    if (extra.some((n, d) => n >= Math.max(stride[d], dilation[d])))
      throw new ArgumentError(name, "outputPadding must be smaller than the stride or the dilation");
    const [result] = onBatch(name, input, rank, (x) => {
      const size = x.shape
        .slice(2)
        .map((n, d) => (n - 1) * stride[d] - 2 * padding[d] + windowExtent(kernel[d], dilation[d]) + extra[d]);
      return [withBias((xs) => ops().transposed(xs, { ...common, padding, size }), x, weight, options.bias)];
    });
    return result;
  };

/** Returns the public functions of a rank, and registers its ops. */
function functionsOf(rank: ConvRank): readonly [conv: Convolution, transposed: TransposedConvolution] {
  const conv = convolution(rank, () => ops);
  const transposed = transposedConvolution(rank, () => ops);
  const ops = defineConvOps(rank, conv, transposed);
  return [conv, transposed];
}

const [line, transposedLine] = functionsOf(1);
const [image, transposedImage] = functionsOf(2);
const [volume, transposedVolume] = functionsOf(3);

/**
 * Convolution of [N, C, L] or [C, L] with windows [O, C / groups, k]: [N, O, L′] or [O, L′], where
 * L′ = ⌊(L + 2 padding - dilation (k - 1) - 1) / stride⌋ + 1. The windows are not flipped.
 * @throws ShapeError when channels do not match, or when a window is larger than the padded input.
 * @example conv1d(tensor([[[1, 2, 3]]]), tensor([[[1, 1]]])).toArray(); // [[[3, 5]]]
 */
export const conv1d: Convolution = line;

/**
 * Convolution of images [N, C, H, W] or [C, H, W] with windows [O, C / groups, kH, kW]: [N, O, H′, W′] or [O, H′, W′], where
 * H′ = ⌊(H + 2 padding - dilation (kH - 1) - 1) / stride⌋ + 1. The windows are not flipped.
 * @throws ShapeError when channels do not match, or when a window is larger than the padded image.
 * @example conv2d(ones([1, 1, 3, 3]), ones([1, 1, 2, 2])).toArray(); // [[[[4, 4], [4, 4]]]]
 */
export const conv2d: Convolution = image;

/**
 * Convolution of volumes [N, C, D, H, W] or [C, D, H, W] with windows [O, C / groups, kD, kH, kW]. Sizes are computed as by `conv2d`.
 * @throws ShapeError when channels do not match, or when a window is larger than the padded volume.
 * @example conv3d(ones([1, 1, 2, 2, 2]), ones([1, 1, 2, 2, 2])).toArray(); // [[[[[8]]]]]
 */
export const conv3d: Convolution = volume;

/**
 * Transposed convolution of [N, C, L] or [C, L] with windows [C, O / groups, k]: [N, O, L′] or [O, L′], where
 * L′ = (L - 1) stride - 2 padding + dilation (k - 1) + 1 + outputPadding. It is the gradient of `conv1d` with respect to its input.
 * @throws ShapeError when channels do not match, or when the result would have no elements.
 * @example convTranspose1d(tensor([[[1, 2]]]), tensor([[[1, 1]]])).toArray(); // [[[1, 3, 2]]]
 */
export const convTranspose1d: TransposedConvolution = transposedLine;

/**
 * Transposed convolution of images [N, C, H, W] or [C, H, W] with windows [C, O / groups, kH, kW]. Sizes are computed as by `convTranspose1d`. It is the gradient
 * of `conv2d` with respect to its input.
 * @throws ShapeError when channels do not match, or when the result would have no elements.
 * @example convTranspose2d(ones([1, 1, 1, 1]), ones([1, 1, 2, 2])).toArray(); // [[[[1, 1], [1, 1]]]]
 */
export const convTranspose2d: TransposedConvolution = transposedImage;

/**
 * Transposed convolution of volumes [N, C, D, H, W] or [C, D, H, W] with windows [C, O / groups, kD, kH, kW]. Sizes are computed as by `convTranspose1d`. It is the
 * gradient of `conv3d` with respect to its input.
 * @throws ShapeError when channels do not match, or when the result would have no elements.
 * @example convTranspose3d(ones([1, 1, 1, 1, 1]), ones([1, 1, 1, 1, 2])).toArray(); // [[[[[1, 1]]]]]
 */
export const convTranspose3d: TransposedConvolution = transposedVolume;
