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
export { isAnomalyEnabled, setDetectAnomaly } from "./tape/watch.ts";
