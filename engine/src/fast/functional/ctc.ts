/** The log likelihood of connectionist temporal classification, and its gradient, by loops over the states through which a path of the target can go. */
import { blank } from "../../dispatch/blank.ts";
import { type FastKernel, type FastRule, registerFastKernel, registerFastRule } from "../../dispatch/fast.ts";
import type { NumericArray } from "../../tensor/dtype.ts";
import type { Shape } from "../../tensor/shape.ts";
import { contiguousArray, type Strided } from "../../tensor/strided.ts";
import { isFloat } from "../wasm/operands.ts";

/** The logarithm of a probability of 0, as the record of the op has it. */
const never = -1e30;

interface Ctc {
  readonly inputLengths: readonly number[];
}

/** The arrays of the op, with their sizes. */
interface Rows {
  readonly arrays: readonly NumericArray[];
  /** Steps, rows and states. */
  readonly shape: Shape;
}

/** A row of the op: the states of its target, and its steps. */
interface Row extends Rows {
  readonly row: number;
  readonly steps: number;
  /** Number of states up to the last one in which a path may end. */
  readonly states: number;
}

function rowOf({ arrays, shape }: Rows, row: number, steps: number): Row {
  const ends = arrays[3].subarray(row * shape[2], (row + 1) * shape[2]);
  return { arrays, shape, row, steps, states: ends.lastIndexOf(1) + 1 };
}

/** Returns ln (e^a + e^b + e^c). */
function logSum(a: number, b: number, c: number): number {
  const largest = Math.max(a, b, c);
  return largest + Math.log(Math.exp(a - largest) + Math.exp(b - largest) + Math.exp(c - largest));
}

/** Computes the log probabilities of the beginnings of paths at each step, from one line of `alphas` to the next; `lines` is 2 or the number of steps, of which only the last are kept then. */
function forward({ arrays, shape, row, steps, states }: Row, alphas: Float64Array, lines: number): void {
  const [emitted, skips, begins] = arrays;
  const [, rows, width] = shape;
  const mark = row * width;
  for (let t = 0; t < steps; t++) {
    const [to, from, at] = [(t % lines) * width, ((t + lines - 1) % lines) * width, (t * rows + row) * width];
    alphas.fill(never, to, to + width);
    // states that can be reached, and from which the end can be reached
    const end = Math.min(states, 2 * t + 2);
    for (let s = Math.max(0, states - 2 * (steps - t)); s < end; s++) {
      if (t === 0) {
        alphas[to + s] = (begins[mark + s] !== 0 ? 0 : never) + emitted[at + s];
        continue;
      }
      const b = s > 0 ? alphas[from + s - 1] : never;
      const c = skips[mark + s] !== 0 && s > 1 ? alphas[from + s - 2] : never;
      alphas[to + s] = logSum(alphas[from + s], b, c) + emitted[at + s];
    }
  }
}

/** Returns the log likelihood from the last line of probabilities. */
function total({ arrays, shape, row, steps, states }: Row, alphas: Float64Array, lines: number): number {
  const [, , begins, ends] = arrays;
  const mark = row * shape[2];
  const last = ((steps + lines - 1) % lines) * shape[2];
  let log = never;
  for (let s = Math.max(0, states - 2); s < states; s++) {
    const v = steps === 0 ? (begins[mark + s] !== 0 ? 0 : never) : alphas[last + s];
    if (ends[mark + s] !== 0) log = logSum(log, v, never);
  }
  return log;
}

/** Writes the derivatives of the log likelihood: the probabilities that a path is in a state at a step, times g. */
function backward(r: Row, alphas: Float64Array, likelihood: number, g: number, out: NumericArray): void {
  const { arrays, shape, row, steps, states } = r;
  const [emitted, skips, , ends] = arrays;
  const [, rows, width] = shape;
  const mark = row * width;
  // the log probabilities of the ends of paths at a step, and behind it
  let betas = new Float64Array(width + 2).fill(never);
  let behind = new Float64Array(width + 2).fill(never);
  for (let t = steps - 1; t >= 0; t--) {
    [betas, behind] = [behind.fill(never), betas];
    const at = (t * rows + row) * width;
    const end = Math.min(states, 2 * t + 2);
    for (let s = Math.max(0, states - 2 * (steps - t)); s < end; s++) {
      const skip = s + 2 < width && skips[mark + s + 2] !== 0 ? behind[s + 2] : never;
      const from = t === steps - 1 ? (ends[mark + s] !== 0 ? 0 : never) : logSum(behind[s], behind[s + 1], skip);
      betas[s] = from + emitted[at + s];
      out[at + s] = Math.exp(alphas[t * width + s] + from - likelihood) * g;
    }
  }
}

/** Writes a number for all states of the steps of a row. */
function fillSteps({ shape: [, rows, width], row, steps }: Row, out: NumericArray, value: number): void {
  for (let t = 0; t < steps; t++) out.fill(value, (t * rows + row) * width, (t * rows + row + 1) * width);
}

/** Probabilities below this one are left to the sums of logarithms, which cannot underflow. */
const leastProbability = 1e-200;

/** Returns e^x for the log probability of a state at a step, or null where the product with others may underflow. */
const emissionOf = (x: number): number | null => (x < never / 10 ? 0 : Math.abs(x) < 200 ? Math.exp(x) : null);

