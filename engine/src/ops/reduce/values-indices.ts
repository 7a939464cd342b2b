/** Values together with their indices, the result of `max` and pooling. */

import { Tensor } from "../../tensor/tensor.ts";

/** Extremes along a dimension and where they lie; `const [values, indices] = x.max(1)` works as well. */
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
