/** The tensors that make up a module's state: parameters are learned, buffers are not. */

import { checkNew } from "../../tensor/arguments/guard.ts";
import { isFloating } from "../../tensor/dtype.ts";
import { DTypeError } from "../../tensor/errors.ts";
import { markAsParameter } from "../../tensor/parameter.ts";
import { Tensor } from "../../tensor/tensor.ts";

/** A tensor that a module learns: a leaf that requires a gradient. */
export class Parameter extends Tensor {
  #optimized = false;

  constructor(data: Tensor, requiresGrad = true) {
    checkNew(new.target, arguments);
    super(data.storage, data.shape, data.strides, data.offset);
    if (requiresGrad && !isFloating(data.dtype))
      throw new DTypeError("Parameter", "only float tensors can require a gradient; pass false as requiresGrad", [
        data.dtype,
      ]);
    this.requiresGrad = requiresGrad;
  }

  /** Notes which of the tensors are parameters that an optimizer updates. */
  static markOptimized(tensors: readonly Tensor[]): void {
    for (const t of tensors) if (t instanceof Parameter) t.#optimized = true;
  }

  /** Whether an optimizer was created with this parameter. */
  get isOptimized(): boolean {
    return this.#optimized;
  }

  static {
    markAsParameter(this.prototype);
  }
}

/** A tensor that belongs to a module's state without being learned, such as running statistics. */
export class Buffer extends Tensor {
  constructor(data: Tensor) {
    checkNew(new.target, arguments);
    super(data.storage, data.shape, data.strides, data.offset);
  }
}
