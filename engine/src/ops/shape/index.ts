/** Ops that arrange elements: views where possible. */
import "./chunk-cat.ts";
import "./copies.ts";

export * from "./broadcast.ts";
export * from "./diagonal.ts";
export * from "./expand.ts";
export * from "./flip.ts";
export * from "./grid.ts";
// the file's other exports are parts of functions that join and split
export { cat, type DimOption, stack } from "./join.ts";
export * from "./movedim.ts";
// the file's other export is for nn.functional.pad
export { constantPadNd } from "./pad.ts";
export * from "./permute.ts";
export * from "./repeat.ts";
export * from "./reshape.ts";
export * from "./split.ts";
export * from "./stacks.ts";
// the file's other exports are for views of tensors that were changed in place
export { type AsStridedOptions, asStrided, asStridedScatter } from "./strided.ts";
export * from "./tensor-split.ts";
export * from "./triangle.ts";
// the file's other export adds up frames of signals
export { unfold } from "./unfold.ts";
export * from "./view-as-complex.ts";
export * from "./window.ts";
export * from "./write-view.ts";
