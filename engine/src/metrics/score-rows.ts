/** Reads scores of examples: one for each, or a row with one for each class. */

import type { NumericArray } from "../tensor/dtype.ts";
import { ArgumentError, ShapeError } from "../tensor/errors.ts";
import { contiguousArray } from "../tensor/strided.ts";
import type { Tensor } from "../tensor/tensor.ts";

/** Scores of n examples in row-major order, and their true classes. */
export interface ScoreRows {
  readonly n: number;
  /** 1 for the scores of class 1 alone. */
  readonly columns: number;
  readonly scores: NumericArray;
  readonly classes: NumericArray;
}

/** Reads scores [n] or [n, classes] and targets [n]. */
export function scoreRows(op: string, prediction: Tensor, target: Tensor): ScoreRows {
  const [n, columns = 1] = prediction.shape;
  if (target.ndim !== 1 || prediction.ndim < 1 || prediction.ndim > 2 || target.shape[0] !== n)
    throw new ShapeError(op, "expected predictions [n] or [n, classes] and targets [n]", [
      prediction.shape,
      target.shape,
    ]);
  if (n === 0 || columns === 0) throw new ArgumentError(op, "expected at least one example");
  const [scores, classes] = [contiguousArray(prediction), contiguousArray(target)];
  const last = Math.max(1, columns - 1);
  const wrong = classes.find((c) => !(Number.isInteger(c) && c >= 0 && c <= last));
  if (wrong !== undefined) throw new ArgumentError(op, `targets must be classes in [0, ${last}], but got ${wrong}`);
  const odd = scores.find((s) => Number.isNaN(s));
  if (odd !== undefined) throw new ArgumentError(op, "predictions contain NaN");
  return { n, columns, scores, classes };
}

/** Reads probabilities [n] of class 1 or [n, classes] and targets [n]. */
export function probabilityRows(op: string, prediction: Tensor, target: Tensor): ScoreRows {
  const rows = scoreRows(op, prediction, target);
  const wrong = rows.scores.find((p) => !(p >= 0 && p <= 1));
  if (wrong !== undefined) throw new ArgumentError(op, `predictions must be probabilities in [0, 1], but got ${wrong}`);
  return rows;
}

/** Reads scores [n, labels] and targets [n, labels] of rows that are ranked. */
export function rankedRows(
  op: string,
  prediction: Tensor,
  target: Tensor,
): { readonly n: number; readonly columns: number; readonly scores: NumericArray; readonly targets: NumericArray } {
  const [n, columns] = prediction.shape;
  if (prediction.ndim !== 2 || target.ndim !== 2 || target.shape[0] !== n || target.shape[1] !== columns)
    throw new ShapeError(op, "expected predictions and targets of shape [n, items]", [prediction.shape, target.shape]);
  if (n === 0 || columns === 0) throw new ArgumentError(op, "expected at least one example with one item");
  const [scores, targets] = [contiguousArray(prediction), contiguousArray(target)];
  for (const list of [scores, targets])
    if (list.some((v) => Number.isNaN(v))) throw new ArgumentError(op, "predictions or targets contain NaN");
  return { n, columns, scores, targets };
}

/** Reads scores and targets of labels, which are 0 or 1. */
export function labelRows(op: string, prediction: Tensor, target: Tensor): ReturnType<typeof rankedRows> {
  const rows = rankedRows(op, prediction, target);
  const wrong = rows.targets.find((t) => t !== 0 && t !== 1);
  if (wrong !== undefined) throw new ArgumentError(op, `targets must be 0 or 1 for each label, but got ${wrong}`);
  return rows;
}
