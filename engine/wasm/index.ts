/** The fast kernels: one module, compiled with and without relaxed SIMD. */
export * from "./elementwise";
export * from "./gemm";
