/** Linear recurrences, of which the gradients of products and sums along a dimension are made. */

import { complexElements } from "../../dispatch/complex-loops.ts";
import { defineOp, type Run } from "../../dispatch/define.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { add, mul } from "../elementwise/arithmetic.ts";
import { addComplex, mulComplex } from "../elementwise/complex-numbers.ts";
import { batchOf } from "../indexing/along.ts";
import { runBatch, type Scan, shifted, visitLines } from "./lines.ts";

const recurrenceOp: Run<Scan> = defineOp<Scan>({
  name: "linearRecurrence",
  torch: "linear_recurrence",
  access: "internal",
  signature: "input, factor, dim, reverse",
  label: ({ dim }) => `recurrence dim ${dim}`,
  tex: {
    forward: "y_i = x_i + z_i\\, y_{i-1}",
    vjp: "\\bar x_i = \\bar y_i + z_{i+1}\\, \\bar x_{i+1},\\ \\bar z_i = y_{i-1}\\, \\bar x_i",
  },
  outputs: ([x]) => x,
  kernel: (out, [x, z], { params: { dim, reverse }, inputs: [{ shape }] }) =>
    visitLines(shape, dim, reverse, (first, step, n) => {
      let y = 0;
      for (let k = 0, at = first; k < n; k++, at += step) {
        // the factor of the first element is not used, even if it is NaN
        y = k === 0 ? x[at] : x[at] + z[at] * y;
        out[at] = y;
      }
    }),
  saves: [{ inputs: [1] }, { inputs: [1], outputs: [0] }],
  vjp: (g, ctx) => {
    const {
      inputs: [, z],
      params,
      needs,
    } = ctx;
    const back = { dim: params.dim, reverse: !params.reverse };
    const dx = linearRecurrence(g, shifted(z, back, 0), back);
    return [dx, needs[1] ? mul(dx, shifted(ctx.output, params, 0)) : null];
  },
  jvp: ([dx, dz], ctx) => {
    const {
      inputs: [, z],
      params,
    } = ctx;
    const moved = dz === null ? null : mul(dz, shifted(ctx.output, params, 0));
    return linearRecurrence(dx === null || moved === null ? ((dx ?? moved) as Tensor) : add(dx, moved), z, params);
  },
  complex: (out, arrays, { params: { dim, reverse }, inputs, outputs: [{ shape, dtype }] }) => {
    const [x, z] = arrays.map((a, i) => complexElements(a, inputs[i].dtype, dtype));
    visitLines(shape, dim, reverse, (first, step, n) => {
      let y = { re: 0, im: 0 };
      for (let k = 0, at = 2 * first; k < n; k++, at += 2 * step) {
        const term = { re: x[at], im: x[at + 1] };
        y = k === 0 ? term : addComplex(term, mulComplex({ re: z[at], im: z[at + 1] }, y));
        out[at] = y.re;
        out[at + 1] = y.im;
      }
    });
  },
  holomorphic: true,
  batch: (inputs, batched, p, size) =>
    runBatch(
      recurrenceOp,
      inputs.map((t, i) => batchOf(t, batched[i], size, false)),
      p,
    ),
  samples: (r) => [
    { input: r.normal([2, 3]), factor: r.normal([2, 3]), dim: 1, reverse: false },
    { input: r.normal([3, 2]), factor: r.normal([3, 2]), dim: 0, reverse: true },
  ],
  call: (input: Tensor, factor: Tensor, dim: number, reverse: boolean) =>
    recurrenceOp([input, factor], { dim, reverse }),
});

/** Returns y with yᵢ = xᵢ + zᵢ yᵢ₋₁ along a dimension, from its end with `reverse`. */
export const linearRecurrence = (x: Tensor, factor: Tensor, p: Scan): Tensor =>
  recurrenceOp([x, factor], { dim: p.dim, reverse: p.reverse });
