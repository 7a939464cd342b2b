/** Base classes of losses, which keep the options that `forward` passes to the function. */

import { checkNew } from "../../tensor/arguments/guard.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { Module } from "../base/module.ts";
import { Buffer } from "../base/parameter.ts";

/** Returns a buffer with the storage of a tensor, if one is given. */
export const bufferOf = (x: Tensor | null | undefined): Buffer | null =>
  x === null || x === undefined ? null : new Buffer(x);

/** A loss with options. */
export abstract class Loss<O extends object> extends Module {
  protected readonly options: O | Record<string, never>;
  constructor(options?: O) {
    checkNew(new.target, arguments);
    super();
    this.options = options ?? {};
  }
}

/** A loss with weights of elements or classes, which are a buffer. */
export abstract class WeightedLoss<O extends { readonly weight?: Tensor | null }> extends Module {
  protected readonly options: Partial<O>;
  weight: Buffer | null;
  constructor(options?: O) {
    checkNew(new.target, arguments);
    super();
    this.options = options ?? {};
    this.weight = bufferOf(options?.weight);
  }
}
