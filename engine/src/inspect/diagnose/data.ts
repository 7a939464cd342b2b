/** Encodes the diagnosis of a training as the JSON that a notebook stores. */
import { type CauseFinding, type DiagnosisData, encodeNumber } from "../../protocol/index.ts";
import { gradientCauses } from "../causes/gradient-causes.ts";
import { findingsOfGradients } from "../causes/training/gradients.ts";
import { trainingCauses } from "../causes/training/index.ts";
import { findTrainingCauses } from "../causes/training/shared.ts";
import type { TrainingCase } from "./record/case.ts";

const maxFindings = 40;
const maxLosses = 100;

/** Encodes the findings of a training. */
export function encodeDiagnosis(training: TrainingCase, restored: boolean): DiagnosisData {
  const findings: readonly CauseFinding[] = findTrainingCauses(trainingCauses, training, findingsOfGradients(training));
  const { trainable, losses, error, steps } = training;
  return {
    schema: 1,
    steps: steps.length,
    restored,
    losses: losses.slice(-maxLosses).map((v) => encodeNumber(v)),
    parameters: trainable.length,
    elements: trainable.reduce((n, p) => n + p.tensor.numel(), 0),
    findings: findings.slice(0, maxFindings),
    omitted: Math.max(0, findings.length - maxFindings),
    checked: trainingCauses.length + gradientCauses.length,
    error: error === null ? null : error.message.slice(0, 300),
  };
}
