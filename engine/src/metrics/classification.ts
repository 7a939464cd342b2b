/**
 * How well predicted classes fit. Predictions are classes (integers of any dtype), probabilities of class 1 (above 0.5 is class 1), or float scores
 * whose last dimension is the class.
 */

import { argmax } from "../ops/reduce/argmax.ts";
import { noGrad } from "../tape/graph/mode.ts";
import { isFloating, type NumericArray } from "../tensor/dtype.ts";
import { ArgumentError, ShapeError } from "../tensor/errors.ts";
import { sameShape } from "../tensor/shape.ts";
import { contiguousArray } from "../tensor/strided.ts";
import { displayAs } from "../tensor/symbols.ts";
import { fromArray, type Tensor } from "../tensor/tensor.ts";
import { confusionOutput } from "../view/confusion/output.ts";

/** Classes from probabilities of class 1: 1 above 0.5. Numbers that are all integers are classes already. */
function fromProbabilities(op: string, p: Tensor): NumericArray {
  const x = contiguousArray(p);
  if (x.every(Number.isInteger)) return x;
  const wrong = x.find((v) => !(v >= 0 && v <= 1));
  if (wrong !== undefined)
    throw new ArgumentError(
      op,
      `predictions must be classes, probabilities in [0, 1], or scores whose last dimension is the class, but got ${wrong}`,
    );
  return x.map((v) => (v > 0.5 ? 1 : 0));
}

/** Predicted and actual classes of all examples. */
function classesOf(
  op: string,
  prediction: Tensor,
  target: Tensor,
): readonly [predicted: NumericArray, actual: NumericArray] {
  const float = isFloating(prediction.dtype);
  const scores = float && prediction.ndim === target.ndim + 1;
  // one score is the probability of class 1
  const columns = scores ? prediction.shape[prediction.ndim - 1] : 0;
  const several = scores && columns !== 1;
  if (!sameShape(scores ? prediction.shape.slice(0, -1) : prediction.shape, target.shape) || (several && columns === 0))
    throw new ShapeError(op, "predictions and targets must have one shape", [prediction.shape, target.shape]);
  if (target.numel() === 0) throw new ArgumentError(op, "expected at least one example");
  const actual = contiguousArray(target);
  const wrong = actual.find((c) => !Number.isInteger(c));
  if (wrong !== undefined) throw new ArgumentError(op, `targets must be classes, which are integers, but got ${wrong}`);
  if (several) return [contiguousArray(noGrad(() => argmax(prediction, -1))), actual];
  return [float ? fromProbabilities(op, prediction) : contiguousArray(prediction), actual];
}

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

/** One more than the largest class; refuses what is no class. */
function countClasses(op: string, p: NumericArray, t: NumericArray, classes: number | undefined): number {
  let largest = -1;
  for (const list of [p, t])
    for (let i = 0; i < list.length; i++) {
      const c = list[i];
      if (!(c >= 0 && c < (classes ?? 2 ** 31)))
        throw new ArgumentError(
          op,
          `classes must be integers ${classes === undefined ? "of at least 0" : `in [0, ${classes - 1}]`}, but got ${p[i]} and ${t[i]}`,
        );
      if (c > largest) largest = c;
    }
  return classes ?? largest + 1;
}

/** Larger matrices are shown as other tensors are. */
const maxShown = 200;

/**
 * Returns counts, int32 [classes, classes]: rows are the true class, columns the predicted one. `classes` is their number, or their names.
 * A notebook shows the result with its mistakes marked.
 * @example
 * metrics.confusionMatrix(tensor([0, 1, 1]), tensor([0, 1, 0]), ["cat", "dog"]).toArray(); // [[1, 1], [0, 1]]
 */
export function confusionMatrix(prediction: Tensor, target: Tensor, classes?: number | readonly string[]): Tensor {
  const [p, t] = classesOf("confusionMatrix", prediction, target);
  const given = typeof classes === "object" ? classes.length : classes;
  const n = countClasses("confusionMatrix", p, t, given);
  if (n > 2 ** 14)
    throw new ArgumentError("confusionMatrix", `a matrix of ${n} by ${n} classes is too large; number them from 0 on`);
  const counts = new Int32Array(n * n);
  for (let i = 0; i < p.length; i++) counts[t[i] * n + p[i]]++;
  const matrix = fromArray(counts, "int32", [n, n]);
  if (n <= maxShown) {
    const names = typeof classes === "object" ? [...classes] : Array.from({ length: n }, (_, i) => String(i));
    displayAs(matrix, (m) =>
      confusionOutput.bundle({
        schema: 1,
        names,
        counts: Array.from(contiguousArray(m)),
        normalize: null,
        title: null,
      }),
    );
  }
  return matrix;
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

function perClass(op: string, prediction: Tensor, target: Tensor, classes: number | undefined): Counts[] {
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

/** A score of counts; 0 where it would divide by 0, as scikit-learn does. */
function averaged(
  op: string,
  prediction: Tensor,
  target: Tensor,
  { average = "macro", classes }: ScoreOptions,
  score: (c: Counts) => number,
): number {
  const counts = perClass(op, prediction, target, classes);
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
  averaged("precision", prediction, target, options, (c) => ratio(c.hits, c.predicted));

/** Of those that belong to a class, the share that was predicted so. */
export const recall = (prediction: Tensor, target: Tensor, options: ScoreOptions = {}): number =>
  averaged("recall", prediction, target, options, (c) => ratio(c.hits, c.actual));

/** Harmonic mean of precision and recall. */
export const f1 = (prediction: Tensor, target: Tensor, options: ScoreOptions = {}): number =>
  averaged("f1", prediction, target, options, (c) => ratio(2 * c.hits, c.predicted + c.actual));
