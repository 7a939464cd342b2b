/** The package without argument checks: tensors, a dynamic tape, gradients, and inspection. */

import "./fast/index.ts";
import "./ops/algebra.ts";
import "./ops/aliases/methods.ts";
import "./ops/elementwise/assign.ts";
import "./ops/creation/factories.ts";
import "./ops/random/fill.ts";
import "./ops/shape/in-place.ts";
import "./inspect/steps/methods.ts";
import "./tape/backward/methods.ts";
import { installMethods } from "./dispatch/methods.ts";
import { explainAnomaly } from "./inspect/explain/anomaly.ts";
import * as inspect from "./inspect/index.ts";
import { inPlaceForm } from "./ops/inplace.ts";
import { setAnomalyExplainer } from "./tape/watch/anomaly.ts";
import { installNeedle } from "./teach/needle/install.ts";
import { displayAs } from "./tensor/symbols.ts";
import { Tensor } from "./tensor/tensor.ts";

installMethods(inPlaceForm);
installNeedle();
setAnomalyExplainer(explainAnomaly);
displayAs(Tensor.prototype, inspect.tensorBundle);

export * as autograd from "./autograd.ts";
export * as data from "./data/index.ts";
export type { Operand } from "./dispatch/operand.ts";
export { canCast, resultType } from "./dispatch/promotion.ts";
export { type Operator, operators, type Parameter } from "./dispatch/registry.ts";
export type { Arguments } from "./dispatch/spec.ts";
export * as distributions from "./distributions/index.ts";
export * as estimators from "./estimators/index.ts";
export { getNumThreads, setNumThreads } from "./fast/threads/count.ts";
export { type EngineInfo, engineInfo } from "./fast/wasm/info.ts";
export { recover } from "./fast/wasm/recover.ts";
export * as func from "./func.ts";
export * as host from "./host.ts";
export { type Diagnosis, diagnose, type TrainingWatch, watchTraining } from "./inspect/diagnose/diagnose.ts";
export type { DiagnoseOptions, DiagnosisModel, TrainingStep } from "./inspect/diagnose/run/options.ts";
export { type ExplainOptions, type Explanation, explain } from "./inspect/explain/explain.ts";
export type { GradientSource, HasParameters } from "./inspect/gradients/data.ts";
export { type Gradients, gradients } from "./inspect/gradients/gradients.ts";
export { type ModelSummary, type SummaryInput, type SummaryOptions, summary } from "./inspect/summary/summary.ts";
export { type Tape, tape } from "./inspect/tape/tape.ts";
export { type Watch, type WatchTrainingOptions, watch } from "./inspect/watch/watch.ts";
export * as metrics from "./metrics/index.ts";
export * as nn from "./nn/index.ts";
export * as fft from "./ops/fft/index.ts";
export * as F from "./ops/functional/index.ts";
export * from "./ops/index.ts";
export { type Range, slice } from "./ops/indexing/range.ts";
export * as linalg from "./ops/linalg/index.ts";
export * as masked from "./ops/masked/index.ts";
export * as special from "./ops/special/index.ts";
export * as optim from "./optim/index.ts";
export * as serialization from "./serialization/index.ts";
export { load, type SaveOptions, save } from "./serialization/save.ts";
export * as signal from "./signal.ts";
export type { BackwardOptions, GradOptions } from "./tape/backward/backward.ts";
export type { GradHook, HookHandle } from "./tape/graph/hooks.ts";
export {
  enableGrad,
  type GradMode,
  inferenceMode,
  isGradEnabled,
  isInferenceModeEnabled,
  noGrad,
  setGradEnabled,
} from "./tape/graph/mode.ts";
export { scope } from "./tape/graph/scope.ts";
export * as needle from "./teach/needle/index.ts";
export {
  type AsArrayOptions,
  arange,
  asarray,
  asTensor,
  type CreateOptions,
  empty,
  emptyLike,
  emptyPermuted,
  emptyStrided,
  eye,
  full,
  fullLike,
  type LogspaceOptions,
  linspace,
  logspace,
  ones,
  onesLike,
  type RandomOptions,
  rand,
  randint,
  randintLike,
  randLike,
  randn,
  randnLike,
  randperm,
  range,
  scalarTensor,
  type TensorData,
  type TriangleIndicesOptions,
  tensor,
  trilIndices,
  triuIndices,
  zeros,
  zerosLike,
} from "./tensor/create.ts";
export { type DType, type NumericArray, promoteTypes } from "./tensor/dtype.ts";
export {
  ArgumentError,
  DTypeError,
  GradError,
  IndexError,
  LinAlgError,
  MemoryError,
  ShapeError,
} from "./tensor/errors.ts";
export {
  broadcastShapes,
  detach,
  isComplex,
  isFloatingPoint,
  isInference,
  isNonzero,
  isSameSize,
  isSigned,
  isTensor,
  numel,
} from "./tensor/facts.ts";
export { type FloatInfo, finfo, type IntegerInfo, iinfo } from "./tensor/limits.ts";
export type { NestedArray } from "./tensor/nested.ts";
export { Generator, initialSeed, manualSeed, seed } from "./tensor/random.ts";
export type { Dims, Shape } from "./tensor/shape.ts";
export type { BatchEvent, Callbacks, TrainingContext } from "./training/callbacks.ts";
export type { CheckpointOptions } from "./training/checkpoint/options.ts";
export { fit } from "./training/fit.ts";
export type { Best, EpochRecord, History } from "./training/history.ts";
export type { Batch, Batches, EarlyStoppingOptions, FitOptions, StepResult, StopSignal } from "./training/options.ts";
export type { LearningRateCurve } from "./training/rates/curve.ts";
export { type FindLearningRateOptions, findLearningRate } from "./training/rates/find.ts";
export { inspect, Tensor };
