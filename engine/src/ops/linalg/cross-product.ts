/** The op of cross products along a dimension. */

import { defineOp, type Run } from "../../dispatch/define.ts";
import { addTerms } from "../../dispatch/derivatives.ts";
import { sizesAround } from "../../dispatch/loops.ts";
import { resultType } from "../../tensor/dtype.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { expand, unsqueeze } from "../shape/expand.ts";

/** Parameters of the op. */
interface Along {
  readonly dim: number;
}

const crossOp: Run<Along> = defineOp<Along>({
  name: "crossProduct",
  torch: "ops.aten.linalg_cross",
  access: "internal",
  signature: "input, other, dim",
  label: ({ dim }) => `× dim ${dim}`,
  tex: { forward: "y = x \\times z", vjp: "\\bar x = z \\times \\bar y,\\ \\bar z = \\bar y \\times x" },
  outputs: ([x, z]) => ({ shape: x.shape, dtype: resultType([x, z]) }),
  kernel: (out, [x, z], { params: { dim }, outputs: [{ shape }] }) => {
    const [outer, , inner] = sizesAround(shape, dim);
    for (let o = 0; o < outer; o++)
      for (let i = 0; i < inner; i++) {
        const a = 3 * o * inner + i;
        const [b, c] = [a + inner, a + 2 * inner];
        out[a] = x[b] * z[c] - x[c] * z[b];
        out[b] = x[c] * z[a] - x[a] * z[c];
        out[c] = x[a] * z[b] - x[b] * z[a];
      }
  },
  complex: "products",
  saves: [{ inputs: [1] }, { inputs: [0] }],
  vjp: (g, { inputs, params, needs }) => [
    needs[0] ? crossOp([inputs[1], g], params) : null,
    needs[1] ? crossOp([g, inputs[0]], params) : null,
  ],
  jvp: ([dx, dz], { inputs: [x, z], params }) =>
    [dx === null ? [] : [crossOp([dx, z], params)], dz === null ? [] : [crossOp([x, dz], params)]]
      .flat()
      .reduce(addTerms),
  batch: (inputs, batched, { dim }, size) =>
    crossOp(
      inputs.map((t, i) => (batched[i] ? t : expand(unsqueeze(t, 0), [size, ...t.shape]))),
      { dim: dim + 1 },
    ),
  samples: (r) => [
    { input: r.normal([2, 3]), other: r.normal([2, 3]), dim: 1 },
    { input: r.normal([3, 2]), other: r.normal([3, 2]), dim: 0 },
  ],
  call: (input: Tensor, other: Tensor, dim: number) => crossOp([input, other], { dim }),
});

/** Returns the cross products of tensors of one shape along a dimension of size 3. */
export const crossProduct = (x: Tensor, z: Tensor, dim: number): Tensor => crossOp([x, z], { dim });
