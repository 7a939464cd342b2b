/** Cumulative sums and products, and softmax functions, of the elements that a mask selects. */
import { defineComposite } from "../../dispatch/define.ts";
import { requireTensor } from "../../dispatch/operand.ts";
import type { DType } from "../../tensor/dtype.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { softmin } from "../functional/gated-activation.ts";
import { logSoftmax, softmax } from "../functional/softmax.ts";
import { cumprod, cumsum } from "../reduce/cumulative.ts";
import { extremeOf, filled, type MaskOptions } from "./mask.ts";

type Scan = (input: Tensor, dim: number, options?: MaskOptions) => Tensor;

/** Defines a function along a dimension that keeps the shape, with the element that stands for those that are masked out. */
const scan = (
  name: string,
  torch: string,
  tex: string,
  fill: (dtype: DType) => number | bigint,
  run: (x: Tensor, dim: number, options: { readonly dtype: DType | null }) => Tensor,
): Scan =>
  defineComposite(
    {
      name,
      torch: `masked.${torch}`,
      access: "function",
      signature: "input, dim, dtype=null, mask=null",
      tex,
      samples: (r) => [
        { input: r.normal([2, 3]), dim: 1 },
        // a masked logarithm is -∞, of which there are no finite differences
        {
          input: r.normal([3, 2]),
          dim: 0,
          dtype: "float64",
          mask: r.integers([3, 1], torch === "log_softmax" ? 1 : 0, 2),
        },
      ],
    },
    (input: Tensor, dim: number, { dtype = null, mask = null }: MaskOptions = {}): Tensor => {
      const x = requireTensor(name, input);
      return run(filled(name, x, mask, fill(x.dtype)), dim, { dtype: dtype ?? x.dtype });
    },
  );

/**
 * Returns the sums of the elements up to each position along `dim`, of those where the mask is true, in the dtype of the input.
 * @throws IndexError for a dimension out of range, or a mask with more dimensions than the input.
 * @example masked.cumsum(tensor([1, 2, 4]), 0, { mask: tensor([true, false, true]) }).toArray(); // [1, 1, 5]
 */
export const maskedCumsum: Scan = scan(
  "maskedCumsum",
  "cumsum",
  "y_i = \\textstyle\\sum_{j \\le i} m_j x_j",
  () => 0,
  cumsum,
);

/**
 * Returns the products of the elements up to each position along `dim`, of those where the mask is true, in the dtype of the input.
 * @throws IndexError for a dimension out of range, or a mask with more dimensions than the input.
 * @example masked.cumprod(tensor([3, 2, 4]), 0, { mask: tensor([true, false, true]) }).toArray(); // [3, 3, 12]
 */
export const maskedCumprod: Scan = scan(
  "maskedCumprod",
  "cumprod",
  "y_i = \\textstyle\\prod_{j \\le i, m_j} x_j",
  () => 1,
  cumprod,
);

/**
 * Returns eˣ along `dim`, divided by its sum, of the elements where the mask is true, and 0 elsewhere; NaN along lines that are masked out.
 * @throws DTypeError for integers and bools, unless `dtype` is given; IndexError for a dimension out of range, or a mask with more dimensions than the input.
 * @example masked.softmax(tensor([1, 9, 1]), 0, { mask: tensor([true, false, true]) }).toArray(); // [0.5, 0, 0.5]
 */
export const maskedSoftmax: Scan = scan(
  "maskedSoftmax",
  "softmax",
  "y_i = m_i e^{x_i} / \\textstyle\\sum_j m_j e^{x_j}",
  (dtype) => extremeOf(dtype, false),
  softmax,
);

/**
 * Returns ln softmax(x) along `dim` of the elements where the mask is true, and -∞ elsewhere; NaN along lines that are masked out.
 * @throws DTypeError for integers and bools, unless `dtype` is given; IndexError for a dimension out of range, or a mask with more dimensions than the input.
 * @example masked.logSoftmax(tensor([1, 9]), 0, { mask: tensor([true, false]) }).toArray(); // [0, -Infinity]
 */
export const maskedLogSoftmax: Scan = scan(
  "maskedLogSoftmax",
  "log_softmax",
  "y_i = x_i - \\ln \\textstyle\\sum_j m_j e^{x_j}",
  (dtype) => extremeOf(dtype, false),
  logSoftmax,
);

/**
 * Returns the softmax of -x along `dim` of the elements where the mask is true, and 0 elsewhere; NaN along lines that are masked out.
 * @throws DTypeError for integers and bools, unless `dtype` is given; IndexError for a dimension out of range, or a mask with more dimensions than the input.
 * @example masked.softmin(tensor([1, 9, 1]), 0, { mask: tensor([true, false, true]) }).toArray(); // [0.5, 0, 0.5]
 */
export const maskedSoftmin: Scan = scan(
  "maskedSoftmin",
  "softmin",
  "y_i = m_i e^{-x_i} / \\textstyle\\sum_j m_j e^{-x_j}",
  (dtype) => extremeOf(dtype, true),
  softmin,
);
