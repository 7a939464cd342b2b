/** Other views of the same elements: none of these copies. */

import { defineComposite, defineOp, type Run } from "../../dispatch/define.ts";
import { tensorOnly } from "../../dispatch/operand.ts";
import type { View } from "../../dispatch/spec.ts";
import { ArgumentError, IndexError, ShapeError } from "../../tensor/errors.ts";
import {
  type Dims,
  inferShape,
  normalizeDim,
  normalizeDims,
  type Shape,
  sizeOf,
  viewStrides,
} from "../../tensor/shape.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { clone } from "../elementwise/convert.ts";

const pick = <T>(list: readonly T[], dims: readonly number[]): T[] => dims.map((d) => list[d]);

/** A view of the same elements under another shape. */
function restride(op: string, view: View, shape: Shape): View {
  const strides = viewStrides(view.shape, view.strides, shape);
  if (strides === null)
    throw new ShapeError(op, "the elements do not lie in memory as this view needs; use reshape", [view.shape, shape]);
  return { shape, strides, offset: view.offset };
}

const reshaping = (
  name: "view" | "reshape",
  torch: string,
  parameter: string,
  alias: string,
): ((inputs: readonly Tensor[], shape: Shape) => Tensor) =>
  defineOp<Shape>({
    name,
    torch,
    signature: `input, ${parameter}|${alias}`,
    label: (shape) => `${name} [${shape.join(", ")}]`,
    tex: { forward: "y = x \\text{, reshaped}", vjp: "\\bar x = \\bar y \\text{, reshaped back}" },
    view: (x, shape) => restride(name, x, shape),
    saves: {},
    vjp: (g, { metas: [x] }) => [reshape(g, x.shape)],
    jvp: "linear",
    batch: ([x], _batched, shape, size) => reshape(x, [size, ...shape]),
    samples: (r) => [
      { input: r.normal([2, 6]), [parameter]: [3, -1] },
      { input: r.normal([2, 3, 4]), [parameter]: [24] },
      { input: r.normal([1]), [parameter]: [] },
    ],
    call: name === "view" ? view : reshape,
  });
const viewOp = reshaping("view", "Tensor.view", "size", "shape");
const reshapeOp = reshaping("reshape", "reshape", "shape", "size");

/**
 * The same elements under another shape; one size may be -1.
 * @throws ShapeError when that would need a copy.
 */
export function view(input: Tensor, size: Shape): Tensor {
  const x = tensorOnly("view", input);
  return viewOp([x], inferShape("view", size, x.shape));
}

/**
 * The elements in row-major order under another shape; one size may be -1. A view where possible, else a copy.
 * @example reshape(arange(6), [2, -1]).shape; // [2, 3]
 */
export function reshape(input: Tensor, shape: Shape): Tensor {
  const x = tensorOnly("reshape", input);
  const to = inferShape("reshape", shape, x.shape);
  return reshapeOp([viewStrides(x.shape, x.strides, to) === null ? clone(x) : x], to);
}

/** The tensor itself if its elements lie in row-major order without gaps, else a copy that does. */
export const contiguous = (input: Tensor): Tensor => (input.isContiguous() ? input : clone(input));

const permuteOp: Run<readonly number[]> = defineOp<readonly number[]>({
  name: "permute",
  torch: "permute",
  signature: "input, dims",
  label: (dims) => `permute [${dims.join(", ")}]`,
  tex: { forward: "y_{i_{\\pi}} = x_{i}", vjp: "\\bar x_{i} = \\bar y_{i_{\\pi}}" },
  view: (x, dims) => ({ shape: pick(x.shape, dims), strides: pick(x.strides, dims), offset: x.offset }),
  saves: {},
  vjp: (g, { params }) => [permuteOp([g], inverse(params))],
  jvp: "linear",
  batch: ([x], _batched, dims) => permuteOp([x], [0, ...dims.map((d) => d + 1)]),
  samples: (r) => [
    { input: r.normal([2, 3, 4]), dims: [2, 0, 1] },
    { input: r.normal([2, 3]), dims: [-1, 0] },
  ],
  call: permute,
});

function inverse(dims: readonly number[]): number[] {
  const back = new Array<number>(dims.length);
  dims.forEach((d, i) => {
    back[d] = i;
  });
  return back;
}

