/** Scores of predicted classes, computed from the counts of each class. */
import { ArgumentError } from "../tensor/errors.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { type Accumulator, valueOf, type Weighted } from "./accumulator.ts";
import { addCounts, ClassCounts, type Counts, ofCounts } from "./class-counts.ts";

/**
 * Average of a score over classes: the mean, the score of the summed counts, the mean weighted by the number of examples, or the score of class 1
 * of two.
 */
export type Average = "macro" | "micro" | "weighted" | "binary";

/** Options of `precision`, `recall`, `f1`, `fBeta` and `jaccard`. */
export interface ScoreOptions extends Weighted {
  /** `"macro"` by default. */
  readonly average?: Average;
  /** Number of classes; one more than the largest class by default. */
  readonly classes?: number;
  /** The score of a class for which it would be 0 divided by 0: 0 (the default), 1 or NaN, which leaves the class out of averages. */
  readonly zeroDivision?: number;
}

/** Options of `fBeta`. */
export interface FBetaOptions extends ScoreOptions {
  /** Weight of the recall beside the precision; 1 by default. */
  readonly beta?: number;
}

/** A score as a fraction of counts. */
type Fraction = (counts: Counts) => readonly [numerator: number, denominator: number];

/** Returns the counts of class 1 of two classes. */
function positiveCounts(op: string, counts: ClassCounts): Counts {
  const others = counts.occurring.filter((c) => c > 1);
  if (others.length > 0)
    throw new ArgumentError(op, `average "binary" takes the classes 0 and 1, but got class ${others[0]}; use "macro"`);
  return counts.of(1);
}

/** Returns the mean of the scores that are numbers, weighted unless their weights are all 0; NaN where there are none. */
function meanScore(scores: readonly number[], weights: readonly number[]): number {
  const kept = scores.flatMap((score, i) => (Number.isNaN(score) ? [] : [{ score, weight: weights[i] }]));
  const total = kept.reduce((sum, { weight }) => sum + weight, 0);
  if (total === 0) return kept.reduce((sum, { score }) => sum + score, 0) / kept.length;
  return kept.reduce((sum, { score, weight }) => sum + score * weight, 0) / total;
}

/** Returns the accumulator of a score. */
function scoreOf(op: string, fraction: Fraction, options: ScoreOptions): Accumulator {
  const { average = "macro", classes, zeroDivision = 0 } = options;
  const counts = new ClassCounts(op, classes);
  const score = (c: Counts): number => {
    const [numerator, denominator] = fraction(c);
    return denominator === 0 ? zeroDivision : numerator / denominator;
  };
  return ofCounts(counts, ({ all }) => {
    if (average === "binary") return score(positiveCounts(op, counts));
    if (average === "micro") return score(all.reduce(addCounts));
    return meanScore(
      all.map(score),
      all.map((c) => (average === "macro" ? 1 : c.actual)),
    );
  });
}

const precisionOf: Fraction = ({ hits, predicted }) => [hits, predicted];
const recallOf: Fraction = ({ hits, actual }) => [hits, actual];
const jaccardOf: Fraction = ({ hits, predicted, actual }) => [hits, predicted + actual - hits];

/** F = (1 + β²) hits / (predicted + β² actual), with the recall as its limit for large β. */
const fBetaOf =
  (beta: number): Fraction =>
  (counts) =>
    beta === Infinity
      ? recallOf(counts)
      : [(1 + beta ** 2) * counts.hits, counts.predicted + beta ** 2 * counts.actual];

export const precisionScore = (options: ScoreOptions): Accumulator => scoreOf("precision", precisionOf, options);
export const recallScore = (options: ScoreOptions): Accumulator => scoreOf("recall", recallOf, options);
export const f1Score = (options: ScoreOptions): Accumulator => scoreOf("f1", fBetaOf(1), options);
export const jaccardScore = (options: ScoreOptions): Accumulator => scoreOf("jaccard", jaccardOf, options);

/** Returns the accumulator of {@link fBeta}. */
export function fBetaScore({ beta = 1, ...options }: FBetaOptions): Accumulator {
  if (!(beta >= 0)) throw new ArgumentError("fBeta", `beta must be at least 0, but got ${beta}`);
  return scoreOf("fBeta", fBetaOf(beta), options);
}

