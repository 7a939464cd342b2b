/**
 * Reads classes from predictions and targets. Predictions are classes (integers of any dtype), probabilities of class 1 (above 0.5 is class 1), or
 * float scores whose last dimension is the class.
 */
import { argmax } from "../ops/reduce/argmax.ts";
import { noGrad } from "../tape/graph/mode.ts";
import { isFloating, type NumericArray } from "../tensor/dtype.ts";
import { ArgumentError, ShapeError } from "../tensor/errors.ts";
import { sameShape } from "../tensor/shape.ts";
import { contiguousArray } from "../tensor/strided.ts";
import type { Tensor } from "../tensor/tensor.ts";

/** Returns the classes of probabilities of class 1: 1 above 0.5. If all numbers are integers, they are classes already. */
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

/** Returns the predicted and the actual class of every example. */
export function classesOf(
  op: string,
  prediction: Tensor,
  target: Tensor,
): readonly [predicted: NumericArray, actual: NumericArray] {
  const float = isFloating(prediction.dtype);
  const scores = float && prediction.ndim === target.ndim + 1;
  // a single score is the probability of class 1
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

/** Returns the number of classes: `classes`, else one more than the largest class. Throws where a class is out of range. */
export function countClasses(op: string, p: NumericArray, t: NumericArray, classes: number | undefined): number {
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
