/** The confusion matrix. */
import { ArgumentError } from "../tensor/errors.ts";
import { contiguousArray } from "../tensor/strided.ts";
import { displayAs } from "../tensor/symbols.ts";
import { fromArray, type Tensor } from "../tensor/tensor.ts";
import { confusionOutput } from "../view/confusion/output.ts";
import { classesOf, countClasses } from "./classes.ts";

/** Classes of the largest matrix. */
const maxClasses = 2 ** 14;

/** Classes from which a notebook displays the matrix as any other tensor. */
const maxDisplayed = 200;

/**
 * Returns counts, int64 [classes, classes]: rows are the true class, columns the predicted one. `classes` is their number, or their names.
 * A notebook displays the matrix with its mistakes marked.
 * @example
 * metrics.confusionMatrix(tensor([0, 1, 1]), tensor([0, 1, 0]), ["cat", "dog"]).toArray(); // [[1, 1], [0, 1]]
 */
export function confusionMatrix(prediction: Tensor, target: Tensor, classes?: number | readonly string[]): Tensor {
  const [p, t] = classesOf("confusionMatrix", prediction, target);
  const given = typeof classes === "object" ? classes.length : classes;
  const n = countClasses("confusionMatrix", p, t, given);
  if (n > maxClasses)
    throw new ArgumentError("confusionMatrix", `a matrix of ${n} by ${n} classes is too large; number them from 0 on`);
  const counts = new Int32Array(n * n);
  for (let i = 0; i < p.length; i++) counts[t[i] * n + p[i]]++;
  const matrix = fromArray(counts, "int64", [n, n]);
  const names = typeof classes === "object" ? [...classes] : Array.from({ length: n }, (_, i) => String(i));
  if (n <= maxDisplayed) displayWithNames(matrix, names);
  return matrix;
}

/** Displays a matrix as a confusion matrix of its current elements. */
const displayWithNames = (matrix: Tensor, names: readonly string[]): void =>
  displayAs(matrix, (m) => {
    const counts = Array.from(contiguousArray(m));
    return confusionOutput.bundle({ schema: 1, names, counts, normalize: null, title: null });
  });
