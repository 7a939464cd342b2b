/** `linalg`: linear algebra. */
export * from "../aliases/linalg.ts";
export { type CholeskyExOptions, cholesky, choleskyEx } from "./cholesky.ts";
export { det, slogdet } from "./determinant.ts";
export { type LinalgDiagonalOptions, linalgDiagonal as diagonal } from "./diagonal.ts";
export { eig, eigvals } from "./eig.ts";
export { type EighOptions, eigh, eigvalsh, type Uplo } from "./eigh.ts";
export { orgqr as householderProduct } from "./householder.ts";
export { type InvExOptions, invEx, inverse as inv } from "./inverse.ts";
export {
  type LdlFactorExOptions,
  type LdlOptions,
  ldlFactor,
  ldlFactorEx,
  ldlSolve,
} from "./ldl.ts";
export { type LstsqDriver, type LstsqOptions, lstsq } from "./lstsq.ts";
export { linalgLu as lu, luFactor } from "./lu.ts";
export { type LuFactorExOptions, type LuOptions, luFactorEx } from "./lu-factor.ts";
export { type LuSolveOptions, linalgLuSolve as luSolve } from "./lu-solve.ts";
export { matmul } from "./matmul.ts";
export { linalgVander as vander, matrixPower, multiDot, type VanderOptions } from "./matrix-chain.ts";
export { matrixExp } from "./matrix-exp.ts";
export { type MatrixNormOptions, matrixNorm } from "./matrix-norm.ts";
export { type LinalgNormOptions, linalgNorm as norm } from "./norm.ts";
export { type PinvOptions, pinv } from "./pinv.ts";
export { linalgQr as qr, type QrMode, type QrOptions } from "./qr.ts";
export { type CondOptions, cond, type MatrixRankOptions, matrixRank } from "./rank.ts";
export { type SolveExOptions, type SolveOptions, solve, solveEx } from "./solve.ts";
export { type SolveTriangularOptions, solveTriangular } from "./solve-triangular.ts";
export { linalgSvd as svd, type SvdOptions, type SvdvalsOptions, svdvals } from "./svd.ts";
export { type TensorinvOptions, type TensorsolveOptions, tensorinv, tensorsolve } from "./tensor-equations.ts";
export { type LinalgCrossOptions, linalgCross as cross, type VecdotOptions, vecdot } from "./tensor-products.ts";
export type { ToleranceOptions } from "./tolerance.ts";
export { type VectorNormOptions, vectorNorm } from "./vector-norm.ts";
