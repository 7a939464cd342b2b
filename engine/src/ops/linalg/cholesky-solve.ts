/** Inverses and solutions of linear equations by a Cholesky factor. */
import { defineComposite } from "../../dispatch/define.ts";
import { eye } from "../../tensor/create.ts";
import { ShapeError } from "../../tensor/errors.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { requireMatrices, requireSameDType, requireSquare } from "./checks.ts";
import type { CholeskyOptions } from "./cholesky.ts";
import { matmul } from "./matmul.ts";
import { mH, mT } from "./operands.ts";
import { upperTriangular } from "./samples.ts";
import { solveTriangular } from "./solve-triangular.ts";

const upperOf = (options: boolean | CholeskyOptions): boolean =>
  typeof options === "boolean" ? options : (options.upper ?? false);

/**
 * Returns the inverse of the matrices L Lᵀ from their lower triangular Cholesky factors L, [..., n, n], or of Uᵀ U from the upper ones. The other triangle is not read.
 * @throws ShapeError unless the matrices are square; DTypeError for integers and bools.
 * @example choleskyInverse(tensor([[2, 0], [0, 1]])).toArray(); // [[0.25, 0], [0, 1]]
 */
export const choleskyInverse: (input: Tensor, upper?: boolean | CholeskyOptions) => Tensor = defineComposite(
  {
    name: "choleskyInverse",
    torch: "cholesky_inverse",
    access: "method",
    signature: "input, upper=false",
    tex: "Y = (L L^\\top)^{-1}",
    samples: (r) => [{ input: mT(upperTriangular(r, [3, 3])) }, { input: upperTriangular(r, [2, 2, 2]), upper: true }],
  },
  (input: Tensor, upper: boolean | CholeskyOptions = {}): Tensor => {
    const x = requireSquare("choleskyInverse", input, "complex");
    const isUpper = upperOf(upper);
    const inverse = solveTriangular(x, eye(x.size(-1), { dtype: x.dtype }), isUpper);
    return isUpper ? matmul(inverse, mH(inverse)) : matmul(mH(inverse), inverse);
  },
);

/**
 * Returns the solution X of L Lᵀ X = B from lower triangular Cholesky factors L, [..., n, n], and B, [..., n, k]: [..., n, k], or of Uᵀ U X = B from upper ones. The other
 * triangle is not read and gets no gradient.
 * @throws ShapeError when the shapes do not fit; DTypeError for integers and bools, and when the dtypes differ.
 * @example choleskySolve(tensor([[4], [3]]), tensor([[2, 0], [0, 1]])).toArray(); // [[1], [3]]
 */
export const choleskySolve: (input: Tensor, L: Tensor, upper?: boolean | CholeskyOptions) => Tensor = defineComposite(
  {
    name: "choleskySolve",
    torch: "cholesky_solve",
    access: "method",
    signature: "input, L, upper=false",
    tex: "X = (L L^\\top)^{-1} B",
    samples: (r) => [
      { input: r.normal([3, 2]), L: mT(upperTriangular(r, [3, 3])) },
      { input: r.normal([2, 2, 1]), L: upperTriangular(r, [2, 2]), upper: true },
    ],
  },
  (input: Tensor, L: Tensor, upper: boolean | CholeskyOptions = {}): Tensor => {
    const op = "choleskySolve";
    const [b, factor] = [requireMatrices(op, input, "complex"), requireSquare(op, L, "complex")];
    requireSameDType(op, b, factor);
    if (b.size(-2) !== factor.size(-1))
      throw new ShapeError(op, "B [..., n, k] and L [..., n, n] must agree in n", [b.shape, factor.shape]);
    const lower = upperOf(upper) ? mH(factor) : factor;
    return solveTriangular(mH(lower), solveTriangular(lower, b, false), true);
  },
);

declare module "../../tensor/tensor.ts" {
  interface Tensor {
    /** Returns the inverse of the matrices of which these are Cholesky factors. */
    choleskyInverse(upper?: boolean | CholeskyOptions): Tensor;
    /** Returns the solution of linear equations with these right-hand sides from Cholesky factors of the matrices. */
    choleskySolve(L: Tensor, upper?: boolean | CholeskyOptions): Tensor;
  }
}
