/** Diagonals of matrices: as views, and matrices made of them. */

import { defineComposite, defineOp, type Run } from "../../dispatch/define.ts";
import { visitElements } from "../../dispatch/loops.ts";
import { requireTensor } from "../../dispatch/operand.ts";
import type { View } from "../../dispatch/spec.ts";
import { ArgumentError, IndexError, ShapeError } from "../../tensor/errors.ts";
import { contiguousStrides, normalizeDim, type Shape } from "../../tensor/shape.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { clone } from "../elementwise/convert.ts";
import { reshape } from "./reshape.ts";

/** A diagonal of the matrices that two dimensions form, `offset` columns right of the main one. */
interface Diagonal {
  readonly offset: number;
  readonly dim1: number;
  readonly dim2: number;
}

/** Returns the view of a diagonal, as the last dimension. */
function onDiagonal(x: View, { offset, dim1, dim2 }: Diagonal): View {
  const rest = <T>(list: readonly T[]): T[] => list.filter((_, d) => d !== dim1 && d !== dim2);
  const [rows, columns] = [x.shape[dim1] + Math.min(offset, 0), x.shape[dim2] - Math.max(offset, 0)];
  const length = Math.max(Math.min(rows, columns), 0);
  const first = length === 0 ? 0 : offset < 0 ? -offset * x.strides[dim1] : offset * x.strides[dim2];
  return {
    shape: [...rest(x.shape), length],
    strides: [...rest(x.strides), x.strides[dim1] + x.strides[dim2]],
    offset: x.offset + first,
  };
}

/** Returns the diagonal with its dimensions one further, behind a batch dimension. */
const behindBatch = (p: Diagonal): Diagonal => ({ ...p, dim1: p.dim1 + 1, dim2: p.dim2 + 1 });

const diagonalOp: Run<Diagonal> = defineOp<Diagonal>({
  name: "diagonal",
  torch: "diagonal",
  access: "method",
  signature: "input, offset=0, dim1=0, dim2=1",
  label: ({ offset, dim1, dim2 }) => `diagonal ${offset} of dims ${dim1}, ${dim2}`,
  tex: { forward: "y_i = x_{i,\\, i + k}", vjp: "\\bar x_{i,\\, i + k} = \\bar y_i" },
  view: onDiagonal,
  saves: {},
  vjp: (g, { metas: [x], params }) => [embedOp([g], { ...params, shape: x.shape })],
  jvp: "linear",
  batch: ([x], _batched, p) => diagonalOp([x], behindBatch(p)),
  samples: (r) => [
    { input: r.normal([3, 4]) },
    { input: r.normal([2, 3, 3]), offset: -1, dim1: -1, dim2: 1 },
    { input: r.normal([4, 2, 3]), offset: 1, dim1: 0, dim2: 2 },
  ],
  call: diagonal,
});

/** A diagonal of zeros of this shape. */
interface Embedding extends Diagonal {
  readonly shape: Shape;
}

const embedOp: Run<Embedding> = defineOp<Embedding>({
  name: "embedDiagonal",
  torch: "ops.aten.diagonal_backward",
  access: "internal",
  signature: "input, shape, offset, dim1, dim2",
  label: ({ offset, shape }) => `embed diagonal ${offset} in [${shape.join(", ")}]`,
  tex: { forward: "y_{i,\\, i + k} = x_i,\\ 0 \\text{ elsewhere}", vjp: "\\bar x_i = \\bar y_{i,\\, i + k}" },
  outputs: ([x], { shape }) => ({ shape, dtype: x.dtype }),
  kernel: (out, [x], { params, outputs: [y] }) => {
    const at = onDiagonal({ shape: y.shape, strides: contiguousStrides(y.shape), offset: 0 }, params);
    visitElements(at.shape, [at.strides], (i, [o]) => {
      out[at.offset + o] = x[i];
    });
  },
  saves: {},
  vjp: (g, { params }) => [diagonalOp([g], params)],
  jvp: "linear",
  complex: "parts",
  batch: ([x], _batched, p, size) => embedOp([x], { ...behindBatch(p), shape: [size, ...p.shape] }),
  samples: (r) => [
    { input: r.normal([3]), shape: [3, 4], offset: 1, dim1: 0, dim2: 1 },
    { input: r.normal([2, 3]), shape: [4, 2, 5], offset: -1, dim1: 0, dim2: 2 },
  ],
  call: (input: Tensor, shape: Shape, offset: number, dim1: number, dim2: number) =>
    embedOp([input], { shape, offset, dim1, dim2 }),
});

