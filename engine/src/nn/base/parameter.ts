/** Tensors of a module's state: parameters, which are learned, and buffers, which are not. */

import { checkNew } from "../../tensor/arguments/guard.ts";
import { takesGradients } from "../../tensor/dtype.ts";
import { DTypeError } from "../../tensor/errors.ts";
import { noteMade } from "../../tensor/hooks.ts";
import { markAsParameter } from "../../tensor/parameter.ts";
import { Tensor } from "../../tensor/tensor.ts";

/**
 * A tensor that a module learns: a leaf that requires a gradient by default, and that is registered when it is assigned to a field of a module. Shares
 * the storage of `data`.
 * @throws DTypeError for an integer or boolean tensor, unless `requiresGrad` is false.
 * @example
 * const w = new nn.Parameter(tensor([1, 2]));
 * w.mul(w).sum().backward();
 * w.grad!.toArray(); // [2, 4]
 */
export class Parameter extends Tensor {
  #optimized = false;

  constructor(data: Tensor, requiresGrad = true) {
    checkNew(new.target, arguments, Parameter);
    super(data.storage, data.shape, data.strides, data.offset, null, data.dtype);
    if (requiresGrad && !takesGradients(data.dtype))
      throw new DTypeError("Parameter", "only float tensors can require a gradient; pass false as requiresGrad", [
        data.dtype,
      ]);
    this.requiresGrad = requiresGrad;
    noteMade(this, data, "copy", "Parameter");
  }

  /** Marks the parameters among `tensors` as updated by an optimizer. */
  static markOptimized(tensors: readonly Tensor[]): void {
    for (const t of tensors) if (t instanceof Parameter) t.#optimized = true;
  }

  /** Whether an optimizer was created with this parameter. */
  get isOptimized(): boolean {
    return this.#optimized;
  }

  static {
    // the inspector tells parameters apart, and cannot import this folder
    markAsParameter(this.prototype);
  }
}

/**
 * A tensor of a module's state that is not learned, such as a running mean. Registered when it is assigned to a field of a module, and part of
 * `stateDict()` unless `persistent` is false, but not of `parameters()`. Shares the storage of `data`.
 * @example
 * class Counter extends nn.Module {
 *   count = new nn.Buffer(zeros([]));
 *   forward(x: Tensor): Tensor {
 *     this.count.add_(1);
 *     return x;
 *   }
 * }
 * Object.keys(new Counter().stateDict()); // ["count"]
 */
export class Buffer extends Tensor {
  /** Whether `stateDict()` has the buffer. */
  readonly persistent: boolean;

  constructor(data: Tensor, persistent = true) {
    checkNew(new.target, arguments, Buffer);
    super(data.storage, data.shape, data.strides, data.offset, null, data.dtype);
    this.persistent = persistent;
  }
}
