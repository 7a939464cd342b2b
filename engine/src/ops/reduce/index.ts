/** Ops that make one element of several. */
export type { AlongOptions } from "./along.ts";
export * from "./argmax.ts";
export * from "./covariance.ts";
export { type CumulativeOptions, cumprod, cumsum, logcumsumexp } from "./cumulative.ts";
export * from "./cumulative-extremes.ts";
export * from "./differences.ts";
export { type GradientOptions, gradient } from "./gradient.ts";
export * from "./logical.ts";
export * from "./logsumexp.ts";
export * from "./max.ts";
export * from "./nan.ts";
export * from "./pairs.ts";
export * from "./prod.ts";
export type { ReduceOptions } from "./reduction.ts";
export * from "./sum.ts";
export * from "./sum-to-size.ts";
export * from "./values-indices.ts";
export * from "./variance.ts";
