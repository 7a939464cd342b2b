/** `nn.utils.prune`: parameters of which some elements are 0. */
export * from "./methods.ts";
export * from "./prune.ts";
