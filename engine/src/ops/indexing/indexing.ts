/** Indexing as `x[…]` in NumPy: integers, ranges, new dimensions, an ellipsis, and tensors of indices or bools. */

import { defineComposite, defineOp, type Run } from "../../dispatch/define.ts";
import { additionOf } from "../../dispatch/loops.ts";
import { requireTensor } from "../../dispatch/operand.ts";
import { arange, zeros } from "../../tensor/create.ts";
import { DTypeError } from "../../tensor/errors.ts";
import type { Meta } from "../../tensor/meta.ts";
import { addMethods } from "../../tensor/methods.ts";
import { broadcastShapes, type Shape, sizeOf } from "../../tensor/shape.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { eq } from "../elementwise/compare.ts";
import { where } from "../elementwise/where.ts";
import { expand, unsqueeze } from "../shape/expand.ts";
import { movedim } from "../shape/movedim.ts";
import { reshape } from "../shape/reshape.ts";
import { type Index, locate } from "./locate.ts";
import { offsetsOf, type Picked, pickedShape, storeElements, takeElements } from "./offsets.ts";
import { slice } from "./range.ts";

export type { Index } from "./locate.ts";

const shapesOf = (metas: readonly Meta[]): Shape[] => metas.map((m) => m.shape);

/** Number of dimensions of the picked ones in the result. */
const rankOf = (indices: readonly Tensor[]): number => indices.reduce((rank, i) => Math.max(rank, i.ndim), 0);

const shifted = ({ dims, ...rest }: Picked): Picked => ({ dims: dims.map((d) => d + 1), ...rest });

/** Returns the elements at the combinations of index tensors. */
const takeOp: Run<Picked> = defineOp<Picked>({
  name: "index",
  role: "selection",
  torch: "Tensor.__getitem__",
  access: "function",
  signature: "input, indices...|index",
  label: ({ axes }) => `index dim ${axes.join(", ")}`,
  tex: { forward: "y_i = x_{k_i}", vjp: "\\bar x_{k_i} \\mathrel{+}= \\bar y_i" },
  outputs: ([x, ...indices], p) => ({ shape: pickedShape(x.shape, shapesOf(indices), p), dtype: x.dtype }),
  kernel: (out, [x, ...indices], { params, inputs: [m, ...metas] }) =>
    takeElements(out, x, offsetsOf("index", m.shape, indices, shapesOf(metas), params)),
  indices: { inputs: [1, 2, 3, 4, 5, 6, 7, 8] },
  saves: { inputs: [1, 2, 3, 4, 5, 6, 7, 8] },
  vjp: (g, { inputs: [, ...indices], metas: [x], params }) => [
    addOp([zeros(x.shape, { dtype: x.dtype }), g, ...indices], params),
    ...indices.map(() => null),
  ],
  jvp: ([dx], { inputs: [, ...indices], params }) => takeOp([dx as Tensor, ...indices], params),
  complex: "parts",
  batch: ([x, ...indices], [, ...batched], p) => {
    if (batched.includes(true)) return "loop";
    const y = takeOp([x, ...indices], shifted(p));
    return p.front ? movedim(y, rankOf(indices), 0) : y;
  },
  samples: (r) => [
    { input: r.normal([3, 4, 2]), indices: [1, slice(1, 3)] },
    { input: r.normal([3, 4, 2]), indices: [r.integers([5], 0, 3), slice(), r.integers([5], 0, 2)] },
    { input: r.normal([3, 4, 2]), indices: [slice(), r.integers([2, 2], 0, 4)] },
    { input: r.normal([3, 4, 2]), indices: [r.integers([2, 1], 0, 3), r.integers([2], 0, 4), "::-1"] },
    { input: r.normal([3, 4]), indices: ["...", null, -1] },
  ],
  call: (input: Tensor, indices: readonly Index[] | Index) =>
    index(input, ...(Array.isArray(indices) ? (indices as readonly Index[]) : [indices as Index])),
});

/** Index tensors for the first dimensions. */
const leading = (indices: readonly Tensor[]): Picked => {
  const dims = indices.map((_, d) => d);
  return { dims, axes: dims, front: false };
};

