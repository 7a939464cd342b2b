/** Concatenation and stacking. */

import { defineOp, type Run } from "../../dispatch/define.ts";
import { sizesAround } from "../../dispatch/loops.ts";
import { requireTensor } from "../../dispatch/operand.ts";
import { zeros } from "../../tensor/create.ts";
import { resultType } from "../../tensor/dtype.ts";
import { ArgumentError, ShapeError } from "../../tensor/errors.ts";
import type { Meta } from "../../tensor/meta.ts";
import { normalizeDim, sameShape } from "../../tensor/shape.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { expand, unsqueeze } from "./expand.ts";
import { reshape } from "./reshape.ts";
import { narrow, select } from "./window.ts";

/** Returns zeros for a tangent that is missing. */
const zeroLike = (m: Meta): Tensor => zeros(m.shape, { dtype: m.dtype });
/** Returns the tangents of all inputs, zeros for missing ones. */
const tangentsOr = (tangents: readonly (Tensor | null)[], metas: readonly Meta[]): Tensor[] =>
  tangents.map((t, i) => t ?? zeroLike(metas[i]));

/** Returns the inputs, each with a leading batch dimension. */
const allBatched = (inputs: readonly Tensor[], batched: readonly boolean[], size: number): Tensor[] =>
  inputs.map((x, i) => (batched[i] ? x : expand(unsqueeze(x, 0), [size, ...x.shape])));

const catOp: Run<number> = defineOp<number>({
  name: "cat",
  role: "join",
  torch: "cat",
  aliases: ["concat", "concatenate"],
  access: "function",
  signature: "tensors, dim=0",
  dims: "tensors: ..*",
  label: (dim) => `cat dim ${dim}`,
  tex: { forward: "y = [x_1 \\mid x_2 \\mid \\dots]", vjp: "\\bar x_k = \\bar y \\text{ at the place of } x_k" },
  outputs: (inputs, dim) => {
    const [first] = inputs;
    for (const m of inputs)
      if (m.shape.length !== first.shape.length || m.shape.some((n, d) => d !== dim && n !== first.shape[d]))
        throw new ShapeError(
          "cat",
          `all sizes but that of dim ${dim} must agree`,
          inputs.map((i) => i.shape),
        );
    return {
      shape: first.shape.with(
        dim,
        inputs.reduce((n, m) => n + m.shape[dim], 0),
      ),
      dtype: resultType(inputs),
    };
  },
  kernel: (out, xs, { params: dim, inputs, outputs: [y] }) => {
    const [outer, n, inner] = sizesAround(y.shape, dim);
    let at = 0;
    xs.forEach((x, k) => {
      const run = inputs[k].shape[dim] * inner;
      for (let o = 0; o < outer; o++) out.set(x.subarray(o * run, (o + 1) * run), o * n * inner + at);
      at += run;
    });
  },
  saves: {},
  vjp: (g, { metas, params: dim, needs }) => {
    let at = 0;
    return metas.map((m, i) => {
      const start = at;
      at += m.shape[dim];
      return needs[i] ? narrow(g, dim, start, m.shape[dim]) : null;
    });
  },
  jvp: (tangents, { metas, params: dim }) => catOp(tangentsOr(tangents, metas), dim),
  complex: "parts",
  batch: (inputs, batched, dim, size) => catOp(allBatched(inputs, batched, size), dim + 1),
  samples: (r) => [
    { tensors: [r.normal([2, 3]), r.normal([1, 3])] },
    { tensors: [r.normal([2, 1]), r.normal([2, 2]), r.normal([2, 3])], dim: -1 },
  ],
  call: cat,
});

/** Options of functions that join or split a dimension. */
export interface DimOption {
  /** The dimension; 0 by default. */
  readonly dim?: number;
}

/** Returns the dimension that an argument or options name; 0 by default. */
export const dimOf = (dim: number | DimOption | undefined): number => (typeof dim === "number" ? dim : (dim?.dim ?? 0));

/**
 * Returns the list of operands.
 * @throws ArgumentError for an empty list; DTypeError for anything but tensors in it.
 */
