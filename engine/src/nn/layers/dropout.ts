/** Dropout layers. */

import { dropout } from "../../ops/functional/dropout.ts";
import { checkNew } from "../../tensor/arguments/guard.ts";
import { ArgumentError } from "../../tensor/errors.ts";
import type { Generator } from "../../tensor/random.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { Module } from "../base/module.ts";

/**
 * Dropout: in training mode, sets each element to 0 with probability p (0.5 by default) and multiplies the others by 1 / (1 - p); in evaluation mode,
 * returns the input. Without a generator, the default one draws. Source: Srivastava et al., 2014.
 * @throws ArgumentError for p outside of [0, 1].
 * @example
 * const layer = new nn.Dropout(0.5);
 * layer.eval().forward(tensor([1, 2])).toArray(); // [1, 2]
 */
export class Dropout extends Module {
  readonly p: number;
  readonly generator: Generator | null;
  constructor(p = 0.5, generator: Generator | null = null) {
    checkNew(new.target, arguments);
    super();
    if (!(p >= 0 && p <= 1)) throw new ArgumentError("Dropout", `p must lie in [0, 1], but got ${p}`);
    this.p = p;
    this.generator = generator;
  }
  override forward(x: Tensor): Tensor {
    return dropout(x, {
      p: this.p,
      training: this.training,
      ...(this.generator === null ? {} : { generator: this.generator }),
    });
  }
  override extraRepr(): string {
    return `p=${this.p}`;
  }
}
