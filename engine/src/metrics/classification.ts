/** How well predicted classes fit. Predictions are int32 classes, or float scores whose last dimension is the class. */

import { argmax } from "../ops/extreme.ts";
import { noGrad } from "../tape/mode.ts";
import { isFloating } from "../tensor/dtype.ts";
import { ArgumentError, ShapeError } from "../tensor/errors.ts";
import { sameShape } from "../tensor/shape.ts";
import { contiguousArray } from "../tensor/strided.ts";
import { fromArray, type Tensor } from "../tensor/tensor.ts";

function classesOf(op: string, prediction: Tensor, target: Tensor): readonly [predicted: Tensor, actual: Tensor] {
  const scores = isFloating(prediction.dtype) && prediction.ndim === target.ndim + 1;
  const predicted = scores ? noGrad(() => argmax(prediction, -1)) : prediction;
  if (!sameShape(predicted.shape, target.shape))
    throw new ShapeError(op, "predictions and targets must have one shape", [predicted.shape, target.shape]);
  if (target.numel() === 0) throw new ArgumentError(op, "expected at least one example");
  return [predicted, target];
}

/** Share of predictions that are right. @example metrics.accuracy(tensor([0, 1]), tensor([0, 0])); // 0.5 */
export function accuracy(prediction: Tensor, target: Tensor): number {
  const [p, t] = classesOf("accuracy", prediction, target).map(contiguousArray);
  let right = 0;
  for (let i = 0; i < p.length; i++) if (p[i] === t[i]) right++;
  return right / p.length;
}

/** Counts, int32 [classes, classes]: rows are the actual class, columns the predicted one. */
export function confusionMatrix(prediction: Tensor, target: Tensor, classes?: number): Tensor {
  const [p, t] = classesOf("confusionMatrix", prediction, target).map(contiguousArray);
  const n = classes ?? Math.max(...p, ...t) + 1;
  const counts = new Int32Array(n * n);
  for (let i = 0; i < p.length; i++) {
    if (![p[i], t[i]].every((c) => Number.isInteger(c) && c >= 0 && c < n))
      throw new ArgumentError(
        "confusionMatrix",
        `classes must be integers in [0, ${n - 1}], but got ${p[i]} and ${t[i]}`,
      );
    counts[t[i] * n + p[i]]++;
  }
  return fromArray(counts, "int32", [n, n]);
}

/** How the scores of the classes become one number: their mean, that of all decisions together, or the mean by class size. */
export type Average = "macro" | "micro" | "weighted";

/** Options of `precision`, `recall` and `f1`. */
export interface ScoreOptions {
  readonly average?: Average;
  readonly classes?: number;
}

interface Counts {
  readonly hits: number;
  readonly predicted: number;
  readonly actual: number;
}

function perClass(prediction: Tensor, target: Tensor, classes: number | undefined): Counts[] {
  const matrix = confusionMatrix(prediction, target, classes);
  const n = matrix.shape[0];
  const m = contiguousArray(matrix);
  const sum = (at: (k: number) => number): number =>
    Array.from({ length: n }, (_, k) => m[at(k)]).reduce((a, b) => a + b, 0);
  return Array.from({ length: n }, (_, c) => ({
    hits: m[c * n + c],
    predicted: sum((k) => k * n + c),
    actual: sum((k) => c * n + k),
  }));
}

/** A score of counts; 0 where it would divide by 0, as scikit-learn does. */
function averaged(
  prediction: Tensor,
  target: Tensor,
  { average = "macro", classes }: ScoreOptions,
  score: (c: Counts) => number,
): number {
  const counts = perClass(prediction, target, classes);
  const present = counts.filter((c) => c.predicted + c.actual > 0);
  if (average === "micro")
    return score(
      present.reduce((a, b) => ({
        hits: a.hits + b.hits,
        predicted: a.predicted + b.predicted,
        actual: a.actual + b.actual,
      })),
    );
  if (average === "weighted") {
    const total = present.reduce((n, c) => n + c.actual, 0);
    return present.reduce((s, c) => s + (score(c) * c.actual) / total, 0);
  }
  return present.reduce((s, c) => s + score(c), 0) / present.length;
}

const ratio = (a: number, b: number): number => (b === 0 ? 0 : a / b);

/** Of those predicted as a class, the share that belongs to it; averaged over the classes that occur. */
export const precision = (prediction: Tensor, target: Tensor, options: ScoreOptions = {}): number =>
  averaged(prediction, target, options, (c) => ratio(c.hits, c.predicted));

/** Of those that belong to a class, the share that was predicted so. */
export const recall = (prediction: Tensor, target: Tensor, options: ScoreOptions = {}): number =>
  averaged(prediction, target, options, (c) => ratio(c.hits, c.actual));

/** Harmonic mean of precision and recall. */
export const f1 = (prediction: Tensor, target: Tensor, options: ScoreOptions = {}): number =>
  averaged(prediction, target, options, (c) => ratio(2 * c.hits, c.predicted + c.actual));
