/** A stop of the program at an event, during which values can be replaced. */
import { GradError, ShapeError } from "../../../tensor/errors.ts";
import { sameShape } from "../../../tensor/shape.ts";
import type { Tensor } from "../../../tensor/tensor.ts";
import type { Breakpoint } from "./breakpoint.ts";
import type { BreakEvent } from "./event.ts";

/**
 * The way in which a stopped program goes on. `"continue"`: to the next breakpoint. `"step"`: to the next op, or the next node of a backward walk. `"over"`: to the next one that is
 * not in a scope inside of the current one. `"out"`: to the first one outside of the current scope. `"abort"`: it throws an error of type `Stopped`.
 */
export type StopCommand = "continue" | "step" | "over" | "out" | "abort";

/** A stopped program. */
export class Stop {
  readonly event: BreakEvent;
  /** The breakpoints whose conditions hold; an empty list after a step. */
  readonly breakpoints: readonly Breakpoint[];
  readonly #values: (Tensor | null)[];
  #changed = false;

  constructor(event: BreakEvent, breakpoints: readonly Breakpoint[]) {
    const { moment, outputs, gradients, contributions } = event;
    this.event = event;
    this.breakpoints = breakpoints;
    this.#values = (moment === "result" ? outputs : moment === "contribution" ? contributions : gradients).slice();
  }

  /** The values that the program gets when it goes on: the results of the op, the cotangents, the contributions, or the gradient of the leaf. */
  get values(): readonly (Tensor | null)[] {
    return this.#values;
  }

  /** The values, if any was replaced; else `null`. */
  get replaced(): readonly (Tensor | null)[] | null {
    return this.#changed ? this.#values : null;
  }

  /** Replaces a value by a tensor of the same shape. @throws GradError where there is none to replace; ShapeError for another shape. */
  replace(index: number, value: Tensor): void {
    const before = this.#values[index] ?? null;
    if (before === null) throw new GradError("replace", `there is no value ${index} to replace at ${this.event.op}`);
    if (!sameShape(before.shape, value.shape))
      throw new ShapeError("replace", "a value is replaced by one of the same shape", [before.shape, value.shape]);
    this.#values[index] = value;
    this.#changed = true;
  }
}
