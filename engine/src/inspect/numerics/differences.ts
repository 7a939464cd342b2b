/** Central differences of an op along the elements of one input, and comparisons with the gradient of its rule. */
import { isComplex, isFloating } from "../../tensor/dtype.ts";
import { Generator } from "../../tensor/random.ts";
import { sameShape } from "../../tensor/shape.ts";
import { contiguousArray } from "../../tensor/strided.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { type NodeRuns, withElements } from "./runs.ts";

/** The numbers of a tensor: its elements, or real and imaginary parts in turn. */
export const numbersOf = (x: Tensor): Float64Array => Float64Array.from(contiguousArray(x) as ArrayLike<number>);

/** Returns random cotangents, of magnitudes between 0.5 and 1.5, so that no element is lost. */
export function randomCotangents(outputs: readonly Tensor[], seed: number): Tensor[] {
  const random = new Generator(seed);
  return outputs.map((y) =>
    withElements(
      y,
      Float64Array.from(numbersOf(y), () => (0.5 + random.uniform()) * (random.uniform() < 0.5 ? -1 : 1)),
    ),
  );
}

/** Σ u · y over all outputs, of complex numbers the real part of Σ ū y. */
export function pairing(us: readonly Tensor[], ys: readonly Tensor[]): number {
  let sum = 0;
  us.forEach((u, k) => {
    const [a, b] = [numbersOf(u), numbersOf(ys[k])];
    for (let i = 0; i < a.length; i++) if (a[i] !== 0) sum += a[i] * b[i];
  });
  return sum;
}

/** The precision of the differences: their step and the tolerance of comparisons. */
export interface Precision {
  readonly step: number;
  readonly tolerance: number;
}

/** Returns the precision that the outputs allow; ops such as casts give float32 or float16 whatever the inputs. */
export function precisionOf(outputs: readonly Tensor[]): Precision {
  const isDouble = outputs.every((y) => y.dtype === "float64" || y.dtype === "complex128");
  if (isDouble) return { step: 1e-5, tolerance: 1e-5 };
  const isSingle = outputs.every((y) => /^(float(32|64)|complex(64|128))$/.test(y.dtype));
  return isSingle ? { step: 2e-2, tolerance: 2e-2 } : { step: 0.25, tolerance: 0.2 };
}

/** The compared elements of one input. */
export interface Comparison {
  /** Positions among the numbers of the input. */
  readonly at: Int32Array;
  readonly rule: Float64Array;
  readonly numeric: Float64Array;
  /** Slopes on the two sides, where the elements do not agree. */
  readonly sides: (readonly [below: number, above: number])[];
  /** Whether all elements were compared, by themselves or along directions. */
  readonly isWhole: boolean;
}

/** Numbers of an input up to which each is compared by itself, random directions along which more of them are compared, and the elements that are compared beside. */
const fewElements = 24;
const directions = 2;
const besideDirections = 16;

/** The largest difference along a direction, over the root of the sum of the squares of its terms. */
const directionTolerance = 1e-6;

/** Elements of an input that are always compared, those that are compared at most, and milliseconds that may be spent on more than the first. */
const leastElements = 128;
const mostElements = 400;
const mostMilliseconds = 500;

declare const performance: { now(): number };

/** Differences along the elements of one input. */
export class Differences {
  readonly runs: NodeRuns;
  readonly input: number;
  readonly cotangents: readonly Tensor[];
  readonly precision: Precision;
  readonly values: Float64Array;

  constructor(runs: NodeRuns, input: number, cotangents: readonly Tensor[], precision: Precision) {
    this.runs = runs;
    this.input = input;
    this.cotangents = cotangents;
    this.precision = precision;
    this.values = numbersOf(runs.inputs[input]);
  }

  /** Returns the step for a number: relative to those beyond 1. */
  stepAt(i: number, share = 1): number {
    return this.precision.step * share * Math.max(1, Math.abs(this.values[i]));
  }

  /** Returns the outputs with a number of the input changed. */
  outputsWith(change: (values: Float64Array) => void): readonly Tensor[] {
    const values = this.values.slice();
    change(values);
    const x = withElements(this.runs.inputs[this.input], values);
    return this.runs.outputs(this.runs.inputs.map((z, k) => (k === this.input ? x : z)));
  }

  /** Returns Σ u · y with `h` added to number `i`. */
  valueAt(i: number, h: number): number {
    return pairing(
      this.cotangents,
      this.outputsWith((values) => {
        values[i] += h;
      }),
    );
  }

  /** Returns the central difference along number `i`. */
  slopeAt(i: number): number {
    const h = this.stepAt(i);
    return (this.valueAt(i, h) - this.valueAt(i, -h)) / (2 * h);
  }

