/** Whether threads share work, and how it is cut: by the time that it takes, and by what sharing has gained so far. */
import { getNumThreads } from "./count.ts";

declare const performance: { now(): number };

/** Work of fewer nanoseconds is done by one thread: another one takes some microseconds to begin, and some more to be waited for. */
const worthSharing = 30_000;
/** Nanoseconds of a chunk: what a thread that ends early may have to wait for. */
const chunkTime = 20_000;
/** As many as the ticket can count. */
export const mostChunks = 1023;

/** How many chunks a job has, and how many threads share them. */
export interface Chunks {
  readonly threads: number;
  readonly chunks: number;
}
/** Chunks of so many items, the last one perhaps of fewer. */
export interface Cut extends Chunks {
  readonly size: number;
}

/**
 * Cuts items that take so many nanoseconds each into chunks of whole multiples of `step` items. The cut does not depend on the number of
 * threads.
 */
export function cut(items: number, nanoseconds: number, step = 1): Cut {
  const threads = threadsFor(items * nanoseconds);
  const size = Math.ceil(Math.max(chunkTime / nanoseconds, items / mostChunks, 1) / step) * step;
  const chunks = Math.ceil(items / size);
  return { threads: chunks < 2 ? 1 : threads, size, chunks };
}

/** How many threads share work of so many nanoseconds now. */
export function threadsFor(nanoseconds: number): number {
  if (nanoseconds < worthSharing) return 1;
  const threads = getNumThreads();
  return threads === 1 || balance.isOff(performance.now()) ? 1 : threads;
}

/** Losses up to this many milliseconds are chance, and gains up to this many make up for later losses. */
const tolerance = 0.5;
const mostCredit = 2;
/** After a loss work is not shared for this many times as long, and for twice as long each time that sharing then fails at once. */
const restFactor = 40;
const longestRest = 1000;

/**
 * The recent gain from sharing, in milliseconds. When other processes keep the processors busy, threads begin late, or stop in the middle of a
 * chunk, and sharing takes longer than working alone. Work is then not shared for a while, so that little time is lost by trying.
 */
export class Balance {
  #credit = 0;
  #doublings = 0;
  #resumes = 0;

  isOff(now: number): boolean {
    return now < this.#resumes;
  }

  /** Forgets past losses. */
  reset(): void {
    this.#credit = 0;
    this.#doublings = 0;
    this.#resumes = 0;
  }

  /** Records a job that ended now: the time it saved compared with one thread, negative where it took longer. */
  record(now: number, saved: number): void {
    this.#credit = Math.min(this.#credit + saved, mostCredit);
    if (this.#credit >= -tolerance) {
      if (this.#credit === mostCredit) this.#doublings = 0;
      return;
    }
    this.#resumes = now + Math.min(-this.#credit * restFactor * 2 ** this.#doublings, longestRest);
    this.#doublings++;
    this.#credit = 0;
  }
}

/** The balance of this program. */
export const balance: Balance = new Balance();
