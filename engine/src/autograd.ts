/** `autograd`: gradients as values, nodes and edges of the tape, hooks, custom functions, checkpoints and gradient checks. */

export type { Subgradients, TieChoice } from "./dispatch/kink.ts";
export { setSubgradients } from "./dispatch/subgradient.ts";
export * as forwardAd from "./forward-ad.ts";
export { gradRows } from "./ops/indexing/rows.ts";
export {
  type AllGradsOf,
  backward,
  type Differentiable,
  type GradInputs,
  type GradsOf,
  getGradientEdge,
  grad,
} from "./tape/backward/backward.ts";
export { incrementVersion, registerMultiGradHook } from "./tape/backward/register.ts";
export type { Gradients, NodeHook, NodePrehook } from "./tape/graph/hooks.ts";
export { AccumulateGrad, type GradientEdge, Node } from "./tape/graph/node.ts";
export {
  allowMutationOnSavedTensors,
  disableSavedTensorsHooks,
  type SavedTensorsHooks,
  savedTensorsHooks,
} from "./tape/graph/saved-hooks.ts";
export { AnomalyError, detectAnomaly, isAnomalyEnabled, setDetectAnomaly } from "./tape/watch/anomaly.ts";
export type { RowGradient } from "./tensor/graph.ts";
export {
  CheckpointError,
  type CheckpointOptions,
  checkpoint,
  checkpointSequential,
  recomputeGrad,
} from "./transforms/checkpoint.ts";
export { customGradient, onceDifferentiable, stopGradient, type WithGradient } from "./transforms/custom-gradient.ts";
export { ForwardAccumulator } from "./transforms/forward-accumulator.ts";
export { Function, type FunctionArguments, type FunctionClass } from "./transforms/function.ts";
export { FunctionContext } from "./transforms/function-context.ts";
export { gradcheck, gradgradcheck } from "./transforms/gradcheck/gradcheck.ts";
export { type Checked, GradcheckError, type GradcheckOptions } from "./transforms/gradcheck/settings.ts";
export { GradientTape } from "./transforms/gradient-tape.ts";
export type {
  AllSourceGradients,
  GradientsUnder,
  GradientTapeOptions,
  SourceGradients,
  Sources,
  TapeGradientOptions,
  UnconnectedGradients,
  UnconnectedOptions,
} from "./transforms/gradient-tape-types.ts";
