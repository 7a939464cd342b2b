/** Generators of random numbers. */
import { ambient, during } from "../platform/ambient.ts";
import { checkNew } from "./arguments/guard.ts";
import { ArgumentError } from "./errors.ts";
import type { Storage } from "./storage/storage.ts";
import { printAsText } from "./symbols.ts";
import { threefry, type Words } from "./threefry.ts";

/** State of a generator, which determines the numbers that follow. */
export interface GeneratorState {
  /** The 128 bits of sfc32, as four unsigned integers. */
  readonly words: Words;
  /** The second number of a normal pair, if it has not been drawn yet. */
  readonly spare: number | null;
  /** The key of the generators that it is split into, and their number so far; missing in states that were stored before there were such generators. */
  readonly key?: Words;
  readonly splits?: number;
}

/** The listener that is called before a generator changes its state. */
const current = ambient((): { listener: ((generator: Generator) => void) | null } => ({ listener: null }));

/** Runs `body`, and calls `listener` with a generator before each change of its state. Listeners of enclosing calls are called after it. */
export function withDrawListener<T>(listener: (generator: Generator) => void, body: () => T): T {
  const outer = current.listener;
  current.listener = (generator) => {
    listener(generator);
    outer?.(generator);
  };
  return during(body, () => {
    current.listener = outer;
  });
}

/** Returns the seed. @throws ArgumentError when it is infinite or NaN. */
function checkedSeed(op: string, seed: number): number {
  if (!Number.isFinite(seed)) throw new ArgumentError(op, `seed must be a finite number, but got ${seed}`);
  return seed;
}

