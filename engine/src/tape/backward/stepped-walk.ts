/** A backward walk that visits one node at a time, while the program runs between its steps. */
import { GradError } from "../../tensor/errors.ts";
import { recordTemporaries } from "../../tensor/storage/memory.ts";
import { type CurrentWalk, current } from "./current-walk.ts";
import { hasRun, type Root, readable, Walk, type WalkOptions } from "./walk.ts";

/** A walk that visits one node at a time, while the program runs between its steps. Its tensors have normal lifetimes. */
export class SteppedWalk {
  readonly #roots: readonly Root[];
  readonly #options: WalkOptions;
  readonly #ranBefore: boolean;
  #walk: Walk | null = null;
  #isOver = false;
  #isComplete = false;

  /** Prepares a walk, which begins with the first call of `advance`. */
  constructor(roots: readonly Root[], options: WalkOptions) {
    this.#roots = roots;
    this.#options = options;
    this.#ranBefore = hasRun(roots);
  }

  /** Whether the walk has visited all nodes. */
  get isComplete(): boolean {
    return this.#isComplete;
  }

  /** Visits the next node that has a cotangent. Returns false if none is left, so that the walk is complete. */
  advance(): boolean {
    if (this.#isOver) return false;
    if (this.#walk?.isOver === true) {
      this.#isOver = true;
      throw new GradError("backwardSteps", "the program was interrupted, which ended this backward pass");
    }
    let found = false;
    try {
      found = this.#inside((walk) => walk.visitNext());
    } catch (error) {
      this.close();
      throw readable(error, this.#ranBefore);
    }
    if (!found) this.#end(true);
    this.#isComplete = !found;
    return found;
  }

  /** Ends the walk where it is, if it is not over. */
  close(): void {
    if (!this.#isOver) this.#end(false);
  }

  #end(completed: boolean): void {
    this.#isOver = true;
    const walk = this.#walk;
    if (walk !== null && !walk.isOver) this.#inside(() => walk.finish(completed));
    if (current.between === walk) current.between = null;
  }

  /** Runs `body` as the innermost walk, with its state on the nodes, and that of no other walk. */
  #inside<T>(body: (walk: Walk) => T): T {
    const outer = current.walk;
    const running: CurrentWalk[] = [];
    for (let w = outer; w !== null; w = w.outer) running.push(w);
    if (current.between !== this.#walk) current.between?.suspend();
    for (const w of running) w.suspend();
    const before = recordTemporaries(null);
    try {
      const walk = this.#walk ?? new Walk(this.#roots, this.#options, outer, true);
      const isNew = this.#walk === null;
      this.#walk = walk;
      current.walk = walk;
      if (isNew) walk.begin(this.#roots);
      else walk.resume();
      return body(walk);
    } finally {
      current.walk = outer;
      recordTemporaries(before);
      current.between = this.#walk;
      if (running.length > 0) this.#walk?.suspend();
      for (const w of running.toReversed()) w.resume();
    }
  }
}
