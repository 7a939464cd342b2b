/** Metrics over batches, in constant memory where the measure allows it. */
import { ArgumentError } from "../tensor/errors.ts";
import type { Tensor } from "../tensor/tensor.ts";
import type { Accumulator, MetricState } from "./accumulator.ts";
import {
  accuracyScore,
  type BalancedAccuracyOptions,
  balancedAccuracyScore,
  type KappaOptions,
  kappaScore,
  matthewsScore,
  zeroOneScore,
} from "./agreement.ts";
import { type AveragePrecisionOptions, averagePrecisionScore, type RocAucOptions, rocAucScore } from "./areas.ts";
import { type PinballOptions, pinballScore, type TweedieOptions, tweedieScore } from "./deviances.ts";
import { type ExplainedOptions, explainedVarianceScore, r2Score } from "./explained.ts";
import {
  type BrierOptions,
  brierScoreOf,
  hingeScore,
  logLossScore,
  type TopKOptions,
  topKScore,
} from "./probabilities.ts";
import {
  coverageScore,
  dcgScore,
  type GainOptions,
  ndcgScore,
  rankingLossScore,
  rankingPrecisionScore,
} from "./ranking.ts";
import {
  maeScore,
  mapeScore,
  maxErrorScore,
  medianErrorScore,
  mseScore,
  msleScore,
  rmseScore,
  rmsleScore,
} from "./regression.ts";
import {
  type FBetaOptions,
  f1Score,
  fBetaScore,
  jaccardScore,
  precisionScore,
  recallScore,
  type ScoreOptions,
} from "./scores.ts";

/** The options of each metric that takes batches. */
interface OptionsByName {
  readonly accuracy: object;
  readonly averagePrecision: AveragePrecisionOptions;
  readonly balancedAccuracy: BalancedAccuracyOptions;
  readonly brierScore: BrierOptions;
  readonly cohenKappa: KappaOptions;
  readonly coverageError: object;
  readonly dcg: GainOptions;
  readonly explainedVariance: ExplainedOptions;
  readonly f1: ScoreOptions;
  readonly fBeta: FBetaOptions;
  readonly hingeLoss: object;
  readonly jaccard: ScoreOptions;
  readonly labelRankingAveragePrecision: object;
  readonly labelRankingLoss: object;
  readonly logLoss: object;
  readonly matthewsCorrelation: object;
  readonly maxError: object;
  readonly meanAbsoluteError: object;
  readonly meanAbsolutePercentageError: object;
  readonly meanGammaDeviance: object;
  readonly meanPinballLoss: PinballOptions;
  readonly meanPoissonDeviance: object;
  readonly meanSquaredError: object;
  readonly meanSquaredLogError: object;
  readonly meanTweedieDeviance: TweedieOptions;
  readonly medianAbsoluteError: object;
  readonly ndcg: GainOptions;
  readonly precision: ScoreOptions;
  readonly r2: ExplainedOptions;
  readonly recall: ScoreOptions;
  readonly rocAuc: RocAucOptions;
  readonly rootMeanSquaredError: object;
  readonly rootMeanSquaredLogError: object;
  readonly topKAccuracy: TopKOptions;
  readonly zeroOneLoss: object;
}

/** Name of a metric that takes batches: that of its function. */
export type StreamingName = keyof OptionsByName;

const makers = {
  accuracy: accuracyScore,
  averagePrecision: averagePrecisionScore,
  balancedAccuracy: balancedAccuracyScore,
  brierScore: brierScoreOf,
  cohenKappa: kappaScore,
  coverageError: coverageScore,
  dcg: dcgScore,
  explainedVariance: explainedVarianceScore,
  f1: f1Score,
  fBeta: fBetaScore,
  hingeLoss: hingeScore,
  jaccard: jaccardScore,
  labelRankingAveragePrecision: rankingPrecisionScore,
  labelRankingLoss: rankingLossScore,
  logLoss: logLossScore,
  matthewsCorrelation: matthewsScore,
  maxError: maxErrorScore,
  meanAbsoluteError: maeScore,
  meanAbsolutePercentageError: mapeScore,
  meanGammaDeviance: () => tweedieScore({ power: 2 }, "meanGammaDeviance"),
  meanPinballLoss: pinballScore,
  meanPoissonDeviance: () => tweedieScore({ power: 1 }, "meanPoissonDeviance"),
  meanSquaredError: mseScore,
  meanSquaredLogError: msleScore,
  meanTweedieDeviance: (options) => tweedieScore(options),
  medianAbsoluteError: medianErrorScore,
  ndcg: ndcgScore,
  precision: precisionScore,
  r2: r2Score,
  recall: recallScore,
  rocAuc: rocAucScore,
  rootMeanSquaredError: rmseScore,
  rootMeanSquaredLogError: rmsleScore,
  topKAccuracy: topKScore,
  zeroOneLoss: zeroOneScore,
} as const satisfies { readonly [N in StreamingName]: (options: OptionsByName[N]) => Accumulator };

/** The value of a metric over batches. Made by {@link streaming}. */
export interface StreamingMetric {
  /** Adds a batch of predictions and targets, in the shapes of the metric's function; `sampleWeight` are the weights of its examples, [n]. */
  update(prediction: Tensor, target: Tensor, sampleWeight?: Tensor): void;
  /** Returns the value of all examples since the start or the last reset. */
  compute(): number;
  /** Forgets all examples. */
  reset(): void;
  /** Returns the accumulated examples as plain data, for a checkpoint in the middle of an epoch. */
  stateDict?(): MetricState;
  /** Continues from what `stateDict` returned. */
  loadStateDict?(state: MetricState): void;
}

/**
 * Returns a metric that takes batches: its value is that of its function for all examples together. Metrics of counts and sums take constant memory; `rocAuc`,
 * `averagePrecision` and `medianAbsoluteError` keep 8 to 24 bytes for each score, as they depend on the order of all.
 * @throws ArgumentError for a name that is not among those of the metrics, and without examples.
 * @example
 * const f1 = metrics.streaming("f1", { average: "binary" });
 * f1.update(tensor([0, 1]), tensor([0, 1]));
 * f1.update(tensor([1, 1]), tensor([0, 1]));
 * f1.compute(); // 0.8
 */
export function streaming<N extends StreamingName>(
  name: N,
  options?: Omit<OptionsByName[N], "sampleWeight">,
): StreamingMetric {
  const make = makers[name] as ((options: OptionsByName[N]) => Accumulator) | undefined;
  if (make === undefined)
    throw new ArgumentError("streaming", `unknown metric "${name}"; expected one of ${Object.keys(makers).join(", ")}`);
  const begin = (): Accumulator => make({ ...options });
  let state = begin();
  let isEmpty = true;
  return {
    update(prediction, target, sampleWeight) {
      state.add(prediction, target, sampleWeight);
      isEmpty = false;
    },
    compute() {
      if (isEmpty) throw new ArgumentError(name, "expected at least one example");
      return state.value();
    },
    reset() {
      state = begin();
      isEmpty = true;
    },
    stateDict: () => (isEmpty ? null : state.save()),
    loadStateDict(saved) {
      state = begin();
      isEmpty = saved === null;
      if (saved !== null) state.load(saved);
    },
  };
}
