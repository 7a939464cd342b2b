/** Curves over the threshold of a score, for two classes. */
import { ArgumentError, ShapeError } from "../tensor/errors.ts";
import { contiguousArray } from "../tensor/strided.ts";
import { fromArray, type Tensor } from "../tensor/tensor.ts";
import type { Weighted } from "./accumulator.ts";
import {
  changesHits,
  isCorner,
  type Scored,
  scored,
  type ThresholdCounts,
  thinned,
  thresholdCounts,
  withInfinity,
} from "./thresholds.ts";

/** Options of curves. */
export interface CurveOptions extends Weighted {
  /** Whether points that do not change the shape of the curve are left out. */
  readonly dropIntermediate?: boolean;
}

/** The receiver operating characteristic, float64 [points]. */
export interface RocCurve {
  /** False positives divided by negatives; NaN without negatives. */
  readonly falsePositiveRate: Tensor;
  /** True positives divided by positives; NaN without positives. */
  readonly truePositiveRate: Tensor;
  /** Thresholds in falling order, from ∞. */
  readonly thresholds: Tensor;
}

const column = (list: Float64Array): Tensor => fromArray(list, "float64", [list.length]);
const last = (list: Float64Array): number => list[list.length - 1] ?? 0;

/** Returns the shares of a total; NaN for a total of 0. */
const shares = (list: Float64Array, total: number): Float64Array =>
  list.map((v) => (total > 0 ? v / total : Number.NaN));

/** Returns rates and thresholds of the ROC curve. */
export function rocPoints(
  examples: Scored,
  dropIntermediate: boolean,
): { readonly fpr: Float64Array; readonly tpr: Float64Array; readonly thresholds: Float64Array } {
  const all = thresholdCounts(examples);
  const { thresholds, truePositives, falsePositives } = withInfinity(
    dropIntermediate && all.thresholds.length > 2 ? thinned(all, isCorner) : all,
  );
  return {
    fpr: shares(falsePositives, last(falsePositives)),
    tpr: shares(truePositives, last(truePositives)),
    thresholds,
  };
}

/**
 * Returns the ROC curve of scores [n] for targets of 0 and 1 [n]: the rates of true and false positives if all examples with scores of at least each
 * threshold are taken as positive. `dropIntermediate` (true by default) leaves out points on straight lines.
 * @throws ArgumentError for targets other than 0 and 1 and NaN among the scores; {@link ShapeError} for other shapes.
 * @example metrics.rocCurve(tensor([0.1, 0.4, 0.35, 0.8]), tensor([0, 0, 1, 1])).truePositiveRate.toArray(); // [0, 0.5, 0.5, 1, 1]
 */
export function rocCurve(
  prediction: Tensor,
  target: Tensor,
  { dropIntermediate = true, ...weighted }: CurveOptions = {},
): RocCurve {
  const { fpr, tpr, thresholds } = rocPoints(scored("rocCurve", prediction, target, weighted), dropIntermediate);
  return { falsePositiveRate: column(fpr), truePositiveRate: column(tpr), thresholds: column(thresholds) };
}

/** Precision and recall over thresholds, float64. */
export interface PrecisionRecallCurve {
  /** [points + 1]; the last one is 1. */
  readonly precision: Tensor;
  /** [points + 1], in falling order; the last one is 0. All others are 1 without positives. */
  readonly recall: Tensor;
  /** [points], in rising order. */
  readonly thresholds: Tensor;
}

/** Returns precision and recall at the thresholds in falling order. */
export function precisionsAndRecalls({ truePositives: hits, falsePositives: alarms }: ThresholdCounts): {
  readonly precision: Float64Array;
  readonly recall: Float64Array;
} {
  const positives = last(hits);
  return {
    precision: hits.map((h, i) => (h + alarms[i] === 0 ? 0 : h / (h + alarms[i]))),
    recall: hits.map((h) => (positives === 0 ? 1 : h / positives)),
  };
}

/** Returns the list in reverse order, with a number behind it. */
function reversedWith(list: Float64Array, end: number): Float64Array {
  const all = new Float64Array(list.length + 1);
  all.set(list.toReversed());
  all[list.length] = end;
  return all;
}

