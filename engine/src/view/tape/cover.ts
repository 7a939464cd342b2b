/** Sets of the gaps between lines that the connections of a lane run through. */

/** A set of numbers below a bound, with fast questions about ranges: a bit for each number, and a bit for each word of 32. */
export class Cover {
  readonly #bits: Uint32Array;
  readonly #words: Uint32Array;

  constructor(size: number) {
    this.#bits = new Uint32Array((size >> 5) + 1);
    this.#words = new Uint32Array((size >> 10) + 1);
  }

  /** Adds the numbers from `from` to `to`, without `to`. */
  add(from: number, to: number): void {
    for (let i = from; i < to; i++) {
      this.#bits[i >> 5] |= 1 << (i & 31);
      this.#words[i >> 10] |= 1 << ((i >> 5) & 31);
    }
  }

  /** Whether the set has none of the numbers from `from` to `to`, without `to`. */
  isFree(from: number, to: number): boolean {
    for (let i = from; i < to; ) {
      if ((i & 31) === 0 && i + 32 <= to && this.#bits[i >> 5] === 0) {
        i += (i & 1023) === 0 && i + 1024 <= to && this.#words[i >> 10] === 0 ? 1024 : 32;
        continue;
      }
      if ((this.#bits[i >> 5] >>> (i & 31)) & 1) return false;
      i++;
    }
    return true;
  }
}
