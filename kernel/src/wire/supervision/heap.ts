/** Watches the memory of the main thread: V8 would end the process where the heap is full, with all variables and without a word to the notebook. */
import type { Session } from "node:inspector";

const everyMs = 60;
/** Shares of the limit: at the first, what is no longer used is collected; a cell that then still holds the second is stopped. */
const crowded = 0.7;
const full = 0.65;
/** By so much more the next cell is stopped. */
const further = 0.05;

const gigabytes = (bytes: number): string => `${(bytes / 2 ** 30).toFixed(1)} GB`;

export class HeapWatch {
  readonly #inspector: Session;
  readonly #limit: number;
  readonly #isBusy: () => boolean;
  readonly #stop: (reason: string) => void;
  #asking = false;
  /** Bytes that stay in use after a cell was stopped for them; no other cell is stopped for these. */
  #tolerated = 0;

  /** `limit` in bytes; while `isBusy`, `stop` is called with what is said of it. */
  constructor(inspector: Session, limit: number, isBusy: () => boolean, stop: (reason: string) => void) {
    this.#inspector = inspector;
    this.#limit = limit;
    this.#isBusy = isBusy;
    this.#stop = stop;
  }

  start(): void {
    setInterval(() => this.#look(), everyMs);
  }

  #look(): void {
    if (this.#asking || !this.#isBusy()) return;
    this.#asking = true;
    this.#used((used) => {
      if (used < Math.max(crowded * this.#limit, this.#tolerated)) this.#asking = false;
      // the profiler's own way to collect waits until nothing runs
      else
        this.#inspector.post("Runtime.evaluate", { expression: "$tapelab.collect()", silent: true }, () =>
          this.#used((left) => {
            this.#asking = false;
            const isFull = left >= Math.max(full * this.#limit, this.#tolerated);
            // cells that free what is held must come to that
            this.#tolerated = isFull ? left + further * this.#limit : 0;
            if (isFull && this.#isBusy())
              this.#stop(
                `the cell was stopped, as the notebook holds ${gigabytes(left)} of JavaScript objects and the kernel would end at ${gigabytes(this.#limit)}; set variables that are no longer needed to null`,
              );
          }),
        );
    });
  }

  #used(then: (bytes: number) => void): void {
    this.#inspector.post("Runtime.getHeapUsage", (_, usage) =>
      then((usage as { usedSize: number } | undefined)?.usedSize ?? 0),
    );
  }
}
