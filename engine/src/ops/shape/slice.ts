/** Slices of one dimension, which are views, and their gradient, the op that embeds a slice in zeros. */

import { defineOp, type Run } from "../../dispatch/define.ts";
import { visitElements } from "../../dispatch/loops.ts";
import { requireTensor } from "../../dispatch/operand.ts";
import type { View } from "../../dispatch/spec.ts";
import { IndexError } from "../../tensor/errors.ts";
import type { Meta } from "../../tensor/meta.ts";
import { contiguousStrides, normalizeDim } from "../../tensor/shape.ts";
import { Tensor } from "../../tensor/tensor.ts";

/** `length` elements of dimension `dim`: `start`, `start + step`, and so on. */
export interface Window {
  readonly dim: number;
  readonly start: number;
  readonly length: number;
  readonly step: number;
}

/** Returns the view of a window. */
export const windowed = (x: View, { dim, start, length, step }: Window): View => ({
  shape: x.shape.with(dim, length),
  strides: x.strides.with(dim, x.strides[dim] * step),
  offset: x.offset + start * x.strides[dim],
});

/** A window of a dimension with `size` elements. */
interface Embedding extends Window {
  readonly size: number;
}

const embedOp: Run<Embedding> = defineOp<Embedding>({
  name: "embed",
  torch: "slice_backward",
  access: "internal",
  signature: "input, dim, start, length, step, size",
  label: ({ dim, start, length, size }) => `embed ${start}:${start + length} of ${size} dim ${dim}`,
  tex: { forward: "y_{i} = x \\text{ inside, } 0 \\text{ outside}", vjp: "\\bar x = \\bar y \\text{ inside}" },
  outputs: ([x], { dim, size }) => ({ shape: x.shape.with(dim, size), dtype: x.dtype }),
  kernel: (out, [x], { params: { dim, start, step }, inputs: [m], outputs: [y] }) => {
    const strides = contiguousStrides(y.shape);
    const first = start * strides[dim];
    visitElements(m.shape, [strides.with(dim, strides[dim] * step)], (at, [o]) => {
      out[first + o] = x[at];
    });
  },
  saves: {},
  vjp: (g, { params }) => [sliceOp([g], params)],
  jvp: "linear",
  complex: "parts",
  batch: ([x], _batched, p) => embedOp([x], { ...p, dim: p.dim + 1 }),
  samples: (r) => [
    { input: r.normal([2, 3]), dim: 1, start: 1, length: 3, step: 2, size: 7 },
    { input: r.normal([2, 3, 2]), dim: 1, start: 1, length: 3, step: 1, size: 5 },
  ],
  call: (input: Tensor, dim: number, start: number, length: number, step: number, size: number) =>
    embedOp([input], { dim, start, length, step, size }),
});

/** Returns the cotangent of the windowed tensor: `g` inside the window, and 0 outside. */
export const embedBack = (g: Tensor, x: Meta, w: Window): Tensor => embedOp([g], { ...w, size: x.shape[w.dim] });

const sliceOp: Run<Window> = defineOp<Window>({
  name: "slice",
  torch: "ops.aten.slice",
  access: "internal",
  signature: "input, dim=0, start=null, end=null, step=1",
  label: ({ dim, start, length, step }) =>
    `slice ${start}:${start + length * step < 0 ? "" : start + length * step}${step === 1 ? "" : `:${step}`} dim ${dim}`,
  tex: { forward: "y_i = x_{a + s i}", vjp: "\\bar x_{a + s i} = \\bar y_i" },
  view: windowed,
  saves: {},
  vjp: (g, { metas: [x], params }) => [embedBack(g, x, params)],
  jvp: "linear",
  batch: ([x], _batched, w) => sliceOp([x], { ...w, dim: w.dim + 1 }),
  samples: (r) => [
    { input: r.normal([2, 7]), dim: 1, start: 1, end: 6, step: 2 },
    { input: r.normal([4]), dim: 0, start: -3, end: 9 },
  ],
  call: (input: Tensor, { dim = 0, start = null, end = null, step = 1 }: Partial<Slice> = {}) =>
    sliceDim(input, dim, start, end, { step }),
});

/** Returns the view of a window; a negative step gives negative strides. */
export const sliceWindow = (x: Tensor, window: Window): Tensor => sliceOp([x], window);

/** The arguments of a slice in Python, of one dimension. */
interface Slice {
  readonly dim: number;
  readonly start: number | null;
  readonly end: number | null;
  readonly step: number;
}

/** Options of `sliceDim`. */
export interface SliceOptions {
  readonly step?: number;
}

/**
 * Returns the part of a dimension with `size` elements that a slice stands for, as in Python.
 * @throws IndexError for a step below 1.
 */
export function sliceOf(
  op: string,
  size: number,
  start: number | null,
  end: number | null,
  step: number,
): Omit<Window, "dim"> {
  if (!Number.isInteger(step) || step < 1) throw new IndexError(op, `step must be a positive integer, but got ${step}`);
  const bound = (v: number | null, otherwise: number): number =>
    v === null ? otherwise : Math.min(Math.max(v < 0 ? v + size : v, 0), size);
  const from = bound(start, 0);
  const to = Math.max(bound(end, size), from);
  return { start: from, length: Math.ceil((to - from) / step), step };
}

/**
 * Returns a view of the elements from `start` to before `end` of one dimension, as a slice in Python: a negative bound counts from the end, and one
 * beyond the dimension is reduced to its end.
 * @throws IndexError for a step below 1, and for a scalar.
 */
export function sliceDim(
  input: Tensor,
  dim: number,
  start: number | null,
  end: number | null,
  { step = 1 }: SliceOptions = {},
): Tensor {
  const x = requireTensor("slice", input);
  if (x.ndim === 0) throw new IndexError("slice", "a scalar has no dimension to slice");
  const d = normalizeDim("slice", dim, x.ndim);
  return sliceOp([x], { dim: d, ...sliceOf("slice", x.shape[d], start, end, step) });
}

/**
 * Returns an index that may count from the end as one that counts from the start. `origin`: where the index was written, for the error.
 * @throws IndexError for an index out of range.
 */
export function boundIndex(op: string, index: number, size: number, dim: number, origin = ""): number {
  if (!Number.isInteger(index)) throw new IndexError(op, `an index must be an integer, but got ${index}${origin}`);
  if (index < -size || index >= size)
    throw new IndexError(op, `index ${index}${origin} is out of range for dimension ${dim} of size ${size}`);
  return index < 0 ? index + size : index;
}

/** Returns `x` with zeros added at the end of a dimension, up to `size`. */
export const padEnd = (x: Tensor, dim: number, size: number): Tensor =>
  embedOp([x], { dim, start: 0, length: x.shape[dim], step: 1, size });