/**
 * Returns precision and recall if all examples with scores of at least each threshold are taken as positive, for scores [n] and targets of 0 and 1 [n].
 * `dropIntermediate` (false by default) leaves out points between others of the same recall.
 * @throws ArgumentError for targets other than 0 and 1 and NaN among the scores; {@link ShapeError} for other shapes.
 * @example metrics.precisionRecallCurve(tensor([0.1, 0.4, 0.35, 0.8]), tensor([0, 0, 1, 1])).recall.toArray(); // [1, 1, 0.5, 0.5, 0]
 */
export function precisionRecallCurve(
  prediction: Tensor,
  target: Tensor,
  { dropIntermediate = false, ...weighted }: CurveOptions = {},
): PrecisionRecallCurve {
  const all = thresholdCounts(scored("precisionRecallCurve", prediction, target, weighted));
  const counts = dropIntermediate && all.thresholds.length > 2 ? thinned(all, changesHits) : all;
  const { precision, recall } = precisionsAndRecalls(counts);
  return {
    precision: column(reversedWith(precision, 1)),
    recall: column(reversedWith(recall, 0)),
    thresholds: column(counts.thresholds.toReversed()),
  };
}

/** The detection error tradeoff, float64 [points]. */
export interface DetCurve {
  readonly falsePositiveRate: Tensor;
  readonly falseNegativeRate: Tensor;
  /** Thresholds in rising order. */
  readonly thresholds: Tensor;
}

/**
 * Returns the rates of false positives and false negatives over the threshold, for scores [n] and targets of 0 and 1 [n]. `dropIntermediate` (false by
 * default) leaves out points between others of the same false negative rate.
 * @throws ArgumentError where one class is missing, for targets other than 0 and 1, and for NaN among the scores; {@link ShapeError} for other shapes.
 * @example metrics.detCurve(tensor([0.1, 0.4, 0.35, 0.8]), tensor([0, 0, 1, 1])).falsePositiveRate.toArray(); // [0.5, 0.5, 0]
 */
export function detCurve(
  prediction: Tensor,
  target: Tensor,
  { dropIntermediate = false, ...weighted }: CurveOptions = {},
): DetCurve {
  const all = withInfinity(thresholdCounts(scored("detCurve", prediction, target, weighted)));
  const counts = dropIntermediate && all.thresholds.length > 2 ? thinned(all, changesHits) : all;
  const { thresholds, truePositives: hits, falsePositives: alarms } = counts;
  const [positives, negatives] = [last(hits), last(alarms)];
  if (positives === 0 || negatives === 0)
    throw new ArgumentError("detCurve", "expected examples of both classes, but all are of one");
  // from the last point without false positives to the first without false negatives
  const from = alarms.findLastIndex((a) => a === 0);
  const to = hits.indexOf(positives) + 1;
  return {
    falsePositiveRate: column(
      alarms
        .slice(from, to)
        .toReversed()
        .map((a) => a / negatives),
    ),
    falseNegativeRate: column(
      hits
        .slice(from, to)
        .toReversed()
        .map((h) => (positives - h) / positives),
    ),
    thresholds: column(thresholds.slice(from, to).toReversed()),
  };
}

/** Returns the area below points, by the trapezoidal rule. */
export function trapezoid(x: ArrayLike<number>, y: ArrayLike<number>): number {
  let area = 0;
  for (let i = 1; i < x.length; i++) area += ((x[i] - x[i - 1]) * (y[i] + y[i - 1])) / 2;
  return area;
}

/**
 * Returns the area below a curve through points by the trapezoidal rule, for x [n] in rising or falling order and y [n].
 * @throws ArgumentError for fewer than two points and x in no order; {@link ShapeError} for other shapes.
 * @example metrics.auc(tensor([0, 0.5, 1]), tensor([0, 1, 1])); // 0.75
 */
export function auc(x: Tensor, y: Tensor): number {
  if (x.ndim !== 1 || y.ndim !== 1 || x.shape[0] !== y.shape[0])
    throw new ShapeError("auc", "expected x and y of shape [n]", [x.shape, y.shape]);
  if (x.shape[0] < 2) throw new ArgumentError("auc", `expected at least two points, but got ${x.shape[0]}`);
  const [xs, ys] = [contiguousArray(x), contiguousArray(y)];
  const steps = Array.from(xs.subarray(1), (v, i) => v - xs[i]);
  const rises = steps.every((d) => d >= 0);
  if (!rises && !steps.every((d) => d <= 0)) throw new ArgumentError("auc", "x must rise or fall throughout");
  return rises ? trapezoid(xs, ys) : -trapezoid(xs, ys);
}