/**
 * Returns the precision: the share of the examples predicted as a class that belong to it, averaged over the classes that occur.
 * @throws ArgumentError for predictions that are neither classes nor probabilities, and without examples.
 * @example metrics.precision(tensor([0, 1, 1]), tensor([0, 0, 1]), { average: "binary" }); // 0.5
 */
export const precision = (prediction: Tensor, target: Tensor, options: ScoreOptions = {}): number =>
  valueOf(precisionScore(options), prediction, target, options);

/**
 * Returns the recall: the share of the examples of a class that were predicted as it, averaged over the classes that occur.
 * @throws ArgumentError for predictions that are neither classes nor probabilities, and without examples.
 * @example metrics.recall(tensor([0, 1, 1]), tensor([0, 0, 1])); // 0.75
 */
export const recall = (prediction: Tensor, target: Tensor, options: ScoreOptions = {}): number =>
  valueOf(recallScore(options), prediction, target, options);

/**
 * Returns the F1 score: the harmonic mean of precision and recall, averaged over the classes that occur.
 * @throws ArgumentError for predictions that are neither classes nor probabilities, and without examples.
 * @example metrics.f1(tensor([0, 1, 1]), tensor([0, 0, 1]), { average: "micro" }); // 0.6666666666666666
 */
export const f1 = (prediction: Tensor, target: Tensor, options: ScoreOptions = {}): number =>
  valueOf(f1Score(options), prediction, target, options);

/**
 * Returns the F-score, (1 + β²) precision · recall / (β² precision + recall), averaged over the classes that occur. Recall counts β times as much as
 * precision.
 * @throws ArgumentError for a negative `beta`, for predictions that are neither classes nor probabilities, and without examples.
 * @example metrics.fBeta(tensor([0, 1, 1]), tensor([0, 0, 1]), { beta: 2, average: "binary" }); // 0.8333333333333334
 */
export const fBeta = (prediction: Tensor, target: Tensor, options: FBetaOptions = {}): number =>
  valueOf(fBetaScore(options), prediction, target, options);

/**
 * Returns the Jaccard index: the examples that belong to a class and were predicted as it, divided by those of which one of both holds, averaged over the
 * classes that occur.
 * @throws ArgumentError for predictions that are neither classes nor probabilities, and without examples.
 * @example metrics.jaccard(tensor([0, 1, 1]), tensor([0, 0, 1])); // 0.5
 */
export const jaccard = (prediction: Tensor, target: Tensor, options: ScoreOptions = {}): number =>
  valueOf(jaccardScore(options), prediction, target, options);

/** The scores of each class. */
export interface ClassScores {
  readonly precision: readonly number[];
  readonly recall: readonly number[];
  readonly f1: readonly number[];
  /** Number of examples, or their weight. */
  readonly support: readonly number[];
}

/**
 * Returns precision, recall, F1 score and number of examples of each class, from class 0 to the largest or to `classes` - 1. A class that does not occur
 * has the scores of `zeroDivision`.
 * @throws ArgumentError for predictions that are neither classes nor probabilities, and without examples.
 * @example metrics.classScores(tensor([0, 1, 1]), tensor([0, 0, 1])).recall; // [0.5, 1]
 */
export function classScores(
  prediction: Tensor,
  target: Tensor,
  { classes, zeroDivision = 0, sampleWeight }: Omit<ScoreOptions, "average"> = {},
): ClassScores {
  const counts = new ClassCounts("classScores", classes);
  counts.add(prediction, target, sampleWeight);
  const n = classes ?? Math.max(...counts.occurring) + 1;
  const all = Array.from({ length: n }, (_, c) => counts.of(c));
  const scores = (fraction: Fraction): number[] =>
    all.map((c) => {
      const [numerator, denominator] = fraction(c);
      return denominator === 0 ? zeroDivision : numerator / denominator;
    });
  return {
    precision: scores(precisionOf),
    recall: scores(recallOf),
    f1: scores(fBetaOf(1)),
    support: all.map((c) => c.actual),
  };
}
