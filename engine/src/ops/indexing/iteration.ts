/** Iteration over the first dimension. */

import { IndexError } from "../../tensor/errors.ts";
import { addMethods } from "../../tensor/methods.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { unbind } from "../shape/split.ts";

/** Yields views along the first dimension, which are taken when the first is read. */
function* rowsOf(x: Tensor): Generator<Tensor, undefined> {
  yield* unbind(x);
}

const scalarError = (what: string): IndexError =>
  new IndexError("Tensor", `${what} of a 0-d tensor; x.item() returns its number`);

addMethods({
  [Symbol.iterator]() {
    if (this.ndim === 0) throw scalarError("iteration over the elements");
    return rowsOf(this);
  },
  get length() {
    if (this.ndim === 0) throw scalarError("length");
    return this.shape[0];
  },
});

declare module "../../tensor/tensor.ts" {
  interface Tensor {
    /**
     * Yields views along the first dimension, for `for … of`, spread and destructuring.
     * @throws IndexError for a 0-d tensor.
     * @example
     * const [q, k] = tensor([[1, 2], [3, 4]]);
     * k.toArray(); // [3, 4]
     */
    [Symbol.iterator](): Generator<Tensor, undefined>;
    /** Size of the first dimension. @throws IndexError for a 0-d tensor. @example zeros([2, 3]).length; // 2 */
    readonly length: number;
  }
}
