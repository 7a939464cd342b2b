/** Decides when to look for dead storages: after so many bytes were allocated since the last sweep. */

/** Least bytes between two minor sweeps: few enough that new blocks are in the processor's cache, where they are written faster. */
const leastMinorBudget = 2 ** 23;
/** Least bytes that are tenured between two major sweeps. */
const leastMajorBudget = 2 ** 25;
/** A major sweep may take this share of the time since the one before. While it takes more, the budget doubles, up to `mostPatience` times. */
const majorShare = 0.08;
const mostPatience = 4;

/** Budgets of bytes between sweeps: at least those above, and half of what is in use. */
export class SweepSchedule {
  #allocated = 0;
  #budget = leastMinorBudget;
  #tenured = 0;
  #tenuredBudget = leastMajorBudget;
  #patience = 1;
  #lastMajor = 0;
  #count = 0;

  /** Number of sweeps so far. */
  get count(): number {
    return this.#count;
  }

  /** Returns whether to sweep before `bytes` more are allocated. */
  isDue(bytes: number): boolean {
    return this.#allocated + bytes > this.#budget;
  }

  /** Returns whether the next sweep has to be a major one. */
  get needsMajor(): boolean {
    return this.#tenured > this.#tenuredBudget;
  }

  /** Counts bytes that were allocated. */
  allocated(bytes: number): void {
    this.#allocated += bytes;
  }

  /** Takes back bytes that were freed without a sweep. */
  freed(bytes: number): void {
    this.#allocated = Math.max(0, this.#allocated - bytes);
  }

  /** Begins to count anew after a minor sweep that tenured so many bytes. */
  minorDone(tenuredBytes: number, usedBytes: number): void {
    this.#restart(this.#tenured + tenuredBytes, usedBytes, true);
  }

  /** Begins to count anew after a major sweep; `hasMinor` says whether minor ones are possible. Times are in milliseconds. */
  majorDone(began: number, now: number, usedBytes: number, hasMinor: boolean): void {
    const isExpensive = now - began > majorShare * (now - this.#lastMajor);
    this.#patience = isExpensive ? Math.min(2 * this.#patience, mostPatience) : 1;
    this.#lastMajor = now;
    this.#restart(0, usedBytes, hasMinor);
  }

  #restart(tenured: number, usedBytes: number, hasMinor: boolean): void {
    const half = usedBytes / 2;
    this.#tenured = tenured;
    this.#tenuredBudget = Math.max(leastMajorBudget * this.#patience, half);
    this.#budget = Math.max(hasMinor ? leastMinorBudget : leastMajorBudget * this.#patience, half);
    this.#allocated = 0;
    this.#count++;
  }
}
