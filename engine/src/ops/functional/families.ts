/** The ops of PyTorch's `nn.functional`; `index.ts` adds those that it has under other names too. */
export * from "./activation.ts";
export * from "./attention.ts";
export * from "./avg-pool.ts";
export * from "./batch-norm.ts";
export * from "./conv.ts";
export * from "./cross-entropy.ts";
export * from "./dropout.ts";
export * from "./embedding.ts";
export * from "./linear.ts";
export * from "./loss.ts";
export type { Reduction } from "./loss-reduction.ts";
export * from "./max-pool.ts";
export * from "./norm.ts";
export type { PerDim } from "./sliding.ts";
export * from "./softmax.ts";
