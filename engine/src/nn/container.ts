/** Modules of modules. */
import type { Tensor } from "../tensor/tensor.ts";
import { Module } from "./module.ts";

/** A module from tensor to tensor. */
export interface Layer extends Module {
  forward(x: Tensor): Tensor;
}

/**
 * Layers one after the other; children are named by position.
 * @example new nn.Sequential(new nn.Linear(2, 8), new nn.ReLU(), new nn.Linear(8, 1)).parameters().length; // 4
 */
export class Sequential extends Module {
  #layers: readonly Layer[];
  constructor(...layers: readonly Layer[]) {
    super();
    this.#layers = layers;
  }
  get length(): number {
    return this.#layers.length;
  }
  /** The layer at a position; negative counts from the end. */
  at(i: number): Layer | undefined {
    return this.#layers.at(i);
  }
  [Symbol.iterator](): IterableIterator<Layer> {
    return this.#layers[Symbol.iterator]() as IterableIterator<Layer>;
  }
  override *namedChildren(): IterableIterator<[name: string, child: Module]> {
    for (const [i, layer] of this.#layers.entries()) yield [String(i), layer];
  }
  override forward(x: Tensor): Tensor {
    return this.#layers.reduce((h, layer) => layer.forward(h), x);
  }
}
