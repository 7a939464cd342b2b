/** Watches the heap of the main thread. If it were full, V8 would end the process, with all variables and without a message in the notebook. */
import type { Session } from "node:inspector";

const intervalMs = 60;
/** Fraction of the limit at which garbage is collected. */
const collectAt = 0.7;

/** Fraction of the limit from which on a cell is stopped if the heap is that large after the collection. */
const stopAt = 0.65;

/** Fraction of the limit by which the heap has to grow before another cell is stopped. */
const tolerance = 0.05;

const gigabytes = (bytes: number): string => `${(bytes / 2 ** 30).toFixed(1)} GB`;

/** Stops a cell before the heap is full. */
export class HeapWatch {
  readonly #inspector: Session;
  readonly #limit: number;
  readonly #isBusy: () => boolean;
  readonly #stop: (reason: string) => void;
  #isMeasuring = false;
  /** Bytes that stayed in use after a cell was stopped; no other cell is stopped for them. */
  #tolerated = 0;

  /**
   * @param limit V8's limit of the heap in bytes.
   * @param isBusy Whether a cell runs.
   * @param stop Stops the cell with an error message.
   */
  constructor(inspector: Session, limit: number, isBusy: () => boolean, stop: (reason: string) => void) {
    this.#inspector = inspector;
    this.#limit = limit;
    this.#isBusy = isBusy;
    this.#stop = stop;
  }

  /** Begins to measure at regular intervals. */
  start(): void {
    setInterval(() => this.#measure(), intervalMs);
  }

  #measure(): void {
    if (this.#isMeasuring || !this.#isBusy()) return;
    this.#isMeasuring = true;
    this.#usedBytes((used) => {
      if (used < Math.max(collectAt * this.#limit, this.#tolerated)) this.#isMeasuring = false;
      // the collection of the HeapProfiler domain would wait until no code runs
      else
        this.#inspector.post(
          "Runtime.evaluate",
          { expression: "$tapelab.collect()", silent: true, disableBreaks: true },
          () =>
            this.#usedBytes((left) => {
              this.#isMeasuring = false;
              const isFull = left >= Math.max(stopAt * this.#limit, this.#tolerated);
              // cells that release the memory must be able to run
              this.#tolerated = isFull ? left + tolerance * this.#limit : 0;
              if (isFull && this.#isBusy())
                this.#stop(
                  `the cell was stopped, as the notebook holds ${gigabytes(left)} of JavaScript objects and the kernel would end at ${gigabytes(this.#limit)}; set variables that are no longer needed to null`,
                );
            }),
        );
    });
  }

  #usedBytes(then: (bytes: number) => void): void {
    this.#inspector.post("Runtime.getHeapUsage", (_, usage) =>
      then((usage as { usedSize: number } | undefined)?.usedSize ?? 0),
    );
  }
}