/**
 * Returns the checked parameters of a diagonal.
 * @throws IndexError when the dimensions are the same or out of range, or for an offset that is no integer.
 */
function checked(op: string, rank: number, { offset, dim1, dim2 }: Diagonal): Diagonal {
  const [a, b] = [normalizeDim(op, dim1, rank), normalizeDim(op, dim2, rank)];
  if (a === b) throw new IndexError(op, `dim1 and dim2 must be different dimensions, but got ${dim1} and ${dim2}`);
  if (!Number.isInteger(offset)) throw new IndexError(op, `offset must be an integer, but got ${offset}`);
  return { offset, dim1: a, dim2: b };
}

/** Options of `diagonal`. */
export interface DiagonalOptions {
  /** Columns between the main diagonal and the one chosen, negative below it; 0 by default. */
  readonly offset?: number;
  /** Dimension of the rows; 0 by default. */
  readonly dim1?: number;
  /** Dimension of the columns; 1 by default. */
  readonly dim2?: number;
}

/**
 * Returns a view of a diagonal of the matrices in the dimensions `dim1` and `dim2`, which becomes the last dimension. The gradient is 0 off the diagonal.
 * @throws IndexError when `dim1` and `dim2` are the same or out of range.
 * @example diagonal(tensor([[1, 2], [3, 4]])).toArray(); // [1, 4]
 */
export function diagonal(input: Tensor, offset: number | DiagonalOptions = 0, dim1 = 0, dim2 = 1): Tensor {
  const x = requireTensor("diagonal", input);
  const options = typeof offset === "number" ? { offset, dim1, dim2 } : { offset: 0, dim1: 0, dim2: 1, ...offset };
  return diagonalOp([x], checked("diagonal", x.ndim, options));
}

/** Options of `diagEmbed`. */
export interface DiagEmbedOptions {
  /** Columns between the main diagonal and the one that is filled, negative below it; 0 by default. */
  readonly offset?: number;
  /** Dimension of the rows in the result; -2 by default. */
  readonly dim1?: number;
  /** Dimension of the columns in the result; -1 by default. */
  readonly dim2?: number;
}

/** Returns square matrices with the last dimension on a diagonal. */
function matrices(op: string, x: Tensor, options: Diagonal): Tensor {
  if (x.ndim === 0) throw new ShapeError(op, "expected at least 1 dimension", [x.shape]);
  const at = checked(op, x.ndim + 1, options);
  const n = x.shape[x.ndim - 1] + Math.abs(at.offset);
  if (n >= 2 ** 26) throw new ArgumentError(op, `a matrix of ${n} rows is too large`);
  const shape = x.shape.slice(0, -1);
  for (const d of [at.dim1, at.dim2].sort((a, b) => a - b)) shape.splice(d, 0, n);
  return embedOp([x], { ...at, shape });
}

/**
 * Returns square matrices, in the dimensions `dim1` and `dim2` of the result, that have the last dimension of `input` on a diagonal and 0 elsewhere.
 * @throws ShapeError for a scalar; IndexError when `dim1` and `dim2` are the same or out of range.
 * @example diagEmbed(tensor([1, 2])).toArray(); // [[1, 0], [0, 2]]
 */
