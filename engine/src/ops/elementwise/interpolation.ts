/** The op of linear interpolation of floats. */
import { defineOp, type Run } from "../../dispatch/define.ts";
import { addTerms } from "../../dispatch/derivatives.ts";
import { visitElements } from "../../dispatch/loops.ts";
import { broadcastShapes, broadcastStrides, contiguousStrides } from "../../tensor/shape.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { mul, sub } from "./arithmetic.ts";

const interpolateOp: Run<null> = defineOp<null>({
  name: "lerpFloats",
  torch: "ops.aten.lerp",
  access: "internal",
  signature: "input, end, weight",
  label: () => "lerp",
  tex: {
    forward: "y = x + w (z - x)",
    vjp: "\\bar x = (1 - w)\\, \\bar y,\\ \\bar z = w\\, \\bar y,\\ \\bar w = (z - x)\\, \\bar y",
  },
  outputs: ([x, z, w]) => ({ shape: broadcastShapes("lerp", [x.shape, z.shape, w.shape]), dtype: x.dtype }),
  kernel: (out, [x, z, w], { inputs, outputs: [{ shape }] }) => {
    const strides = inputs.map((m) => broadcastStrides(m.shape, contiguousStrides(m.shape), shape));
    visitElements(shape, strides, (at, [i, j, k]) => {
      out[at] = x[i] + w[k] * (z[j] - x[i]);
    });
  },
  saves: [{ inputs: [2] }, { inputs: [2] }, { inputs: [0, 1] }],
  vjp: (g, { inputs, needs }) => [
    needs[0] ? mul(g, sub(1, inputs[2])) : null,
    needs[1] ? mul(g, inputs[2]) : null,
    needs[2] ? mul(g, sub(inputs[1], inputs[0])) : null,
  ],
  jvp: ([dx, dz, dw], { inputs }) =>
    [
      dx === null ? [] : [mul(dx, sub(1, inputs[2]))],
      dz === null ? [] : [mul(dz, inputs[2])],
      dw === null ? [] : [mul(dw, sub(inputs[1], inputs[0]))],
    ]
      .flat()
      .reduce(addTerms),
  batch: "elementwise",
  samples: (r) => [
    { input: r.normal([2, 3]), end: r.normal([3]), weight: r.uniform([], 0.1, 0.4) },
    { input: r.normal([3]), end: r.normal([2, 3]), weight: r.uniform([2, 1], 0.1, 0.4) },
  ],
  call: (input: Tensor, end: Tensor, weight: Tensor) => interpolateOp([input, end, weight], null),
});

/** Returns x + w (z - x) for floats of one dtype; the weight may be a number of the program. */
export const interpolated = (x: Tensor, z: Tensor, w: Tensor): Tensor => interpolateOp([x, z, w], null);
