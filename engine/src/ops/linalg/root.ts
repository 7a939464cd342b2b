/** The functions of linear algebra that the package exports itself, as torch does. */
export * from "./add-products.ts";
export { type CholeskyOptions, cholesky } from "./cholesky.ts";
export * from "./cholesky-solve.ts";
export * from "./determinant.ts";
export * from "./distances.ts";
export * from "./einsum.ts";
export * from "./householder.ts";
export { inverse } from "./inverse.ts";
export * from "./lowrank.ts";
export { type LuInfoOptions, type LuUnpackOptions, lu, luUnpack } from "./lu.ts";
export { luSolve } from "./lu-solve.ts";
export * from "./matmul.ts";
export { matrixExp } from "./matrix-exp.ts";
export type { NamedTensors } from "./named.ts";
export { type DistOptions, dist, norm, renorm, type TensorNormOptions } from "./norm.ts";
export { type PinverseOptions, pinverse } from "./pinv.ts";
export { chainMatmul, type PowersOptions, vander } from "./powers.ts";
export * from "./products.ts";
export { type QrSomeOptions, qr } from "./qr.ts";
export { type TriangularSolveOptions, triangularSolve } from "./solve-triangular.ts";
export { type SvdSomeOptions, svd } from "./svd.ts";
export {
  type ContractedDims,
  type CrossOptions,
  cross,
  kron,
  type TensordotOptions,
  tensordot,
} from "./tensor-products.ts";
