/** How much has gone out lately, beside what may: a sliding window, which is how Jupyter's server counts. */
export class SlidingLimit {
  readonly #limit: number;
  readonly #spanMs: number;
  readonly #spent: (readonly [time: number, amount: number])[] = [];
  #sum = 0;

  constructor(limit: number, spanMs: number) {
    this.#limit = limit;
    this.#spanMs = spanMs;
  }

  /** Returns the amount sent within the span. */
  used(now: number): number {
    const old = this.#spent.findIndex(([time]) => time > now - this.#spanMs);
    const gone = this.#spent.splice(0, old < 0 ? this.#spent.length : old);
    this.#sum -= gone.reduce((sum, [, amount]) => sum + amount, 0);
    return this.#sum;
  }

  /** Returns the amount that may be sent now: a share of the rest, so that a flood flows evenly rather than in one gush each span. */
  allowance(now: number, share: number): number {
    return Math.max(0, (this.#limit - this.used(now)) * share);
  }

  reset(): void {
    this.#spent.length = 0;
    this.#sum = 0;
  }

  spend(now: number, amount: number): void {
    this.#spent.push([now, amount]);
    this.#sum += amount;
  }
}

/** Tokens that come back at a steady rate. */
export class Tokens {
  readonly #most: number;
  readonly #perSecond: number;
  #left: number;
  #last = 0;

  constructor(most: number, perSecond: number) {
    this.#most = most;
    this.#perSecond = perSecond;
    this.#left = most;
  }

  /** Takes one, if there is one. */
  take(now: number): boolean {
    this.#left = Math.min(this.#most, this.#left + ((now - this.#last) / 1000) * this.#perSecond);
    this.#last = now;
    if (this.#left < 1) return false;
    this.#left--;
    return true;
  }
}
