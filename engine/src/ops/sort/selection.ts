/** Ops that select elements along a dimension: their parameters and the parts of their records. */

import { defineMultiOp, type MultiRun } from "../../dispatch/define.ts";
import type { KernelContext, OpSpec } from "../../dispatch/spec.ts";
import { zeros } from "../../tensor/create.ts";
import type { NumericArray } from "../../tensor/dtype.ts";
import { DTypeError } from "../../tensor/errors.ts";
import type { Shape } from "../../tensor/shape.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { gather, scatterAdd } from "../indexing/gather.ts";
import { visitLines } from "../reduce/lines.ts";
import { unsqueeze } from "../shape/expand.ts";
import { reshape } from "../shape/reshape.ts";

/** Parameters of a selection along a dimension. */
export interface Selection {
  readonly dim: number;
  /** Number of selected elements of each line. */
  readonly count: number;
  /** Whether the dimension is kept. A selection of one element may drop it. */
  readonly keepdim: boolean;
}

/** Returns the shape with the dimension replaced by the number of selected elements. */
export const selectedShape = (shape: Shape, { dim, count, keepdim }: Selection): Shape =>
  shape.length === 0 ? [] : keepdim ? shape.with(dim, count) : shape.toSpliced(dim, 1);

/** Writes the positions, in a line, of the elements to select. */
type Select = (picked: Int32Array, first: number, step: number) => void;

/** The fields of a record that differ among selections. */
type SelectionSpec<P> = Pick<OpSpec<P>, "name" | "torch" | "access" | "signature" | "label" | "samples" | "call"> & {
  readonly tex: string;
  /** Whether bools are ordered, too. */
  readonly bools?: boolean;
  /** Returns the function that selects of one line of `n` elements. */
  readonly selector: (x: NumericArray, n: number, params: P) => Select;
};

/** Registers an op that returns elements along a dimension and their indices. The cotangent of a value goes to its element. */
export function defineSelection<P extends Selection>(spec: SelectionSpec<P>): MultiRun<P> {
  const kernel = (
    values: NumericArray,
    [x]: readonly NumericArray[],
    { params, inputs: [{ shape }], outs: [, indices] }: KernelContext<P>,
  ): void => {
    const n = shape[params.dim] ?? 1;
    const select = spec.selector(x, n, params);
    const picked = new Int32Array(Math.max(n, params.count));
    // lines of the input and of the results follow each other in the same order
    const { count } = params;
    let line = 0;
    visitLines(shape, params.dim, false, (first, step) => {
      select(picked, first, step);
      const inner = step;
      const start = Math.floor(line / inner) * inner * count + (line % inner);
      for (let k = 0; k < count; k++) {
        values[start + k * inner] = x[first + picked[k] * step];
        indices[start + k * inner] = picked[k];
      }
      line++;
    });
  };
  /** Returns a result with the dimension, so that it can be an index along it. */
  const along = (y: Tensor, { dim, keepdim }: P): Tensor => (keepdim ? y : unsqueeze(y, dim));
  const run: MultiRun<P> = defineMultiOp<P>({
    name: spec.name,
    stops: "choice",
    torch: spec.torch,
    access: spec.access,
    signature: spec.signature,
    label: spec.label,
    tex: { forward: spec.tex, vjp: "\\bar x_{k_i} \\mathrel{+}= \\bar y_i" },
    outputs: ([x], p) => {
      if (x.dtype === "bool" && spec.bools !== true) throw new DTypeError(spec.name, "expected numbers", ["bool"]);
      const shape = selectedShape(x.shape, p);
      return [
        { shape, dtype: x.dtype },
        { shape, dtype: "int64" },
      ];
    },
    kernel,
    indices: { outputs: [1] },
    saves: { outputs: [1] },
    vjp: (g, { outputs: [, indices], metas: [x], params }) => [
      x.shape.length === 0
        ? g
        : scatterAdd(zeros(x.shape, { dtype: x.dtype }), params.dim, along(indices, params), along(g, params)),
    ],
    jvp: ([dx], { outputs: [, indices], outputMetas: [y], metas: [x], params }) => [
      x.shape.length === 0
        ? (dx as Tensor)
        : reshape(gather(dx as Tensor, params.dim, along(indices, params)), y.shape),
      indices,
    ],
    // a batch of scalars becomes a batch of lines with one element
    batch: ([x], _batched, p) =>
      x.ndim > 1
        ? run([x], { ...p, dim: p.dim + 1 })
        : run([unsqueeze(x, 1)], { ...p, dim: 1, keepdim: true }).map((y) => reshape(y, x.shape)),
    samples: spec.samples,
    call: spec.call,
  });
  return run;
}
