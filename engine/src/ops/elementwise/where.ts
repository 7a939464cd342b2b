/** Choosing between two tensors by a condition. */

import { complexElements } from "../../dispatch/complex-loops.ts";
import { defineOp, type Run } from "../../dispatch/define.ts";
import { visitElements } from "../../dispatch/loops.ts";
import { type Operand, requireTensor, toOperand } from "../../dispatch/operand.ts";
import { resultType } from "../../tensor/dtype.ts";
import { DTypeError } from "../../tensor/errors.ts";
import { broadcastShapes, broadcastStrides, contiguousStrides } from "../../tensor/shape.ts";
import type { Tensor } from "../../tensor/tensor.ts";

const whereOp: Run<null> = defineOp<null>({
  name: "where",
  stops: "choice",
  torch: "where",
  access: "method",
  signature: "condition, input, other",
  label: () => "where",
  tex: { forward: "y = c\\, x + (1 - c)\\, z", vjp: "\\bar x = c\\, \\bar y,\\ \\bar z = (1 - c)\\, \\bar y" },
  keepsFinite: "both",
  outputs: ([c, x, z]) => {
    if (c.dtype !== "bool") throw new DTypeError("where", "the condition must be bool", [c.dtype]);
    return { shape: broadcastShapes("where", [c.shape, x.shape, z.shape]), dtype: resultType([x, z]) };
  },
  kernel: (out, [c, x, z], { inputs, outputs: [y] }) => {
    const strides = inputs.map((m) => broadcastStrides(m.shape, contiguousStrides(m.shape), y.shape));
    visitElements(y.shape, strides, (at, [i, j, k]) => {
      out[at] = c[i] !== 0 ? x[j] : z[k];
    });
  },
  complex: (out, [c, ...values], { inputs, outputs: [y] }) => {
    const strides = inputs.map((m) => broadcastStrides(m.shape, contiguousStrides(m.shape), y.shape));
    const [x, z] = values.map((v, i) => complexElements(v, inputs[i + 1].dtype, y.dtype));
    visitElements(y.shape, strides, (at, [i, j, k]) => {
      const [from, p] = c[i] !== 0 ? [x, 2 * j] : [z, 2 * k];
      out[2 * at] = from[p];
      out[2 * at + 1] = from[p + 1];
    });
  },
  saves: { inputs: [0] },
  vjp: (g, { inputs: [c], needs }) => [null, needs[1] ? where(c, g, 0) : null, needs[2] ? where(c, 0, g) : null],
  jvp: ([, dx, dz], { inputs: [c] }) => where(c, dx ?? 0, dz ?? 0),
  batch: "elementwise",
  samples: (r) => [
    { condition: r.integers([2, 3], 0, 2).to("bool"), input: r.normal([2, 3]), other: r.normal([3]) },
    { condition: r.integers([2, 1], 0, 2).to("bool"), input: r.normal([]), other: r.normal([1, 3]) },
  ],
  call: where,
});

/**
 * Returns the elements of `input` where the condition is true, else those of `other`, with broadcasting. The gradient flows to the chosen operand only.
 * Where the computation of the other one has an infinite or NaN derivative, 0 times that is still NaN in its inputs, so keep those inside its domain.
 * @throws DTypeError for a condition that is not bool; ShapeError when the shapes do not broadcast.
 * @example where(tensor([true, false]), 1, tensor([5, 6])).toArray(); // [1, 6]
 */
export function where(condition: Tensor, input: Operand, other: Operand): Tensor {
  return whereOp([requireTensor("where", condition), toOperand("where", input), toOperand("where", other)], null);
}

declare module "../../tensor/tensor.ts" {
  interface Tensor {
    /** Returns the elements of this tensor where the condition is true, else those of `other`. */
    where(condition: Tensor, other: Operand): Tensor;
  }
}
