/** Areas below curves of scores, for two and for more classes. */
import { ArgumentError } from "../tensor/errors.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { type Accumulator, valueOf, type Weighted, weightsOf } from "./accumulator.ts";
import { precisionsAndRecalls, rocPoints, trapezoid } from "./curves.ts";
import { type ScoreRows, scoreRows } from "./score-rows.ts";
import { type Scored, thresholdCounts } from "./thresholds.ts";

/** Options of `rocAuc`. */
export interface RocAucOptions extends Weighted {
  /** For more than two classes: the mean over classes or pairs (the default), or weighted by their numbers of examples. */
  readonly average?: "macro" | "weighted";
  /** For more than two classes: each against the rest (the default), or each pair. */
  readonly multiClass?: "ovr" | "ovo";
  /** For two classes: the area up to this false positive rate alone, scaled to 0.5 for chance and 1 for perfect scores (McClish 1989). */
  readonly maxFpr?: number;
}

/** Options of `averagePrecision`. */
export interface AveragePrecisionOptions extends Weighted {
  /** For more than two classes: the mean over classes (the default), weighted by their numbers of examples, or of all scores together. */
  readonly average?: "macro" | "weighted" | "micro";
}

/** Rows of all batches, with the weights of the examples. */
interface Examples extends ScoreRows {
  readonly weights: Float64Array | null;
}

/** Returns an accumulator that keeps all scores, 8 bytes for each and its target and weight, as a rank needs all of them. */
function keepAll(op: string, value: (examples: Examples) => number): Accumulator {
  const parts: { readonly rows: ScoreRows; readonly weights: ArrayLike<number> | null }[] = [];
  return {
    add(prediction, target, sampleWeight) {
      const { n, columns, scores, classes } = scoreRows(op, prediction, target);
      if (parts.length > 0 && parts[0].rows.columns !== columns)
        throw new ArgumentError(
          op,
          `batches must have scores of the same number of classes, but got ${columns} and ${parts[0].rows.columns}`,
        );
      // the caller may change its tensors before the value is asked for
      const rows = { n, columns, scores: Float64Array.from(scores), classes: Float64Array.from(classes) };
      parts.push({ rows, weights: weightsOf(op, sampleWeight, n)?.slice() ?? null });
    },
    value() {
      if (parts.length === 0) throw new ArgumentError(op, "expected at least one example");
      const n = parts.reduce((sum, { rows }) => sum + rows.n, 0);
      const { columns } = parts[0].rows;
      const [scores, classes, weights] = [
        new Float64Array(n * columns),
        new Float64Array(n),
        new Float64Array(n).fill(1),
      ];
      let at = 0;
      for (const { rows, weights: w } of parts) {
        scores.set(rows.scores, at * columns);
        classes.set(rows.classes, at);
        if (w !== null) weights.set(w, at);
        at += rows.n;
      }
      return value({ n, columns, scores, classes, weights: parts.every((p) => p.weights === null) ? null : weights });
    },
    save: () =>
      parts.map(({ rows: { n, columns, scores, classes }, weights }) => ({
        n,
        columns,
        scores: Array.from(scores),
        classes: Array.from(classes),
        weights: weights === null ? null : Array.from(weights),
      })),
    load(state) {
      const saved = state as unknown as readonly (ScoreRows & { readonly weights: readonly number[] | null })[];
      parts.splice(
        0,
        parts.length,
        ...saved.map(({ weights, ...rows }) => ({
          rows: { ...rows, scores: Float64Array.from(rows.scores), classes: Float64Array.from(rows.classes) },
          weights,
        })),
      );
    },
  };
}

/** Returns the scores of class `c`, with the examples of the class as positive ones; `of` takes some examples alone. */
function against(
  { n, columns, scores, classes, weights }: Examples,
  c: number,
  of: (i: number) => boolean = () => true,
): Scored {
  const rows = Array.from({ length: n }, (_, i) => i).filter(of);
  return {
    scores: Float64Array.from(rows, (i) => scores[i * columns + c]),
    positive: Uint8Array.from(rows, (i) => (classes[i] === c ? 1 : 0)),
    weights: weights === null ? null : Float64Array.from(rows, (i) => weights[i]),
  };
}

/** Returns the scores of class 1 of two. */
const ofPositive = (examples: Examples): Scored =>
  examples.columns === 1
    ? { scores: examples.scores, positive: examples.classes, weights: examples.weights }
    : against(examples, 1);

/** Returns the area below the ROC curve; NaN where all examples are of one class. */
function area(examples: Scored, maxFpr = 1): number {
  const { fpr, tpr } = rocPoints(examples, true);
  if (maxFpr === 1) return trapezoid(fpr, tpr);
  const stop = fpr.findIndex((f) => f > maxFpr);
  const share = (maxFpr - fpr[stop - 1]) / (fpr[stop] - fpr[stop - 1]);
  const end = tpr[stop - 1] + share * (tpr[stop] - tpr[stop - 1]);
  const partial = trapezoid([...fpr.slice(0, stop), maxFpr], [...tpr.slice(0, stop), end]);
  const chance = maxFpr ** 2 / 2;
  return (1 + (partial - chance) / (maxFpr - chance)) / 2;
}

