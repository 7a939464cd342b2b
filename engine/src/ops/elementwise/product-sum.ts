/** The op of a sum of a tensor and a multiple of a product, of floats. */
import { defineOp, type Run } from "../../dispatch/define.ts";
import { addTerms } from "../../dispatch/derivatives.ts";
import { visitElements } from "../../dispatch/loops.ts";
import type { Meta } from "../../tensor/meta.ts";
import { broadcastShapes, broadcastStrides, contiguousStrides, sameShape } from "../../tensor/shape.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { matmul } from "../linalg/matmul.ts";
import { squeeze, unsqueeze } from "../shape/expand.ts";
import { mul } from "./arithmetic.ts";

/** The factor of the product. */
interface Factor {
  readonly factor: number;
}

const scaled = (x: Tensor, { factor }: Factor): Tensor => (factor === 1 ? x : mul(x, factor));

/** Returns v g t. */
const times = (g: Tensor, t: Tensor, params: Factor): Tensor => scaled(mul(g, t), params);

/** Returns v g t for an operand; of a column and a row it is summed, as the product of a matrix and a vector. */
function cotangent(g: Tensor, t: Tensor, { shape }: Meta, params: Factor): Tensor {
  const [rows, columns] = g.shape;
  if (g.ndim === 2 && sameShape(shape, [rows, 1]) && sameShape(t.shape, [columns]))
    return scaled(unsqueeze(matmul(g, t), 1), params);
  if (g.ndim === 2 && sameShape(shape, [columns]) && sameShape(t.shape, [rows, 1]))
    return scaled(matmul(squeeze(t, 1), g), params);
  return times(g, t, params);
}

const productSumOp: Run<Factor> = defineOp<Factor>({
  name: "productSum",
  torch: "ops.aten.addcmul",
  access: "internal",
  signature: "input, tensor1, tensor2, factor",
  label: () => "addcmul",
  tex: {
    forward: "y = x + v\\, a\\, b",
    vjp: "\\bar x = \\bar y,\\ \\bar a = v\\, b\\, \\bar y,\\ \\bar b = v\\, a\\, \\bar y",
  },
  outputs: ([x, a, b]) => ({ shape: broadcastShapes("addcmul", [x.shape, a.shape, b.shape]), dtype: x.dtype }),
  kernel: (out, [x, a, b], { params: { factor }, inputs, outputs: [{ shape }] }) => {
    const strides = inputs.map((m) => broadcastStrides(m.shape, contiguousStrides(m.shape), shape));
    visitElements(shape, strides, (at, [i, j, k]) => {
      out[at] = x[i] + factor * a[j] * b[k];
    });
  },
  saves: [{}, { inputs: [2] }, { inputs: [1] }],
  vjp: (g, { inputs, metas, needs, params }) => [
    needs[0] ? g : null,
    needs[1] ? cotangent(g, inputs[2], metas[1], params) : null,
    needs[2] ? cotangent(g, inputs[1], metas[2], params) : null,
  ],
  jvp: ([dx, da, db], { inputs, params }) =>
    [
      dx === null ? [] : [dx],
      da === null ? [] : [times(da, inputs[2], params)],
      db === null ? [] : [times(db, inputs[1], params)],
    ]
      .flat()
      .reduce(addTerms),
  batch: "elementwise",
  samples: (r) => [
    { input: r.normal([2, 3]), tensor1: r.normal([3]), tensor2: r.normal([2, 1]), factor: 1 },
    { input: r.normal([3]), tensor1: r.normal([2, 3]), tensor2: r.normal([]), factor: -0.5 },
  ],
  call: (input: Tensor, tensor1: Tensor, tensor2: Tensor, factor: number) =>
    productSumOp([input, tensor1, tensor2], { factor }),
});

/** Whether tensors are of float32, or all of float64. */
export const areSameFloats = ([first, ...others]: readonly Tensor[]): boolean =>
  (first.dtype === "float32" || first.dtype === "float64") && others.every((t) => t.dtype === first.dtype);

/** Returns x + factor a b for floats of one dtype. */
export const productSum = (x: Tensor, a: Tensor, b: Tensor, factor: number): Tensor =>
  productSumOp([x, a, b], { factor });
