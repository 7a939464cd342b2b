/** All public ops. */
export * from "./aliases/index.ts";
export * from "./elementwise/index.ts";
export * from "./functional/families.ts";
export { col2im, im2col } from "./functional/im2col.ts";
export { logSigmoid } from "./functional/log-sigmoid.ts";
export * from "./indexing/index.ts";
export * from "./linalg/root.ts";
export * from "./random/index.ts";
export * from "./reduce/index.ts";
export * from "./shape/index.ts";
export * from "./signal/index.ts";
export * from "./sort/index.ts";
