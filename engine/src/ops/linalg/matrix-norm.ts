/** Norms of matrices. */

import { defineComposite } from "../../dispatch/define.ts";
import { requireFloat, requireTensor } from "../../dispatch/operand.ts";
import type { DType } from "../../tensor/dtype.ts";
import { isComplex } from "../../tensor/dtype.ts";
import { ArgumentError, ShapeError } from "../../tensor/errors.ts";
import { normalizeDim } from "../../tensor/shape.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { abs } from "../elementwise/absolute.ts";
import { to } from "../elementwise/convert.ts";
import { amax, amin } from "../reduce/max.ts";
import { sum } from "../reduce/sum.ts";
import { permute } from "../shape/permute.ts";
import { reshape } from "../shape/reshape.ts";
import { singularValues } from "./svd.ts";
import { vectorNormAs } from "./vector-norm.ts";

/** Options of `linalg.matrixNorm`. */
export interface MatrixNormOptions {
  /** Order of the norm: ±1, ±2, ±Infinity, `"nuc"` or `"fro"`, the default. */
  readonly ord?: number | "fro" | "nuc";
  /** The dimensions of rows and columns; the last two by default. */
  readonly dim?: readonly number[];
  /** Whether the reduced dimensions are kept with size 1. */
  readonly keepdim?: boolean;
  /** Dtype that the input is cast to first. */
  readonly dtype?: DType | null;
}

/** Returns the largest or smallest singular value of each matrix, or their sum. */
function spectralNorm(op: string, x: Tensor, ord: number | string, [rows, columns]: readonly number[]): Tensor {
  const others = x.shape.flatMap((_, d) => (d === rows || d === columns ? [] : [d]));
  const values = singularValues(op, permute(x, [...others, rows, columns]));
  if (ord === "nuc") return sum(values, -1);
  if (values.size(-1) === 0)
    throw new ShapeError(op, `the norm of order ${ord} of no elements has no value`, [x.shape]);
  return ord === 2 ? amax(values, -1) : amin(values, -1);
}

/** Runs the norm with the name of the calling op in its errors. */
export function matrixNormAs(
  op: string,
  input: Tensor,
  { ord = "fro", dim = [-2, -1], keepdim = false, dtype = null }: MatrixNormOptions,
): Tensor {
  const given = requireTensor(op, input);
  if (!isComplex(given.dtype)) requireFloat(op, given.dtype);
  const x = dtype === null ? given : to(given, dtype);
  if (x.ndim < 2) throw new ShapeError(op, "expected a matrix, or a batch of matrices", [x.shape]);
  if (!Array.isArray(dim) || dim.length !== 2)
    throw new ArgumentError(op, `dim must list two dimensions, but got ${String(dim)}`);
  const [rows, columns] = dim.map((d: number) => normalizeDim(op, d, x.ndim));
  if (rows === columns) throw new ArgumentError(op, `the two dimensions must differ, but got [${dim.join(", ")}]`);
  if (ord === "fro") return vectorNormAs(op, x, 2, { dim: [rows, columns], keepdim });
  if (ord === "nuc" || (typeof ord === "number" && Math.abs(ord) === 2)) {
    const y = spectralNorm(op, x, ord, [rows, columns]);
    return keepdim ? reshape(y, x.shape.with(rows, 1).with(columns, 1)) : y;
  }
  if (typeof ord !== "number" || (Math.abs(ord) !== 1 && Math.abs(ord) !== Infinity))
    throw new ArgumentError(
      op,
      `the order of a matrix norm must be ±1, ±2, ±Infinity, "fro" or "nuc", but got ${String(ord)}`,
    );
  // order ±1: sums over rows, the extreme over columns; ±Infinity the other way round
  const [summed, compared] = Math.abs(ord) === 1 ? [rows, columns] : [columns, rows];
  if (x.shape[compared] === 0)
    throw new ShapeError(op, `the norm of order ${ord} of no elements has no value`, [x.shape]);
  const sums = sum(abs(x), summed, keepdim);
  const at = keepdim || compared < summed ? compared : compared - 1;
  return ord > 0 ? amax(sums, at, keepdim) : amin(sums, at, keepdim);
}

/**
 * Returns the norm of each matrix: `"fro"` is the square root of the sum of squares, 1 the largest sum of absolute values of a column, Infinity that of a row,
 * -1 and -Infinity the smallest; 2 is the largest singular value, -2 the smallest, and `"nuc"` their sum. Equal sums and singular values share the gradient.
 * @throws ShapeError for fewer than two dimensions; DTypeError for integers and bools; ArgumentError for another order; LinAlgError for NaN and infinity in the orders of
 * singular values.
 * @example linalg.matrixNorm(tensor([[1, -2], [3, 4]]), 1).item(); // 6
 */
export const matrixNorm: (
  input: Tensor,
  ord?: number | "fro" | "nuc" | MatrixNormOptions,
  dim?: readonly number[] | MatrixNormOptions,
  keepdim?: boolean | MatrixNormOptions,
) => Tensor = defineComposite(
  {
    name: "matrixNorm",
    torch: "linalg.matrix_norm",
    access: "function",
    signature: 'input, ord="fro", dim=[-2,-1], keepdim=false, dtype=null',
    tex: "y = \\lVert X \\rVert",
    samples: (r) => [
      { input: r.normal([2, 3]) },
      { input: r.distinct([2, 3, 4]), ord: 1, dim: [0, 2], keepdim: true },
      { input: r.distinct([2, 3]), ord: -Infinity, dtype: "float64" },
      { input: r.normal([2, 3, 2]), ord: "nuc" },
      { input: r.normal([3, 2, 2]), ord: -2, dim: [2, 0], keepdim: true },
    ],
  },
  (
    input: Tensor,
    ord: number | "fro" | "nuc" | MatrixNormOptions = {},
    dim: readonly number[] | MatrixNormOptions = {},
    keepdim: boolean | MatrixNormOptions = {},
  ): Tensor =>
    matrixNormAs("matrixNorm", input, {
      ...(typeof keepdim === "boolean" ? { keepdim } : keepdim),
      ...(Array.isArray(dim) ? { dim } : (dim as MatrixNormOptions)),
      ...(typeof ord === "object" ? ord : { ord }),
    }),
);
