/** The sizes of updates against those of weights, and the learning rates of a training. */
import type { Step } from "../../../diagnose/record/call.ts";
import type { TrainingCase } from "../../../diagnose/record/case.ts";
import { type TrackedParameter, updateEvents, updateRatio } from "../../../diagnose/record/parameters.ts";

/** Returns the median; `NaN` of an empty list. */
export function median(values: readonly number[]): number {
  const sorted = values.filter((v) => !Number.isNaN(v)).sort((a, b) => a - b);
  return sorted.length === 0 ? Number.NaN : sorted[sorted.length >> 1];
}

/** Parameters that an update moves, besides vectors such as biases, whose initial values are often 0; all if there are no others. */
export function weightsOf({ trainable }: TrainingCase): readonly TrackedParameter[] {
  const matrices = trainable.filter((p) => p.tensor.ndim >= 2);
  return matrices.length > 0 ? matrices : trainable;
}

/** Returns the ratios of update to weight of one step. */
export const ratiosOf = (step: Step, parameters: readonly TrackedParameter[]): number[] =>
  parameters.flatMap((p) => updateRatio(step, p) ?? []).filter((r) => r > 0);

/** The learning rates of all updates, in order. */
export const ratesOf = ({ steps }: TrainingCase): number[] => steps.flatMap((s) => updateEvents(s).map((e) => e.lr));
