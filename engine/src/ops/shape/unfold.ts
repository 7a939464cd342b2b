/** Sliding windows of a dimension, which are views. */

import { defineOp, type Run } from "../../dispatch/define.ts";
import { additionOf, visitElements } from "../../dispatch/loops.ts";
import { requireTensor } from "../../dispatch/operand.ts";
import type { View } from "../../dispatch/spec.ts";
import { ArgumentError, ShapeError } from "../../tensor/errors.ts";
import { contiguousStrides, normalizeDim, type Shape } from "../../tensor/shape.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { reshape } from "./reshape.ts";

/** Windows of `size` elements of a dimension, `step` apart. */
interface Sliding {
  readonly dim: number;
  readonly size: number;
  readonly step: number;
}

/** Returns the view of all windows: the dimension counts them, and a new last one has their elements. */
function windows(x: View, { dim, size, step }: Sliding): View {
  const count = Math.floor((x.shape[dim] - size) / step) + 1;
  return {
    shape: [...x.shape.with(dim, count), size],
    strides: [...x.strides.with(dim, x.strides[dim] * step), x.strides[dim]],
    offset: x.offset,
  };
}

const unfoldOp: Run<Sliding> = defineOp<Sliding>({
  name: "unfold",
  torch: "Tensor.unfold",
  access: "method",
  signature: "input, dimension, size, step",
  label: ({ dim, size, step }) => `unfold dim ${dim}, size ${size}, step ${step}`,
  tex: { forward: "y_{ij} = x_{s i + j}", vjp: "\\bar x_{s i + j} \\mathrel{+}= \\bar y_{ij}" },
  view: windows,
  saves: {},
  vjp: (g, { metas: [x], params }) => [foldOp([g], { ...params, shape: x.shape })],
  jvp: "linear",
  batch: ([x], _batched, p) => unfoldOp([x], { ...p, dim: p.dim + 1 }),
  samples: (r) => [
    { input: r.normal([2, 7]), dimension: 1, size: 3, step: 2 },
    { input: r.normal([5, 2]), dimension: -2, size: 2, step: 1 },
  ],
  call: unfold,
});

/** The op that adds up overlapping windows. It is exported for short-time Fourier transforms. */
export const foldOp: Run<Sliding & { readonly shape: Shape }> = defineOp<Sliding & { readonly shape: Shape }>({
  name: "unfoldBackward",
  torch: "ops.aten.unfold_backward",
  access: "internal",
  signature: "input, shape, dim, size, step",
  label: ({ dim, size, step }) => `fold dim ${dim}, size ${size}, step ${step}`,
  tex: { forward: "y_{s i + j} \\mathrel{+}= x_{ij}", vjp: "\\bar x_{ij} = \\bar y_{s i + j}" },
  outputs: ([x], { shape }) => ({ shape, dtype: x.dtype }),
  kernel: (out, [x], { params, outputs: [y] }) => {
    const at = windows({ shape: y.shape, strides: contiguousStrides(y.shape), offset: 0 }, params);
    const sum = additionOf(y.dtype);
    visitElements(at.shape, [at.strides], (i, [o]) => {
      out[o] = sum(out[o], x[i]);
    });
  },
  saves: {},
  vjp: (g, { params }) => [unfoldOp([g], params)],
  jvp: "linear",
  complex: "parts",
  batch: ([x], _batched, p, n) => foldOp([x], { ...p, dim: p.dim + 1, shape: [n, ...p.shape] }),
  samples: (r) => [{ input: r.normal([2, 3, 3]), shape: [2, 7], dim: 1, size: 3, step: 2 }],
  call: (input: Tensor, shape: Shape, dim: number, size: number, step: number) =>
    foldOp([input], { shape, dim, size, step }),
});

/**
 * Returns a view of all windows of `size` elements along a dimension, `step` apart: the dimension counts the windows, and a new last dimension has their elements.
 * Windows may overlap, and the gradients of an element in several windows add up. It is the method `unfold` of PyTorch's tensors.
 * @throws ShapeError when the window is larger than the dimension; ArgumentError for a step below 1 or a negative size; IndexError for a dimension out of range.
 * @example unfold(arange(4), 0, 2, 1).toArray(); // [[0, 1], [1, 2], [2, 3]]
 */
export function unfold(input: Tensor, dimension: number, size: number, step: number): Tensor {
  const given = requireTensor("unfold", input);
  const dim = normalizeDim("unfold", dimension, given.ndim);
  if (!Number.isInteger(step) || step < 1)
    throw new ArgumentError("unfold", `step must be a positive integer, but got ${step}`);
  if (!Number.isInteger(size) || size < 0)
    throw new ArgumentError("unfold", `size must be an integer of at least 0, but got ${size}`);
  const n = given.ndim === 0 ? 1 : given.shape[dim];
  if (size > n) throw new ShapeError("unfold", `size ${size} is larger than the ${n} of dim ${dim}`, [given.shape]);
  // the only window of a scalar is not counted
  if (given.ndim === 0) return reshape(unfoldOp([reshape(given, [1])], { dim, size, step: 1 }).narrow(0, 0, 1), [size]);
  return unfoldOp([given], { dim, size, step });
}

declare module "../../tensor/tensor.ts" {
  interface Tensor {
    /** Returns a view of all windows along a dimension, in a new last dimension. */
    unfold(dimension: number, size: number, step: number): Tensor;
  }
}