/** The dimensions in another order. @example permute(zeros([2, 3, 4]), [2, 0, 1]).shape; // [4, 2, 3] */
export function permute(input: Tensor, dims: readonly number[]): Tensor {
  const x = tensorOnly("permute", input);
  if (dims.length !== x.ndim)
    throw new ArgumentError(
      "permute",
      `dims must name each of the ${x.ndim} dimensions once, but got [${dims.join(", ")}]`,
    );
  const order = dims.map((d) => normalizeDim("permute", d, x.ndim));
  if (new Set(order).size !== order.length)
    throw new ArgumentError(
      "permute",
      `dims must name each of the ${x.ndim} dimensions once, but got [${dims.join(", ")}]`,
    );
  return permuteOp([x], order);
}

const swapped = (rank: number, a: number, b: number): number[] => {
  const order = Array.from({ length: rank }, (_, d) => d);
  if (rank > 0) [order[a], order[b]] = [b, a];
  return order;
};

const transposeOp: Run<readonly [number, number]> = defineOp<readonly [number, number]>({
  name: "transpose",
  torch: "transpose",
  signature: "input, dim0, dim1",
  label: ([a, b]) => `transpose ${a}, ${b}`,
  tex: { forward: "Y = X^\\top", vjp: "\\bar X = \\bar Y^\\top" },
  view: (x, [a, b]) => {
    const order = swapped(x.shape.length, a, b);
    return { shape: pick(x.shape, order), strides: pick(x.strides, order), offset: x.offset };
  },
  saves: {},
  vjp: (g, { params }) => [transposeOp([g], params)],
  jvp: "linear",
  batch: ([x], _batched, [a, b]) => (x.ndim === 1 ? x : transposeOp([x], [a + 1, b + 1])),
  samples: (r) => [
    { input: r.normal([2, 3]), dim0: 0, dim1: 1 },
    { input: r.normal([2, 3, 4]), dim0: -1, dim1: 0 },
  ],
  call: transpose,
});

/** Two dimensions exchanged. @example transpose(zeros([2, 3]), 0, 1).shape; // [3, 2] */
export function transpose(input: Tensor, dim0: number, dim1: number): Tensor {
  const x = tensorOnly("transpose", input);
  return transposeOp([x], [normalizeDim("transpose", dim0, x.ndim), normalizeDim("transpose", dim1, x.ndim)]);
}

/** The transpose of a matrix; vectors and scalars stay as they are. */
export const t: (input: Tensor) => Tensor = defineComposite(
  {
    name: "t",
    torch: "t",
    signature: "input",
    tex: "Y = X^\\top",
    samples: (r) => [{ input: r.normal([2, 3]) }, { input: r.normal([3]) }],
  },
  (input: Tensor): Tensor => {
    if (input.ndim > 2) throw new ShapeError("t", "expected at most 2 dimensions", [input.shape]);
    return input.ndim < 2 ? input : transpose(input, 0, 1);
  },
);

const expandOp: Run<Shape> = defineOp<Shape>({
  name: "expand",
  torch: "Tensor.expand",
  signature: "input, size|sizes",
  label: (size) => `expand [${size.join(", ")}]`,
  tex: { forward: "y = x \\text{, repeated}", vjp: "\\bar x = \\textstyle\\sum \\bar y \\text{ over the repeated}" },
  view: (x, size) => {
    const lead = size.length - x.shape.length;
    return {
      shape: size,
      strides: size.map((n, d) => (d < lead || (x.shape[d - lead] === 1 && n !== 1) ? 0 : x.strides[d - lead])),
      offset: x.offset,
    };
  },
  saves: {},
  vjp: (g) => [g],
  jvp: "linear",
  batch: ([x], _batched, size, n) => {
    const inner = x.shape.slice(1);
    return expandOp(
      [reshape(x, [n, ...new Array<number>(size.length - inner.length).fill(1), ...inner])],
      [n, ...size],
    );
  },
  samples: (r) => [
    { input: r.normal([3, 1]), size: [3, 4] },
    { input: r.normal([3]), size: [2, -1] },
    { input: r.normal([]), size: [2] },
  ],
  call: expand,
});

/** Repeats dimensions of size 1, without copying; -1 keeps a size. @example expand(ones([2, 1]), [2, 3]).shape; // [2, 3] */
export function expand(input: Tensor, size: Shape): Tensor {
  const x = tensorOnly("expand", input);
  const lead = size.length - x.ndim;
  if (lead < 0) throw new ShapeError("expand", "the new shape must have at least as many dimensions", [x.shape, size]);
  const to = size.map((n, d) => {
    const have = d < lead ? 1 : x.shape[d - lead];
    if (!Number.isInteger(n) || n < -1 || (n === -1 && d < lead) || (n !== -1 && have !== 1 && have !== n))
      throw new ShapeError("expand", "only dimensions of size 1 can be repeated", [x.shape, size]);
    return n === -1 ? have : n;
  });
  return expandOp([x], to);
}

