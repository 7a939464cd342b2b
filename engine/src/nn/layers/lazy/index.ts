/** Modules that take sizes from their first input. */
export * from "./batch-norm.ts";
export * from "./conv.ts";
export * from "./conv-transpose.ts";
export * from "./instance-norm.ts";
export * from "./linear.ts";