  /** Whether the rule gives the slopes along random directions, in each of which the numbers of a range change, by a step or its negative. */
  #agreesAlongDirections(rule: Float64Array, from = 0, to = rule.length): boolean {
    const random = new Generator(11);
    for (let k = 0; k < directions; k++) {
      const steps = new Float64Array(rule.length);
      for (let i = from; i < to; i++) steps[i] = (random.uniform() < 0.5 ? -1 : 1) * this.stepAt(i);
      const [up, down] = [1, -1].map((sign) =>
        pairing(
          this.cotangents,
          this.outputsWith((values) => {
            for (let i = from; i < to; i++) values[i] += sign * steps[i];
          }),
        ),
      );
      const terms = rule.map((v, i) => v * steps[i]);
      const expected = terms.reduce((a, b) => a + b, 0);
      const size = Math.sqrt(terms.reduce((a, b) => a + b * b, 0));
      // false for NaN, too
      if (!(Math.abs((up - down) / 2 - expected) <= directionTolerance * (size + this.precision.step * 1e-4)))
        return false;
    }
    return true;
  }

  /** Returns a short range of numbers along whose directions the rule does not give the slopes, by halving one that it does not. */
  #suspects(rule: Float64Array): number[] {
    let [from, to] = [0, rule.length];
    while (to - from > fewElements) {
      const middle = (from + to) >> 1;
      if (this.#agreesAlongDirections(rule, from, middle)) from = middle;
      else to = middle;
    }
    return Array.from({ length: to - from }, (_, k) => from + k);
  }

  /** Returns the most positions to compare by themselves in the time that there is. */
  #affordable(): number {
    const took = Math.min(this.#timeOfRun(), this.#timeOfRun());
    const affordable = Math.floor(mostMilliseconds / Math.max(2 * took, 1e-3));
    return Math.max(leastElements, Math.min(mostElements, affordable));
  }

  /** Returns at most so many positions: all, or those of the largest gradients and others at random. */
  #positions(rule: Float64Array, most: number): Int32Array {
    const n = this.values.length;
    if (n <= most) return Int32Array.from({ length: n }, (_, i) => i);
    const large = Array.from(rule.keys()).toSorted((a, b) => Math.abs(rule[b]) - Math.abs(rule[a]));
    const random = new Generator(7);
    const chosen = new Set(large.slice(0, most >> 2));
    while (chosen.size < most) chosen.add(random.integer(0, n));
    return Int32Array.from([...chosen].toSorted((a, b) => a - b));
  }

  /** Returns all central differences of an elementwise op of one shape by two runs; `null` for other ops. */
  #allAtOnce(): Float64Array | null {
    const { node, inputs } = this.runs;
    const [y] = this.cotangents;
    const isSame = this.cotangents.length === 1 && sameShape(y.shape, inputs[this.input].shape);
    if (node.op.batch !== "elementwise" || !isSame || isComplex(y.dtype) || isComplex(inputs[this.input].dtype))
      return null;
    const [up, down] = [1, -1].map((sign) =>
      numbersOf(
        this.outputsWith((values) => {
          for (let i = 0; i < values.length; i++) values[i] += sign * this.stepAt(i);
        })[0],
      ),
    );
    const u = numbersOf(y);
    return this.values.map((_, i) => (u[i] * (up[i] - down[i])) / (2 * this.stepAt(i)));
  }

  #timeOfRun(): number {
    const began = performance.now();
    this.valueAt(0, 0);
    return performance.now() - began;
  }

  /** Compares the gradient of the rule with central differences: of many numbers along random directions, and one by one where it does not agree with them. */
  compare(rule: Float64Array): Comparison {
    const all = this.#allAtOnce();
    if (all !== null) return this.#compared(Int32Array.from(this.values.keys()), rule, all);
    const isPrecise = this.precision.step < 1e-3;
    if (isPrecise && this.values.length > fewElements && this.#agreesAlongDirections(rule)) {
      const some = this.#compareAt(this.#positions(rule, besideDirections), rule);
      if (some.sides.length === 0) return { ...some, isWhole: true };
    }
    const at = this.#positions(rule, this.#affordable());
    const some = this.#compareAt(at, rule);
    if (!isPrecise || some.isWhole || some.sides.length > 0) return some;
    // a few elements among many are wrong
    return this.#compareAt(Int32Array.from(new Set([...at, ...this.#suspects(rule)])).toSorted(), rule);
  }

  #compareAt(at: Int32Array, rule: Float64Array): Comparison {
    return this.#compared(
      at,
      rule,
      Float64Array.from(at, (i) => this.slopeAt(i)),
    );
  }

  #compared(at: Int32Array, gradient: Float64Array, numeric: Float64Array): Comparison {
    const rule = Float64Array.from(at, (i) => gradient[i]);
    const sides: (readonly [number, number])[] = [];
    const scale = scaleOf(numeric);
    at.forEach((i, k) => {
      if (!this.agrees(rule[k], numeric[k], scale) && sides.filter((s) => s !== undefined).length < 64)
        sides[k] = this.sidesAt(i);
    });
    return { at, rule, numeric, sides, isWhole: at.length === this.values.length };
  }

  /** Returns the slopes on the two sides of number `i`, with a short step. */
  sidesAt(i: number, share = 1): readonly [number, number] {
    const h = this.stepAt(i, share);
    const here = this.valueAt(i, 0);
    return [(here - this.valueAt(i, -h)) / h, (this.valueAt(i, h) - here) / h];
  }

  /** Whether two gradients agree, relative to themselves and to the largest one. */
  agrees(rule: number, numeric: number, scale: number): boolean {
    const { tolerance } = this.precision;
    return Math.abs(rule - numeric) <= tolerance * (Math.max(Math.abs(rule), Math.abs(numeric)) + 0.1 * scale + 1e-4);
  }
}

/** The largest magnitude of finite numbers. */
export const scaleOf = (x: Float64Array): number =>
  x.reduce((most, v) => (Number.isFinite(v) ? Math.max(most, Math.abs(v)) : most), 0);

/** Whether an input can be checked. */
export const isCheckable = (x: Tensor): boolean => isFloating(x.dtype) || isComplex(x.dtype);
