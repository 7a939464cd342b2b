/** Dimensions of size 1: added, removed and repeated, as views. */

import { defineOp, type Run } from "../../dispatch/define.ts";
import { requireTensor } from "../../dispatch/operand.ts";
import { ShapeError } from "../../tensor/errors.ts";
import { type Dims, type Listed, listed, normalizeDim, normalizeDims, type Shape } from "../../tensor/shape.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { reshape } from "./reshape.ts";

/** Returns the elements of a list at these positions. */
const pick = <T>(list: readonly T[], dims: readonly number[]): T[] => dims.map((d) => list[d]);

const expandOp: Run<Shape> = defineOp<Shape>({
  name: "expand",
  role: "repeat",
  torch: "Tensor.expand",
  access: "method",
  signature: "input, size...|sizes",
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
  call: (input: Tensor, size: Listed) => expand(input, listed(size)),
});

/**
 * Returns a view of shape `size` in which dimensions of size 1 are repeated and dimensions are added in front; -1 keeps a size. The repeated elements
 * share memory. Gradients are summed over the repetitions.
 * @throws ShapeError when a dimension of another size would be repeated.
 * @example expand(ones([2, 1]), [2, 3]).shape; // [2, 3]
 */
export function expand(input: Tensor, size: Shape): Tensor {
  const x = requireTensor("expand", input);
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
  access: "method",
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
  /** Dimensions to remove; all of size 1 by default. */
  readonly dim?: Dims | null;
}

/**
 * Returns a view without dimensions of size 1: all of them, or those of `dim`. Dimensions of other sizes stay.
 * @throws IndexError for a dimension out of range.
 * @example squeeze(zeros([1, 3, 1])).shape; // [3]
 */
export function squeeze(input: Tensor, dim?: Dims | null | SqueezeOptions): Tensor {
  const x = requireTensor("squeeze", input);
  const named = isDims(dim) ? dim : (dim?.dim ?? null);
  const dims =
    named !== null && typeof named !== "number" && named.length === 0 ? [] : normalizeDims("squeeze", named, x.ndim);
  return squeezeOp(
    [x],
    dims.filter((d) => x.shape[d] === 1),
  );
}

/** Whether the argument names dimensions. */
const isDims = (x: unknown): x is Dims => typeof x === "number" || Array.isArray(x);

const unsqueezeOp: Run<number> = defineOp<number>({
  name: "unsqueeze",
  torch: "unsqueeze",
  access: "method",
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

/**
 * Returns a view with a new dimension of size 1 at `dim`.
 * @throws IndexError for a dimension out of range.
 * @example unsqueeze(zeros([3]), 0).shape; // [1, 3]
 */
export function unsqueeze(input: Tensor, dim: number): Tensor {
  const x = requireTensor("unsqueeze", input);
  return unsqueezeOp([x], normalizeDim("unsqueeze", dim, x.ndim + 1));
}

declare module "../../tensor/tensor.ts" {
  interface Tensor {
    /** Returns a view without dimensions of size 1: all of them, or those of `dim`. */
    squeeze(dim?: Dims | null | SqueezeOptions): Tensor;
    /** Returns a view with a new dimension of size 1. */
    unsqueeze(dim: number): Tensor;
    /** Returns a view in which dimensions of size 1 are repeated; -1 keeps a size. */
    expand(...size: Listed): Tensor;
  }
}
