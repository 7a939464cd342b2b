/** All causes of trainings that do not learn. */
import { allTargetsIgnored } from "./data/all-targets-ignored.ts";
import { batchSizeChanges } from "./data/batch-size-changes.ts";
import { oneClassBatches } from "./data/batches-of-one-class.ts";
import { classImbalance } from "./data/class-imbalance.ts";
import { dataNotFinite } from "./data/data-not-finite.ts";
import { constantInputs } from "./data/inputs-constant.ts";
import { inputScale } from "./data/inputs-not-normalized.ts";
import { labelsOffByOne } from "./data/labels-out-of-range.ts";
import { unusedClassZero } from "./data/labels-start-at-one.ts";
import { labelsUnrelated } from "./data/labels-unrelated.ts";
import { ignoredShare } from "./data/padding-in-loss.ts";
import { targetScale } from "./data/targets-not-normalized.ts";
import { graphReused } from "./graph/forward-before-loop.ts";
import { graphKept } from "./graph/graph-kept.ts";
import { parameterReplaced } from "./graph/parameter-replaced.ts";
import { carriedState } from "./graph/state-carried-over.ts";
import { binaryTargets } from "./loss/binary-target-range.ts";
import { collapsingLoss } from "./loss/collapsing-loss.ts";
import { comparedWithItself } from "./loss/compared-with-itself.ts";
import { reducedExamples } from "./loss/examples-reduced.ts";
import { initialLoss } from "./loss/initial-loss.ts";
import { klWithoutLog } from "./loss/kl-without-log.ts";
import { logitsIntoBce } from "./loss/logits-into-bce.ts";
import { lossBroadcast } from "./loss/loss-broadcast.ts";
import { lossNotFinite } from "./loss/loss-not-finite.ts";
import { lossSign } from "./loss/loss-sign.ts";
import { dominantTerm } from "./loss/loss-term-dominates.ts";
import { lossWithoutModel } from "./loss/loss-without-model.ts";
import { meanBeforeLoss } from "./loss/mean-before-loss.ts";
import { missingLogSoftmax } from "./loss/missing-log-softmax.ts";
import { sigmoidTwice } from "./loss/sigmoid-twice.ts";
import { softmaxTwice } from "./loss/softmax-twice.ts";
import { targetIsInput } from "./loss/target-is-input.ts";
import { movingTarget } from "./loss/target-not-detached.ts";
import { targetProbabilities } from "./loss/targets-not-probabilities.ts";
import { unreachableTargets } from "./loss/unreachable-targets.ts";
import { attentionOverQueries } from "./model/attention-over-queries.ts";
import { constantWeights } from "./model/constant-weights.ts";
import { dropoutOnOutput } from "./model/dropout-on-output.ts";
import { dropoutTooHigh } from "./model/dropout-too-high.ts";
import { evalModeInTraining } from "./model/eval-mode-in-training.ts";
import { frozenModel } from "./model/frozen-model.ts";
import { initialWeights } from "./model/initial-weights.ts";
import { layerMadeInStep } from "./model/layer-made-in-step.ts";
import { layerShared } from "./model/layer-shared.ts";
import { linearModel } from "./model/no-activation.ts";
import { normOfOne } from "./model/norm-over-one-element.ts";
import { recurrentOverBatch } from "./model/recurrent-over-batch.ts";
import { reluOnOutput } from "./model/relu-on-output.ts";
import { reshapeForTranspose } from "./model/reshape-for-transpose.ts";
import { reshapeMixes } from "./model/reshape-mixes-examples.ts";
import { seesFuture } from "./model/sees-future.ts";
import { softmaxOfOne } from "./model/softmax-of-one.ts";
import { softmaxOverBatch } from "./model/softmax-over-batch.ts";
import { temperature } from "./model/temperature.ts";
import { trainModeInEvaluation } from "./model/train-mode-in-evaluation.ts";
import { unregisteredParameter } from "./model/unregistered-parameter.ts";
import type { TrainingCause } from "./shared.ts";
import { epsTooLarge } from "./update/adam-eps-too-large.ts";
import { clearedBeforeUpdate } from "./update/cleared-before-update.ts";
import { gradientsAccumulate } from "./update/gradients-accumulate.ts";
import { clippedAway } from "./update/gradients-clipped-away.ts";
import { rateCollapses } from "./update/learning-rate-collapses.ts";
import { rateTooLarge } from "./update/learning-rate-too-large.ts";
import { rateTooSmall } from "./update/learning-rate-too-small.ts";
import { rateZero } from "./update/learning-rate-zero.ts";
import { momentumTooHigh } from "./update/momentum-too-high.ts";
import { neverBackward } from "./update/no-backward.ts";
import { neverUpdated } from "./update/no-update.ts";
import { notOptimized } from "./update/not-in-optimizer.ts";
import { idleOptimizer } from "./update/optimizer-never-steps.ts";
import { otherModel } from "./update/optimizer-of-other-model.ts";
import { optimizerRemade } from "./update/optimizer-remade.ts";
import { updateBeforeBackward } from "./update/update-before-backward.ts";
import { uphill } from "./update/update-uphill.ts";
import { decayWins } from "./update/weight-decay-wins.ts";
import { weightsRestored } from "./update/weights-restored.ts";

export const trainingCauses: readonly TrainingCause[] = [
  layerShared,
  linearModel,
  attentionOverQueries,
  batchSizeChanges,
  parameterReplaced,
  carriedState,
  graphReused,
  graphKept,
  clippedAway,
  collapsingLoss,
  comparedWithItself,
  constantWeights,
  dataNotFinite,
  constantInputs,
  inputScale,
  targetScale,
  ignoredShare,
  gradientsAccumulate,
  clearedBeforeUpdate,
  updateBeforeBackward,
  neverUpdated,
  neverBackward,
  uphill,
  idleOptimizer,
  initialLoss,
  initialWeights,
  klWithoutLog,
  labelsUnrelated,
  labelsOffByOne,
  unusedClassZero,
  allTargetsIgnored,
  classImbalance,
  rateZero,
  rateCollapses,
  rateTooLarge,
  rateTooSmall,
  decayWins,
  momentumTooHigh,
  epsTooLarge,
  logitsIntoBce,
  lossBroadcast,
  lossNotFinite,
  lossSign,
  dominantTerm,
  meanBeforeLoss,
  missingLogSoftmax,
  reshapeMixes,
  reshapeForTranspose,
  recurrentOverBatch,
  evalModeInTraining,
  trainModeInEvaluation,
  dropoutOnOutput,
  dropoutTooHigh,
  normOfOne,
  movingTarget,
  oneClassBatches,
  otherModel,
  notOptimized,
  unregisteredParameter,
  layerMadeInStep,
  optimizerRemade,
  frozenModel,
  lossWithoutModel,
  reducedExamples,
  reluOnOutput,
  seesFuture,
  sigmoidTwice,
  softmaxOfOne,
  softmaxOverBatch,
  softmaxTwice,
  binaryTargets,
  unreachableTargets,
  targetProbabilities,
  targetIsInput,
  temperature,
  weightsRestored,
];
