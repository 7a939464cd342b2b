/** Ops that pick elements by index. */
export * from "./gather.ts";
// the file's other export is for sparse embeddings
export { type IndexAddOptions, indexAdd, indexSelect } from "./index-select.ts";
export * from "./indexing.ts";