/** Scales probabilities to the sum 1, and returns the logarithm of the sum; null where there are none, or where one underflows. */
function normalize(line: Float64Array, start: number, end: number): number | null {
  let [sum, least] = [0, Number.POSITIVE_INFINITY];
  for (let s = start; s < end; s++) {
    const v = line[s];
    sum += v;
    if (v > 0 && v < least) least = v;
  }
  if (!(sum > 0) || least < leastProbability * sum) return null;
  const factor = 1 / sum;
  for (let s = start; s < end; s++) line[s] *= factor;
  return Math.log(sum);
}

/**
 * Computes the probabilities of the beginnings of paths at each step, each line scaled to the sum 1, and returns the log likelihood; null where the sums of logarithms are needed. Source:
 * Rabiner, "A tutorial on hidden Markov models", 1989.
 */
function scaledForward(
  { arrays, shape, row, steps, states }: Row,
  alphas: Float64Array,
  emissions: Float64Array,
): number | null {
  const [emitted, skips, begins, ends] = arrays;
  const [, rows, width] = shape;
  const mark = row * width;
  if (steps === 0) return null;
  let log = 0;
  for (let t = 0; t < steps; t++) {
    const [to, from, at] = [t * width, (t - 1) * width, (t * rows + row) * width];
    const [start, end] = [Math.max(0, states - 2 * (steps - t)), Math.min(states, 2 * t + 2)];
    alphas.fill(0, to, to + width);
    for (let s = start; s < end; s++) {
      const emission = emissionOf(emitted[at + s]);
      if (emission === null) return null;
      emissions[to + s] = emission;
      let a = t === 0 ? begins[mark + s] : alphas[from + s];
      if (t > 0 && s > 0) a += alphas[from + s - 1];
      if (t > 0 && s > 1 && skips[mark + s] !== 0) a += alphas[from + s - 2];
      alphas[to + s] = a * emission;
    }
    const scale = normalize(alphas, to + start, to + end);
    if (scale === null) return null;
    log += scale;
  }
  const last = (steps - 1) * width;
  let sum = 0;
  for (let s = Math.max(0, states - 2); s < states; s++) if (ends[mark + s] !== 0) sum += alphas[last + s];
  return sum > leastProbability ? log + Math.log(sum) : null;
}

/** Writes the derivatives from the scaled probabilities; returns whether it could. */
function scaledBackward(r: Row, alphas: Float64Array, emissions: Float64Array, g: number, out: NumericArray): boolean {
  const { arrays, shape, row, steps, states } = r;
  const [, skips, , ends] = arrays;
  const [, rows, width] = shape;
  const mark = row * width;
  let betas = new Float64Array(width + 2);
  let behind = new Float64Array(width + 2);
  const products = new Float64Array(width);
  for (let t = steps - 1; t >= 0; t--) {
    [betas, behind] = [behind.fill(0), betas];
    const at = (t * rows + row) * width;
    const [start, end] = [Math.max(0, states - 2 * (steps - t)), Math.min(states, 2 * t + 2)];
    let sum = 0;
    for (let s = start; s < end; s++) {
      let from = t === steps - 1 ? ends[mark + s] : behind[s] + behind[s + 1];
      if (t < steps - 1 && s + 2 < width && skips[mark + s + 2] !== 0) from += behind[s + 2];
      betas[s] = from * emissions[t * width + s];
      products[s] = alphas[t * width + s] * from;
      sum += products[s];
    }
    if (!(sum > leastProbability) || normalize(betas, start, end) === null) return false;
    for (let s = start; s < end; s++) out[at + s] = (products[s] / sum) * g;
  }
  return true;
}

const rowsOf = (inputs: readonly Strided[]): Rows => ({ arrays: inputs.map(contiguousArray), shape: inputs[0].shape });

const likelihoods: FastKernel = ([out], inputs, params) => {
  if (!isFloat(inputs[0])) return false;
  const rows = rowsOf(inputs);
  const [alphas, emissions] = [0, 1].map(() => new Float64Array(Math.max(rows.shape[0], 2) * rows.shape[2]));
  const results = Float64Array.from((params as Ctc).inputLengths, (steps, i) => {
    const row = rowOf(rows, i, steps);
    const likelihood = scaledForward(row, alphas, emissions);
    if (likelihood !== null) return likelihood;
    forward(row, alphas, 2);
    return total(row, alphas, 2);
  });
  out.storage.array.set(results);
  return true;
};

const rule: FastRule = (g, { inputs, metas, params }) => {
  if (!isFloat(g)) return null;
  const rows = rowsOf(inputs);
  const [steps, , states] = rows.shape;
  const dx = blank(metas[0], null);
  const cotangents = contiguousArray(g);
  const [alphas, emissions] = [0, 1].map(() => new Float64Array(Math.max(steps, 1) * states));
  const out = dx.storage.array.fill(0);
  (params as Ctc).inputLengths.forEach((length, i) => {
    const row = rowOf(rows, i, length);
    const isScaled = scaledForward(row, alphas, emissions) !== null;
    if (isScaled && scaledBackward(row, alphas, emissions, cotangents[i], out)) return;
    forward(row, alphas, Math.max(length, 1));
    const likelihood = total(row, alphas, Math.max(length, 1));
    if (Number.isNaN(likelihood)) fillSteps(row, out, likelihood);
    else if (likelihood > never / 10) backward(row, alphas, likelihood, cotangents[i], out);
  });
  return [dx, null, null, null];
};

registerFastKernel("ctcLikelihood", likelihoods);
registerFastRule("ctcLikelihood", rule);
