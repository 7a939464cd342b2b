/** The time of a training: seconds so far, the rate, the seconds that are left, and turns for other work of the event loop. */
import { nextTurn } from "../platform/turn.ts";
import type { Progress } from "./history.ts";
import type { Show } from "./live.ts";

declare const performance: { now(): number };

/** Milliseconds after which other work of the event loop gets a turn, and those after which the rate is measured anew. */
const [turnMs, rateMs] = [50, 250];

/** The clock of a training, which also updates its display. */
export class Clock {
  readonly #progress: Progress;
  readonly #show: Show;
  /** Returns the number of batches that are left; `null` where it is not known. */
  readonly #open: () => number | null;
  #before = 0;
  #began: number = performance.now();
  #turned: number = this.#began;
  #rateAt: number = this.#began;
  #rateBatches = 0;
  #firstBatches = 0;
  /** Milliseconds between two turns, of which the longest is slowly forgotten. */
  #longest = 0;

  constructor(progress: Progress, show: Show, open: () => number | null) {
    this.#progress = progress;
    this.#show = show;
    this.#open = open;
  }

  /** Begins to count, from the seconds and batches that a checkpoint had. */
  begin(): void {
    const { seconds, batches } = this.#progress;
    this.#before = seconds;
    this.#began = this.#turned = this.#rateAt = performance.now();
    this.#rateBatches = this.#firstBatches = batches;
    this.#show.wait(2_000);
  }

  /** Notes the time that has passed. */
  note(now: number): void {
    const progress = this.#progress;
    progress.seconds = this.#before + (now - this.#began) / 1000;
    const passed = now - this.#rateAt;
    if (passed < rateMs) return;
    const rate = ((progress.batches - this.#rateBatches) / passed) * 1000;
    progress.rate = progress.rate === null ? rate : 0.6 * rate + 0.4 * progress.rate;
    this.#rateAt = now;
    this.#rateBatches = progress.batches;
    const [done, open] = [progress.batches - this.#firstBatches, this.#open()];
    if (open !== null && done > 0) progress.left = ((now - this.#began) / 1000 / done) * open;
  }

  /** Gives other work of the event loop a turn and updates the display, if it is time; returns a promise only then. */
  breathe(): Promise<void> | null {
    const now = performance.now();
    return now - this.#turned < turnMs ? null : this.#takeTurn(now);
  }

  async #takeTurn(now: number): Promise<void> {
    this.#longest = Math.max(this.#longest * 0.9, now - this.#turned);
    this.note(now);
    this.#show.tick(now);
    this.#show.wait(2 * this.#longest + turnMs);
    await nextTurn();
    this.#turned = performance.now();
  }
}
