/** Parts of ops whose index has the shape of the elements that it picks or replaces, along one dimension. */

import type { Run } from "../../dispatch/define.ts";
import { visitElements } from "../../dispatch/loops.ts";
import { requireIndices } from "../../dispatch/operand.ts";
import type { NumericArray } from "../../tensor/dtype.ts";
import { DTypeError, ShapeError } from "../../tensor/errors.ts";
import type { Meta } from "../../tensor/meta.ts";
import { contiguousStrides, type Shape } from "../../tensor/shape.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { padEnd } from "../shape/slice.ts";
import { batchOf, checkIndices } from "./along.ts";

/** Returns the shape, or [1] for a scalar. */
const atLeastVector = (shape: Shape): Shape => (shape.length === 0 ? [1] : shape);

/** Visits the entries of an index tensor with the position that each stands for in an array of shape `target`. */
export function pointed(
  op: string,
  index: NumericArray,
  shape: Shape,
  target: Shape,
  dim: number,
  visit: (at: number, to: number) => void,
): void {
  // a scalar is treated as a vector of length 1
  const strides = contiguousStrides(atLeastVector(target));
  const step = strides[dim];
  checkIndices(op, index, target[dim] ?? 1, dim);
  visitElements(shape, [strides.slice(0, shape.length).map((s, d) => (d === dim ? 0 : s))], (at, [o]) =>
    visit(at, o + index[at] * step),
  );
}

/** Checks dtype and shape of an index tensor. */
export function checkIndexShape(op: string, x: Meta, index: Meta, dim: number, what: string): void {
  // as in PyTorch, an empty index may have any dtype
  if (!index.shape.includes(0)) requireIndices(op, index.dtype);
  const rank = (m: Meta): number => Math.max(m.shape.length, 1);
  const empty = index.shape.includes(0);
  if (!empty && (rank(x) !== rank(index) || index.shape.some((n, d) => d !== dim && n > (x.shape[d] ?? 1))))
    throw new ShapeError(
      op,
      `the index must have as many dimensions as ${what} and be no larger outside of dim ${dim}`,
      [x.shape, index.shape],
    );
}

/** Checks that the index fits the input and the source, which must have one dtype. */
export function checkScattered(op: string, x: Meta, index: Meta, src: Meta, dim: number): void {
  checkIndexShape(op, x, index, dim, "the input");
  if (src.dtype !== x.dtype) throw new DTypeError(op, "input and src must have one dtype", [x.dtype, src.dtype]);
  if (
    !index.shape.includes(0) &&
    (Math.max(src.shape.length, 1) !== Math.max(index.shape.length, 1) ||
      index.shape.some((n, d) => n > (src.shape[d] ?? 1)))
  )
    throw new ShapeError(op, "the index must be no larger than src in any dimension", [index.shape, src.shape]);
}

/** Visits the entries of an index with the position of each in the source, and the position that it stands for in the target. */
export function scattered(
  op: string,
  index: NumericArray,
  [target, shape, source]: readonly [target: Shape, index: Shape, source: Shape],
  dim: number,
  visit: (from: number, to: number) => void,
): void {
  const sources = new Int32Array(index.length);
  visitElements(shape, [contiguousStrides(atLeastVector(source)).slice(0, shape.length)], (at, [o]) => {
    sources[at] = o;
  });
  pointed(op, index, shape, target, dim, (at, to) => visit(sources[at], to));
}

/** The batching rule of an op of an input, an index and a source. */
export function scatterBatch<P extends { readonly dim: number }>(
  run: Run<P>,
  inputs: readonly Tensor[],
  batched: readonly boolean[],
  params: P,
  size: number,
): Tensor | "loop" {
  const [x, index, src] = inputs.map((t, i) => batchOf(t, batched[i], size, false));
  if (x.ndim === 1 || index.ndim !== x.ndim || src.ndim !== x.ndim) return "loop";
  return run([x, index, src], { ...params, dim: params.dim + 1 });
}

/** Returns `g` with zeros added up to the shape of `src`, whose elements beyond the index were not used. */
export function padTo(g: Tensor, shape: Shape): Tensor {
  return shape.reduce((y, size, dim) => (y.shape[dim] === size ? y : padEnd(y, dim, size)), g);
}
