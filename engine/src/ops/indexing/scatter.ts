/** `scatter`, which replaces the elements that an index points to. */

import { defineOp, type Run } from "../../dispatch/define.ts";
import { type Operand, requireTensor, toOperand } from "../../dispatch/operand.ts";
import { zeros } from "../../tensor/create.ts";
import { ArgumentError } from "../../tensor/errors.ts";
import { normalizeDim, type Shape } from "../../tensor/shape.ts";
import { fromArray, Tensor } from "../../tensor/tensor.ts";
import { to } from "../elementwise/convert.ts";
import { expand } from "../shape/expand.ts";
import { gather, scatterAdd } from "./gather.ts";
import { checkScattered, padTo, scatterBatch, scattered } from "./pointed.ts";
import { scatterReduce } from "./scatter-reduce.ts";

const scatterOp: Run<{ readonly dim: number }> = defineOp<{ readonly dim: number }>({
  name: "scatter",
  torch: "scatter",
  access: "in-place",
  signature: "input, dim, index, src|value, reduce=null",
  dims: "input: ..*@dim:entries; index: ..<input@dim:indices; src: ..>index",
  label: ({ dim }) => `scatter dim ${dim}`,
  tex: {
    forward: "y = x,\\ y_{k_i} = z_i",
    vjp: "\\bar x = \\bar y,\\ \\bar x_{k_i} = 0,\\ \\bar z_i = \\bar y_{k_i}",
  },
  keepsFinite: "both",
  outputs: ([x, index, src], { dim }) => {
    checkScattered("scatter", x, index, src, dim);
    return { shape: x.shape, dtype: x.dtype };
  },
  kernel: (out, [x, index, src], { params: { dim }, inputs: [m, k, s] }) => {
    out.set(x);
    scattered("scatter", index, [m.shape, k.shape, s.shape], dim, (from, to) => {
      out[to] = src[from];
    });
  },
  indices: { inputs: [1] },
  saves: [{ inputs: [1] }, {}, { inputs: [1] }],
  vjp: (g, { inputs: [, index], metas: [, k, src], needs, params }) => [
    needs[0] ? scatterOp([g, index, zeros(k.shape, { dtype: g.dtype })], params) : null,
    null,
    needs[2] ? padTo(gather(g, params.dim, index), src.shape) : null,
  ],
  jvp: ([dx, , ds], { inputs: [, index], metas: [x, , src], params }) =>
    scatterOp([dx ?? zeros(x.shape, { dtype: x.dtype }), index, ds ?? zeros(src.shape, { dtype: src.dtype })], params),
  complex: "parts",
  batch: (inputs, batched, params, size) => scatterBatch(scatterOp, inputs, batched, params, size),
  samples: (r) => [
    // no position twice, where PyTorch defines neither result nor gradient
    { input: r.normal([3, 4]), dim: 1, index: indices([3, 2], 3, 0, 1, 2, 0, 3), src: r.normal([3, 2]) },
    { input: r.normal([3, 4]), dim: 0, index: r.integers([1, 3], 0, 3), src: r.normal([2, 3]) },
    { input: r.normal([3, 4]), dim: 0, index: r.integers([2, 3], 0, 3), src: 0.5 },
    { input: r.normal([3, 4]), dim: 0, index: r.integers([2, 3], 0, 3), src: r.normal([4, 4]), reduce: "add" },
  ],
  call: scatter,
});

/** Returns an index tensor of these entries. */
const indices = (shape: Shape, ...entries: readonly number[]): Tensor =>
  fromArray(Int32Array.from(entries), "int32", shape);

/** Options of `scatter`. */
export interface ScatterOptions {
  /** Combination of a source and the element at its position; by default the source replaces the element. */
  readonly reduce?: "add" | "multiply" | null;
}

/**
 * Returns a copy of `input` in which the elements at the positions of `index` are replaced by those of `src`, or by a number: for `dim` 1,
 * y[i][index[i][j]] = src[i][j]. If several sources go to one position, the last is kept, and each of them gets the gradient of that position.
 * @throws IndexError for an index out of range; ShapeError when the index is larger than `src`, or than the input in another dimension; DTypeError for
 * an index that is neither int64 nor int32, and for different dtypes.
 * @example scatter(zeros([3]), 0, tensor([2, 0], { dtype: "int32" }), tensor([5, 6])).toArray(); // [6, 0, 5]
 */
export function scatter(
  input: Tensor,
  dim: number,
  index: Tensor,
  src: Operand,
  { reduce = null }: ScatterOptions = {},
): Tensor {
  const x = requireTensor("scatter", input);
  const k = requireTensor("scatter", index);
  // a number is stored at all positions
  const z = src instanceof Tensor ? src : expand(to(toOperand("scatter", src), x.dtype), k.shape);
  const d = normalizeDim("scatter", dim, x.ndim);
  if (reduce === "add") return scatterAdd(x, d, k, z);
  if (reduce === "multiply") return scatterReduce(x, d, k, z, "prod");
  if (reduce !== null)
    throw new ArgumentError("scatter", `reduce must be "add" or "multiply", but got ${JSON.stringify(reduce)}`);
  return scatterOp([x, k, z], { dim: d });
}

declare module "../../tensor/tensor.ts" {
  interface Tensor {
    /** Returns a copy in which the elements at the positions of `index` are replaced by those of `src`, or by a number. */
    scatter(dim: number, index: Tensor, src: Operand, options?: ScatterOptions): Tensor;
    /** Replaces the elements at the positions of `index` by those of `src`, or by a number. */
    scatter_(dim: number, index: Tensor, src: Operand, options?: ScatterOptions): Tensor;
  }
}