export function listOf(op: string, tensors: readonly Tensor[]): readonly Tensor[] {
  if (!Array.isArray(tensors) || tensors.length === 0)
    throw new ArgumentError(op, "expected a list of at least one tensor");
  return tensors.map((x) => requireTensor(op, x));
}

/**
 * Concatenates tensors along a dimension that they have; their other sizes are equal. Dtypes are promoted, and tensors of shape [0] are skipped.
 * @throws ShapeError for scalars, and when other sizes differ; ArgumentError for an empty list.
 * @example cat([tensor([1]), tensor([2, 3])]).toArray(); // [1, 2, 3]
 */
export function cat(tensors: readonly Tensor[], dim?: number | DimOption): Tensor {
  const list = listOf("cat", tensors);
  // as in PyTorch, tensors of shape [0] are skipped, and their gradient is 0
  const isSkipped = (x: Tensor): boolean => sameShape(x.shape, [0]);
  const real = list.filter((x) => !isSkipped(x));
  const kept = real.length > 0 ? real : list;
  if (kept.some((x) => x.ndim === 0))
    throw new ShapeError(
      "cat",
      "scalars cannot be joined; use stack",
      kept.map((x) => x.shape),
    );
  const dtype = resultType(list);
  const along = real.length === 0 ? 0 : normalizeDim("cat", dimOf(dim), kept[0].ndim);
  const empty = kept[0].shape.with(along, 0);
  const joined =
    real.length === list.length
      ? list
      : list.filter((x) => x.requiresGrad || !isSkipped(x)).map((x) => (isSkipped(x) ? reshape(x, empty) : x));
  return catOp(
    (joined.length === 0 ? kept : joined).map((x) => x.to(dtype)),
    along,
  );
}

const stackOp: Run<number> = defineOp<number>({
  name: "stack",
  role: "join",
  torch: "stack",
  access: "function",
  signature: "tensors, dim=0",
  dims: "tensors: ..=",
  label: (dim) => `stack dim ${dim}`,
  tex: { forward: "y_k = x_k", vjp: "\\bar x_k = \\bar y_k" },
  outputs: (inputs, dim) => {
    if (!inputs.every((m) => sameShape(m.shape, inputs[0].shape)))
      throw new ShapeError(
        "stack",
        "all shapes must be equal",
        inputs.map((m) => m.shape),
      );
    return { shape: inputs[0].shape.toSpliced(dim, 0, inputs.length), dtype: resultType(inputs) };
  },
  kernel: (out, xs, { params: dim, outputs: [y] }) => {
    const [outer, n, inner] = sizesAround(y.shape, dim);
    xs.forEach((x, k) => {
      for (let o = 0; o < outer; o++) out.set(x.subarray(o * inner, (o + 1) * inner), (o * n + k) * inner);
    });
  },
  saves: {},
  vjp: (g, { params: dim, needs }) => needs.map((need, k) => (need ? select(g, dim, k) : null)),
  jvp: (tangents, { metas, params: dim }) => stackOp(tangentsOr(tangents, metas), dim),
  complex: "parts",
  batch: (inputs, batched, dim, size) => stackOp(allBatched(inputs, batched, size), dim + 1),
  samples: (r) => [
    { tensors: [r.normal([2]), r.normal([2])] },
    { tensors: [r.normal([2, 3]), r.normal([2, 3])], dim: -1 },
  ],
  call: stack,
});

/**
 * Joins tensors of one shape along a new dimension. Dtypes are promoted.
 * @throws ShapeError when the shapes differ; ArgumentError for an empty list.
 * @example stack([tensor([1]), tensor([2])]).toArray(); // [[1], [2]]
 */
export function stack(tensors: readonly Tensor[], dim?: number | DimOption): Tensor {
  const list = listOf("stack", tensors);
  const dtype = resultType(list);
  return stackOp(
    list.map((x) => x.to(dtype)),
    normalizeDim("stack", dimOf(dim), list[0].ndim + 1),
  );
}
