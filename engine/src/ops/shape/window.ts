/** Views of a part of one dimension. */

import { defineComposite, defineOp, type Run } from "../../dispatch/define.ts";
import { requireTensor } from "../../dispatch/operand.ts";
import { isIndex } from "../../tensor/dtype.ts";
import { DTypeError, IndexError } from "../../tensor/errors.ts";
import { normalizeDim } from "../../tensor/shape.ts";
import { Tensor } from "../../tensor/tensor.ts";
import { clone } from "../elementwise/convert.ts";
import { unsqueeze } from "./expand.ts";
import type { Window } from "./slice.ts";
import { boundIndex, embedBack, windowed } from "./slice.ts";

const narrowOp: Run<Window> = defineOp<Window>({
  name: "narrow",
  torch: "narrow",
  access: "method",
  signature: "input, dim, start, length",
  label: ({ dim, start, length }) => `narrow ${start}:${start + length} dim ${dim}`,
  tex: { forward: "y_i = x_{a + i}", vjp: "\\bar x_{a + i} = \\bar y_i" },
  view: windowed,
  saves: {},
  vjp: (g, { metas: [x], params }) => [embedBack(g, x, params)],
  jvp: "linear",
  batch: ([x], _batched, w) => narrowOp([x], { ...w, dim: w.dim + 1 }),
  samples: (r) => [
    { input: r.normal([2, 5]), dim: 1, start: 1, length: 3 },
    { input: r.normal([4]), dim: 0, start: -2, length: 1 },
  ],
  call: narrow,
});

/**
 * Returns a view of `length` elements of a dimension from `start` on; a negative start counts from the end.
 * @throws IndexError when the part leaves the dimension.
 * @example narrow(arange(5), 0, 1, 2).toArray(); // [1, 2]
 */
export function narrow(input: Tensor, dim: number, start: number | Tensor, length: number): Tensor {
  const x = requireTensor("narrow", input);
  if (x.ndim === 0) throw new IndexError("narrow", "a scalar has no dimension to narrow");
  if (start instanceof Tensor && (start.ndim !== 0 || !isIndex(start.dtype)))
    throw new DTypeError("narrow", "start must be an integer or a 0-d int64 or int32 tensor", [start.dtype]);
  const d = normalizeDim("narrow", dim, x.ndim);
  const n = x.shape[d];
  const given = start instanceof Tensor ? start.item() : start;
  const from = given < 0 ? given + n : given;
  if (!Number.isInteger(length) || length < 0)
    throw new IndexError("narrow", `length must be an integer of at least 0, but got ${length}`);
  if (!Number.isInteger(from) || from < 0 || from + length > n)
    throw new IndexError("narrow", `start ${given} and length ${length} must lie inside dimension ${d} of size ${n}`);
  return narrowOp([x], { dim: d, start: from, length, step: 1 });
}

/**
 * Returns a copy of `length` elements of a dimension from `start` on; a negative start counts from the end.
 * @throws IndexError when the part leaves the dimension.
 * @example narrowCopy(arange(5), 0, 1, 2).toArray(); // [1, 2]
 */
export const narrowCopy: (input: Tensor, dim: number, start: number, length: number) => Tensor = defineComposite(
  {
    name: "narrowCopy",
    torch: "narrow_copy",
    access: "method",
    signature: "input, dim, start, length",
    tex: "y_i = x_{a + i}",
    samples: (r) => [{ input: r.normal([2, 5]), dim: 1, start: -4, length: 3 }],
  },
  (input: Tensor, dim: number, start: number, length: number): Tensor => clone(narrow(input, dim, start, length)),
);

const selectOp: Run<{ readonly dim: number; readonly index: number }> = defineOp<{
  readonly dim: number;
  readonly index: number;
}>({
  name: "select",
  torch: "select",
  access: "method",
  signature: "input, dim, index",
  label: ({ dim, index }) => `select ${index} dim ${dim}`,
  tex: { forward: "y = x_k", vjp: "\\bar x_k = \\bar y" },
  view: (x, { dim, index }) => ({
    shape: x.shape.toSpliced(dim, 1),
    strides: x.strides.toSpliced(dim, 1),
    offset: x.offset + index * x.strides[dim],
  }),
  saves: {},
  vjp: (g, { metas: [x], params: { dim, index } }) => [
    embedBack(unsqueeze(g, dim), x, { dim, start: index, length: 1, step: 1 }),
  ],
  jvp: "linear",
  batch: ([x], _batched, { dim, index }) => selectOp([x], { dim: dim + 1, index }),
  samples: (r) => [
    { input: r.normal([2, 3]), dim: 0, index: 1 },
    { input: r.normal([3]), dim: -1, index: -1 },
  ],
  call: select,
});

/**
 * Returns a view of one index of a dimension, which is removed; a negative index counts from the end.
 * @throws IndexError for an index or a dimension out of range.
 * @example select(tensor([[1, 2], [3, 4]]), 0, 1).toArray(); // [3, 4]
 */
export function select(input: Tensor, dim: number, index: number): Tensor {
  const x = requireTensor("select", input);
  if (x.ndim === 0) throw new IndexError("select", "a scalar has no dimension to select from");
  const d = normalizeDim("select", dim, x.ndim);
  return selectOp([x], { dim: d, index: boundIndex("select", index, x.shape[d], d) });
}

declare module "../../tensor/tensor.ts" {
  interface Tensor {
    /** Returns a view of `length` elements of a dimension from `start` on. */
    narrow(dim: number, start: number | Tensor, length: number): Tensor;
    /** Returns a copy of `length` elements of a dimension from `start` on. */
    narrowCopy(dim: number, start: number, length: number): Tensor;
    /** Returns a view of one index of a dimension, which is removed. */
    select(dim: number, index: number): Tensor;
  }
}
