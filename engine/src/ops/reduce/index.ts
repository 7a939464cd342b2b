/** Ops that make one element of several. */
export type { AlongOptions } from "./along.ts";
export * from "./argmax.ts";
export * from "./logsumexp.ts";
export * from "./max.ts";
export type { ReduceOptions } from "./reduction.ts";
export * from "./sum.ts";
export * from "./sum-to-size.ts";
export * from "./values-indices.ts";
export * from "./variance.ts";
