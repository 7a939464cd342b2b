/** Whether sharing work among threads gains, by the times measured so far. */

/** Shared work counts as a gain if it takes less than this fraction of the time alone: sharing also costs something between jobs. */
const gainThreshold = 0.93;
/** A kind of work is shared up to this fraction of the time alone: a thread that stays awake begins the next job at once. */
const lossThreshold = 1.02;
/** Losses up to this many milliseconds are ignored as chance. */
const tolerance = 0.5;
/** Gains up to this many milliseconds offset later losses. */
const maxCredit = 2;
/** After losses, work is not shared for this many times the time lost, for twice as long each time that sharing loses again, and for at most this many milliseconds. */
const pauseFactor = 40;
const maxPause = 1000;
/** Number of recent times of each kind of work that are compared, alone and shared. */
const samples = 5;
/** Milliseconds after which work is done alone once to measure it, and after which work that did not gain is shared again. */
const sampleInterval = 1000;
const retryInterval = 1000;
/** Largest number of kinds of work whose times are kept. */
const maxKinds = 512;

/** The last few times of one kind of work, in milliseconds. */
class Times {
  #list: number[] = [];

  get isComplete(): boolean {
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

/** The measured times of one kind of work, alone and shared. */
class Work {
  readonly alone: Times = new Times();
  readonly shared: Times = new Times();
  /** When the work was last done alone, and when it was last shared. */
  lastAlone = 0;
  lastShared = 0;
}

/**
 * Decides whether work is shared among threads, by comparing the times that the same kind of work takes alone and shared. Work that is limited by memory
 * bandwidth gains little even on an idle machine, so each kind is shared only as long as that takes no longer. When other processes keep the processors busy,
 * threads begin late or are stopped in the middle of a chunk; after losses nothing is shared for a while, so that trying costs little.
 */
export class Balance {
  readonly #works = new Map<number, Work>();
  #credit = 0;
  #earned = 0;
  #doublings = 0;
  #resumes = 0;
  #always = false;

  /** Resets all measurements. For tests, `always` shares all work. */
  reset({ always = false }: { readonly always?: boolean } = {}): void {
    this.#works.clear();
    this.#credit = 0;
    this.#earned = 0;
    this.#doublings = 0;
    this.#resumes = 0;
    this.#always = always;
  }

  /** Shares nothing until a time. */
  pause(until: number): void {
    this.#resumes = until;
  }

  /** Whether to share a job of a kind that begins now. */
  shares(kind: number, now: number): boolean {
    if (this.#always) return true;
    if (now < this.#resumes) return false;
    const work = this.#works.get(kind);
    if (work === undefined || !work.alone.isComplete || now - work.lastAlone > sampleInterval) return false;
    if (!work.shared.isComplete || work.shared.median < lossThreshold * work.alone.median) return true;
    if (now - work.lastShared < retryInterval) return false;
    work.shared.clear();
    return true;
  }

  /** Records that a job ended now, and how many milliseconds it took. */
  record(kind: number, now: number, time: number, shared: boolean): void {
    let work = this.#works.get(kind);
    if (work === undefined) {
      if (this.#works.size === maxKinds) this.#works.clear();
      work = new Work();
      this.#works.set(kind, work);
    }
    if (!shared) {
      work.alone.add(time);
      work.lastAlone = now;
      return;
    }
    work.shared.add(time);
    work.lastShared = now;
    if (work.alone.isComplete) this.#addGain(now, gainThreshold * work.alone.median - time);
  }

  /** Adds milliseconds that sharing gained, or lost if negative, and pauses sharing after losses. */
  #addGain(now: number, gain: number): void {
    this.#credit = Math.min(this.#credit + gain, maxCredit);
    this.#earned += gain;
    if (this.#earned > maxCredit * 2 ** this.#doublings) {
      this.#earned = 0;
      this.#doublings = Math.max(0, this.#doublings - 1);
    }
    if (this.#credit >= -tolerance) return;
    this.#resumes = now + Math.min(-this.#credit * pauseFactor * 2 ** this.#doublings, maxPause);
    this.#doublings++;
    this.#credit = 0;
    this.#earned = 0;
  }
}

/** The balance of this process. */
export const balance: Balance = new Balance();
