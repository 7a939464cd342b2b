/** Targets: the outputs of a model that an attribution explains. */

import { tensor } from "../../tensor/create.ts";
import { ArgumentError, ShapeError } from "../../tensor/errors.ts";
import { Tensor } from "../../tensor/tensor.ts";

/** The outputs to explain: a class, a class for each example, or a function that computes the scores of the examples from the output. */
export type AttributionTarget = number | readonly number[] | ((output: Tensor) => Tensor);

/** The scores that are explained, one for each example. */
export interface Target {
  /** The class of each example; `null` where the output has no classes. */
  readonly classes: readonly number[] | null;
  /** Whether the first dimension of the input counts examples. */
  readonly batched: boolean;
  /** Computes the scores, of shape [n], from an output. */
  readonly scores: (output: Tensor) => Tensor;
}

/**
 * Returns the target in an output of shape [n, classes], [n, 1] or [n], or without a batch [classes] or [], for an input of shape `[n, ...]`. The default is the
 * class with the largest output.
 */
export function targetOf(
  caller: string,
  output: Tensor,
  input: readonly number[],
  target: AttributionTarget | undefined,
): Target {
  const n = input[0] ?? 1;
  const batched = input.length > 1 && output.ndim > 0 && output.shape[0] === n;
  if (typeof target === "function")
    return { classes: null, batched, scores: (y) => checkScores(caller, target(y)).reshape([-1]) };
  if (output.ndim === 0 || (output.ndim === 1 && batched) || output.shape[output.ndim - 1] === 1) {
    if (target !== undefined)
      throw new ArgumentError(
        caller,
        `the output has shape [${output.shape.join(", ")}], without classes; leave out target`,
      );
    return { classes: null, batched, scores: (y) => y.reshape([-1]) };
  }
  if (output.ndim > 2 || (output.ndim === 2 && !batched))
    throw new ShapeError(
      caller,
      "expected an output of shape [n, classes]; for others, pass a function that computes the scores as target",
      [output.shape],
    );
  const rows = output.ndim === 2 ? n : 1;
  const classes = classesOf(caller, output, rows, target);
  return {
    classes,
    batched,
    scores: (y) =>
      y
        .reshape([rows, -1])
        .gather(1, tensor(classes, { dtype: "int64" }).reshape([rows, 1]))
        .reshape([-1]),
  };
}

/** Returns the class of each example. */
function classesOf(
  caller: string,
  output: Tensor,
  rows: number,
  target: number | readonly number[] | undefined,
): readonly number[] {
  const count = output.shape[output.ndim - 1];
  if (count === 0) throw new ArgumentError(caller, "the output has no classes to attribute");
  const classes =
    target === undefined
      ? output.detach().reshape([rows, count]).argmax(1).toArray<number[]>()
      : typeof target === "number"
        ? new Array<number>(rows).fill(target)
        : target;
  if (classes.length !== rows)
    throw new ArgumentError(
      caller,
      `target must be a class for each of the ${rows} examples, but has ${classes.length}`,
    );
  for (const c of classes)
    if (!Number.isInteger(c) || c < 0 || c >= count)
      throw new ArgumentError(caller, `target must be a class from 0 to ${count - 1}, but got ${c}`);
  return classes;
}

function checkScores(caller: string, scores: unknown): Tensor {
  if (!(scores instanceof Tensor)) throw new ArgumentError(caller, "the function target must return a tensor");
  return scores;
}
