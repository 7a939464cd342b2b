/** Counts of true and false positives at each threshold of a score, and the curves that follow from them. */
import { argsort } from "../ops/sort/sort.ts";
import { noGrad } from "../tape/graph/mode.ts";
import type { NumericArray } from "../tensor/dtype.ts";
import { ArgumentError } from "../tensor/errors.ts";
import { contiguousArray } from "../tensor/strided.ts";
import { fromArray, type Tensor } from "../tensor/tensor.ts";
import { type Weighted, weightsOf } from "./accumulator.ts";
import { scoreRows } from "./score-rows.ts";

/** Scores of the positive class, whether each example is positive, and the weights. */
export interface Scored {
  readonly scores: NumericArray;
  readonly positive: ArrayLike<number>;
  readonly weights: NumericArray | null;
}

/** Reads scores [n] and targets of 0 and 1. */
export function scored(op: string, prediction: Tensor, target: Tensor, { sampleWeight }: Weighted): Scored {
  const { n, columns, scores, classes } = scoreRows(op, prediction, target);
  if (prediction.ndim !== 1 && columns !== 1)
    throw new ArgumentError(op, `expected one score for each example, but got ${columns}`);
  return { scores, positive: classes, weights: weightsOf(op, sampleWeight, n) };
}

/** Cumulated weights of positive and negative examples with scores of at least each threshold; thresholds fall. */
export interface ThresholdCounts {
  readonly thresholds: Float64Array;
  readonly truePositives: Float64Array;
  readonly falsePositives: Float64Array;
}

/** Returns the counts at each distinct score. Examples of weight 0 count for nothing. */
export function thresholdCounts({ scores, positive, weights }: Scored): ThresholdCounts {
  const n = scores.length;
  const all =
    scores instanceof Float32Array
      ? fromArray(scores, "float32", [n])
      : fromArray(Float64Array.from(scores), "float64", [n]);
  const order = noGrad(() => contiguousArray(argsort(all, -1, true)));
  const [thresholds, hits, alarms] = [new Float64Array(n), new Float64Array(n), new Float64Array(n)];
  let [count, hit, alarm] = [0, 0, 0];
  for (let at = 0; at < n; at++) {
    const i = order[at];
    const weight = weights === null ? 1 : weights[i];
    if (weight === 0) continue;
    if (count === 0 || scores[i] !== thresholds[count - 1]) thresholds[count++] = scores[i];
    if (positive[i] === 1) hit += weight;
    else alarm += weight;
    hits[count - 1] = hit;
    alarms[count - 1] = alarm;
  }
  return {
    thresholds: thresholds.subarray(0, count),
    truePositives: hits.subarray(0, count),
    falsePositives: alarms.subarray(0, count),
  };
}

/** Returns the counts at the thresholds for which `keep` holds, and at the first and last one. */
export function thinned(
  counts: ThresholdCounts,
  keep: (counts: ThresholdCounts, i: number) => boolean,
): ThresholdCounts {
  const last = counts.thresholds.length - 1;
  const kept = Array.from(counts.thresholds.keys()).filter((i) => i === 0 || i === last || keep(counts, i));
  const pick = (list: Float64Array): Float64Array => Float64Array.from(kept, (i) => list[i]);
  return {
    thresholds: pick(counts.thresholds),
    truePositives: pick(counts.truePositives),
    falsePositives: pick(counts.falsePositives),
  };
}

/** Returns the list with a number in front. */
function prepend(first: number, list: Float64Array): Float64Array {
  const all = new Float64Array(list.length + 1);
  all[0] = first;
  all.set(list, 1);
  return all;
}

/** Returns the counts with those of an infinite threshold in front, above which there is nothing. */
export const withInfinity = ({ thresholds, truePositives, falsePositives }: ThresholdCounts): ThresholdCounts => ({
  thresholds: prepend(Infinity, thresholds),
  truePositives: prepend(0, truePositives),
  falsePositives: prepend(0, falsePositives),
});

/** Whether the second difference of hits or alarms is not 0, so that the point is a corner of the ROC curve. */
export function isCorner({ truePositives: t, falsePositives: f }: ThresholdCounts, i: number): boolean {
  const bend = (list: Float64Array): number => list[i + 1] - list[i] - (list[i] - list[i - 1]);
  return bend(t) !== 0 || bend(f) !== 0;
}

/** Whether the number of hits changes before or behind the point. */
export const changesHits = ({ truePositives: t }: ThresholdCounts, i: number): boolean =>
  t[i] !== t[i - 1] || t[i + 1] !== t[i];
