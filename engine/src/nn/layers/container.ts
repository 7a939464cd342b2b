/** Modules that contain other modules. */
import { checkNew } from "../../tensor/arguments/guard.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { Module } from "../base/module.ts";

/** A module whose forward maps one tensor to one tensor. */
export interface Layer extends Module {
  forward(x: Tensor): Tensor;
}

/**
 * A chain of layers, each applied to the output of the one before; without layers, the identity. Layer i is the field i: its parameters have names such as
 * `0.weight`, and `model[i]` reads and assigns it.
 * @example
 * const model = new nn.Sequential(new nn.Linear(2, 8), new nn.ReLU(), new nn.Linear(8, 1));
 * model.parameters().length; // 4
 * model[2].forward(zeros([8])).shape; // [1]
 */
export class Sequential extends Module {
  [index: number]: Layer;
  constructor(...layers: readonly Layer[]) {
    checkNew(new.target, arguments);
    super();
    for (const [i, layer] of layers.entries()) this[i] = layer;
  }
  /** Number of layers. */
  get length(): number {
    let n = 0;
    while (this[n] !== undefined) n++;
    return n;
  }
  /** Returns the layer at an index, counted from the end if negative, or `undefined`. */
  at(i: number): Layer | undefined {
    return [...this].at(i);
  }
  *[Symbol.iterator](): IterableIterator<Layer> {
    for (let i = 0; i < this.length; i++) yield this[i];
  }
  override forward(x: Tensor): Tensor {
    let h = x;
    for (const layer of this) h = layer.forward(h);
    return h;
  }
}
