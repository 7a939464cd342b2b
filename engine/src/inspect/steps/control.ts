/** The control by which a front end pauses a pass that a loop steps through. */
import { warn } from "../../platform/warn.ts";
import { breakTimeout } from "../breakpoints/timeout.ts";

declare const crypto: { randomUUID(): string };
declare const performance: { now(): number };
declare function setTimeout(callback: () => void, ms: number): unknown;

/** Milliseconds after which a paused pass looks again whether it is to go on. */
const pollMs = 20;

/** Resolves when the event loop has run for some milliseconds, so that messages have been received. */
export const afterMs = (ms: number): Promise<void> =>
  new Promise((resolve) => {
    setTimeout(resolve, ms);
  });

/** Pauses a pass before its next step, lets it take single steps, and has it go on. */
export class PassControl {
  readonly id: string = crypto.randomUUID();
  readonly #changed: () => void;
  #isPaused = false;
  /** Steps that a paused pass may take. */
  #steps = 0;
  /** When the front end was heard last. */
  #heardAt = 0;

  /** `changed` is called after the pass was paused, or goes on. */
  constructor(changed: () => void) {
    this.#changed = changed;
  }

  get isPaused(): boolean {
    return this.#isPaused;
  }

  /** Pauses the pass before its next step. */
  pause(): void {
    this.hear();
    this.#set(true);
  }

  /** Lets the pass take one step, after which it is paused. */
  step(): void {
    this.hear();
    if (this.#isPaused) this.#steps++;
    else this.#set(true);
  }

  /** Has the pass go on. */
  resume(): void {
    this.#set(false);
  }

  /** Notes that the front end is there: without it, a paused pass goes on after `inspect.setBreakTimeout`. */
  hear(): void {
    this.#heardAt = performance.now();
  }

  /** Resolves when the next step may be taken. */
  async turn(): Promise<void> {
    while (this.#isPaused && this.#steps === 0) {
      await afterMs(pollMs);
      if (performance.now() - this.#heardAt < 1000 * breakTimeout()) continue;
      warn(`backwardSteps: the pass was paused, and goes on: no page has been there for ${breakTimeout()} s`);
      this.resume();
    }
    this.#steps = Math.max(this.#steps - 1, 0);
  }

  #set(isPaused: boolean): void {
    if (isPaused === this.#isPaused) return;
    this.#isPaused = isPaused;
    this.#steps = 0;
    this.#changed();
  }
}
