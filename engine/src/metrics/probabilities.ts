/** Losses of predicted probabilities and scores. */
import { ArgumentError } from "../tensor/errors.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { type Accumulator, meanOf, valueOf, type Weighted } from "./accumulator.ts";
import { probabilityRows, type ScoreRows, scoreRows } from "./score-rows.ts";

/** Returns the accumulator of the mean of a loss of each row, in the dtype's precision. */
const meanOfRows = (
  op: string,
  read: (op: string, prediction: Tensor, target: Tensor) => ScoreRows,
  loss: (row: number, rows: ScoreRows, prediction: Tensor) => number,
): Accumulator =>
  meanOf(op, (prediction, target) => {
    const rows = read(op, prediction, target);
    const losses = new Float64Array(rows.n);
    for (let i = 0; i < rows.n; i++) losses[i] = loss(i, rows, prediction);
    return { losses, columns: 1 };
  });

/** Returns the probability that a row gives to its true class. */
const ofTrueClass = (i: number, { columns, scores, classes }: ScoreRows): number => {
  if (columns > 1) return scores[i * columns + classes[i]];
  return classes[i] === 1 ? scores[i] : 1 - scores[i];
};

export const logLossScore = (): Accumulator =>
  meanOfRows("logLoss", probabilityRows, (i, rows, { dtype }) => {
    const eps = dtype === "float64" ? Number.EPSILON : 2 ** -23;
    return -Math.log(Math.min(Math.max(ofTrueClass(i, rows), eps), 1 - eps));
  });

/**
 * Returns the mean of -log of the probability of the true class, for probabilities [n] of class 1 or [n, classes]. Probabilities are clipped by the
 * machine epsilon of their dtype, so that a sure mistake has a finite loss.
 * @throws ArgumentError for predictions outside of [0, 1] and targets that are no class; {@link ShapeError} for other shapes.
 * @example metrics.logLoss(tensor([0.5, 0.5]), tensor([0, 1])); // 0.6931471805599453
 */
export const logLoss = (prediction: Tensor, target: Tensor, options: Weighted = {}): number =>
  valueOf(logLossScore(), prediction, target, options);

/** Options of `brierScore`. */
export interface BrierOptions extends Weighted {
  /** Whether the score is halved, so that it is in [0, 1]; by default for two classes, but not for more. */
  readonly scaleByHalf?: boolean;
}

export const brierScoreOf = ({ scaleByHalf }: BrierOptions): Accumulator =>
  meanOfRows("brierScore", probabilityRows, (i, { columns, scores, classes }) => {
    if (columns === 1) return (scores[i] - classes[i]) ** 2 * ((scaleByHalf ?? true) ? 1 : 2);
    let sum = 0;
    for (let c = 0; c < columns; c++) sum += (scores[i * columns + c] - (classes[i] === c ? 1 : 0)) ** 2;
    return (scaleByHalf ?? columns < 3) ? sum / 2 : sum;
  });

/**
 * Returns the Brier score: the mean squared distance of probabilities, [n] of class 1 or [n, classes], from the true classes.
 * @throws ArgumentError for predictions outside of [0, 1] and targets that are no class; {@link ShapeError} for other shapes.
 * @example metrics.brierScore(tensor([0.5, 1]), tensor([0, 1])); // 0.125
 */
export const brierScore = (prediction: Tensor, target: Tensor, options: BrierOptions = {}): number =>
  valueOf(brierScoreOf(options), prediction, target, options);

export const hingeScore = (): Accumulator =>
  meanOfRows("hingeLoss", scoreRows, (i, { columns, scores, classes }) => {
    if (columns === 1) return Math.max(0, 1 - (classes[i] === 1 ? scores[i] : -scores[i]));
    let other = -Infinity;
    for (let c = 0; c < columns; c++) if (c !== classes[i]) other = Math.max(other, scores[i * columns + c]);
    return Math.max(0, 1 - (scores[i * columns + classes[i]] - other));
  });

/**
 * Returns the mean hinge loss of scores: max(0, 1 - s) for class 1 and max(0, 1 + s) for class 0 with scores [n]; with [n, classes], max(0, 1 - m) of the
 * margin m between the true class and the best other one (Crammer and Singer 2001).
 * @throws ArgumentError for targets that are no class; {@link ShapeError} for other shapes.
 * @example metrics.hingeLoss(tensor([0.5, -2]), tensor([1, 0])); // 0.25
 */
export const hingeLoss = (prediction: Tensor, target: Tensor, options: Weighted = {}): number =>
  valueOf(hingeScore(), prediction, target, options);

/** Options of `topKAccuracy`. */
export interface TopKOptions extends Weighted {
  /** Number of the best classes that count; 2 by default. */
  readonly k?: number;
}

/** Returns the accumulator of {@link topKAccuracy}. */
export function topKScore({ k = 2 }: TopKOptions): Accumulator {
  if (!(Number.isInteger(k) && k >= 1))
    throw new ArgumentError("topKAccuracy", `k must be a positive integer, but got ${k}`);
  return meanOfRows("topKAccuracy", scoreRows, (i, { columns, scores, classes }) => {
    if (columns === 1) throw new ArgumentError("topKAccuracy", "expected scores [n, classes], but got one score each");
    const own = scores[i * columns + classes[i]];
    let before = 0;
    // of equal scores, the later class is taken first
    for (let c = 0; c < columns; c++) {
      const s = scores[i * columns + c];
      if (s > own || (s === own && c > classes[i])) before++;
    }
    return before < k ? 1 : 0;
  });
}

/**
 * Returns the share of examples whose true class is among the `k` classes of the highest scores, for scores [n, classes]. Of equal scores, those of
 * later classes are taken first, as in scikit-learn.
 * @throws ArgumentError for a `k` below 1 and targets that are no class; {@link ShapeError} for other shapes.
 * @example metrics.topKAccuracy(tensor([[0.5, 0.3, 0.2], [0.1, 0.2, 0.7]]), tensor([1, 0])); // 0.5
 */
export const topKAccuracy = (prediction: Tensor, target: Tensor, options: TopKOptions = {}): number =>
  valueOf(topKScore(options), prediction, target, options);