/** Batches an op that writes values, one for each picked element. */
function writeBatch(
  run: Run<Picked>,
  [x, values, ...indices]: readonly Tensor[],
  [bx, bv, ...batched]: readonly boolean[],
  p: Picked,
  size: number,
): Tensor | "loop" {
  if (batched.includes(true)) return "loop";
  const whole = (t: Tensor, isBatched: boolean): Tensor =>
    isBatched ? t : expand(unsqueeze(t, 0), [size, ...t.shape]);
  const all = whole(values, bv);
  return run([whole(x, bx), p.front ? movedim(all, 0, rankOf(indices)) : all, ...indices], shifted(p));
}

/** Returns a copy of the input with values added at the combinations of index tensors. */
export const addOp: Run<Picked> = defineOp<Picked>({
  name: "indexPutAdd",
  torch: "ops.aten.index_put",
  access: "internal",
  signature: "input, values, indices",
  label: ({ axes }) => `index add dim ${axes.join(", ")}`,
  tex: { forward: "y = x,\\ y_{k_i} \\mathrel{+}= z_i", vjp: "\\bar x = \\bar y,\\ \\bar z_i = \\bar y_{k_i}" },
  outputs: ([x]) => ({ shape: x.shape, dtype: x.dtype }),
  kernel: (out, [x, values, ...indices], { params, inputs: [m, , ...metas] }) => {
    out.set(x);
    const { outer, bases, inner } = offsetsOf("index", m.shape, indices, shapesOf(metas), params);
    const sum = additionOf(m.dtype);
    let at = 0;
    for (const o of outer)
      for (const b of bases) for (const i of inner) out[o + b + i] = sum(out[o + b + i], values[at++]);
  },
  indices: { inputs: [2, 3, 4, 5, 6, 7, 8, 9] },
  saves: [{}, { inputs: [2, 3, 4, 5, 6, 7, 8, 9] }],
  vjp: (g, { inputs: [, , ...indices], needs, params }) => [g, needs[1] ? takeOp([g, ...indices], params) : null],
  jvp: ([dx, dz], { inputs: [, , ...indices], metas: [x], params }) =>
    dz ? addOp([dx ?? zeros(x.shape, { dtype: x.dtype }), dz, ...indices], params) : (dx as Tensor),
  complex: "parts",
  batch: (inputs, batched, p, size) => writeBatch(addOp, inputs, batched, p, size),
  samples: (r) => [{ input: r.normal([3, 4]), values: r.normal([5, 4]), indices: [r.integers([5], 0, 3)] }],
  call: (input: Tensor, values: Tensor, indices: readonly Tensor[]) =>
    addOp([input, values, ...indices], leading(indices)),
});

/** Returns which values remain, if of several for one element only the last does: those whose position is found where they were stored. */
function remaining(x: Meta, values: Meta, indices: readonly Tensor[], p: Picked): Tensor {
  const position = reshape(arange(sizeOf(values.shape), { dtype: "int32" }), values.shape);
  const stored = putOp([zeros(x.shape, { dtype: "int32" }), position, ...indices], p);
  return eq(takeOp([stored, ...indices], p), position);
}

/** Returns a copy of the input in which the elements at the combinations of index tensors are replaced by values. */
export const putOp: Run<Picked> = defineOp<Picked>({
  name: "indexPutReplace",
  torch: "ops.aten._unsafe_index_put",
  access: "internal",
  signature: "input, values, indices",
  label: ({ axes }) => `index put dim ${axes.join(", ")}`,
  tex: {
    forward: "y = x,\\ y_{k_i} = z_i",
    vjp: "\\bar x = \\bar y,\\ \\bar x_{k_i} = 0,\\ \\bar z_i = \\bar y_{k_i} \\text{ for the last } i \\text{ of each } k_i",
  },
  outputs: ([x]) => ({ shape: x.shape, dtype: x.dtype }),
  kernel: (out, [x, values, ...indices], { params, inputs: [m, , ...metas] }) => {
    out.set(x);
    storeElements(out, values, offsetsOf("index", m.shape, indices, shapesOf(metas), params));
  },
  indices: { inputs: [2, 3, 4, 5, 6, 7, 8, 9] },
  saves: [{ inputs: [2, 3, 4, 5, 6, 7, 8, 9] }, { inputs: [2, 3, 4, 5, 6, 7, 8, 9] }],
  vjp: (g, { inputs: [, , ...indices], metas: [x, values], needs, params }) => [
    needs[0] ? putOp([g, zeros(values.shape, { dtype: values.dtype }), ...indices], params) : null,
    needs[1] ? where(remaining(x, values, indices, params), takeOp([g, ...indices], params), 0) : null,
  ],
  jvp: ([dx, dz], { inputs: [, , ...indices], metas: [x, z], params }) =>
    putOp([dx ?? zeros(x.shape, { dtype: x.dtype }), dz ?? zeros(z.shape, { dtype: z.dtype }), ...indices], params),
  complex: "parts",
  batch: (inputs, batched, p, size) => writeBatch(putOp, inputs, batched, p, size),
  samples: (r) => [
    { input: r.normal([3, 4]), values: r.normal([2, 4]), indices: [r.integers([2], 0, 3)] },
    { input: r.normal([3, 4]), values: r.normal([5]), indices: [r.integers([5], 0, 3), r.integers([5], 0, 4)] },
  ],
  call: (input: Tensor, values: Tensor, indices: readonly Tensor[]) =>
    putOp([input, values, ...indices], leading(indices)),
});

