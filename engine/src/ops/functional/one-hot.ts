/** One-hot vectors. */
import { defineFunction } from "../../dispatch/define.ts";
import { requireIndices, requireTensor } from "../../dispatch/operand.ts";
import { checkSizes } from "../../tensor/create.ts";
import { ArgumentError, IndexError } from "../../tensor/errors.ts";
import { contiguousArray } from "../../tensor/strided.ts";
import { fromArray, type Tensor } from "../../tensor/tensor.ts";

/** Options of `oneHot`. */
export interface OneHotOptions {
  /** Number of classes; -1, the default, stands for one more than the largest class. */
  readonly numClasses?: number;
}

/**
 * Returns a tensor (int64) with a last dimension for the classes, which is 1 at the class of each element and 0 elsewhere.
 * @throws IndexError for a class that is negative or not below `numClasses`; ArgumentError for no elements and no `numClasses`.
 * @example oneHot(tensor([0, 2], { dtype: "int64" })).toArray(); // [[1, 0, 0], [0, 0, 1]]
 */
export const oneHot: (input: Tensor, numClasses?: number | OneHotOptions) => Tensor = defineFunction(
  {
    name: "oneHot",
    torch: "nn.functional.one_hot",
    access: "function",
    signature: "input|tensor, numClasses=-1",
    tex: "y_{i c} = [x_i = c]",
    samples: (r) => [{ input: r.integers([2, 3], 0, 4) }, { input: r.integers([3], 0, 4), numClasses: 6 }],
  },
  (input: Tensor, given: number | OneHotOptions = {}): Tensor => {
    const x = requireTensor("oneHot", input);
    requireIndices("oneHot", x.dtype);
    const numClasses = typeof given === "number" ? given : (given.numClasses ?? -1);
    if (!Number.isInteger(numClasses) || numClasses < -1)
      throw new ArgumentError("oneHot", `numClasses must be a positive integer or -1, but got ${numClasses}`);
    const classes = Array.from(contiguousArray(x), Number);
    if (classes.length === 0 && numClasses <= 0)
      throw new ArgumentError("oneHot", "the number of classes must be given for a tensor without elements");
    const count = numClasses === -1 ? classes.reduce((most, c) => Math.max(most, c), -1) + 1 : numClasses;
    const wrong = classes.find((c) => c < 0 || c >= count);
    if (wrong !== undefined)
      throw new IndexError("oneHot", `classes must lie in 0 to ${Math.max(count, 1) - 1}, but got ${wrong}`);
    checkSizes("oneHot", [...x.shape, count]);
    const out = new Float64Array(classes.length * count);
    classes.forEach((c, i) => {
      out[i * count + c] = 1;
    });
    return fromArray(out, "int64", [...x.shape, count]);
  },
);
