/** Ops that order elements. */
export * from "./count.ts";
export * from "./histogram.ts";
export * from "./isin.ts";
export * from "./median.ts";
export * from "./order-statistics.ts";
export * from "./quantile.ts";
export * from "./search.ts";
export * from "./sort.ts";
export * from "./unique.ts";
