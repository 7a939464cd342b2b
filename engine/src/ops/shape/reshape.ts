/** Changes of shape that keep the row-major order of the elements. */

import { defineComposite, defineFunction, defineOp } from "../../dispatch/define.ts";
import { requireTensor } from "../../dispatch/operand.ts";
import type { View } from "../../dispatch/spec.ts";
import { IndexError, ShapeError } from "../../tensor/errors.ts";
import { inferShape, type Listed, listed, normalizeDim, type Shape, sizeOf, viewStrides } from "../../tensor/shape.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { clone } from "../elementwise/convert.ts";

/** Returns a view of the elements under another shape. */
function restride(op: string, view: View, shape: Shape): View {
  const strides = viewStrides(view.shape, view.strides, shape);
  if (strides === null)
    throw new ShapeError(op, "the elements do not lie in memory as this view needs; use reshape", [view.shape, shape]);
  return { shape, strides, offset: view.offset };
}

/** Defines `view` or `reshape`. */
const reshaping = (
  name: "view" | "reshape",
  torch: string,
  parameter: string,
  alias: string,
): ((inputs: readonly Tensor[], shape: Shape) => Tensor) =>
  defineOp<Shape>({
    name,
    role: "reshape",
    torch,
    access: "method",
    signature: `input, ${parameter}...|${alias}`,
    dims: "input: ..#",
    label: (shape) => `${name} [${shape.join(", ")}]`,
    tex: { forward: "y = x \\text{, reshaped}", vjp: "\\bar x = \\bar y \\text{, reshaped back}" },
    view: (x, shape) => restride(name, x, shape),
    saves: {},
    vjp: (g, { metas: [x] }) => [reshape(g, x.shape)],
    // the tangent may lie in memory in another order than the tensor
    jvp: ([dx], { params: shape }) => reshape(dx as Tensor, shape),
    batch: ([x], _batched, shape, size) => reshape(x, [size, ...shape]),
    samples: (r) => [
      { input: r.normal([2, 6]), [parameter]: [3, -1] },
      { input: r.normal([2, 3, 4]), [parameter]: [24] },
      { input: r.normal([1]), [parameter]: [] },
    ],
    call: (input: Tensor, size: Listed) => (name === "view" ? view : reshape)(input, listed(size)),
  });
const viewOp = reshaping("view", "Tensor.view", "size", "shape");
const reshapeOp = reshaping("reshape", "reshape", "shape", "size");

/**
 * Returns a view of the elements under another shape, in row-major order; one size may be -1, which is inferred.
 * @throws ShapeError when that would need a copy; `reshape` copies.
 * @example view(arange(6), [2, -1]).shape; // [2, 3]
 */
export function view(input: Tensor, size: Shape): Tensor {
  const x = requireTensor("view", input);
  return viewOp([x], inferShape("view", size, x.shape));
}

/**
 * Returns the elements, in row-major order, under another shape; one size may be -1, which is inferred. It is a view where possible, else a copy.
 * @throws ShapeError when the number of elements differs.
 * @example reshape(arange(6), [2, -1]).shape; // [2, 3]
 */
export function reshape(input: Tensor, shape: Shape): Tensor {
  const x = requireTensor("reshape", input);
  const to = inferShape("reshape", shape, x.shape);
  return reshapeOp([viewStrides(x.shape, x.strides, to) === null ? clone(x) : x], to);
}

/**
 * Returns the tensor itself if its elements lie in memory in row-major order without gaps, else a copy that does.
 * @example contiguous(zeros([2, 3]).t()).strides; // [2, 1]
 */
export const contiguous: (input: Tensor) => Tensor = defineFunction(
  {
    name: "contiguous",
    torch: "Tensor.contiguous",
    access: "method",
    signature: "input",
    tex: "y = x \\text{, in row-major order}",
    samples: (r) => [{ input: r.normal([2, 3]).t() }, { input: r.normal([2]) }],
  },
  (input: Tensor): Tensor => (input.isContiguous() ? input : clone(input)),
);

/** Options of `flatten`. */
export interface FlattenOptions {
  /** First dimension to merge; 0 by default. */
  readonly startDim?: number;
  /** Last dimension to merge; -1 by default. */
  readonly endDim?: number;
}

/**
 * Merges the dimensions from `startDim` to `endDim` into one; a scalar becomes a vector. It is a view where possible, else a copy.
 * @throws IndexError when `startDim` comes after `endDim`, and for a dimension out of range.
 * @example flatten(zeros([2, 3, 4]), 1).shape; // [2, 12]
 */
export const flatten: (input: Tensor, startDim?: number | FlattenOptions, endDim?: number) => Tensor = defineComposite(
  {
    name: "flatten",
    torch: "flatten",
    access: "method",
    signature: "input, startDim=0, endDim=-1",
    tex: "y = x \\text{, dimensions merged}",
    samples: (r) => [
      { input: r.normal([2, 3, 4]) },
      { input: r.normal([2, 3, 4]), startDim: 0, endDim: 1 },
      { input: r.normal([]) },
    ],
  },
  (input: Tensor, startDim: number | FlattenOptions = 0, endDim = -1): Tensor => {
    const options = typeof startDim === "number" ? { startDim, endDim } : startDim;
    const x = requireTensor("flatten", input);
    const from = normalizeDim("flatten", options.startDim ?? 0, x.ndim);
    const to = normalizeDim("flatten", options.endDim ?? -1, x.ndim);
    if (from > to) throw new IndexError("flatten", `startDim must not come after endDim, but got ${from} and ${to}`);
    if (from === to && x.ndim > 0) return x;
    return reshape(x, [...x.shape.slice(0, from), sizeOf(x.shape.slice(from, to + 1)), ...x.shape.slice(to + 1)]);
  },
);

declare module "../../tensor/tensor.ts" {
  interface Tensor {
    /** Returns the elements under another shape; one size may be -1. It is a view where possible, else a copy. */
    reshape(...shape: Listed): Tensor;
    /** Returns a view of the elements under another shape; one size may be -1. ShapeError when that would need a copy. */
    view(...size: Listed): Tensor;
    /** Merges the dimensions from `startDim` to `endDim` into one. */
    flatten(startDim?: number | FlattenOptions, endDim?: number): Tensor;
    /** Returns the tensor itself if its elements lie in memory in row-major order without gaps, else a copy that does. */
    contiguous(): Tensor;
  }
}
