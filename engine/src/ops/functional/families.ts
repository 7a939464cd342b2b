/** The ops of PyTorch's `nn.functional`; `index.ts` adds those that it has under other names too. */
export * from "./activation.ts";
export * from "./attention.ts";
export * from "./avg-pool.ts";
export * from "./batch-norm.ts";
export * from "./conv.ts";
export * from "./cross-entropy.ts";
export * from "./distance.ts";
export * from "./dropout.ts";
export * from "./embedding.ts";
export * from "./gated-activation.ts";
export * from "./linear.ts";
export * from "./linear-cross-entropy.ts";
export * from "./loss.ts";
export type { Reduction } from "./loss-reduction.ts";
export * from "./margin-loss.ts";
export * from "./max-pool.ts";
export * from "./norm.ts";
<<<<<<< HEAD
export * from "./pdist.ts";
=======
export * from "./pad.ts";
>>>>>>> 59e02ca (Order imports)
export * from "./piecewise-activation.ts";
export * from "./probability-loss.ts";
export * from "./regression-loss.ts";
export * from "./shuffle.ts";
export * from "./similarity-loss.ts";
export type { PerDim } from "./sliding.ts";
export * from "./smooth-activation.ts";
export * from "./softmax.ts";
