/** Ranks and condition numbers of matrices. */
import { defineComposite } from "../../dispatch/define.ts";
import { zeros } from "../../tensor/create.ts";
import { realDType } from "../../tensor/dtype.ts";
import { ArgumentError } from "../../tensor/errors.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { abs } from "../elementwise/absolute.ts";
import { mul } from "../elementwise/arithmetic.ts";
import { gt } from "../elementwise/compare.ts";
import { div } from "../elementwise/division.ts";
import { maximum } from "../elementwise/maximum.ts";
import { where } from "../elementwise/where.ts";
import { amax } from "../reduce/max.ts";
import { sum } from "../reduce/sum.ts";
import { unsqueeze } from "../shape/expand.ts";
import { narrow, select } from "../shape/window.ts";
import { requireMatrices, requireSquare } from "./checks.ts";
import { eigvalsh } from "./eigh.ts";
import { invEx } from "./inverse.ts";
import { type MatrixNormOptions, matrixNormAs } from "./matrix-norm.ts";
import { positiveDefinite } from "./samples.ts";
import { singularValues } from "./svd.ts";
import { type ToleranceOptions, tolerancesOf } from "./tolerance.ts";

/** Options of `linalg.matrixRank`. */
export interface MatrixRankOptions extends ToleranceOptions {
  /** Whether the matrices are symmetric, and their lower triangle alone is read; `false` by default. */
  readonly hermitian?: boolean;
}

/**
 * Returns the ranks of matrices, [..., m, n]: [...], the numbers of singular values larger than both `atol` and `rtol` times the largest. They have no gradient.
 * @throws ShapeError for fewer than two dimensions; DTypeError for integers and bools; LinAlgError for NaN and infinity.
 * @example linalg.matrixRank(tensor([[1, 2], [2, 4]])).item(); // 1
 */
export const matrixRank: (A: Tensor, options?: MatrixRankOptions) => Tensor = defineComposite(
  {
    name: "matrixRank",
    torch: "linalg.matrix_rank",
    access: "function",
    signature: "A, atol=null, rtol=null, hermitian=false",
    tex: "\\mathrm{rank}(X)",
    samples: (r) => [
      { A: r.normal([3, 2]) },
      { A: r.normal([2, 2, 3]), atol: 0.1, rtol: 0.2 },
      { A: positiveDefinite(r, [3, 3]), hermitian: true },
    ],
  },
  (A: Tensor, options: MatrixRankOptions = {}): Tensor => {
    const op = "linalg.matrixRank";
    const isSymmetric = options.hermitian ?? false;
    const x = (isSymmetric ? requireSquare(op, A, "complex") : requireMatrices(op, A, "complex")).detach();
    const values = isSymmetric ? abs(eigvalsh(x)) : singularValues(op, x);
    const [atol, rtol] = tolerancesOf(op, x, options);
    if (values.size(-1) === 0) return sum(gt(values, 0), -1);
    const bound = maximum(atol, mul(rtol, amax(values, -1)));
    return sum(gt(values, unsqueeze(bound, -1)), -1);
  },
);

/** Options of `linalg.cond`. */
export interface CondOptions {
  /** Order of the norm, 2 by default: ±1, ±2, ±Infinity, `"fro"` or `"nuc"`. */
  readonly p?: MatrixNormOptions["ord"] | null;
}

/**
 * Returns the condition numbers of matrices, [..., m, n]: [...], the norm times that of the inverse. For order 2 it is the largest singular value over the smallest, and for -2
 * the reverse; other orders need square matrices. Infinity for a singular matrix.
 * @throws ShapeError when the shape does not fit the order; DTypeError for integers and bools; LinAlgError for NaN and infinity.
 * @example linalg.cond(tensor([[2, 0], [0, 4]])).item(); // 2
 */
export const cond: (A: Tensor, p?: MatrixNormOptions["ord"] | null | CondOptions) => Tensor = defineComposite(
  {
    name: "cond",
    torch: "linalg.cond",
    access: "function",
    signature: "A, p=null",
    tex: "\\kappa(X) = \\lVert X \\rVert\\, \\lVert X^{-1} \\rVert",
    samples: (r) => [{ A: r.normal([3, 3]) }, { A: r.normal([2, 2, 2]), p: "fro" }, { A: r.normal([3, 2]), p: -2 }],
  },
  (A: Tensor, p: MatrixNormOptions["ord"] | null | CondOptions = {}): Tensor => {
    const op = "linalg.cond";
    const order = (typeof p === "object" && p !== null ? p.p : p) ?? 2;
    const x = requireMatrices(op, A, "complex");
    if (order === 2 || order === -2) {
      const values = singularValues(op, x);
      const k = values.size(-1);
      if (k === 0) return zeros(x.shape.slice(0, -2), { dtype: realDType(x.dtype) });
      const [largest, smallest] = [select(values, -1, 0), select(narrow(values, -1, k - 1, 1), -1, 0)];
      return order === 2 ? div(largest, smallest) : div(smallest, largest);
    }
    if (typeof order === "string" && !["fro", "nuc"].includes(order))
      throw new ArgumentError(op, `p must be ±1, ±2, ±Infinity, "fro" or "nuc", but got "${order}"`);
    const square = requireSquare(op, x, "complex");
    if (square.size(-1) === 0) return zeros(x.shape.slice(0, -2), { dtype: realDType(x.dtype) });
    const { inverse, info } = invEx(square);
    const isSingular = gt(info, 0);
    const safe = where(unsqueeze(unsqueeze(isSingular, -1), -1), 0, inverse);
    const product = mul(matrixNormAs(op, square, { ord: order }), matrixNormAs(op, safe, { ord: order }));
    return where(isSingular, Infinity, product);
  },
);
