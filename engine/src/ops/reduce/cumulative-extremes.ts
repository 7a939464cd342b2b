/** Cumulative maxima and minima. */

import { defineMultiOp, type MultiRun } from "../../dispatch/define.ts";
import { requireTensor } from "../../dispatch/operand.ts";
import { zeros } from "../../tensor/create.ts";
import { normalizeDim } from "../../tensor/shape.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { gather, scatterAdd } from "../indexing/gather.ts";
import { unsqueeze } from "../shape/expand.ts";
import { reshape } from "../shape/reshape.ts";
import { visitLines } from "./lines.ts";
import { ValuesIndices } from "./values-indices.ts";

/** Parameters of `cummax` and `cummin`. */
interface AlongDim {
  readonly dim: number;
}

/** Defines `cummax` or `cummin`. */
function cumulativeExtreme(name: "cummax" | "cummin"): MultiRun<AlongDim> {
  const largest = name === "cummax";
  const run: MultiRun<AlongDim> = defineMultiOp<AlongDim>({
    name,
    stops: "choice",
    torch: name,
    access: "method",
    signature: "input, dim",
    label: ({ dim }) => `${name} dim ${dim}`,
    tex: {
      forward: `y_i = \\${largest ? "max" : "min"}_{j \\le i} x_j`,
      vjp: "\\bar x_j = \\textstyle\\sum_{k_i = j} \\bar y_i",
    },
    outputs: ([x]) => [x, { shape: x.shape, dtype: "int64" }],
    kernel: (values, [x], { params: { dim }, inputs: [{ shape }], outs: [, indices] }) =>
      visitLines(shape, dim, false, (first, step, n) => {
        let best = x[first];
        let position = 0;
        for (let k = 0, at = first; k < n; k++, at += step) {
          const v = x[at];
          // of equal elements the last one counts
          if (Number.isNaN(v) || (largest ? v >= best : v <= best)) {
            best = v;
            position = k;
          }
          values[at] = best;
          indices[at] = position;
        }
      }),
    indices: { outputs: [1] },
    saves: { outputs: [1] },
    vjp: (g, { outputs: [, indices], metas: [x], params: { dim } }) => [
      x.shape.length === 0 ? g : scatterAdd(zeros(x.shape, { dtype: x.dtype }), dim, indices, g),
    ],
    jvp: ([dx], { outputs: [, indices], params: { dim } }) => [
      indices.ndim === 0 ? (dx as Tensor) : gather(dx as Tensor, dim, indices),
      indices,
    ],
    batch: ([x], _batched, { dim }) =>
      x.ndim > 1 ? run([x], { dim: dim + 1 }) : run([unsqueeze(x, 1)], { dim: 1 }).map((y) => reshape(y, x.shape)),
    samples: (r) => [
      { input: r.distinct([5]), dim: 0 },
      { input: r.distinct([2, 3, 2]), dim: -2 },
    ],
    call: largest ? cummax : cummin,
  });
  return run;
}

const cummaxOp: MultiRun<AlongDim> = cumulativeExtreme("cummax");

const cumminOp: MultiRun<AlongDim> = cumulativeExtreme("cummin");

/** Runs the op on an input that was not checked yet. */
function runAlong(op: string, run: MultiRun<AlongDim>, input: Tensor, dim: number): ValuesIndices {
  const x = requireTensor(op, input);
  const [values, indices] = run([x], { dim: normalizeDim(op, dim, x.ndim) });
  return new ValuesIndices(values, indices);
}

/**
 * Returns the largest element up to each position along `dim`, and its index (int64), in the shape of the input. NaN is larger than any number. The gradient goes to
 * the largest element, and of equal ones to the last.
 * @throws IndexError for a dimension out of range.
 * @example cummax(tensor([1, 3, 2]), 0).values.toArray(); // [1, 3, 3]
 */
export function cummax(input: Tensor, dim: number): ValuesIndices {
  return runAlong("cummax", cummaxOp, input, dim);
}

/**
 * Returns the smallest element up to each position along `dim`, and its index (int64), in the shape of the input. NaN is smaller than any number. The gradient goes to
 * the smallest element, and of equal ones to the last.
 * @throws IndexError for a dimension out of range.
 * @example cummin(tensor([2, 3, 1]), 0).values.toArray(); // [2, 2, 1]
 */
export function cummin(input: Tensor, dim: number): ValuesIndices {
  return runAlong("cummin", cumminOp, input, dim);
}

declare module "../../tensor/tensor.ts" {
  interface Tensor {
    /** Returns the largest element up to each position along a dimension, and its index. */
    cummax(dim: number): ValuesIndices;
    /** Returns the smallest element up to each position along a dimension, and its index. */
    cummin(dim: number): ValuesIndices;
  }
}
