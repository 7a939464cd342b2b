/** Copies of a tensor in which one of its views is overwritten. */

import { defineComposite } from "../../dispatch/define.ts";
import { requireTensor } from "../../dispatch/operand.ts";
import type { View } from "../../dispatch/spec.ts";
import { IndexError, ShapeError } from "../../tensor/errors.ts";
import { contiguousStrides, normalizeDim, sameShape } from "../../tensor/shape.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { to } from "../elementwise/convert.ts";
import { boundIndex, sliceOf, windowed } from "./slice.ts";
import { asStridedScatterOp } from "./strided.ts";

/** Returns a copy of `x` in which the view that `viewOf` describes is replaced by `src`. */
function overwritten(op: string, x: Tensor, src: Tensor, viewOf: (whole: View) => View): Tensor {
  const { shape, strides, offset } = viewOf({ shape: x.shape, strides: contiguousStrides(x.shape), offset: 0 });
  if (!sameShape(src.shape, shape))
    throw new ShapeError(op, "the source must have the shape of the view that it replaces", [src.shape, shape]);
  return asStridedScatterOp([x, to(src, x.dtype)], { size: shape, stride: strides, storageOffset: offset });
}

/**
 * Returns a copy of `input` in which the slice `index` of dimension `dim`, which `select` returns, is replaced by `src`. The gradient flows to `src` and to
 * the other slices of `input`.
 * @throws IndexError for an index out of range; ShapeError for another shape of `src`.
 * @example selectScatter(zeros([2, 2]), tensor([5, 6]), 0, 1).toArray(); // [[0, 0], [5, 6]]
 */
export const selectScatter: (input: Tensor, src: Tensor, dim: number, index: number) => Tensor = defineComposite(
  {
    name: "selectScatter",
    torch: "select_scatter",
    access: "method",
    signature: "input, src, dim, index",
    tex: "y = x,\\ y_k = z",
    samples: (r) => [
      { input: r.normal([2, 3]), src: r.normal([2]), dim: 1, index: 2 },
      { input: r.normal([3, 2, 4]), src: r.normal([3, 4]), dim: -2, index: -1 },
    ],
  },
  (input: Tensor, src: Tensor, dim: number, index: number): Tensor => {
    const x = requireTensor("selectScatter", input);
    if (x.ndim === 0) throw new IndexError("selectScatter", "a scalar has no dimension to select from");
    const d = normalizeDim("selectScatter", dim, x.ndim);
    const at = boundIndex("selectScatter", index, x.shape[d], d);
    return overwritten("selectScatter", x, requireTensor("selectScatter", src), ({ shape, strides }) => ({
      shape: shape.toSpliced(d, 1),
      strides: strides.toSpliced(d, 1),
      offset: at * strides[d],
    }));
  },
);

/** Options of `sliceScatter`. */
export interface SliceScatterOptions {
  /** Dimension of the slice; 0 by default. */
  readonly dim?: number;
  /** First index; a negative one counts from the end. */
  readonly start?: number | null;
  /** Index behind the last one; a negative one counts from the end. */
  readonly end?: number | null;
  readonly step?: number;
}

/**
 * Returns a copy of `input` in which the slice `start:end:step` of dimension `dim` is replaced by `src`. The gradient flows to `src` and to the elements of
 * `input` outside of the slice.
 * @throws IndexError for a step below 1; ShapeError for another shape of `src`.
 * @example sliceScatter(zeros([4]), tensor([5, 6]), { start: 1, end: 3 }).toArray(); // [0, 5, 6, 0]
 */
