/** Live displays: how a host, such as a kernel, shows a watch while its training runs. */
import type { Watch } from "./watched.ts";

/** Shows the state of a watch in the middle of the training, if it is due, or new where the code runs. Called after each step; returns whether it has shown it. */
export type Presenter = (watch: Watch, isDue: boolean) => boolean;

let presenter: Presenter | null = null;

/** Sets the function that shows watches, as a kernel does. */
export function setWatchPresenter(present: Presenter): void {
  presenter = present;
}

/** Has the host show a watch; returns whether it has. */
export const present = (watch: Watch, isDue: boolean): boolean => presenter?.(watch, isDue) === true;

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