export const diagEmbed: (input: Tensor, offset?: number | DiagEmbedOptions, dim1?: number, dim2?: number) => Tensor =
  defineComposite(
    {
      name: "diagEmbed",
      torch: "diag_embed",
      access: "method",
      signature: "input, offset=0, dim1=-2, dim2=-1",
      tex: "y_{i,\\, i + k} = x_i",
      samples: (r) => [{ input: r.normal([2, 3]) }, { input: r.normal([2, 3]), offset: -1, dim1: 0, dim2: 2 }],
    },
    (input: Tensor, offset: number | DiagEmbedOptions = 0, dim1 = -2, dim2 = -1): Tensor =>
      matrices(
        "diagEmbed",
        requireTensor("diagEmbed", input),
        typeof offset === "number" ? { offset, dim1, dim2 } : { offset: 0, dim1: -2, dim2: -1, ...offset },
      ),
  );

/** Options of `diag`. */
export interface DiagOptions {
  /** Columns between the main diagonal and the one chosen, negative below it; 0 by default. */
  readonly diagonal?: number;
}

/**
 * Returns a copy of a diagonal of a matrix, or the square matrix that has a vector on a diagonal and 0 elsewhere.
 * @throws ShapeError for other than one or two dimensions.
 * @example
 * diag(tensor([[1, 2], [3, 4]])).toArray(); // [1, 4]
 * diag(tensor([1, 2])).toArray(); // [[1, 0], [0, 2]]
 */
export const diag: (input: Tensor, diagonal?: number | DiagOptions) => Tensor = defineComposite(
  {
    name: "diag",
    torch: "diag",
    access: "method",
    signature: "input, diagonal=0",
    tex: "y_i = x_{i,\\, i + k} \\text{, or } y_{i,\\, i + k} = x_i",
    samples: (r) => [
      { input: r.normal([3, 4]), diagonal: 1 },
      { input: r.normal([3]), diagonal: -1 },
    ],
  },
  (input: Tensor, diagonal: number | DiagOptions = 0): Tensor => {
    const x = requireTensor("diag", input);
    const offset = typeof diagonal === "number" ? diagonal : (diagonal.diagonal ?? 0);
    const at = { offset, dim1: 0, dim2: 1 };
    if (x.ndim === 1) return matrices("diag", x, at);
    if (x.ndim !== 2) throw new ShapeError("diag", "expected a vector or a matrix", [x.shape]);
    return clone(diagonalOp([x], checked("diag", 2, at)));
  },
);

/** Options of `diagflat`. */
export interface DiagflatOptions {
  /** Columns between the main diagonal and the one that is filled, negative below it; 0 by default. */
  readonly offset?: number;
}

/**
 * Returns the square matrix that has all elements of `input`, in row-major order, on a diagonal and 0 elsewhere.
 * @example diagflat(tensor([1, 2]), 1).toArray(); // [[0, 1, 0], [0, 0, 2], [0, 0, 0]]
 */
export const diagflat: (input: Tensor, offset?: number | DiagflatOptions) => Tensor = defineComposite(
  {
    name: "diagflat",
    torch: "diagflat",
    access: "method",
    signature: "input, offset=0",
    tex: "y_{i,\\, i + k} = x_i",
    samples: (r) => [{ input: r.normal([2, 2]), offset: 1 }, { input: r.normal([]) }],
  },
  (input: Tensor, offset: number | DiagflatOptions = 0): Tensor =>
    matrices("diagflat", reshape(requireTensor("diagflat", input), [-1]), {
      offset: typeof offset === "number" ? offset : (offset.offset ?? 0),
      dim1: 0,
      dim2: 1,
    }),
);

declare module "../../tensor/tensor.ts" {
  interface Tensor {
    /** Returns a view of a diagonal of the matrices in two dimensions, as the last dimension. */
    diagonal(offset?: number | DiagonalOptions, dim1?: number, dim2?: number): Tensor;
    /** Returns square matrices that have the last dimension on a diagonal. */
    diagEmbed(offset?: number | DiagEmbedOptions, dim1?: number, dim2?: number): Tensor;
    /** Returns a copy of a diagonal of a matrix, or the square matrix that has a vector on a diagonal. */
    diag(diagonal?: number | DiagOptions): Tensor;
    /** Returns the square matrix that has all elements on a diagonal. */
    diagflat(offset?: number | DiagflatOptions): Tensor;
  }
}
