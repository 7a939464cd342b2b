/** The exports of `metrics`: measures of the quality of predictions. */

export type { Weighted } from "./accumulator.ts";
export {
  accuracy,
  type BalancedAccuracyOptions,
  balancedAccuracy,
  cohenKappa,
  type KappaOptions,
  matthewsCorrelation,
  zeroOneLoss,
} from "./agreement.ts";
export { type AveragePrecisionOptions, averagePrecision, type RocAucOptions, rocAuc } from "./areas.ts";
export {
  type CalibrationCurve,
  type CalibrationOptions,
  calibrationCurve,
  expectedCalibrationError,
} from "./calibration.ts";
export {
  adjustedMutualInformation,
  adjustedRandIndex,
  fowlkesMallows,
  mutualInformation,
  normalizedMutualInformation,
  randIndex,
  type VMeasure,
  vMeasure,
} from "./clusterings.ts";
export { calinskiHarabasz, daviesBouldin, silhouette } from "./clusters.ts";
export { confusionMatrix } from "./confusion.ts";
export {
  auc,
  type CurveOptions,
  type DetCurve,
  detCurve,
  type PrecisionRecallCurve,
  precisionRecallCurve,
  type RocCurve,
  rocCurve,
} from "./curves.ts";
export {
  meanGammaDeviance,
  meanPinballLoss,
  meanPoissonDeviance,
  meanTweedieDeviance,
  type PinballOptions,
  type TweedieOptions,
} from "./deviances.ts";
export { type ExplainedOptions, explainedVariance, r2 } from "./explained.ts";
export {
  type BrierOptions,
  brierScore,
  hingeLoss,
  logLoss,
  type TopKOptions,
  topKAccuracy,
} from "./probabilities.ts";
export {
  coverageError,
  dcg,
  type GainOptions,
  labelRankingAveragePrecision,
  labelRankingLoss,
  ndcg,
} from "./ranking.ts";
export {
  maxError,
  meanAbsoluteError,
  meanAbsolutePercentageError,
  meanSquaredError,
  meanSquaredLogError,
  medianAbsoluteError,
  rootMeanSquaredError,
  rootMeanSquaredLogError,
} from "./regression.ts";
export {
  type Average,
  type ClassScores,
  classScores,
  type FBetaOptions,
  f1,
  fBeta,
  jaccard,
  precision,
  recall,
  type ScoreOptions,
} from "./scores.ts";
export { type StreamingMetric, type StreamingName, streaming } from "./streaming.ts";
