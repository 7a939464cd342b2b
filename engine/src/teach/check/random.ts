/** Random inputs of checks, made from a list of choices, which can be replayed and made simpler. */
import { castArray, type DType } from "../../tensor/dtype.ts";
import { ArgumentError } from "../../tensor/errors.ts";
import { Generator } from "../../tensor/random.ts";
import { sizeOf } from "../../tensor/shape.ts";
import { fromArray, type Tensor } from "../../tensor/tensor.ts";
import { floor, isFinite, isInteger, round } from "./builtins.ts";

/** The options of random tensors. */
export interface RandomTensorOptions {
  /** Bounds of the elements; -2 and 2 by default. */
  readonly low?: number;
  readonly high?: number;
  readonly dtype?: DType;
  readonly requiresGrad?: boolean;
}

/** Choices are numbers in [0, 1); 0 is the simplest. */
export type Choices = readonly number[];

/** Returns a seed for a text, by FNV-1a. */
export function seedOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193) >>> 0;
  return hash;
}

/** Thrown where a replay needs more choices than it has. */
export class OutOfChoices extends Error {}

const [defaultLow, defaultHigh] = [-2, 2];

/**
 * Random values for checks. Equal ids of students give equal values, on every machine.
 * @example
 * check.random("task 1").integer(1, 6) <= 6; // true
 */
export class Random {
  readonly #generator: Generator;
  readonly #replayed: Choices | null;
  readonly #choices: number[] = [];

  constructor(seed: number, replayed: Choices | null = null) {
    this.#generator = new Generator(seed);
    this.#replayed = replayed;
  }

  /** The choices so far. */
  get choices(): Choices {
    return this.#choices;
  }

  #draw(): number {
    const at = this.#choices.length;
    if (this.#replayed !== null && at >= this.#replayed.length) throw new OutOfChoices("a replay needs more choices");
    const u = this.#replayed === null ? this.#generator.uniform() : this.#replayed[at];
    this.#choices[at] = u;
    return u;
  }

  /** Returns an integer from `low` to `high`, both included. */
  integer(low: number, high: number): number {
    if (!isInteger(low) || !isInteger(high) || high < low)
      throw new ArgumentError("Random.integer", `expected two integers in order, but got ${low} and ${high}`);
    const u = this.#draw();
    const at = floor(u * (high - low + 1));
    // the simplest is 0, or the bound next to it
    const origin = low > 0 ? low : high < 0 ? high : 0;
    const value = origin + at;
    return value <= high ? value : origin - (at - (high - origin));
  }

  /** Returns a number between `low` and `high`, of few digits where it can be simple. */
  number(low: number = defaultLow, high: number = defaultHigh): number {
    if (!isFinite(low) || !isFinite(high) || high < low)
      throw new ArgumentError("Random.number", `expected two finite numbers in order, but got ${low} and ${high}`);
    const u = this.#draw();
    const origin = low > 0 ? low : high < 0 ? high : 0;
    const value = origin + u * (high - low);
    return value <= high ? value : origin - (value - high);
  }

  /** Returns true or false. */
  boolean(): boolean {
    return this.#draw() >= 0.5;
  }

  /** Returns one of the items; the first is the simplest. */
  pick<T>(items: readonly T[]): T {
    if (items.length === 0) throw new ArgumentError("Random.pick", "expected at least one item");
    return items[floor(this.#draw() * items.length)];
  }

  /** Returns a list of up to `most` items that `make` gives. */
  list<T>(most: number, make: (random: Random) => T, least = 0): T[] {
    const n = this.integer(least, most);
    const items: T[] = [];
    for (let i = 0; i < n; i++) items[i] = make(this);
    return items;
  }

  /** Returns a shape of `ndim` sizes, from 1 to `most`. */
  shape(ndim: number, most = 5): number[] {
    const shape: number[] = [];
    for (let d = 0; d < ndim; d++) shape[d] = this.integer(1, most);
    return shape;
  }

  /** Returns a tensor of random elements. */
  tensor(shape: readonly number[], options: RandomTensorOptions = {}): Tensor {
    const { low = defaultLow, high = defaultHigh, dtype = "float32", requiresGrad = false } = options;
    const whole = /^(u?int|bool)/.test(dtype);
    const values = new Float64Array(sizeOf(shape));
    for (let i = 0; i < values.length; i++)
      values[i] = whole
        ? this.integer(round(dtype === "bool" ? 0 : low), round(dtype === "bool" ? 1 : high))
        : this.number(low, high);
    const made = fromArray(castArray(values, dtype), dtype, shape);
    return requiresGrad ? made.requiresGrad_() : made;
  }
}