const squeezeOp: Run<readonly number[]> = defineOp<readonly number[]>({
  name: "squeeze",
  torch: "squeeze",
  signature: "input, dim=null",
  label: (dims) => `squeeze ${dims.join(", ")}`,
  tex: { forward: "y = x \\text{ without sizes 1}", vjp: "\\bar x = \\bar y \\text{ with them}" },
  view: (x, dims) => {
    const kept = x.shape.map((_, d) => d).filter((d) => !dims.includes(d));
    return { shape: pick(x.shape, kept), strides: pick(x.strides, kept), offset: x.offset };
  },
  saves: {},
  vjp: (g, { metas: [x] }) => [reshape(g, x.shape)],
  jvp: "linear",
  batch: ([x], _batched, dims) =>
    squeezeOp(
      [x],
      dims.map((d) => d + 1),
    ),
  samples: (r) => [
    { input: r.normal([1, 3, 1]) },
    { input: r.normal([1, 3, 1]), dim: 0 },
    { input: r.normal([2, 1]), dim: [0, 1] },
  ],
  call: squeeze,
});

/** Options of `squeeze`. */
export interface SqueezeOptions {
  readonly dim?: Dims | null;
}

/** Drops dimensions of size 1: all of them, or those named (others stay). @example squeeze(zeros([1, 3, 1])).shape; // [3] */
export function squeeze(input: Tensor, dim?: Dims | null | SqueezeOptions): Tensor {
  const x = tensorOnly("squeeze", input);
  const named = isDims(dim) ? dim : (dim?.dim ?? null);
  const dims =
    named !== null && typeof named !== "number" && named.length === 0 ? [] : normalizeDims("squeeze", named, x.ndim);
  return squeezeOp(
    [x],
    dims.filter((d) => x.shape[d] === 1),
  );
}

const isDims = (x: unknown): x is Dims => typeof x === "number" || Array.isArray(x);

const unsqueezeOp: Run<number> = defineOp<number>({
  name: "unsqueeze",
  torch: "unsqueeze",
  signature: "input, dim",
  label: (dim) => `unsqueeze ${dim}`,
  tex: { forward: "y = x \\text{ with a size 1}", vjp: "\\bar x = \\bar y \\text{ without it}" },
  view: (x, dim) => {
    const step = dim < x.shape.length ? x.shape[dim] * x.strides[dim] : 1;
    return { shape: x.shape.toSpliced(dim, 0, 1), strides: x.strides.toSpliced(dim, 0, step), offset: x.offset };
  },
  saves: {},
  vjp: (g, { metas: [x] }) => [reshape(g, x.shape)],
  jvp: "linear",
  batch: ([x], _batched, dim) => unsqueezeOp([x], dim + 1),
  samples: (r) => [
    { input: r.normal([2, 3]), dim: 1 },
    { input: r.normal([2]), dim: -1 },
  ],
  call: unsqueeze,
});

/** A new dimension of size 1 at `dim`. @example unsqueeze(zeros([3]), 0).shape; // [1, 3] */
export function unsqueeze(input: Tensor, dim: number): Tensor {
  const x = tensorOnly("unsqueeze", input);
  return unsqueezeOp([x], normalizeDim("unsqueeze", dim, x.ndim + 1));
}

/** Options of `flatten`. */
export interface FlattenOptions {
  readonly startDim?: number;
  readonly endDim?: number;
}

/** Merges the dimensions from `startDim` to `endDim`. @example flatten(zeros([2, 3, 4]), 1).shape; // [2, 12] */
export const flatten: (input: Tensor, startDim?: number | FlattenOptions, endDim?: number) => Tensor = defineComposite(
  {
    name: "flatten",
    torch: "flatten",
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
    const x = tensorOnly("flatten", input);
    const from = normalizeDim("flatten", options.startDim ?? 0, x.ndim);
    const to = normalizeDim("flatten", options.endDim ?? -1, x.ndim);
    if (from > to) throw new IndexError("flatten", `startDim must not come after endDim, but got ${from} and ${to}`);
    if (from === to && x.ndim > 0) return x;
    return reshape(x, [...x.shape.slice(0, from), sizeOf(x.shape.slice(from, to + 1)), ...x.shape.slice(to + 1)]);
  },
);
