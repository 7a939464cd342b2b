/** Samplers: the orders in which a loader visits the examples of a data set. */

import type { SavedValue } from "../serialization/state.ts";
import { checkNew } from "../tensor/arguments/guard.ts";
import { ArgumentError } from "../tensor/errors.ts";
import { defaultGenerator, type Generator } from "../tensor/random.ts";
import { contiguousArray } from "../tensor/strided.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { restoreGenerator, stateOfGenerator } from "./generator-state.ts";

/** An order of examples. */
export interface Sampler {
  /** Number of examples in an epoch. */
  readonly length: number;
  /** Returns the indices of the next epoch. */
  indices(): Int32Array;
  /** Returns the state that decides the orders of the epochs to come, for checkpoints; `null` where the default generator does. */
  stateDict?(): SavedValue;
  /** Continues from what `stateDict` returned. */
  loadStateDict?(state: SavedValue): void;
}

/** A sampler whose orders are drawn by a generator. */
abstract class DrawingSampler implements Sampler {
  abstract readonly length: number;
  protected readonly generator: Generator;

  constructor({ generator = defaultGenerator }: SamplerOptions) {
    this.generator = generator;
  }

  abstract indices(): Int32Array;

  /** Returns the state of the generator; `null` for the default one, whose state is not that of the sampler. */
  stateDict(): SavedValue {
    return stateOfGenerator(this.generator);
  }

  /** Continues from what `stateDict` returned. */
  loadStateDict(state: SavedValue): void {
    restoreGenerator(this.generator, state);
  }
}

/** Options of samplers that draw at random. */
export interface SamplerOptions {
  /** Generator of the orders; the default one if not given. */
  readonly generator?: Generator;
}

/** Options of `RandomSampler` and `WeightedRandomSampler`. */
export interface RandomSamplerOptions extends SamplerOptions {
  /** Whether an example may be drawn several times. */
  readonly replacement?: boolean;
  /** Number of examples in an epoch. */
  readonly numSamples?: number;
}

/** Throws unless `n` is a number of examples to draw. */
function checkCount(op: string, n: number, from: number, replacement: boolean): void {
  if (!Number.isInteger(n) || n < 0)
    throw new ArgumentError(op, `numSamples must be an integer of at least 0, but got ${n}`);
  if (!replacement && n > from)
    throw new ArgumentError(op, `${n} different examples cannot be drawn from ${from}; set replacement`);
  if (replacement && n > 0 && from === 0) throw new ArgumentError(op, "there are no examples to draw from");
}

/**
 * Draws examples in a random order: all once, or `numSamples` of them, with `replacement` (false by default) each independently.
 * @throws ArgumentError for more examples than there are, without replacement.
 * @example new data.RandomSampler(5, { generator: new Generator(0) }).indices().toSorted().join(); // "0,1,2,3,4"
 */
export class RandomSampler extends DrawingSampler {
  override readonly length: number;
  readonly #from: number;
  readonly #replacement: boolean;

  constructor(examples: number, options: RandomSamplerOptions = {}) {
    checkNew(new.target, arguments);
    const { replacement = false, numSamples = examples } = options;
    super(options);
    checkCount("RandomSampler", numSamples, examples, replacement);
    this.length = numSamples;
    this.#from = examples;
    this.#replacement = replacement;
  }

  override indices(): Int32Array {
    if (!this.#replacement) return this.generator.permutation(this.#from).slice(0, this.length);
    return Int32Array.from({ length: this.length }, () => this.generator.integer(0, this.#from));
  }
}

/**
 * Draws examples with probabilities proportional to weights [n], with `replacement` (true by default) independently of each other, as for classes of unequal sizes. Without
 * replacement, the weights of the remaining examples decide (Efraimidis and Spirakis 2006).
 * @throws ArgumentError for weights that are negative, not finite or all zero, and for more examples than have weights above 0, without replacement.
 * @example new data.WeightedRandomSampler(tensor([0, 1]), { numSamples: 3 }).indices().join(); // "1,1,1"
 */
export class WeightedRandomSampler extends DrawingSampler {
  override readonly length: number;
  readonly #weights: Float64Array;
  readonly #replacement: boolean;

  constructor(weights: Tensor, options: RandomSamplerOptions = {}) {
    checkNew(new.target, arguments);
    super(options);
    const op = "WeightedRandomSampler";
    const list = Float64Array.from(contiguousArray(weights));
    const { replacement = true, numSamples = list.length } = options;
    const wrong = list.find((w) => !(w >= 0 && w < Infinity));
    if (weights.ndim !== 1) throw new ArgumentError(op, `expected weights [n], but got [${weights.shape.join(", ")}]`);
    if (wrong !== undefined) throw new ArgumentError(op, `weights must be finite and at least 0, but got ${wrong}`);
    checkCount(op, numSamples, list.filter((w) => w > 0).length, replacement);
    this.length = numSamples;
    this.#weights = list;
    this.#replacement = replacement;
  }

  override indices(): Int32Array {
    return this.#replacement ? this.#drawn() : this.#ranked();
  }

  /** Finds the cumulated weight that a uniform number falls into. */
  #drawn(): Int32Array {
    let total = 0;
    const sums = this.#weights.map((w) => (total += w));
    return Int32Array.from({ length: this.length }, () => {
      const at = this.generator.uniform() * total;
      let [low, high] = [0, sums.length - 1];
      while (low < high) {
        const middle = (low + high) >> 1;
        if (sums[middle] > at) high = middle;
        else low = middle + 1;
      }
      return low;
    });
  }

  /** Takes the examples of the largest keys log(u) / w. */
  #ranked(): Int32Array {
    const keys = this.#weights.map((w) => (w === 0 ? -Infinity : Math.log(1 - this.generator.uniform()) / w));
    return Int32Array.from(keys.keys())
      .sort((a, b) => keys[b] - keys[a])
      .slice(0, this.length);
  }
}

/**
 * Draws all examples in an order in which each stretch has the classes [n] in the shares that they have in all, so that every batch is like the whole.
 * @throws ArgumentError for classes of another shape.
 * @example new data.StratifiedSampler(tensor([0, 0, 0, 0, 1, 1])).indices().length; // 6
 */
export class StratifiedSampler extends DrawingSampler {
  override readonly length: number;
  readonly #classes: ReadonlyMap<number, readonly number[]>;

  constructor(classes: Tensor, options: SamplerOptions = {}) {
    checkNew(new.target, arguments);
    super(options);
    if (classes.ndim !== 1)
      throw new ArgumentError("StratifiedSampler", `expected classes [n], but got [${classes.shape.join(", ")}]`);
    const list = Array.from(contiguousArray(classes));
    this.length = list.length;
    const members = new Map<number, number[]>();
    list.forEach((c, i) => {
      const known = members.get(c);
      if (known === undefined) members.set(c, [i]);
      else known.push(i);
    });
    this.#classes = members;
  }

  override indices(): Int32Array {
    // the examples of each class, in a random order, are spread evenly, each at a random place of its stretch
    const places = [...this.#classes.values()].flatMap((members) => {
      const order = this.generator.permutation(members.length);
      return Array.from(order, (at, rank) => ({
        index: members[at],
        place: (rank + this.generator.uniform()) / members.length,
      }));
    });
    return Int32Array.from(
      places.sort((a, b) => a.place - b.place),
      ({ index }) => index,
    );
  }
}
