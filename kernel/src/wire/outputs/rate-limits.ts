/** Limits of rates. */

/** A limit of the amount in a sliding window, as Jupyter's server counts it. */
export class SlidingLimit {
  readonly #limit: number;
  readonly #spanMs: number;
  readonly #spent: (readonly [time: number, amount: number])[] = [];
  #sum = 0;

  constructor(limit: number, spanMs: number) {
    this.#limit = limit;
    this.#spanMs = spanMs;
  }

  /** Returns the amount that was sent within the window. */
  used(now: number): number {
    const old = this.#spent.findIndex(([time]) => time > now - this.#spanMs);
    const gone = this.#spent.splice(0, old < 0 ? this.#spent.length : old);
    this.#sum -= gone.reduce((sum, [, amount]) => sum + amount, 0);
    return this.#sum;
  }

  /** Returns the amount that may be sent now: a share of the remaining amount, so that a flood is spread evenly over the window. */
  allowance(now: number, share: number): number {
    return Math.max(0, (this.#limit - this.used(now)) * share);
  }

  /** Empties the window. */
  reset(): void {
    this.#spent.length = 0;
    this.#sum = 0;
  }

  /** Adds an amount that is sent. */
  spend(now: number, amount: number): void {
    this.#spent.push([now, amount]);
    this.#sum += amount;
  }
}

/** A token bucket. */
export class TokenBucket {
  readonly #capacity: number;
  readonly #perSecond: number;
  #left: number;
  #last = 0;

  constructor(capacity: number, perSecond: number) {
    this.#capacity = capacity;
    this.#perSecond = perSecond;
    this.#left = capacity;
  }

  /** Takes a token; returns false if there is none. */
  take(now: number): boolean {
    this.#left = Math.min(this.#capacity, this.#left + ((now - this.#last) / 1000) * this.#perSecond);
    this.#last = now;
    if (this.#left < 1) return false;
    this.#left--;
    return true;
  }
}
