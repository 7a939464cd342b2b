/** `needle.ops`: the course's operators, 29 classes and the functions that apply them. */
export * from "./conv.ts";
export * from "./dilate.ts";
export * from "./elementwise.ts";
export * from "./logarithmic.ts";
export * from "./matmul.ts";
export { BroadcastTo, broadcastTo, Reshape, reshape, Summation, summation, Transpose, transpose } from "./shape.ts";
export * from "./stack.ts";
export * from "./tuple.ts";