/**
 * A generator of random numbers with its own seed, 0 by default. Equal seeds give equal numbers, on every machine. The algorithm is sfc32 (Doty-Humphrey,
 * PractRand), with 128 bits of state.
 * @throws ArgumentError when the seed is infinite or NaN.
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
  #seed = 0;
  /** Key of the generators that this one is split into, and their number so far. */
  #key: Words = [0, 0, 0, 0];
  #splits = 0;

  constructor(seed = 0) {
    checkNew(new.target, arguments);
    this.manualSeed(checkedSeed("Generator", seed));
  }

  /**
   * Resets the generator to the numbers of a seed, and returns it.
   * @throws ArgumentError when the seed is infinite or NaN.
   * @example new Generator().manualSeed(7).integer(0, 100) === new Generator(7).integer(0, 100); // true
   */
  manualSeed(seed: number): this {
    checkedSeed("manualSeed", seed);
    if (current.listener !== null) current.listener(this);
    this.#seed = seed;
    this.#a = seed >>> 0;
    this.#b = Math.floor(seed / 2 ** 32) >>> 0;
    this.#c = 0x9e3779b9;
    this.#d = 1;
    this.#spare = null;
    this.#key = [this.#a, this.#b, 0, 0];
    this.#splits = 0;
    for (let i = 0; i < 15; i++) this.#next();
    return this;
  }

  /**
   * Returns `n` generators, 2 by default, whose numbers are independent of each other and of those of this generator, as for the layers of a model or for parallel work.
   * They depend on the seed and on how many generators were split off before, but not on the numbers that were drawn; drawn numbers do not change either. They can be
   * split again.
   *
   * As in JAX, the state of each is a value of the Threefry function under the generator's key, and like NumPy's `SeedSequence.spawn`, each call returns other generators.
   * @throws ArgumentError when `n` is no integer, negative, or above 2^20.
   * @example
   * const [a, b] = new Generator(7).split();
   * a.uniform() === b.uniform(); // false
   * new Generator(7).split()[1].uniform() === new Generator(7).split(5)[1].uniform(); // true
   */
  split(n = 2): Generator[] {
    if (!Number.isInteger(n) || n < 0 || n > 2 ** 20)
      throw new ArgumentError("split", `n must be an integer from 0 to 2^20, but got ${n}`);
    if (current.listener !== null) current.listener(this);
    return Array.from({ length: n }, () => this.#derived(this.#splits++, 0));
  }

  /**
   * Returns the generator of a number, such as that of an example or a worker: the same in each call, and independent of those of other numbers, of `split`, and of this
   * generator. This generator does not change.
   * @throws ArgumentError when the number is no integer from 0 to 2^53 - 1.
   * @example
   * const g = new Generator(7);
   * g.foldIn(3).uniform() === g.foldIn(3).uniform(); // true
   */
  foldIn(index: number): Generator {
    if (!Number.isSafeInteger(index) || index < 0)
      throw new ArgumentError("foldIn", `expected an integer from 0 to 2^53 - 1, but got ${index}`);
    return this.#derived(index, 1);
  }

  /** Returns the generator of an index: one that is split off, or for `kind` 1 one of a number. */
  #derived(index: number, kind: 0 | 1): Generator {
    const at = [index >>> 0, Math.floor(index / 2 ** 32), kind] as const;
    const derived = new Generator();
    // two values, so that neither state tells the other
    [derived.#a, derived.#b, derived.#c, derived.#d] = threefry(this.#key, [...at, 0]);
    derived.#key = threefry(this.#key, [...at, 1]);
    derived.#seed = derived.#a + 2 ** 21 * (derived.#b >>> 11);
    return derived;
  }

  /** Returns the last seed of the generator. @example new Generator(7).initialSeed(); // 7 */
  initialSeed(): number {
    return this.#seed;
  }

  /** Seeds the generator with a number that is different each time, and returns that. @example new Generator(7).seed() >= 0; // true */
  seed(): number {
    const [high, low] = crypto.getRandomValues(new Uint32Array(2));
    const seed = (high >>> 11) * 2 ** 32 + low;
    this.manualSeed(seed);
    return seed;
  }

  /** Returns the state, from which `setState` continues. @example new Generator(7).getState().words.length; // 4 */
  getState(): GeneratorState {
    return { words: [this.#a, this.#b, this.#c, this.#d], spare: this.#spare, key: this.#key, splits: this.#splits };
  }

  /**
   * Continues from a state that `getState` returned, and returns the generator.
   * @throws ArgumentError when the words are no integers.
   * @example
   * const g = new Generator(7);
   * const state = g.getState();
   * g.uniform() === g.setState(state).uniform(); // true
   */
  setState({ words: [a, b, c, d], spare, key, splits }: GeneratorState): this {
    if (![a, b, c, d].every(Number.isInteger))
      throw new ArgumentError("setState", "expected four integers as words, such as getState() returns");
    if (current.listener !== null) current.listener(this);
    [this.#a, this.#b, this.#c, this.#d] = [a >>> 0, b >>> 0, c >>> 0, d >>> 0];
    this.#spare = spare;
    this.#key = key ?? this.#key;
    this.#splits = splits ?? this.#splits;
    return this;
  }

  /** Returns 32 random bits. */
  #next(): number {
    if (current.listener !== null) current.listener(this);
    const t = (((this.#a + this.#b) >>> 0) + this.#d) >>> 0;
    this.#d = (this.#d + 1) >>> 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) >>> 0;
    this.#c = ((this.#c << 21) | (this.#c >>> 11)) >>> 0;
    this.#c = (this.#c + t) >>> 0;
    return t;
  }

  /** Returns a number from the uniform distribution on [0, 1), with 53 random bits. @example new Generator(7).uniform() < 1; // true */
  uniform(): number {
    const hi = this.#next() >>> 5;
    const lo = this.#next() >>> 6;
    return (hi * 67108864 + lo) / 9007199254740992;
  }

  /**
   * Returns a number from the standard normal distribution, by the polar method (Marsaglia and Bray, 1964).
   * @example Number.isFinite(new Generator(7).normal()); // true
   */
  normal(): number {
    if (this.#spare !== null) {
      if (current.listener !== null) current.listener(this);
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

  /**
   * Returns an integer from `low` to `high` - 1, all equally likely.
   * @throws ArgumentError when `low` and `high` are no integers, or `low` is not below `high`.
   * @example new Generator(7).integer(3, 4); // 3
   */
  integer(low: number, high: number): number {
    if (!Number.isInteger(low) || !Number.isInteger(high) || low >= high)
      throw new ArgumentError("integer", `low and high must be integers with low < high, but got ${low} and ${high}`);
    return low + Math.floor(this.uniform() * (high - low));
  }

  /**
   * Returns the integers 0 … n - 1 in random order, by the algorithm of Fisher and Yates.
   * @throws ArgumentError when `n` is no integer, negative, or above 2^30.
   * @example new Generator(7).permutation(1); // Int32Array.of(0)
   */
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

  static {
    printAsText(this.prototype, (generator) => `Generator(seed=${generator.#seed})`);
  }
}

/** The generator of functions to which none is passed. */
export const defaultGenerator: Generator = new Generator(0);

/**
 * Seeds the default generator, and returns it. The numbers that follow are the same in each run.
 * @throws ArgumentError when the seed is infinite or NaN.
 * @example
 * manualSeed(7);
 * const x = rand([3]);
 * manualSeed(7);
 * rand([3]).toArray().toString() === x.toArray().toString(); // true
 */
export function manualSeed(seed: number): Generator {
  return defaultGenerator.manualSeed(seed);
}

/**
 * Returns the seed of the default generator: the last one that `manualSeed` or `seed` set, and 0 before.
 * @example
 * manualSeed(7);
 * initialSeed(); // 7
 */
export const initialSeed = (): number => defaultGenerator.initialSeed();

/**
 * Seeds the default generator with a number that is different each time, and returns that.
 * @example
 * const s = seed();
 * const x = rand([3]);
 * manualSeed(s);
 * rand([3]).equal(x); // true
 */
export const seed = (): number => defaultGenerator.seed();

/** The integers from `low` to `high` - 1, all equally likely. */
export interface IntegerRange {
  readonly low: number;
  readonly high: number;
}

/** Uniform on [0, 1), standard normal, or integers. */
export type Distribution = "uniform" | "normal" | IntegerRange;

/** Fills a storage with the numbers that `generator` would return one by one; returns `false`, and draws none, if it has no fast path for them. */
export type FastSampler = (generator: Generator, distribution: Distribution, storage: Storage) => boolean;

let fastSampler: FastSampler = () => false;

/** Registers the fast path for many numbers. */
export function setFastSampler(fill: FastSampler): void {
  fastSampler = fill;
}

/** Fills a storage by the fast path; returns `false` if there is none. */
export const sampleFast: FastSampler = (generator, distribution, storage) =>
  fastSampler(generator, distribution, storage);
