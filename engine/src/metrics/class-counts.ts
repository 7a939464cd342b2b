/** Counts of the true and predicted classes of examples, from which the scores of classes are computed. */
import { ArgumentError } from "../tensor/errors.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { type Accumulator, type MetricState, weightsOf } from "./accumulator.ts";
import { classesOf, countClasses } from "./classes.ts";

/** Weighted counts of one class. */
export interface Counts {
  /** Examples of the class that were predicted right. */
  readonly hits: number;
  /** Examples of any class that were predicted as this class. */
  readonly predicted: number;
  /** Examples of the class. */
  readonly actual: number;
}

/** Returns the list with room for `n` numbers. */
function grown(list: Float64Array, n: number): Float64Array<ArrayBuffer> {
  const larger = new Float64Array(n);
  larger.set(list);
  return larger;
}

/** The counts of each class. */
export class ClassCounts {
  readonly #op: string;
  readonly #classes: number | undefined;
  #hits: Float64Array = new Float64Array(0);
  #predicted: Float64Array = new Float64Array(0);
  #actual: Float64Array = new Float64Array(0);
  /** 1 for each class that occurs, also with a weight of 0. */
  #occurs: Uint8Array = new Uint8Array(0);

  constructor(op: string, classes?: number) {
    this.#op = op;
    this.#classes = classes;
  }

  add(prediction: Tensor, target: Tensor, sampleWeight: Tensor | undefined): void {
    const [p, t] = classesOf(this.#op, prediction, target);
    const n = countClasses(this.#op, p, t, this.#classes);
    const weights = weightsOf(this.#op, sampleWeight, p.length);
    if (n > this.#hits.length) {
      this.#hits = grown(this.#hits, n);
      this.#predicted = grown(this.#predicted, n);
      this.#actual = grown(this.#actual, n);
      const occurs = new Uint8Array(n);
      occurs.set(this.#occurs);
      this.#occurs = occurs;
    }
    for (let i = 0; i < p.length; i++) {
      const weight = weights === null ? 1 : weights[i];
      this.#predicted[p[i]] += weight;
      this.#actual[t[i]] += weight;
      this.#occurs[p[i]] = 1;
      this.#occurs[t[i]] = 1;
      if (p[i] === t[i]) this.#hits[p[i]] += weight;
    }
  }

  /** Returns the counts as plain data. */
  save(): MetricState {
    return [this.#hits, this.#predicted, this.#actual, this.#occurs].map((list) => Array.from(list));
  }

  /** Continues from what `save` returned. */
  load(state: MetricState): void {
    const [hits, predicted, actual, occurs] = state as readonly (readonly number[])[];
    this.#hits = Float64Array.from(hits);
    this.#predicted = Float64Array.from(predicted);
    this.#actual = Float64Array.from(actual);
    this.#occurs = Uint8Array.from(occurs);
  }

  /** The classes that occur among targets or predictions. */
  get occurring(): readonly number[] {
    return Array.from(this.#occurs.keys()).filter((c) => this.#occurs[c] === 1);
  }

  /** The counts of a class. */
  of(c: number): Counts {
    return { hits: this.#hits[c] ?? 0, predicted: this.#predicted[c] ?? 0, actual: this.#actual[c] ?? 0 };
  }

  /** The counts of the classes that occur. */
  get all(): readonly Counts[] {
    const { occurring } = this;
    if (occurring.length === 0) throw new ArgumentError(this.#op, "expected at least one example");
    return occurring.map((c) => this.of(c));
  }
}

/** Adds the counts of two classes. */
export const addCounts = (a: Counts, b: Counts): Counts => ({
  hits: a.hits + b.hits,
  predicted: a.predicted + b.predicted,
  actual: a.actual + b.actual,
});

/** Returns the accumulator of a value of counts. */
export const ofCounts = (counts: ClassCounts, value: (counts: ClassCounts) => number): Accumulator => ({
  add: (prediction, target, sampleWeight) => counts.add(prediction, target, sampleWeight),
  value: () => value(counts),
  save: () => counts.save(),
  load: (state) => counts.load(state),
});
