/** One-hot vectors. */
import { defineFunction } from "../../dispatch/define.ts";
import { requireIndices, requireTensor } from "../../dispatch/operand.ts";
import { zeros } from "../../tensor/create.ts";
import { toNumbers } from "../../tensor/encoding.ts";
import { ArgumentError, IndexError } from "../../tensor/errors.ts";
import { contiguousArray } from "../../tensor/strided.ts";
import type { Tensor } from "../../tensor/tensor.ts";

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
    const classes = toNumbers(contiguousArray(x));
    if (classes.length === 0 && numClasses <= 0)
      throw new ArgumentError("oneHot", "the number of classes must be given for a tensor without elements");
    const count =
      numClasses === -1 ? (classes as Float64Array).reduce((most, c) => Math.max(most, c), -1) + 1 : numClasses;
    for (const c of classes)
      if (c < 0 || c >= count)
        throw new IndexError("oneHot", `classes must lie in 0 to ${Math.max(count, 1) - 1}, but got ${c}`);
    const y = zeros([...x.shape, count], { dtype: "int64" });
    // an element is two words, the low one first
    const words = y.storage.array;
    for (let i = 0; i < classes.length; i++) words[2 * (i * count + classes[i])] = 1;
    return y;
  },
);
