/** All kinds of output, one line each. */
export { confusionOutput } from "./confusion/output.ts";
export { controlsOutput } from "./controls.ts";
export { gradientsOutput } from "./gradients/output.ts";
export { tapeOutput } from "./tape/output.ts";
export { tensorOutput } from "./tensor/output.ts";
