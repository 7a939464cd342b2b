/** What optimizers share. */

import { noGrad } from "../tape/mode.ts";
import { ArgumentError } from "../tensor/errors.ts";
import { peekGrad, type Tensor } from "../tensor/tensor.ts";

/** Changes parameters by their gradients. */
export abstract class Optimizer {
  readonly parameters: readonly Tensor[];
  /** Learning rate; may be changed between steps. */
  lr: number;
  /** Steps taken. */
  steps = 0;

  constructor(name: string, parameters: Iterable<Tensor>, lr: number) {
    this.parameters = [...parameters];
    if (this.parameters.length === 0) throw new ArgumentError(name, "expected at least one parameter");
    if (this.parameters.some((p) => !p.isLeaf)) throw new ArgumentError(name, "only leaves can be optimized");
    atLeastZero(name, "lr", lr);
    this.lr = lr;
  }

  /** Whether `update` may keep a gradient beyond the step; if not, its memory is used again at once. */
  protected readonly keepsGradients: boolean = true;

  /** Drops all gradients. */
  zeroGrad(): void {
    for (const p of this.parameters) p.grad = null;
  }

  /** Updates every parameter that has a gradient, off the tape. */
  step(): void {
    this.steps++;
    noGrad(() => {
      this.parameters.forEach((p, i) => {
        const g = this.keepsGradients ? p.grad : peekGrad(p);
        if (g !== null) this.update(p, g, i);
      });
    });
  }

  /** One parameter's update; `i` is its place in the list. */
  protected abstract update(p: Tensor, g: Tensor, i: number): void;
}

/** Refuses negative settings, and NaN. */
export function atLeastZero(op: string, name: string, value: number): void {
  if (!(value >= 0)) throw new ArgumentError(op, `${name} must be at least 0, but got ${value}`);
}
