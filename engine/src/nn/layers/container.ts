/** Modules of modules. */
import { checkNew } from "../../tensor/arguments/guard.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { Module } from "../base/module.ts";

/** A module from tensor to tensor. */
export interface Layer extends Module {
  forward(x: Tensor): Tensor;
}

/**
 * Layers one after the other. Layer i is the field i, under which it is registered, and which can be read and assigned.
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
  get length(): number {
    let n = 0;
    while (this[n] !== undefined) n++;
    return n;
  }
  /** The layer at a position; negative counts from the end. */
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
