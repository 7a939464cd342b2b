/** A sparse matrix applied along one dimension: the op behind interpolation and adaptive average pooling, which work on each dimension by itself. */
import { defineOp, type Run } from "../../dispatch/define.ts";
import { sizesAround } from "../../dispatch/loops.ts";
import { requireFloat } from "../../dispatch/operand.ts";
import { normalizeDim } from "../../tensor/shape.ts";
import type { Tensor } from "../../tensor/tensor.ts";

/** A sparse matrix by rows: row i has `weights[k]` in column `columns[k]` for k from `starts[i]` up to `starts[i + 1]`. A column may occur more than once in a row. */
export interface SparseMatrix {
  /** Number of columns. */
  readonly width: number;
  /** For each row the position of its first entry, and at the end the number of entries. */
  readonly starts: Int32Array;
  readonly columns: Int32Array;
  readonly weights: Float64Array;
}

/** An entry of a row of a sparse matrix. */
export type Entry = readonly [column: number, weight: number];

/** Returns the matrix with `height` rows, of which row i is `row(i)`. */
export function matrixOf(width: number, height: number, row: (i: number) => readonly Entry[]): SparseMatrix {
  const starts = new Int32Array(height + 1);
  let columns = new Int32Array(4 * height);
  let weights = new Float64Array(4 * height);
  for (let i = 0, k = 0; i < height; i++) {
    const entries = row(i);
    while (k + entries.length > columns.length) [columns, weights] = [doubled(columns), doubled(weights)];
    for (const [column, weight] of entries) {
      columns[k] = column;
      weights[k++] = weight;
    }
    starts[i + 1] = k;
  }
  return { width, starts, columns, weights };
}

/** Returns a copy with room for twice as many elements, and 8 more. */
function doubled<A extends Int32Array<ArrayBuffer> | Float64Array<ArrayBuffer>>(array: A): A {
  const larger = new (array.constructor as new (length: number) => A)(2 * array.length + 8);
  larger.set(array);
  return larger;
}

/** Returns the transposed matrix. */
function transposed({ width, starts, columns, weights }: SparseMatrix): SparseMatrix {
  const height = starts.length - 1;
  const entries = starts[height];
  const turned: SparseMatrix = {
    width: height,
    starts: new Int32Array(width + 1),
    columns: new Int32Array(entries),
    weights: new Float64Array(entries),
  };
  for (let k = 0; k < entries; k++) turned.starts[columns[k] + 1]++;
  for (let j = 0; j < width; j++) turned.starts[j + 1] += turned.starts[j];
  const next = turned.starts.slice();
  for (let i = 0; i < height; i++)
    for (let k = starts[i]; k < starts[i + 1]; k++) {
      const at = next[columns[k]]++;
      turned.columns[at] = i;
      turned.weights[at] = weights[k];
    }
  return turned;
}

/** Parameters of the op. */
export interface Resample {
  readonly dim: number;
  readonly matrix: SparseMatrix;
}

const resampleOp: Run<Resample> = defineOp<Resample>({
  name: "resample",
  torch: "ops.aten.upsample_linear1d",
  access: "internal",
  signature: "input, dim, rows",
  label: ({ dim, matrix }) => `resample dim ${dim}: ${matrix.width} to ${matrix.starts.length - 1}`,
  tex: {
    forward: "y_i = \\textstyle\\sum_j A_{ij} x_j",
    vjp: "\\bar x_j = \\textstyle\\sum_i A_{ij} \\bar y_i",
  },
  outputs: ([x], { dim, matrix }) => {
    requireFloat("resample", x.dtype);
    return { shape: x.shape.with(dim, matrix.starts.length - 1), dtype: x.dtype };
  },
  kernel: (out, [x], { params: { dim, matrix }, inputs: [{ shape }] }) => {
    const [outer, n, inner] = sizesAround(shape, dim);
    const { starts, columns, weights } = matrix;
    const rows = starts.length - 1;
    for (let o = 0; o < outer; o++)
      for (let i = 0; i < rows; i++)
        for (let at = 0; at < inner; at++) {
          let sum = 0;
          for (let k = starts[i]; k < starts[i + 1]; k++) sum += weights[k] * x[(o * n + columns[k]) * inner + at];
          out[(o * rows + i) * inner + at] = sum;
        }
  },
  saves: {},
  vjp: (g, { params: { dim, matrix } }) => [resampleOp([g], { dim, matrix: transposed(matrix) })],
  jvp: "linear",
  batch: ([x], _batched, { dim, matrix }) => resampleOp([x], { dim: dim + 1, matrix }),
  samples: (r) => [
    {
      input: r.normal([2, 3, 4]),
      dim: 1,
      rows: [
        [[0, 1]],
        [
          [0, 0.5],
          [1, 0.25],
          [2, 0.25],
        ],
        [],
        [
          [2, -1],
          [2, 0.5],
        ],
      ],
    },
    {
      input: r.normal([2, 3]),
      dim: -1,
      rows: [
        [
          [2, 1],
          [0, 2],
        ],
      ],
    },
  ],
  call: (input: Tensor, dim: number, rows: readonly (readonly Entry[])[]) => {
    const d = normalizeDim("resample", dim, input.ndim);
    return resample(
      input,
      d,
      matrixOf(input.shape[d], rows.length, (i) => rows[i]),
    );
  },
});

/** Returns the product of a sparse matrix with the tensor along a dimension: y[…, i, …] = Σⱼ A[i, j] x[…, j, …]. */
export const resample = (x: Tensor, dim: number, matrix: SparseMatrix): Tensor => resampleOp([x], { dim, matrix });

/** Applies a matrix along each of the last dimensions, first those that shrink most, so that what follows has less to do. */
export function resampleLast(x: Tensor, matrices: readonly SparseMatrix[]): Tensor {
  const first = x.ndim - matrices.length;
  const growth = (matrix: SparseMatrix): number => (matrix.starts.length - 1) / matrix.width;
  return matrices
    .map((matrix, d) => ({ matrix, dim: first + d }))
    .sort((a, b) => growth(a.matrix) - growth(b.matrix))
    .reduce((y, { matrix, dim }) => resample(y, dim, matrix), x);
}
