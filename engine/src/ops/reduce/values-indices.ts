/** The result of ops that return values and their indices. */

import { Tensor } from "../../tensor/tensor.ts";

/** Values and their indices. The pair can be destructured as a list: `const [values, indices] = x.max(1)`. */
export class ValuesIndices {
  readonly values: Tensor;
  readonly indices: Tensor;
  constructor(values: Tensor, indices: Tensor) {
    this.values = values;
    this.indices = indices;
  }
  *[Symbol.iterator](): IterableIterator<Tensor> {
    yield this.values;
    yield this.indices;
  }
}
