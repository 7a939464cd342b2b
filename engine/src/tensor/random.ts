/** Seedable random numbers. */
import { ambient, during } from "../platform/ambient.ts";
import { checkNew } from "./arguments/guard.ts";
import { ArgumentError } from "./errors.ts";
import type { Storage } from "./storage/storage.ts";

/** Where a stream is. */
export interface GeneratorState {
  readonly words: readonly [number, number, number, number];
  readonly spare: number | null;
}

/** Who is called before a generator changes its state. */
const drawing = ambient((): { before: ((generator: Generator) => void) | null } => ({ before: null }));

/** Runs `body`, and calls `listener` with a generator before each change of its state; listeners further out are called as well. */
export function withDrawListener<T>(listener: (generator: Generator) => void, body: () => T): T {
  const outer = drawing.before;
  drawing.before = (generator) => {
    listener(generator);
    outer?.(generator);
  };
  return during(body, () => {
    drawing.before = outer;
  });
}

/** Returns the seed, unless it is infinite or NaN. */
function checkedSeed(op: string, seed: number): number {
  if (!Number.isFinite(seed)) throw new ArgumentError(op, `seed must be a finite number, but got ${seed}`);
  return seed;
}

/**
 * A stream of random numbers with a seed of its own.
 * Uses sfc32 (Doty-Humphrey, PractRand), 128 bits of state; equal seeds give equal streams.
 * @example
 * const g = new Generator(7);
 * g.uniform() === new Generator(7).uniform(); // true
 */
export class Generator {
  #a = 0;
  #b = 0;
  #c = 0;
  #d = 0;
  #spare: number | null = null;

  constructor(seed = 0) {
    checkNew(new.target, arguments);
    this.manualSeed(checkedSeed("Generator", seed));
  }

  /** Starts the stream again from `seed`. */
  manualSeed(seed: number): this {
    checkedSeed("manualSeed", seed);
    if (drawing.before !== null) drawing.before(this);
    this.#a = seed >>> 0;
    this.#b = Math.floor(seed / 2 ** 32) >>> 0;
    this.#c = 0x9e3779b9;
    this.#d = 1;
    this.#spare = null;
    for (let i = 0; i < 15; i++) this.#next();
    return this;
  }

  /** What the stream goes on from: four words, and the second of a pair of normal numbers where it waits. */
  getState(): GeneratorState {
    return { words: [this.#a, this.#b, this.#c, this.#d], spare: this.#spare };
  }

  /** Goes on from a state. */
  setState({ words: [a, b, c, d], spare }: GeneratorState): this {
    if (![a, b, c, d].every(Number.isInteger))
      throw new ArgumentError("setState", "expected four integers as words, such as getState() returns");
    if (drawing.before !== null) drawing.before(this);
    [this.#a, this.#b, this.#c, this.#d] = [a >>> 0, b >>> 0, c >>> 0, d >>> 0];
    this.#spare = spare;
    return this;
  }

  /** 32 random bits. */
  #next(): number {
    if (drawing.before !== null) drawing.before(this);
    const t = (((this.#a + this.#b) >>> 0) + this.#d) >>> 0;
    this.#d = (this.#d + 1) >>> 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) >>> 0;
    this.#c = ((this.#c << 21) | (this.#c >>> 11)) >>> 0;
    this.#c = (this.#c + t) >>> 0;
    return t;
  }

  /** Uniform on [0, 1), 53 bits. */
  uniform(): number {
    const hi = this.#next() >>> 5;
    const lo = this.#next() >>> 6;
    return (hi * 67108864 + lo) / 9007199254740992;
  }

  /** Standard normal, by the polar method (Marsaglia and Bray, 1964). */
  normal(): number {
    if (this.#spare !== null) {
      if (drawing.before !== null) drawing.before(this);
      const z = this.#spare;
      this.#spare = null;
      return z;
    }
    for (;;) {
      const u = 2 * this.uniform() - 1;
      const v = 2 * this.uniform() - 1;
      const s = u * u + v * v;
      if (s >= 1 || s === 0) continue;
      const f = Math.sqrt((-2 * Math.log(s)) / s);
      this.#spare = v * f;
      return u * f;
    }
  }

  /** Uniform integer in [low, high). */
  integer(low: number, high: number): number {
    if (!Number.isInteger(low) || !Number.isInteger(high) || low >= high)
      throw new ArgumentError("integer", `low and high must be integers with low < high, but got ${low} and ${high}`);
    return low + Math.floor(this.uniform() * (high - low));
  }

  /** A random order of 0 … n - 1 (Fisher and Yates). */
  permutation(n: number): Int32Array {
    if (!Number.isInteger(n) || n < 0 || n > 2 ** 30)
      throw new ArgumentError("permutation", `n must be an integer from 0 to 2^30, but got ${n}`);
    const order = Int32Array.from({ length: n }, (_, i) => i);
    for (let i = n - 1; i > 0; i--) {
      const j = this.integer(0, i + 1);
      const t = order[i];
      order[i] = order[j];
      order[j] = t;
    }
    return order;
  }
}

/** The generator used where none is given. */
export const defaultGenerator: Generator = new Generator(0);

/** Seeds the default generator; returns it. */
export function manualSeed(seed: number): Generator {
  return defaultGenerator.manualSeed(seed);
}

/** Which numbers: uniform on [0, 1) or standard normal. */
export type Distribution = "uniform" | "normal";

/** Fills a storage with the numbers that the generator would give one by one; `false` where it cannot. */
export type FastSampler = (generator: Generator, distribution: Distribution, storage: Storage) => boolean;

let bulk: FastSampler = () => false;

/** Hands in a faster way for many numbers. */
export function setFastSampler(fill: FastSampler): void {
  bulk = fill;
}

export const sampleFast: FastSampler = (generator, distribution, storage) => bulk(generator, distribution, storage);
