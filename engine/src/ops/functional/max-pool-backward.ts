/** PyTorch's op of the gradient of two-dimensional maximum pooling. */
import { defineComposite } from "../../dispatch/define.ts";
import { requireFloat, requireTensor } from "../../dispatch/operand.ts";
import { ShapeError } from "../../tensor/errors.ts";
import { sameShape } from "../../tensor/shape.ts";
import { fromArray, type Tensor } from "../../tensor/tensor.ts";
import { add } from "../elementwise/arithmetic.ts";
import { unsqueeze } from "../shape/expand.ts";
import { constantOf } from "./constant-of.ts";
import { addedAt } from "./max-positions.ts";
import { pooledShape, poolParams } from "./pooling.ts";
import { onBatch, type PerDim } from "./sliding.ts";

const name = "maxPool2dWithIndicesBackward";

/** Returns the cotangent of the input of `maxPool2d` for the cotangents and the indices of its results; it is linear in the former, and constant in the input. */
export const maxPool2dWithIndicesBackward: (
  gradOutput: Tensor,
  input: Tensor,
  kernelSize: PerDim,
  stride: PerDim | null,
  padding: PerDim,
  dilation: PerDim,
  ceilMode: boolean,
  indices: Tensor,
) => Tensor = defineComposite(
  {
    name,
    torch: "ops.aten.max_pool2d_with_indices_backward",
    aliases: ["max_pool2d_with_indices_backward"],
    access: "internal",
    signature: "gradOutput, input, kernelSize, stride, padding, dilation, ceilMode, indices",
    tex: "\\bar x_i = \\textstyle\\sum_{p:\\, i = k_p} \\bar y_p",
    samples: (r) => [
      {
        gradOutput: r.normal([1, 2, 2]),
        input: r.normal([1, 4, 3]),
        kernelSize: [2, 1],
        stride: 2,
        padding: 0,
        dilation: 1,
        ceilMode: false,
        indices: fromArray(Int32Array.of(0, 5, 6, 5), "int32", [1, 2, 2]),
      },
    ],
  },
  (gradOutput, input, kernelSize, stride, padding, dilation, ceilMode, indices) => {
    const x = requireTensor(name, input);
    const [g, positions] = [requireTensor(name, gradOutput), requireTensor(name, indices)];
    requireFloat(name, x.dtype);
    const params = poolParams(name, 2, kernelSize, { stride, padding, dilation, ceilMode });
    const [result] = onBatch(name, x, 2, (all) => {
      const [from, at] = [g, positions].map((t) => (t.ndim === all.ndim ? t : unsqueeze(t, 0)));
      const shape = pooledShape(name, all, params);
      for (const t of [from, at])
        if (!sameShape(t.shape, shape))
          throw new ShapeError(name, "gradOutput and indices must have the shape of the result", [shape, t.shape]);
      return [add(addedAt(all, at, from), constantOf(all, 0))];
    });
    return result;
  },
);
