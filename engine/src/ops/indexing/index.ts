/** Ops that pick and replace elements by index. */
// internal ops of PyTorch that no function here calls
import "./unsafe-masked-index.ts";

export * from "./gather.ts";
export * from "./index-copy.ts";
// the file's other export is for sparse embeddings
export { type IndexAddOptions, indexAdd, indexSelect } from "./index-select.ts";
// the file's other exports are for indexPut and set
export { type Index, index, maskedSelect } from "./indexing.ts";
export * from "./iteration.ts";
export * from "./masked.ts";
export * from "./nonzero.ts";
export * from "./put.ts";
export * from "./scatter.ts";
export * from "./scatter-reduce.ts";
export * from "./set.ts";
