/** Looks for causes in recorded steps of a training, and keeps the tape of the step that shows them. */
import type { CauseFinding, TapeData } from "../../protocol/index.ts";
import { noGrad } from "../../tape/graph/mode.ts";
import { AccumulateGrad, edgeOf, type Node } from "../../tape/graph/node.ts";
import { reachable } from "../../tape/graph/reachable.ts";
import { isComplex } from "../../tensor/dtype.ts";
import { elements } from "../../tensor/strided.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { opWords, placeOf } from "../causes/gradient/place.ts";
import { findingsOfGradients, findingsOfLoss } from "../causes/training/gradients.ts";
import { trainingCauses } from "../causes/training/index.ts";
import { lossNotFinite } from "../causes/training/loss/loss-not-finite.ts";
import { initialWeights } from "../causes/training/model/initial-weights.ts";
import { fault, findTrainingCauses, show } from "../causes/training/shared.ts";
import type { Step } from "../diagnose/record/call.ts";
import { TrainingCase } from "../diagnose/record/case.ts";
import { isFinite } from "../diagnose/record/parameters.ts";
import type { Snapshot } from "../diagnose/record/snapshot.ts";
import { resultOf } from "../diagnose/record/step-view.ts";
import { meanOf } from "../diagnose/record/values.ts";
import type { Subject } from "../diagnose/run/options.ts";
import { restoringTraining } from "../diagnose/run/restore.ts";
import { encodeTape } from "../tape/data.ts";
import type { Sample } from "./sampler.ts";

/** The findings of an examination, and the step that shows them. */
export interface Examination {
  readonly findings: readonly CauseFinding[];
  /** Position of the step, and whether it is not finite. */
  readonly at: number;
  readonly isBroken: boolean;
  readonly tape: TapeData | null;
}

/** Stores weights in a tensor, unless it has them. */
function storeWeights(tensor: Tensor, weights: Snapshot): void {
  if (!isComplex(tensor.dtype) && !weights.isCurrent(tensor)) tensor.copy_(weights.toTensor(tensor));
}

/** Returns the tape of a recorded step; `null` where nothing was recorded. */
export function tapeOf(step: Step): TapeData | null {
  const roots = step.events.flatMap((e) => {
    const result = e.kind === "backward" ? resultOf(e.pass) : null;
    return result === null ? [] : [result];
  });
  return encodeRoots(roots);
}

/** Returns the tape of results; `null` where nothing was recorded. */
export function encodeRoots(roots: readonly Tensor[]): TapeData | null {
  const recorded = roots.filter((t) => t.gradFn !== null && edgeOf(t) !== null);
  return recorded.length === 0 ? null : encodeTape(recorded);
}

/**
 * Examines steps that followed each other: causes that are wrong, or that are unless they are intended. Weights, gradients and the state of the optimizers are as
 * before afterwards, and the model is not run.
 */
export function examine(subject: Subject, samples: readonly Sample[]): Examination {
  const steps = samples.map((s) => s.step);
  const { models, parameters } = subject;
  const broken = steps.findIndex((step) => !isFinite(step));
  const found = restoringTraining(
    models,
    // no optimizer steps
    [],
    parameters.map((p) => p.tensor),
    () => {
      // causes that look at the weights are to see those of the step
      const { before } = steps[steps.length - 1];
      noGrad(() => parameters.forEach(({ tensor, index }) => storeWeights(tensor, before[index])));
      const training = new TrainingCase({ ...subject, steps, error: null, mayRun: false });
      // weights that have been trained are not the initial ones
      const causes = samples[0].number === 0 ? trainingCauses : trainingCauses.filter((c) => c !== initialWeights);
      return findTrainingCauses(causes, training, findingsOfGradients(training));
    },
  );
  // of values that are not finite, only faults tell anything
  const findings = found.filter((f) => f.kind === "fault" || (f.kind === "question" && broken < 0));
  const at = broken < 0 ? steps.length - 1 : broken;
  return { findings, at, isBroken: broken >= 0, tape: findings.length === 0 ? null : tapeOf(steps[at]) };
}

/** Returns the findings of a loss that is not finite, whose step was not recorded: by what the nodes save, before backward. */
export function findingsOfBroken({ parameters }: Subject, loss: Tensor): CauseFinding[] {
  const found = findingsOfLoss(parameters, loss).filter((f) => f.kind === "fault");
  if (found.length > 0) return found;
  const value = show(meanOf(loss));
  const node = edgeOf(loss) === null ? null : brokenByOperand(loss);
  const finding =
    node === null
      ? fault({
          sentence: `The loss is ${value}; the results of its ops were not kept, so that the first one that is not finite is not known.`,
          fix: "Look at the operands of its logarithms, roots and quotients.",
        })
      : fault({
          sentence: `The loss is ${value}: ${opWords(node)} is not defined for an operand, or infinite.`,
          fix: lossNotFinite.remedy,
          path: [placeOf(node)],
        });
  return [{ cause: lossNotFinite.id, ...finding }];
}

/** Returns the first op with a saved operand at which it is not finite; `null` if none shows. */
function brokenByOperand(loss: Tensor): Node | null {
  const nodes = loss.gradFn === null ? [] : [...reachable([loss.gradFn])].sort((a, b) => a.seq - b.seq);
  return (
    nodes.find((node) => {
      const { breaks } = node.op;
      const limit = breaks === "logarithm" ? 0 : breaks === "root" ? -Number.MIN_VALUE : null;
      return (
        limit !== null &&
        !(node instanceof AccumulateGrad) &&
        node.savedTensors().some(({ name, tensor }) => name !== "y" && elements(tensor).some((v) => v <= limit))
      );
    }) ?? null
  );
}
