/** Internal ops of PyTorch on softmax: its gradient, and one that gives 0 for rows of -∞. */
import { defineComposite } from "../../dispatch/define.ts";
import { noGrad } from "../../tape/graph/mode.ts";
import type { DType } from "../../tensor/dtype.ts";
import { normalizeDim } from "../../tensor/shape.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { mul, sub } from "../elementwise/arithmetic.ts";
import { eq } from "../elementwise/compare.ts";
import { to } from "../elementwise/convert.ts";
import { where } from "../elementwise/where.ts";
import { amax } from "../reduce/max.ts";
import { sum } from "../reduce/sum.ts";
import { softmax } from "./softmax.ts";

/** Returns the cotangent of the input of softmax, from that of its output. */
export const softmaxBackwardData: (gradOutput: Tensor, output: Tensor, dim: number, inputDtype: DType) => Tensor =
  defineComposite(
    {
      name: "softmaxBackwardData",
      torch: "_softmax_backward_data",
      access: "internal",
      signature: "gradOutput, output, dim, inputDtype",
      tex: "\\bar x = y \\odot (\\bar y - \\textstyle\\sum_j \\bar y_j y_j)",
      samples: (r) => [{ gradOutput: r.normal([2, 3]), output: r.normal([2, 3]), dim: 1, inputDtype: "float64" }],
    },
    (gradOutput: Tensor, output: Tensor, dim: number, inputDtype: DType): Tensor => {
      const along = normalizeDim("softmaxBackwardData", dim, output.ndim);
      const dot = sum(mul(gradOutput, output), output.ndim === 0 ? { keepdim: true } : { dim: along, keepdim: true });
      return to(mul(output, sub(gradOutput, dot)), inputDtype);
    },
  );

/** Returns the softmax along a dimension, but 0 along lines of -∞, which have no gradient. */
export const safeSoftmax: (input: Tensor, dim: number, options?: { readonly dtype?: DType | null }) => Tensor =
  defineComposite(
    {
      name: "safeSoftmax",
      torch: "ops.aten._safe_softmax",
      access: "internal",
      signature: "input, dim, dtype=null",
      tex: "y_i = e^{x_i} / \\textstyle\\sum_j e^{x_j}",
      samples: (r) => [
        { input: r.normal([2, 3]), dim: 1 },
        { input: r.normal([2, 3]), dim: 0, dtype: "float64" },
      ],
    },
    (input: Tensor, dim: number, { dtype = null }: { readonly dtype?: DType | null } = {}): Tensor => {
      const along = normalizeDim("safeSoftmax", dim, input.ndim);
      const x = dtype === null ? input : to(input, dtype);
      if (x.shape[along] === 0) return softmax(x, dim);
      const dead = noGrad(() =>
        eq(amax(x, x.ndim === 0 ? { keepdim: true } : { dim: along, keepdim: true }), -Infinity),
      );
      // the scores are replaced too: softmax and its gradient of a line of -∞ would be NaN
      return where(dead, 0, softmax(where(dead, 0, x), dim));
    },
  );
