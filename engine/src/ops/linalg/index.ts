/** Products of matrices. */
export * from "./matmul.ts";
