/** The functions of linear algebra that the package exports itself, as torch does. */
export * from "./add-products.ts";
export * from "./distances.ts";
export * from "./einsum.ts";
export * from "./matmul.ts";
export { type DistOptions, dist, norm, renorm, type TensorNormOptions } from "./norm.ts";
export * from "./products.ts";
export {
  type ContractedDims,
  type CrossOptions,
  cross,
  kron,
  type TensordotOptions,
  tensordot,
} from "./tensor-products.ts";
