/** The losses of a watched training: the roots of the walks that reach its parameters. */
import { willVisit } from "../../tape/backward/current-walk.ts";
import type { WalkInfo } from "../../tape/graph/listener.ts";
import { isComplex } from "../../tensor/dtype.ts";
import { contiguousArray } from "../../tensor/strided.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { meanOf } from "../diagnose/record/values.ts";
import type { Subject } from "../diagnose/run/options.ts";

/** Returns the value of a loss: that of its only element, or the mean of its elements. */
function valueOf(t: Tensor): number {
  return t.numel() === 1 && !isComplex(t.dtype) ? contiguousArray(t)[0] : meanOf(t);
}

/** Adds up the losses of a step. Notified of every walk of every step, so it allocates nothing. */
export class Losses {
  readonly #parameters: Subject["parameters"];
  /** The sum in the step that runs; `null` before its backward. */
  #sum: number | null = null;

  constructor({ parameters }: Subject) {
    this.#parameters = parameters;
  }

  /** Adds the loss of a walk that accumulates gradients in the parameters, and returns it; `null` for any other walk. */
  add({ accumulates, outer, outputs }: WalkInfo): number | null {
    if (!accumulates || outer !== null || outputs.length === 0 || !this.#isReached()) return null;
    let loss = 0;
    for (const t of outputs) loss += valueOf(t);
    this.#sum = (this.#sum ?? 0) + loss;
    return loss;
  }

  /** Returns the loss of the step that ends, and begins with the next. */
  take(): number | null {
    const loss = this.#sum;
    this.#sum = null;
    return loss;
  }

  #isReached(): boolean {
    for (const { tensor } of this.#parameters)
      if (tensor.accumulator !== null && willVisit(tensor.accumulator)) return true;
    return false;
  }
}
