/** The Cholesky factorization of symmetric positive definite matrices. */
import { defineFunction, defineMultiOp, type MultiRun } from "../../dispatch/define.ts";
import { zeros } from "../../tensor/create.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { add, mul } from "../elementwise/arithmetic.ts";
import { tril } from "../shape/triangle.ts";
import { checkInfo, requireSquare } from "./checks.ts";
import { matmul } from "./matmul.ts";
import { type NamedTensors, named } from "./named.ts";
import { factorCholesky } from "./numeric/cholesky.ts";
import { adjointOf, complexMatrixOf, factorComplexCholesky } from "./numeric/complex.ts";
import { countMatrices, matrixOf, transposed } from "./numeric/matrices.ts";
import { mH, realDiagonal } from "./operands.ts";
import { positiveDefinite } from "./samples.ts";
import { solveTriangular } from "./solve-triangular.ts";

/** Parameters of the factorization. */
interface Factorization {
  readonly upper: boolean;
  /** The function in whose name an error is thrown for a matrix that is not positive definite; `null` for none. */
  readonly caller: string | null;
}

const isIndefinite = (order: number): string =>
  `the matrix is not positive definite: its leading minor of order ${order} is not positive`;

const choleskyOp: MultiRun<Factorization> = defineMultiOp<Factorization>({
  name: "choleskyEx",
  torch: "linalg.cholesky_ex",
  access: "function",
  signature: "input, upper=false, checkErrors=false",
  dims: "input: ... rows=n columns=n",
  label: ({ upper }) => (upper ? "Uᵀ U" : "L Lᵀ"),
  tex: {
    forward: "L L^\\top = X",
    vjp: "\\bar X = L^{-\\top}\\, \\mathrm{sym}(\\mathrm{tril}(L^\\top \\bar L))\\, L^{-1}",
  },
  outputs: ([x]) => [x, { shape: x.shape.slice(0, -2), dtype: "int32" }],
  kernel: (out, [x], { inputs: [{ shape }], outs: [, info], params: { upper, caller } }) => {
    const n = shape[shape.length - 1];
    for (let b = 0; b < countMatrices(shape); b++) {
      const given = matrixOf(x, b, n * n);
      const a = upper ? transposed(given, n, n) : given;
      info[b] = factorCholesky(a, n);
      out.set(upper ? transposed(a, n, n) : a, b * n * n);
    }
    if (caller !== null) checkInfo(caller, info, shape.slice(0, -2), isIndefinite);
  },
  complex: (out, [x], { inputs: [{ shape }], outs: [, info], params: { upper, caller } }) => {
    const n = shape[shape.length - 1];
    for (let b = 0; b < countMatrices(shape); b++) {
      const given = complexMatrixOf(x, b, n * n);
      const a = upper ? adjointOf(given, n, n) : given;
      info[b] = factorComplexCholesky(a, n);
      out.set(upper ? adjointOf(a, n, n) : a, 2 * b * n * n);
    }
    if (caller !== null) checkInfo(caller, info, shape.slice(0, -2), isIndefinite);
  },
  saves: { outputs: [0] },
  vjp: (g, { output, params: { upper } }) => {
    const [factor, slope] = upper ? [mH(output), mH(g)] : [output, g];
    const lower = realDiagonal(tril(matmul(mH(factor), slope)));
    const symmetric = mul(add(lower, mH(tril(lower, -1))), 0.5);
    const left = solveTriangular(mH(factor), symmetric, true);
    return [solveTriangular(factor, left, false, { left: false })];
  },
  jvp: ([dx], { output, outputMetas: [, info], params: { upper } }) => {
    const factor = upper ? mH(output) : output;
    const left = solveTriangular(factor, dx as Tensor, false);
    const both = solveTriangular(mH(factor), left, true, { left: false });
    // the lower triangle with half of the diagonal
    const change = matmul(factor, mul(add(tril(both), tril(both, -1)), 0.5));
    return [upper ? mH(change) : change, zeros(info.shape, { dtype: "int32" })];
  },
  batch: ([x], _batched, params) => choleskyOp([x], params),
  samples: (r) => [
    { input: positiveDefinite(r, [3, 3]) },
    { input: positiveDefinite(r, [2, 2, 2]), upper: true, checkErrors: true },
  ],
  call: choleskyEx,
});

/** Options of Cholesky factorizations. */
export interface CholeskyOptions {
  /** Whether to return the upper triangular factor U = Lᵀ, of the upper triangle of the input; `false` by default. */
  readonly upper?: boolean;
}

/** Options of `linalg.choleskyEx`. */
export interface CholeskyExOptions extends CholeskyOptions {
  /** Whether to throw an error for a matrix that is not positive definite; `false` by default. */
  readonly checkErrors?: boolean;
}

const upperOf = (options: boolean | CholeskyOptions): boolean =>
  typeof options === "boolean" ? options : (options.upper ?? false);

/**
 * Returns the lower triangular factor L of symmetric positive definite matrices A = L Lᵀ, [..., n, n], or the upper one U = Lᵀ, and `info` (int32, [...]): 0, or the order
 * of the first leading minor that is not positive, where the factorization ended. Only the triangle of the result is read, and the gradient is that for symmetric changes.
 * @throws ShapeError unless the matrices are square; DTypeError for integers and bools; with `checkErrors`, LinAlgError for a matrix that is not positive definite.
 * @example linalg.choleskyEx(tensor([[4, 2], [2, 0]])).info.item(); // 2
 */
export function choleskyEx(
  input: Tensor,
  upper: boolean | CholeskyExOptions = {},
  options: CholeskyExOptions = {},
): NamedTensors<"L" | "info"> {
  const { checkErrors = false } = typeof upper === "boolean" ? options : upper;
  const op = "linalg.choleskyEx";
  const x = requireSquare(op, input, "complex");
  const [L, info] = choleskyOp([x], { upper: upperOf(upper), caller: checkErrors ? op : null });
  return named({ L, info });
}

/**
 * Returns the lower triangular factor L of symmetric positive definite matrices A = L Lᵀ, [..., n, n], or the upper one U = Lᵀ. Only that triangle of the input is read, and
 * the gradient is that for symmetric changes.
 * @throws ShapeError unless the matrices are square; DTypeError for integers and bools; LinAlgError for a matrix that is not positive definite.
 * @example cholesky(tensor([[4, 2], [2, 5]])).toArray(); // [[2, 0], [1, 2]]
 */
export const cholesky: (input: Tensor, upper?: boolean | CholeskyOptions) => Tensor = defineFunction(
  {
    name: "cholesky",
    torch: "cholesky",
    aliases: ["linalg.cholesky"],
    access: "method",
    signature: "input, upper=false",
    dims: "input: ... rows=n columns=n",
    tex: "L L^\\top = X",
    samples: (r) => [{ input: positiveDefinite(r, [3, 3]) }, { input: positiveDefinite(r, [2, 2, 2]), upper: true }],
  },
  (input: Tensor, upper: boolean | CholeskyOptions = {}): Tensor =>
    choleskyOp([requireSquare("cholesky", input, "complex")], { upper: upperOf(upper), caller: "cholesky" })[0],
);

declare module "../../tensor/tensor.ts" {
  interface Tensor {
    /** Returns the lower triangular factor L of these symmetric positive definite matrices L Lᵀ, or the upper one. */
    cholesky(upper?: boolean | CholeskyOptions): Tensor;
  }
}
