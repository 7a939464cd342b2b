/** Whether threads share work, and how it is cut: by the time that it takes, and by what sharing has gained so far. */
import { getNumThreads } from "./count.ts";

/** Work of fewer nanoseconds is done by one thread: another one takes some microseconds to begin, and some more to be waited for. */
const worthSharing = 30_000;
/** Nanoseconds of a chunk: what a thread that ends early may have to wait for. */
const chunkTime = 20_000;
/** As many as the ticket can count. */
export const mostChunks = 1023;

/** How many chunks a job has, how many threads may share them, and about how many nanoseconds it takes one thread. */
export interface Chunks {
  readonly threads: number;
  readonly chunks: number;
  readonly nanoseconds: number;
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
  const total = items * nanoseconds;
  const size = Math.ceil(Math.max(chunkTime / nanoseconds, items / mostChunks, 1) / step) * step;
  const chunks = Math.ceil(items / size);
  return { threads: chunks < 2 ? 1 : threadsFor(total), size, chunks, nanoseconds: total };
}

/** How many threads may share work of so many nanoseconds. */
export const threadsFor = (nanoseconds: number): number => (nanoseconds < worthSharing ? 1 : getNumThreads());

/** Sharing has to take less than this part of the time that one thread takes, as it also costs something between jobs. */
const leastGain = 0.93;
/** One kind of work among others is shared up to this part: a thread that is kept awake is there at once for the next. */
const mostLoss = 1.02;
/** Losses up to this many milliseconds are chance, and gains up to this many make up for later losses. */
const tolerance = 0.5;
const mostCredit = 2;
/** After a loss work is not shared for this many times as long, and for twice as long each time that sharing then loses again. */
const restFactor = 40;
const longestRest = 1000;
/** Of each kind of work the last few times are compared, alone and shared. */
const samples = 5;
/** Milliseconds after which work is done alone once, to see how long that takes, and after which work that did not gain is shared again. */
const sampleEvery = 1000;
const retryAfter = 1000;
/** Kinds of work that are known at most. */
const mostKinds = 512;

/** The last times of one kind of work, in milliseconds. */
class Times {
  #list: number[] = [];

  get complete(): boolean {
    return this.#list.length === samples;
  }

  add(time: number): void {
    this.#list = [...this.#list.slice(1 - samples), time];
  }

  clear(): void {
    this.#list = [];
  }

  get median(): number {
    return this.#list.toSorted((a, b) => a - b)[this.#list.length >> 1];
  }
}

/** Measured times of one kind of work, alone and shared. */
class Work {
  readonly alone: Times = new Times();
  readonly shared: Times = new Times();
  /** When it was last done alone, and when it was last seen whether sharing it gains. */
  sampled = 0;
  judged = 0;
}

/**
 * Whether sharing work among threads gains, by the times that work of the same kind takes alone and shared. What fights for memory gains little even on an
 * idle machine: each kind of work is shared only as long as that takes no longer. When other processes keep the processors busy, threads begin late, or
 * stop in the middle of a chunk: after losses nothing is shared for a while, so that little time is lost by trying.
 */
export class Balance {
  readonly #works = new Map<number, Work>();
  #credit = 0;
  #earned = 0;
  #doublings = 0;
  #resumes = 0;
  #always = false;

  /** Forgets what was measured. For tests, work can be shared always. */
  reset({ always = false }: { readonly always?: boolean } = {}): void {
    this.#works.clear();
    this.#credit = 0;
    this.#earned = 0;
    this.#doublings = 0;
    this.#resumes = 0;
    this.#always = always;
  }

  /** Shares nothing before this time. */
  pause(until: number): void {
    this.#resumes = until;
  }

  /** Whether to share a job of this kind that begins now. */
  shares(kind: number, now: number): boolean {
    if (this.#always) return true;
    if (now < this.#resumes) return false;
    const work = this.#works.get(kind);
    if (work === undefined || !work.alone.complete || now - work.sampled > sampleEvery) return false;
    if (!work.shared.complete || work.shared.median < mostLoss * work.alone.median) return true;
    if (now - work.judged < retryAfter) return false;
    work.shared.clear();
    return true;
  }

  /** Notes that a job took so many milliseconds and ended now. */
  record(kind: number, now: number, time: number, shared: boolean): void {
    let work = this.#works.get(kind);
    if (work === undefined) {
      if (this.#works.size === mostKinds) this.#works.clear();
      work = new Work();
      this.#works.set(kind, work);
    }
    if (!shared) {
      work.alone.add(time);
      work.sampled = now;
      return;
    }
    work.shared.add(time);
    work.judged = now;
    if (work.alone.complete) this.#settle(now, leastGain * work.alone.median - time);
  }

  /** Adds up what was saved, which is negative where sharing lost. */
  #settle(now: number, saved: number): void {
    this.#credit = Math.min(this.#credit + saved, mostCredit);
    this.#earned += saved;
    if (this.#earned > mostCredit * 2 ** this.#doublings) {
      this.#earned = 0;
      this.#doublings = Math.max(0, this.#doublings - 1);
    }
    if (this.#credit >= -tolerance) return;
    this.#resumes = now + Math.min(-this.#credit * restFactor * 2 ** this.#doublings, longestRest);
    this.#doublings++;
    this.#credit = 0;
    this.#earned = 0;
  }
}

/** The balance of this program. */
export const balance: Balance = new Balance();
