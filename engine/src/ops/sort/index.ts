/** Ops that order elements. */
export * from "./median.ts";
export * from "./order-statistics.ts";
export * from "./quantile.ts";
export * from "./sort.ts";
