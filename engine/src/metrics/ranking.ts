/** Measures of rankings: each example has scores of several items, and a relevance of each, or labels of which some are right. */

import type { NumericArray } from "../tensor/dtype.ts";
import { ArgumentError } from "../tensor/errors.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { type Accumulator, meanOf, valueOf, type Weighted } from "./accumulator.ts";
import { labelRows, rankedRows } from "./score-rows.ts";

/** Returns the accumulator of the mean of a measure of each row. */
const meanOfRanks = (
  op: string,
  read: typeof rankedRows,
  measure: (scores: NumericArray, targets: NumericArray) => number,
): Accumulator =>
  meanOf(op, (prediction, target) => {
    const { n, columns, scores, targets } = read(op, prediction, target);
    const losses = Float64Array.from({ length: n }, (_, i) => {
      const [from, to] = [i * columns, (i + 1) * columns];
      return measure(scores.subarray(from, to), targets.subarray(from, to));
    });
    return { losses, columns: 1 };
  });

/** Options of `dcg` and `ndcg`. */
export interface GainOptions extends Weighted {
  /** Number of ranks that count; all by default. */
  readonly k?: number;
  /** Base of the logarithm of the discount; 2 by default. */
  readonly logBase?: number;
}

/** Returns the discount of each rank, 1 / log(rank + 1) for ranks from 1, and 0 from rank k + 1 on. */
const discounts = (n: number, { k = n, logBase = 2 }: GainOptions): Float64Array =>
  Float64Array.from({ length: n }, (_, rank) => (rank < k ? Math.log(logBase) / Math.log(rank + 2) : 0));

/** Returns the discounted gain in the order of scores; items of equal scores share their ranks. */
function gain(scores: NumericArray, relevance: NumericArray, discount: Float64Array): number {
  const order = Array.from(scores.keys()).sort((a, b) => scores[b] - scores[a]);
  let sum = 0;
  for (let from = 0; from < order.length; ) {
    let [to, gains, weights] = [from, 0, 0];
    for (; to < order.length && scores[order[to]] === scores[order[from]]; to++) {
      gains += relevance[order[to]];
      weights += discount[to];
    }
    sum += (gains / (to - from)) * weights;
    from = to;
  }
  return sum;
}

export const dcgScore = (options: GainOptions): Accumulator =>
  meanOfRanks("dcg", rankedRows, (scores, relevance) => gain(scores, relevance, discounts(scores.length, options)));

export const ndcgScore = (options: GainOptions): Accumulator =>
  meanOfRanks("ndcg", rankedRows, (scores, relevance) => {
    if (scores.length === 1)
      throw new ArgumentError("ndcg", "expected at least two items for each example, but got one");
    const wrong = relevance.find((r) => r < 0);
    if (wrong !== undefined) throw new ArgumentError("ndcg", `relevances must be at least 0, but got ${wrong}`);
    const discount = discounts(scores.length, options);
    const best = gain(relevance, relevance, discount);
    return best === 0 ? 0 : gain(scores, relevance, discount) / best;
  });

/**
 * Returns the discounted cumulative gain, averaged over examples: the sum of relevance / log₂(rank + 1) in the order of falling scores. Scores and relevances
 * are [n, items]. Items of equal scores share the mean of their discounts (McSherry and Najork 2008).
 * @throws ShapeError unless both are of one shape [n, items].
 * @example metrics.dcg(tensor([[0.1, 0.9]]), tensor([[0, 1]])); // 1
 */
export const dcg = (prediction: Tensor, target: Tensor, options: GainOptions = {}): number =>
  valueOf(dcgScore(options), prediction, target, options);

/**
 * Returns the discounted cumulative gain divided by that of the best order, averaged over examples, for scores and relevances [n, items]. An example without any
 * relevant item counts as 0. Items of equal scores share the mean of their discounts.
 * @throws ArgumentError for negative relevances and a single item; {@link ShapeError} unless both are of one shape [n, items].
 * @example metrics.ndcg(tensor([[0.1, 0.2]]), tensor([[10, 5]])); // 0.8597186998521972
 */
export const ndcg = (prediction: Tensor, target: Tensor, options: GainOptions = {}): number =>
  valueOf(ndcgScore(options), prediction, target, options);

/** Returns the number of scores of at least `least`. */
function countFrom(scores: NumericArray, least: number): number {
  let count = 0;
  for (const s of scores) if (s >= least) count++;
  return count;
}

export const coverageScore = (): Accumulator =>
  meanOfRanks("coverageError", labelRows, (scores, labels) => {
    let least = Infinity;
    for (let i = 0; i < labels.length; i++) if (labels[i] === 1) least = Math.min(least, scores[i]);
    return countFrom(scores, least);
  });

/**
 * Returns how many labels of the highest scores have to be taken to have all right ones, averaged over examples; 0 for an example without right labels. Scores
 * are [n, labels], targets 0 or 1.
 * @throws ArgumentError for targets other than 0 and 1; {@link ShapeError} unless both are of one shape [n, labels].
 * @example metrics.coverageError(tensor([[0.75, 0.5, 1]]), tensor([[1, 0, 0]])); // 2
 */
export const coverageError = (prediction: Tensor, target: Tensor, options: Weighted = {}): number =>
  valueOf(coverageScore(), prediction, target, options);

export const rankingPrecisionScore = (): Accumulator =>
  meanOfRanks("labelRankingAveragePrecision", labelRows, (scores, labels) => {
    const right = Array.from(labels.keys()).filter((i) => labels[i] === 1);
    if (right.length === 0 || right.length === labels.length) return 1;
    const shares = right.map((i) => {
      const above = countFrom(scores, scores[i]);
      return right.filter((j) => scores[j] >= scores[i]).length / above;
    });
    return shares.reduce((a, b) => a + b, 0) / shares.length;
  });

/**
 * Returns the mean, over examples and their right labels, of the share of right labels among those of at least the same score. Scores are [n, labels], targets 0
 * or 1. An example of which all or no labels are right counts as 1.
 * @throws ArgumentError for targets other than 0 and 1; {@link ShapeError} unless both are of one shape [n, labels].
 * @example metrics.labelRankingAveragePrecision(tensor([[0.75, 0.5, 1]]), tensor([[1, 0, 0]])); // 0.5
 */
export const labelRankingAveragePrecision = (prediction: Tensor, target: Tensor, options: Weighted = {}): number =>
  valueOf(rankingPrecisionScore(), prediction, target, options);

export const rankingLossScore = (): Accumulator =>
  meanOfRanks("labelRankingLoss", labelRows, (scores, labels) => {
    let [wrong, pairs] = [0, 0];
    for (let i = 0; i < labels.length; i++)
      for (let j = 0; j < labels.length; j++) {
        if (labels[i] !== 1 || labels[j] !== 0) continue;
        pairs++;
        if (scores[j] >= scores[i]) wrong++;
      }
    return pairs === 0 ? 0 : wrong / pairs;
  });

/**
 * Returns the share of pairs of a right and a wrong label in which the wrong one has at least the same score, averaged over examples. Scores are [n, labels],
 * targets 0 or 1. An example of which all or no labels are right counts as 0.
 * @throws ArgumentError for targets other than 0 and 1; {@link ShapeError} unless both are of one shape [n, labels].
 * @example metrics.labelRankingLoss(tensor([[0.75, 0.5, 1]]), tensor([[1, 0, 0]])); // 0.5
 */
export const labelRankingLoss = (prediction: Tensor, target: Tensor, options: Weighted = {}): number =>
  valueOf(rankingLossScore(), prediction, target, options);
