/** `autograd`: gradients as values, what the tape is made of, and hooks on it. */

export * as forwardAd from "./forward-ad.ts";
export { gradRows } from "./ops/rows.ts";
export { AnomalyError, detectAnomaly } from "./tape/anomaly.ts";
export {
  type AllGradsOf,
  backward,
  type Differentiable,
  type GradInputs,
  type GradsOf,
  getGradientEdge,
  grad,
} from "./tape/backward.ts";
export type { Gradients, NodeHook, NodePrehook } from "./tape/hooks.ts";
export {
  allowMutationOnSavedTensors,
  disableSavedTensorsHooks,
  type SavedTensorsHooks,
  savedTensorsHooks,
} from "./tape/keeping.ts";
export { AccumulateGrad, type GradientEdge, Node, type RowGradient } from "./tape/node.ts";
export { incrementVersion, registerMultiGradHook } from "./tape/register.ts";
export { isAnomalyEnabled, setDetectAnomaly } from "./tape/watch.ts";
export {
  CheckpointError,
  type CheckpointOptions,
  checkpoint,
  checkpointSequential,
  recomputeGrad,
} from "./transforms/checkpoint.ts";
export { FunctionContext } from "./transforms/context.ts";
export { customGradient, onceDifferentiable, stopGradient, type WithGradient } from "./transforms/custom.ts";
export { ForwardAccumulator } from "./transforms/dual.ts";
export { Function, type FunctionArguments, type FunctionClass } from "./transforms/function.ts";
export {
  type Checked,
  GradcheckError,
  type GradcheckOptions,
  gradcheck,
  gradgradcheck,
} from "./transforms/gradcheck.ts";
export {
  type AllSourceGradients,
  type GradientsUnder,
  GradientTape,
  type GradientTapeOptions,
  type SourceGradients,
  type Sources,
  type TapeGradientOptions,
  type UnconnectedGradients,
  type UnconnectedOptions,
} from "./transforms/gradient-tape.ts";
