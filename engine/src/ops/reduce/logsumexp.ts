/** The logarithm of a sum of exponentials. */

import { defineOp, type Run } from "../../dispatch/define.ts";
import { reductionGroups } from "../../dispatch/loops.ts";
import { requireTensor } from "../../dispatch/operand.ts";
import { floatResult } from "../../tensor/dtype.ts";
import { type Dims, normalizeDims, reducedShape } from "../../tensor/shape.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { mul, sub } from "../elementwise/arithmetic.ts";
import { exp } from "../elementwise/exponential.ts";
import { type Reduce, shifted, unreduce } from "./reduction.ts";
import { sum } from "./sum.ts";

const logsumexpOp: Run<Reduce> = defineOp<Reduce>({
  name: "logsumexp",
  breaks: "masked",
  torch: "logsumexp",
  aliases: ["special.logsumexp"],
  access: "method",
  signature: "input, dim, keepdim=false",
  label: ({ dims }) => `log Σ exp dim ${dims.join(", ")}`,
  tex: { forward: "y = \\ln \\textstyle\\sum_i e^{x_i}", vjp: "\\bar x_i = e^{x_i - y}\\, \\bar y" },
  outputs: ([x], { dims, keepdim }) => ({ shape: reducedShape(x.shape, dims, keepdim), dtype: floatResult(x.dtype) }),
  kernel: (out, [x], { params: { dims }, inputs }) => {
    const { starts, members } = reductionGroups(inputs[0].shape, dims);
    for (let i = 0; i < out.length; i++) {
      let largest = -Infinity;
      for (let j = 0; j < members.length; j++) {
        const v = x[starts[i] + members[j]];
        if (v > largest || Number.isNaN(v)) largest = v;
      }
      if (!Number.isFinite(largest)) {
        out[i] = largest;
        continue;
      }
      let total = 0;
      for (let j = 0; j < members.length; j++) total += Math.exp(x[starts[i] + members[j]] - largest);
      out[i] = largest + Math.log(total);
    }
  },
  saves: { inputs: [0], outputs: [0] },
  vjp: (g, { inputs: [x], output, params }) => [
    mul(unreduce(g, x.shape, params), exp(sub(x, unreduce(output, x.shape, params)))),
  ],
  jvp: ([dx], { inputs: [x], output, params }) => {
    const terms = mul(dx as Tensor, exp(sub(x, unreduce(output, x.shape, params))));
    return params.dims.length === 0 ? terms : sum(terms, { dim: params.dims, keepdim: params.keepdim });
  },
  batch: ([x], _batched, p) => logsumexpOp([x], shifted(p)),
  samples: (r) => [
    { input: r.normal([2, 3]), dim: 1 },
    { input: r.normal([2, 3, 2]), dim: [0, -1], keepdim: true },
  ],
  call: logsumexp,
});

/** Options of `logsumexp`. */
export interface LogsumexpOptions {
  /** Whether the reduced dimensions are kept with size 1. */
  readonly keepdim?: boolean;
}

/**
 * Returns ln Σ exp(x) over the dimensions, without overflow. Integers become float32.
 * @throws IndexError for a dimension out of range.
 * @example logsumexp(tensor([0, 0]), 0).item(); // 0.6931…
 */
export function logsumexp(input: Tensor, dim: Dims, keepdim: boolean | LogsumexpOptions = {}): Tensor {
  const x = requireTensor("logsumexp", input);
  const kept = typeof keepdim === "boolean" ? keepdim : (keepdim.keepdim ?? false);
  return logsumexpOp([x], { dims: normalizeDims("logsumexp", dim, x.ndim), keepdim: kept });
}

declare module "../../tensor/tensor.ts" {
  interface Tensor {
    /** Returns ln Σ exp(x) over the dimensions, without overflow. */
    logsumexp(dim: Dims, keepdim?: boolean | LogsumexpOptions): Tensor;
  }
}