export const sliceScatter: (input: Tensor, src: Tensor, options?: SliceScatterOptions) => Tensor = defineComposite(
  {
    name: "sliceScatter",
    torch: "slice_scatter",
    access: "method",
    signature: "input, src, dim=0, start=null, end=null, step=1",
    tex: "y = x,\\ y_{a + s i} = z_i",
    samples: (r) => [
      { input: r.normal([2, 7]), src: r.normal([2, 3]), dim: 1, start: 1, end: 6, step: 2 },
      { input: r.normal([4, 2]), src: r.normal([3, 2]), start: -3, end: 9 },
    ],
  },
  (input: Tensor, src: Tensor, { dim = 0, start = null, end = null, step = 1 }: SliceScatterOptions = {}): Tensor => {
    const x = requireTensor("sliceScatter", input);
    if (x.ndim === 0) throw new IndexError("sliceScatter", "a scalar has no dimension to slice");
    const d = normalizeDim("sliceScatter", dim, x.ndim);
    const part = sliceOf("sliceScatter", x.shape[d], start, end, step);
    return overwritten("sliceScatter", x, requireTensor("sliceScatter", src), (whole) =>
      windowed(whole, { dim: d, ...part }),
    );
  },
);

/** Options of `diagonalScatter`. */
export interface DiagonalScatterOptions {
  /** Diagonal: 0 is the main one, positive ones lie above it. */
  readonly offset?: number;
  readonly dim1?: number;
  readonly dim2?: number;
}

/**
 * Returns a copy of `input` in which the diagonals of the matrices in two dimensions are replaced by `src`, whose last dimension runs along them. The
 * gradient flows to `src` and to the elements of `input` outside of the diagonals.
 * @throws IndexError for equal dimensions; ShapeError for another shape of `src`.
 * @example diagonalScatter(zeros([2, 2]), tensor([5, 6])).toArray(); // [[5, 0], [0, 6]]
 */
export const diagonalScatter: (input: Tensor, src: Tensor, options?: DiagonalScatterOptions) => Tensor =
  defineComposite(
    {
      name: "diagonalScatter",
      torch: "diagonal_scatter",
      access: "method",
      signature: "input, src, offset=0, dim1=0, dim2=1",
      tex: "y = x,\\ y_{i, i + k} = z_i",
      samples: (r) => [
        { input: r.normal([3, 4]), src: r.normal([3]), offset: 1 },
        { input: r.normal([4, 2, 3]), src: r.normal([2, 2]), offset: -2, dim1: 0, dim2: -1 },
      ],
    },
    (input: Tensor, src: Tensor, { offset = 0, dim1 = 0, dim2 = 1 }: DiagonalScatterOptions = {}): Tensor => {
      const x = requireTensor("diagonalScatter", input);
      const [p, q] = [normalizeDim("diagonalScatter", dim1, x.ndim), normalizeDim("diagonalScatter", dim2, x.ndim)];
      if (p === q) throw new IndexError("diagonalScatter", `dim1 and dim2 must differ, but are both ${p}`);
      const [down, right] = [Math.max(-offset, 0), Math.max(offset, 0)];
      const length = Math.max(Math.min(x.shape[p] - down, x.shape[q] - right), 0);
      return overwritten("diagonalScatter", x, requireTensor("diagonalScatter", src), ({ shape, strides }) => {
        const kept = shape.map((_, d) => d).filter((d) => d !== p && d !== q);
        return {
          shape: [...kept.map((d) => shape[d]), length],
          strides: [...kept.map((d) => strides[d]), strides[p] + strides[q]],
          offset: length === 0 ? 0 : down * strides[p] + right * strides[q],
        };
      });
    },
  );

declare module "../../tensor/tensor.ts" {
  interface Tensor {
    /** Returns a copy in which one slice of a dimension is replaced by `src`. */
    selectScatter(src: Tensor, dim: number, index: number): Tensor;
    /** Returns a copy in which the slice `start:end:step` of a dimension is replaced by `src`. */
    sliceScatter(src: Tensor, options?: SliceScatterOptions): Tensor;
    /** Returns a copy in which the diagonals of the matrices in two dimensions are replaced by `src`. */
    diagonalScatter(src: Tensor, options?: DiagonalScatterOptions): Tensor;
  }
}