/** Returns Σ (Rᵢ - Rᵢ₋₁) Pᵢ over falling thresholds; 0 without positives. */
function areaOfPrecision(examples: Scored): number {
  const counts = thresholdCounts(examples);
  const { precision, recall } = precisionsAndRecalls(counts);
  if (counts.truePositives.at(-1) === 0) return 0;
  let [sum, before] = [0, 0];
  for (let i = 0; i < recall.length; i++) {
    sum += (recall[i] - before) * precision[i];
    before = recall[i];
  }
  return sum;
}

/** Returns the mean of values, weighted. */
function mean(values: readonly number[], weights?: readonly number[]): number {
  const total = weights?.reduce((a, b) => a + b, 0) ?? values.length;
  return values.reduce((sum, v, i) => sum + v * (weights?.[i] ?? 1), 0) / total;
}

/** Returns the weight of the examples of each class. */
function prevalences({ n, columns, classes, weights }: Examples): number[] {
  const sums = new Array<number>(columns).fill(0);
  for (let i = 0; i < n; i++) sums[classes[i]] += weights?.[i] ?? 1;
  return sums;
}

/** Returns the accumulator of {@link rocAuc}. */
export function rocAucScore({ average = "macro", multiClass = "ovr", maxFpr = 1 }: RocAucOptions): Accumulator {
  const op = "rocAuc";
  if (!(maxFpr > 0 && maxFpr <= 1)) throw new ArgumentError(op, `maxFpr must be in (0, 1], but got ${maxFpr}`);
  return keepAll(op, (examples) => {
    const { columns, classes } = examples;
    if (columns <= 2) return area(ofPositive(examples), maxFpr);
    const labels = Array.from({ length: columns }, (_, c) => c);
    if (multiClass === "ovr") {
      const areas = labels.map((c) => area(against(examples, c)));
      return mean(areas, average === "weighted" ? prevalences(examples) : undefined);
    }
    if (examples.weights !== null) throw new ArgumentError(op, 'sampleWeight cannot be used with multiClass "ovo"');
    const pairs = labels.flatMap((a) => labels.filter((b) => b > a).map((b) => [a, b] as const));
    const areas = pairs.map(([a, b]) => {
      const either = (i: number): boolean => classes[i] === a || classes[i] === b;
      return (area(against(examples, a, either)) + area(against(examples, b, either))) / 2;
    });
    const counts = prevalences(examples);
    return mean(areas, average === "weighted" ? pairs.map(([a, b]) => counts[a] + counts[b]) : undefined);
  });
}

/**
 * Returns the area below the ROC curve: the probability that a positive example has a higher score than a negative one, ties counted half. Scores are [n] of
 * class 1, or [n, classes]; for more than two classes it is the mean over each class against the rest, or over pairs (Hand and Till 2001). NaN where a class
 * that is needed has no examples.
 * @throws ArgumentError for targets that are no class, NaN among the scores, and `maxFpr` outside of (0, 1]; {@link ShapeError} for other shapes.
 * @example metrics.rocAuc(tensor([0.1, 0.4, 0.35, 0.8]), tensor([0, 0, 1, 1])); // 0.75
 */
export function rocAuc(prediction: Tensor, target: Tensor, options: RocAucOptions = {}): number {
  return valueOf(rocAucScore(options), prediction, target, options);
}

export const averagePrecisionScore = ({ average = "macro" }: AveragePrecisionOptions): Accumulator =>
  keepAll("averagePrecision", (examples) => {
    const { n, columns, scores, classes, weights } = examples;
    if (columns <= 2) return areaOfPrecision(ofPositive(examples));
    if (average === "micro")
      return areaOfPrecision({
        scores,
        positive: Uint8Array.from({ length: n * columns }, (_, k) =>
          classes[Math.floor(k / columns)] === k % columns ? 1 : 0,
        ),
        weights: weights && Float64Array.from({ length: n * columns }, (_, k) => weights[Math.floor(k / columns)]),
      });
    const areas = Array.from({ length: columns }, (_, c) => areaOfPrecision(against(examples, c)));
    return mean(areas, average === "weighted" ? prevalences(examples) : undefined);
  });

/**
 * Returns the average precision: the mean of the precisions at each threshold, weighted by the increase of the recall, without interpolation. Scores are [n] of
 * class 1, or [n, classes]. 0 without positive examples.
 * @throws ArgumentError for targets that are no class and NaN among the scores; {@link ShapeError} for other shapes.
 * @example metrics.averagePrecision(tensor([0.1, 0.4, 0.35, 0.8]), tensor([0, 0, 1, 1])); // 0.8333333333333333
 */
export function averagePrecision(prediction: Tensor, target: Tensor, options: AveragePrecisionOptions = {}): number {
  return valueOf(averagePrecisionScore(options), prediction, target, options);
}
