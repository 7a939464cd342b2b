/** `linalg`: linear algebra. */
export * from "../aliases/linalg.ts";
export { matmul } from "./matmul.ts";
export { matrixPower, multiDot, type VanderOptions, vander } from "./matrix-chain.ts";
export { type MatrixNormOptions, matrixNorm } from "./matrix-norm.ts";
export { type LinalgNormOptions, linalgNorm as norm } from "./norm.ts";
export { type LinalgCrossOptions, linalgCross as cross, type VecdotOptions, vecdot } from "./tensor-products.ts";
export { type VectorNormOptions, vectorNorm } from "./vector-norm.ts";
