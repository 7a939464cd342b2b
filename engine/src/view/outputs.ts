/** All kinds of output, one line each. */
export { attributionOutput } from "./attribution/output.ts";
export { checkOutput } from "./check/output.ts";
export { confusionOutput } from "./confusion/output.ts";
export { controlsOutput } from "./controls.ts";
export { diagnosisOutput } from "./diagnosis/output.ts";
export { diffOutput } from "./diff/output.ts";
export { explainOutput } from "./explain/output.ts";
export { gradientsOutput } from "./gradients/output.ts";
export { type GraphData, graphOutput } from "./graph/output.ts";
export { memoryOutput } from "./memory/output.ts";
export { numericsOutput } from "./numerics/output.ts";
export { originOutput } from "./origin/output.ts";
export { shapesOutput } from "./shapes/output.ts";
export { stepsOutput } from "./steps/output.ts";
export { stopOutput } from "./stop/output.ts";
export { tapeOutput } from "./tape/output.ts";
export { tensorOutput } from "./tensor/output.ts";
export { watchOutput } from "./watch/output.ts";