/**
 * Returns the elements that the entries pick, one entry for each dimension, as `x[…]` does in NumPy; the method is `x.at(…)`. An entry is an integer, text
 * with slices such as `"1:3"`, `"::-1"` or `"..., 0"`, `null` for a new dimension, a range `slice(a, b)`, a bool mask of one or more dimensions, or a tensor
 * or array of integers. Integers and ranges, also those with negative steps, give views that share the storage. Masks and index tensors, which broadcast
 * against each other, give copies; gradients of elements that are picked several times add up. The dimensions that they pick stay in place if these
 * entries, and integers beside them, follow each other, else they come first.
 * Source of the rules: NumPy, "Indexing on ndarrays".
 * @throws IndexError for an index out of range, for text that is no slice, and for too many entries; ShapeError for a mask of another shape; DTypeError for
 * float tensors.
 * @example
 * index(tensor([[1, 2], [3, 4]]), 1, "0:1").toArray(); // [3]
 * tensor([[1, 2], [3, 4]]).at(":, 0").toArray(); // [1, 3]
 */
export function index(input: Tensor, ...indices: readonly Index[]): Tensor {
  const { view, indices: picked, ...params } = locate("index", requireTensor("index", input), indices);
  return picked.length === 0 ? view : takeOp([view, ...picked], params);
}

addMethods({
  at(...indices) {
    return index(this, ...indices);
  },
});

/**
 * Returns the elements where the mask is true, as a vector, after both are broadcast.
 * @throws DTypeError for a mask that is not bool; ShapeError when the shapes do not broadcast.
 * @example maskedSelect(tensor([1, 2, 3]), tensor([true, false, true])).toArray(); // [1, 3]
 */
export const maskedSelect: (input: Tensor, mask: Tensor) => Tensor = defineComposite(
  {
    name: "maskedSelect",
    torch: "masked_select",
    access: "method",
    signature: "input, mask",
    tex: "y = (x_i \\text{ where } m_i)",
    samples: (r) => [{ input: r.normal([2, 3]), mask: r.integers([2, 3], 0, 2).to("bool") }],
  },
  (input: Tensor, mask: Tensor): Tensor => {
    if (mask.dtype !== "bool") throw new DTypeError("maskedSelect", "the mask must be bool", [mask.dtype]);
    const shape = broadcastShapes("maskedSelect", [input.shape, mask.shape]);
    const [x, m] = [input, mask].map((t) => reshape(expand(t, shape), [sizeOf(shape)]));
    return index(x, m);
  },
);

declare module "../../tensor/tensor.ts" {
  interface Tensor {
    /**
     * Returns the elements that integers, slices, masks and index tensors pick, one for each dimension, as `x[…]` does in NumPy; the function is `index`.
     * Integers and slices give views that share the storage; masks and index tensors give copies.
     * @throws IndexError for an index out of range, for text that is no slice, and for too many entries; ShapeError for a mask of another shape.
     * @example
     * const x = arange(6).reshape([2, 3]);
     * x.at(0).toArray(); // [0, 1, 2]
     * x.at(":, ::-1").toArray(); // [[2, 1, 0], [5, 4, 3]]
     * x.at(x.gt(3)).toArray(); // [4, 5]
     */
    at(...indices: readonly Index[]): Tensor;
    /** Returns the elements where the mask is true, as a vector. */
    maskedSelect(mask: Tensor): Tensor;
  }
}
