/** `linalg`: linear algebra. */
export * from "../aliases/linalg.ts";
export { type CholeskyExOptions, cholesky, choleskyEx } from "./cholesky.ts";
export { det, slogdet } from "./determinant.ts";
export { orgqr as householderProduct } from "./householder.ts";
export { type InvExOptions, invEx, inverse as inv } from "./inverse.ts";
export { linalgLu as lu, luFactor } from "./lu.ts";
export { type LuFactorExOptions, type LuOptions, luFactorEx } from "./lu-factor.ts";
export { type LuSolveOptions, linalgLuSolve as luSolve } from "./lu-solve.ts";
export { matmul } from "./matmul.ts";
export { matrixPower, multiDot, type VanderOptions, vander } from "./matrix-chain.ts";
export { type MatrixNormOptions, matrixNorm } from "./matrix-norm.ts";
export { type LinalgNormOptions, linalgNorm as norm } from "./norm.ts";
export { linalgQr as qr, type QrMode, type QrOptions } from "./qr.ts";
export { type SolveExOptions, type SolveOptions, solve, solveEx } from "./solve.ts";
export { type SolveTriangularOptions, solveTriangular } from "./solve-triangular.ts";
export { type LinalgCrossOptions, linalgCross as cross, type VecdotOptions, vecdot } from "./tensor-products.ts";
export { type VectorNormOptions, vectorNorm } from "./vector-norm.ts";
