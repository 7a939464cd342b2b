/** Ops that arrange elements: views where possible. */
export * from "./expand.ts";
export * from "./join.ts";
export * from "./permute.ts";
export * from "./reshape.ts";
// the file's other exports are for views of tensors that were changed in place
export { type AsStridedOptions, asStrided, asStridedScatter } from "./strided.ts";
export * from "./window.ts";
