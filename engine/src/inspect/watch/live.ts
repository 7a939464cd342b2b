/** Live displays: how a host, such as a kernel, shows a watch while its training runs. */
import type { Watch } from "./watched.ts";

/** When a watch is presented: after a step, after one at which an update is due, or when it has been stopped. */
export type Moment = "step" | "due" | "stopped";

/**
 * Shows the state of a watch, and returns whether it has. After a step it is shown if an update is due, or where it has no display below the code that runs. One that is
 * stopped by code that has not trained gets no further display.
 */
export type Presenter = (watch: Watch, moment: Moment) => boolean;

let presenter: Presenter | null = null;

/** Sets the function that shows watches, as a kernel does. */
export function setWatchPresenter(present: Presenter): void {
  presenter = present;
}

/** Has the host show a watch; returns whether it has. */
export const present = (watch: Watch, moment: Moment): boolean => presenter?.(watch, moment) === true;

/** Least time between two updates of a display, and the number of times that an update takes itself. */
const [intervalMs, pause] = [250, 60];

/** The times of a display's updates. */
export class Pace {
  #shownAt = -Infinity;
  #interval = intervalMs;

  /** Whether the display may be updated now. */
  isDue(now: number): boolean {
    return now - this.#shownAt >= this.#interval;
  }

  /** Notes an update that began at a time and took some milliseconds. */
  note(began: number, ms: number): void {
    // the first update takes long, as it compiles the code that draws
    const isFirst = this.#shownAt === -Infinity;
    this.#shownAt = began;
    this.#interval = isFirst ? intervalMs : Math.max(intervalMs, (this.#interval + pause * ms) / 2);
  }
}
