/** Scores of predicted classes, computed from the counts of each class. */
import type { Tensor } from "../tensor/tensor.ts";
import { classesOf, countClasses } from "./classes.ts";

/**
 * Returns the share of predictions that are right.
 * @throws ArgumentError for predictions that are neither classes nor probabilities, and without examples.
 * @example
 * metrics.accuracy(tensor([0, 1]), tensor([0, 0])); // 0.5
 * metrics.accuracy(tensor([0.2, 0.9]), tensor([0, 1])); // 1
 */
export function accuracy(prediction: Tensor, target: Tensor): number {
  const [p, t] = classesOf("accuracy", prediction, target);
  let right = 0;
  for (let i = 0; i < p.length; i++) if (p[i] === t[i]) right++;
  return right / p.length;
}

/** Average of a score over classes: the mean, the score of the summed counts, or the mean weighted by the number of examples. */
export type Average = "macro" | "micro" | "weighted";

/** Options of `precision`, `recall` and `f1`. */
export interface ScoreOptions {
  /** `"macro"` by default. */
  readonly average?: Average;
  /** Number of classes; one more than the largest class by default. */
  readonly classes?: number;
}

/** Counts of one class. */
interface Counts {
  /** Examples of the class that were predicted right. */
  readonly hits: number;
  /** Examples of any class that were predicted as this class. */
  readonly predicted: number;
  /** Examples of the class. */
  readonly actual: number;
}

/** Returns the counts of each class. */
function countsOf(op: string, prediction: Tensor, target: Tensor, classes: number | undefined): Counts[] {
  const [p, t] = classesOf(op, prediction, target);
  const n = countClasses(op, p, t, classes);
  const [hits, predicted, actual] = [new Int32Array(n), new Int32Array(n), new Int32Array(n)];
  for (let i = 0; i < p.length; i++) {
    predicted[p[i]]++;
    actual[t[i]]++;
    if (p[i] === t[i]) hits[p[i]]++;
  }
  return Array.from(hits, (h, c) => ({ hits: h, predicted: predicted[c], actual: actual[c] }));
}

const addCounts = (a: Counts, b: Counts): Counts => ({
  hits: a.hits + b.hits,
  predicted: a.predicted + b.predicted,
  actual: a.actual + b.actual,
});

/** Returns the average of a score over the classes that occur. */
function averageOf(
  op: string,
  prediction: Tensor,
  target: Tensor,
  { average = "macro", classes }: ScoreOptions,
  score: (c: Counts) => number,
): number {
  const occurring = countsOf(op, prediction, target, classes).filter((c) => c.predicted + c.actual > 0);
  if (average === "micro") return score(occurring.reduce(addCounts));
  if (average === "macro") return occurring.reduce((sum, c) => sum + score(c), 0) / occurring.length;
  const total = occurring.reduce((sum, c) => sum + c.actual, 0);
  return occurring.reduce((sum, c) => sum + (score(c) * c.actual) / total, 0);
}

/** Divides; 0 divided by 0 is 0, as in scikit-learn. */
const ratio = (a: number, b: number): number => (b === 0 ? 0 : a / b);

/** Returns the precision: the share of the examples predicted as a class that belong to it, averaged over the classes that occur. */
export const precision = (prediction: Tensor, target: Tensor, options: ScoreOptions = {}): number =>
  averageOf("precision", prediction, target, options, (c) => ratio(c.hits, c.predicted));

/** Returns the recall: the share of the examples of a class that were predicted as it, averaged over the classes that occur. */
export const recall = (prediction: Tensor, target: Tensor, options: ScoreOptions = {}): number =>
  averageOf("recall", prediction, target, options, (c) => ratio(c.hits, c.actual));

/** Returns the F1 score: the harmonic mean of precision and recall, averaged over the classes that occur. */
export const f1 = (prediction: Tensor, target: Tensor, options: ScoreOptions = {}): number =>
  averageOf("f1", prediction, target, options, (c) => ratio(2 * c.hits, c.predicted + c.actual));
