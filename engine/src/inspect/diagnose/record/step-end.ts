/** The end of a training's steps, by the steps of its optimizers. */
import type { Optimizer } from "../../../optim/optimizer.ts";

/** Steps of one optimizer after which others that have not stepped are no longer waited for. */
const maxAlone = 25;

/** Tells when a step of a training ends: when each of its optimizers has stepped, in whatever order, such as those of a generator and a discriminator. */
export class StepEnd {
  #awaited: ReadonlySet<Optimizer>;
  /** Numbers of steps of each optimizer in the step that runs. */
  readonly #counts = new Map<Optimizer, number>();

  constructor(optimizers: Iterable<Optimizer>) {
    this.#awaited = new Set(optimizers);
  }

  /** Notes a step of an optimizer, and returns whether it ends the step of the training. */
  noteStep(optimizer: Optimizer): boolean {
    if (this.#awaited.size === 1 && this.#counts.size === 0 && this.#awaited.has(optimizer)) return true;
    const count = (this.#counts.get(optimizer) ?? 0) + 1;
    this.#counts.set(optimizer, count);
    if (count > maxAlone) this.#awaited = new Set(this.#counts.keys());
    for (const o of this.#awaited) if (!this.#counts.has(o)) return false;
    this.#counts.clear();
    return true;
  }
}
