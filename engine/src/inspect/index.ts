/** The exports of `inspect`: events of the tape, memory growth, statistics, and what a host of cells sets (see `host`). */

export { stackSite } from "../tape/graph/call-site.ts";
export type { BreakPhases, Breakpoint } from "../tape/watch/breakpoints/breakpoint.ts";
export type { BreakCondition, BreakValue } from "../tape/watch/breakpoints/condition.ts";
export type { BreakEvent, BreakMoment, BreakPhase } from "../tape/watch/breakpoints/event.ts";
export {
  type EventFilter,
  type GradientEvent,
  type GradientHook,
  onGradient,
  onRecord,
  type RecordEvent,
  type RecordHook,
  Stopped,
  type TapeEvent,
} from "../tape/watch/events.ts";
export { type Growth, growth, reportGrowth, watchGrowth } from "../tape/watch/growth.ts";
export { setWatch, type WatchOptions } from "../tape/watch/watch.ts";
export type { Frame, PendingSite, Site } from "../tensor/site.ts";
export type { Attribution } from "./attribution/attribution.ts";
export { type GradCamOptions, gradCam } from "./attribution/grad-cam.ts";
export { inputXGradient, type SaliencyOptions, saliency } from "./attribution/gradient-methods.ts";
export { type IntegratedGradientsOptions, integratedGradients } from "./attribution/integrated-gradients.ts";
export { type OcclusionOptions, occlusion } from "./attribution/occlusion.ts";
export type { AttributionOptions, GradientAttributionOptions, Predictor } from "./attribution/point.ts";
export type { AttributionTarget } from "./attribution/target.ts";
export { type BreakOptions, breakpoints, breakWhen } from "./breakpoints/breakpoints.ts";
export { setBreakTimeout } from "./breakpoints/timeout.ts";
export { type Diagnosis, diagnose, type TrainingWatch, watchTraining } from "./diagnose/diagnose.ts";
export type { DiagnoseOptions, DiagnosisModel, TrainingStep } from "./diagnose/run/options.ts";
export { type Diff, type DiffOptions, diff } from "./diff/diff.ts";
export { inFloat64 } from "./diff/float64.ts";
export { type Snapshot, snapshot } from "./diff/snapshot.ts";
export type { TapeSource } from "./diff/source.ts";
export { openTape, saveTape } from "./dump/dump.ts";
export { type ExplainOptions, type Explanation, explain } from "./explain/explain.ts";
export type { GradientSource, HasParameters } from "./gradients/data.ts";
export { type Gradients, gradients } from "./gradients/gradients.ts";
export { type GraphOptions, graph, type TapeGraph } from "./graph/graph.ts";
export {
  type CapturedRun,
  capture,
  type Intervention,
  intervene,
  type NoiseOptions,
  noise,
  patch,
  replace,
  scale,
  zero,
} from "./interventions/interventions.ts";
export type { PointOfRun } from "./interventions/points.ts";
export type { Selector } from "./interventions/selector.ts";
export * as memory from "./memory/index.ts";
export { checkNode, checkTape, type NumericCheck } from "./numerics/numerics.ts";
export { type CodeRange, type NodesAt, nodesAt } from "./origin/nodes-at.ts";
export { type Origin, origin } from "./origin/origin.ts";
export { type ErrorExplanation, explainError } from "./shapes/shapes.ts";
export { summarize } from "./shared/statistics.ts";
export type { BackwardSteps } from "./steps/backward-steps.ts";
export type { ForwardSteps } from "./steps/forward-steps.ts";
export type { BackwardStep, ForwardStep, InputGradient } from "./steps/step.ts";
export { type Steps, steps } from "./steps/steps.ts";
export { type Tape, tape } from "./tape/tape.ts";
export { tensorBundle } from "./tensor/bundle.ts";
export { type Watch, type WatchTrainingOptions, watch } from "./watch/watch.ts";
