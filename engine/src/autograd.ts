/** `autograd`: gradients as values, what the tape is made of, and hooks on it. */
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
export { AccumulateGrad, type GradientEdge, Node } from "./tape/node.ts";
export { registerMultiGradHook } from "./tape/register.ts";
export { isAnomalyEnabled, setDetectAnomaly } from "./tape/watch.ts";
export {
  CheckpointError,
  type CheckpointOptions,
  checkpoint,
  checkpointSequential,
  recomputeGrad,
} from "./transforms/checkpoint.ts";
export {
  customGradient,
  Function,
  type FunctionArguments,
  type FunctionClass,
  FunctionContext,
  onceDifferentiable,
  stopGradient,
  type WithGradient,
} from "./transforms/function.ts";
export {
  type Checked,
  GradcheckError,
  type GradcheckOptions,
  gradcheck,
  gradgradcheck,
} from "./transforms/gradcheck.ts";
export {
  GradientTape,
  type GradientTapeOptions,
  type SourceGradients,
  type Sources,
  type TapeGradientOptions,
  type UnconnectedGradients,
} from "./transforms/gradient-tape.ts";
