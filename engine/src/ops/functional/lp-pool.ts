/** Power-average pooling: the p-norm of each window. */
import { defineComposite } from "../../dispatch/define.ts";
import { requireTensor } from "../../dispatch/operand.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { abs, sign } from "../elementwise/absolute.ts";
import { mul, neg } from "../elementwise/arithmetic.ts";
import { pow } from "../elementwise/power.ts";
import { relu } from "./activation.ts";
import { avgPool1d, avgPool2d, avgPool3d } from "./avg-pool.ts";
import { imageDims } from "./image-dims.ts";
import { maxPool1d, maxPool2d, maxPool3d } from "./max-pool.ts";
import type { PoolRank } from "./pooling.ts";
import { type PerDim, perDim } from "./sliding.ts";

/** Options of `lpPool1d`, `lpPool2d` and `lpPool3d`. */
export interface LPPoolOptions {
  /** Distance between neighbouring windows; the window's size by default. */
  readonly stride?: PerDim | null;
  /** Whether the last window may end outside of the input. */
  readonly ceilMode?: boolean;
}

/** Power-average pooling of one rank. */
type LPPool = (input: Tensor, normType: number, kernelSize: PerDim, options?: LPPoolOptions) => Tensor;

const means: Readonly<Record<PoolRank, typeof avgPool1d>> = { 1: avgPool1d, 2: avgPool2d, 3: avgPool3d };
const maxima: Readonly<Record<PoolRank, typeof maxPool1d>> = { 1: maxPool1d, 2: maxPool2d, 3: maxPool3d };

/** Registers the function of a rank. */
function defineLPPool(rank: PoolRank): LPPool {
  const name = `lpPool${rank}d`;
  const sizes = [5, 4, 3].slice(0, rank);
  return defineComposite(
    {
      name,
      torch: `nn.functional.lp_pool${rank}d`,
      access: "function",
      signature: "input, normType, kernelSize, stride=null, ceilMode=false",
      dims: imageDims(rank),
      tex: "y_i = \\bigl(\\textstyle\\sum_k x_{s i + k}^p\\bigr)^{1/p}",
      samples: (r) => [
        { input: r.uniform([2, 1, ...sizes], 0.5, 2), normType: 3, kernelSize: 2 },
        { input: r.uniform([1, ...sizes], 0.5, 2), normType: 1.5, kernelSize: 2, stride: 1, ceilMode: true },
        { input: r.distinct([1, ...sizes]), normType: Number.POSITIVE_INFINITY, kernelSize: 2, stride: 1 },
      ],
    },
    (input: Tensor, normType: number, kernelSize: PerDim, options: LPPoolOptions = {}): Tensor => {
      const x = requireTensor(name, input);
      const { stride = null, ceilMode = false } = options;
      const largest = (y: Tensor): Tensor => maxima[rank](y, kernelSize, { stride, ceilMode, returnIndices: false });
      if (normType === Number.POSITIVE_INFINITY) return largest(abs(x));
      if (normType === Number.NEGATIVE_INFINITY) return neg(largest(neg(abs(x))));
      const elements = perDim(name, "kernelSize", kernelSize, rank, 1).reduce((a, b) => a * b, 1);
      const mean = means[rank](pow(x, normType), kernelSize, { stride, ceilMode });
      // the derivative of |m| sign(m) is 0 at 0, as in PyTorch
      return pow(mul(mul(sign(mean), relu(abs(mean))), elements), 1 / normType);
    },
  );
}

/**
 * Returns (Σ xᵖ)^(1/p) over each window of [N, C, L] or [C, L], p being `normType`. Powers are of the elements, not of their absolute values: for odd p negative
 * elements lower the sum. A window that ends outside counts as if it had its mean there. Infinity takes the largest absolute value. Sizes are computed as by
 * `avgPool1d`. The gradient of a window whose sum is 0 is NaN.
 * @throws ShapeError when a window is larger than the input; DTypeError for integers and bools.
 * @example lpPool1d(tensor([[3, 4, 6, 8]]), 2, 2).toArray(); // [[5, 10]]
 */
export const lpPool1d: LPPool = defineLPPool(1);

/**
 * Returns (Σ xᵖ)^(1/p) over each window of images [N, C, H, W] or [C, H, W], p being `normType`. Powers are of the elements, not of their absolute values: for odd p
 * negative elements lower the sum. A window that ends outside counts as if it had its mean there. Infinity takes the largest absolute value. Sizes are computed as by
 * `avgPool2d`. The gradient of a window whose sum is 0 is NaN.
 * @throws ShapeError when a window is larger than the image; DTypeError for integers and bools.
 * @example lpPool2d(tensor([[[1, 1], [1, 1]]]), 2, 2).toArray(); // [[[2]]]
 */
export const lpPool2d: LPPool = defineLPPool(2);

/**
 * Returns (Σ xᵖ)^(1/p) over each window of volumes [N, C, D, H, W] or [C, D, H, W], p being `normType`. Powers are of the elements, not of their absolute values: for
 * odd p negative elements lower the sum. A window that ends outside counts as if it had its mean there. Infinity takes the largest absolute value. Sizes are computed
 * as by `avgPool3d`. The gradient of a window whose sum is 0 is NaN.
 * @throws ShapeError when a window is larger than the volume; DTypeError for integers and bools.
 * @example lpPool3d(ones([1, 2, 2, 2]), 3, 2).toArray(); // [[[[2]]]]
 */
export const lpPool3d: LPPool = defineLPPool(3);
