/** Solutions of linear equations by an LU factorization. */
import { defineComposite } from "../../dispatch/define.ts";
import { ShapeError } from "../../tensor/errors.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { requireMatrices, requireSameDType, requireSquare } from "./checks.ts";
import { exchangeRows } from "./exchange-rows.ts";
import { checkPivots, luFactor } from "./lu.ts";
import { mH } from "./operands.ts";
import { invertible } from "./samples.ts";
import { solveTriangular } from "./solve-triangular.ts";

/** Returns the solution of A X = B, or of Aᴴ X = B, from P, L and U. */
function substituted(LU: Tensor, pivots: Tensor, B: Tensor, adjoint: boolean): Tensor {
  const unit = { unitriangular: true } as const;
  if (!adjoint) return solveTriangular(LU, solveTriangular(LU, exchangeRows(B, pivots, false), false, unit), true);
  const transposed = mH(LU);
  return exchangeRows(solveTriangular(transposed, solveTriangular(transposed, B, false), true, unit), pivots, true);
}

/** Checks the operands, and returns the solution. */
function solveAs(
  op: string,
  LU: Tensor,
  pivots: Tensor,
  B: Tensor,
  { left = true, adjoint = false }: LuSolveOptions,
): Tensor {
  const [factors, b] = [requireSquare(op, LU, "complex"), requireMatrices(op, B, "complex")];
  requireSameDType(op, factors, b);
  const p = checkPivots(op, pivots, factors);
  if (factors.size(-1) !== b.size(left ? -2 : -1))
    throw new ShapeError(op, `LU [..., n, n] and B ${left ? "[..., n, k]" : "[..., k, n]"} must agree in n`, [
      factors.shape,
      b.shape,
    ]);
  // X A = B is Aᴴ Xᴴ = Bᴴ
  return left ? substituted(factors, p, b, adjoint) : mH(substituted(factors, p, mH(b), !adjoint));
}

/** Options of `linalg.luSolve`. */
export interface LuSolveOptions {
  /** Whether to solve A X = B, the default, rather than X A = B. */
  readonly left?: boolean;
  /** Whether to solve with Aᴴ, Aᵀ of a real matrix, in the place of A; `false` by default. */
  readonly adjoint?: boolean;
}

/**
 * Returns the solution X of A X = B, or with `left: false` of X A = B, from the factors and pivots of A, [..., n, n], that `linalg.luFactor` returns; the other
 * dimensions broadcast. With `adjoint` Aᴴ, Aᵀ of a real matrix, takes the place of A.
 * @throws ShapeError when the shapes do not fit; DTypeError for integers and bools, and when the dtypes differ.
 * @example linalg.luSolve(...linalg.luFactor(tensor([[0, 2], [4, 2]])), tensor([[2], [6]])).toArray(); // [[1], [1]]
 */
export const linalgLuSolve: (LU: Tensor, pivots: Tensor, B: Tensor, options?: LuSolveOptions) => Tensor =
  defineComposite(
    {
      name: "linalgLuSolve",
      torch: "linalg.lu_solve",
      access: "function",
      signature: "LU, pivots, B, left=true, adjoint=false",
      tex: "X = A^{-1} B",
      samples: (r) => {
        const [LU, pivots] = luFactor(invertible(r, [2, 3, 3]));
        return [
          { LU, pivots, B: r.normal([2, 3, 2]) },
          { LU, pivots, B: r.normal([2, 3]), left: false },
          { LU, pivots, B: r.normal([3, 1]), adjoint: true },
        ];
      },
    },
    (LU: Tensor, pivots: Tensor, B: Tensor, options: LuSolveOptions = {}): Tensor =>
      solveAs("linalg.luSolve", LU, pivots, B, options),
  );

/**
 * Returns the solution X of A X = B, [..., n, k], from the factors and pivots of A, [..., n, n], that `linalg.luFactor` returns. `linalg.luSolve` replaces it.
 * @throws ShapeError when the shapes do not fit; DTypeError for integers and bools, and when the dtypes differ.
 * @example luSolve(tensor([[2], [6]]), ...linalg.luFactor(tensor([[0, 2], [4, 2]]))).toArray(); // [[1], [1]]
 */
export const luSolve: (input: Tensor, LUData: Tensor, LUPivots: Tensor) => Tensor = defineComposite(
  {
    name: "luSolve",
    torch: "lu_solve",
    access: "method",
    signature: "input, LUData, LUPivots",
    tex: "X = A^{-1} B",
    samples: (r) => {
      const [LUData, LUPivots] = luFactor(invertible(r, [2, 3, 3]));
      return [{ input: r.normal([2, 3, 2]), LUData, LUPivots }];
    },
  },
  (input: Tensor, LUData: Tensor, LUPivots: Tensor): Tensor => solveAs("luSolve", LUData, LUPivots, input, {}),
);

declare module "../../tensor/tensor.ts" {
  interface Tensor {
    /** Returns the solution of linear equations with these right-hand sides, from an LU factorization of the matrices. */
    luSolve(LUData: Tensor, LUPivots: Tensor): Tensor;
  }
}
