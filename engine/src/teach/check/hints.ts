/** Hints for wrong values: each looks at the numbers that came and those that were expected, and returns a sentence, or `null`. */
import { sameShape, sizeOf } from "../../tensor/shape.ts";
import { abs } from "./builtins.ts";
import { numberText } from "./format.ts";
import type { PlainNumbers } from "./plain.ts";

/** Wrong numbers beside those that were expected. */
export interface WrongNumbers {
  readonly actual: PlainNumbers;
  readonly expected: PlainNumbers;
  readonly tol: number;
}

type Hint = (wrong: WrongNumbers) => string | null;

const near = (a: number, b: number): boolean => abs(a - b) <= 1e-4 * (abs(a) + abs(b)) + 1e-9;

function alike(a: ArrayLike<number>, b: ArrayLike<number>): boolean {
  if (a.length !== b.length || a.length === 0) return false;
  for (let i = 0; i < a.length; i++) if (!near(a[i], b[i])) return false;
  return true;
}

const reshaped: Hint = ({ actual, expected }) =>
  !sameShape(actual.shape, expected.shape) && alike(actual.values, expected.values)
    ? "The elements are right, in another shape: reshape, squeeze or unsqueeze the result."
    : null;

/** Returns the elements of a matrix with rows and columns exchanged. */
function transposed(values: ArrayLike<number>, rows: number, columns: number): Float64Array {
  const result = new Float64Array(values.length);
  for (let i = 0; i < rows; i++) for (let j = 0; j < columns; j++) result[j * rows + i] = values[i * columns + j];
  return result;
}

const transpose: Hint = ({ actual, expected }) => {
  if (actual.shape.length !== 2 || expected.shape.length !== 2) return null;
  const [rows, columns] = actual.shape;
  if (rows !== expected.shape[1] || columns !== expected.shape[0]) return null;
  if (alike(transposed(actual.values, rows, columns), expected.values))
    return "The result is transposed: rows and columns are exchanged.";
  return rows === columns
    ? null
    : "The shape is the transpose of the expected one: a transpose is missing or too much, or the operands of a product are exchanged.";
};

/** Returns sums along a dimension. */
function sums(x: PlainNumbers, dim: number): Float64Array {
  const inner = sizeOf(x.shape.slice(dim + 1));
  const n = x.shape[dim];
  const result = new Float64Array(x.values.length / n);
  for (let i = 0; i < x.values.length; i++) result[Math.floor(i / (inner * n)) * inner + (i % inner)] += x.values[i];
  return result;
}

const without = (shape: readonly number[], dim: number): number[] => shape.filter((_, d) => d !== dim);

/** Whether a shape is another one without a dimension, or with that dimension of size 1. */
const isReduced = (shape: readonly number[], full: readonly number[], dim: number): boolean =>
  sameShape(shape, without(full, dim)) || sameShape(shape, full.with(dim, 1));

const missingReduction: Hint = ({ actual, expected }) => {
  const dims = [...actual.shape.keys()].filter(
    (d) => actual.shape[d] > 1 && isReduced(expected.shape, actual.shape, d),
  );
  const words = (d: number): string => `over dimension ${d}${d === 0 ? " (the batch)" : ""}`;
  for (const d of dims) {
    const n = actual.shape[d];
    const total = sums(actual, d);
    if (alike(total, expected.values)) return `A sum ${words(d)} is missing, which has ${n} elements.`;
    const mean = total.map((v) => v / n);
    if (alike(mean, expected.values)) return `A mean ${words(d)} is missing, which has ${n} elements.`;
  }
  const [d] = dims;
  return d === undefined
    ? null
    : `The result has a dimension of ${actual.shape[d]} that is not expected: sum or average ${words(d)}?`;
};

const factor: Hint = ({ actual, expected }) => {
  if (!sameShape(actual.shape, expected.shape)) return null;
  let ratio: number | null = null;
  for (let i = 0; i < actual.values.length; i++) {
    const [a, e] = [actual.values[i], expected.values[i]];
    if (a === 0 && e === 0) continue;
    const r = a / e;
    if (!Number.isFinite(r) || (ratio !== null && !near(r, ratio))) return null;
    ratio ??= r;
  }
  if (ratio === null || near(ratio, 1)) return null;
  const every = actual.values.length === 1 ? "The result" : "Every element";
  if (ratio === 0) return "Everything is 0.";
  if (near(ratio, -1)) return `The sign is wrong: ${every.toLowerCase()} is the negative of what is expected.`;
  const sign = ratio < 0 ? ", and its sign is wrong" : "";
  const size = abs(ratio);
  if (near(size, 2)) return `${every} is twice what is expected${sign}: a factor of two is too much.`;
  if (near(size, 0.5)) return `${every} is half of what is expected${sign}: a factor of two is missing.`;
  const times = size > 1 ? size : 1 / size;
  const whole = near(times, Math.round(times))
    ? ` Is ${Math.round(times)} a size: a mean in the place of a sum, or the reverse?`
    : "";
  return `${every} is ${numberText(times)} times too ${size > 1 ? "large" : "small"}${sign}.${whole}`;
};

const integers: Hint = ({ actual, expected }) =>
  actual.dtype !== null && /^(u?int|bool)/.test(actual.dtype) && expected.values.some((v) => !Number.isInteger(v))
    ? `The result has the integer dtype ${actual.dtype}, which cannot hold fractions: create its tensors with a float dtype.`
    : null;

const rounded: Hint = ({ actual, expected }) =>
  sameShape(actual.shape, expected.shape) &&
  actual.values.every(Number.isInteger) &&
  actual.values.every((v, i) => abs(v - expected.values[i]) < 1) &&
  expected.values.some((v) => !Number.isInteger(v))
    ? "The result is rounded to integers: is a division, or an integer dtype, in the way?"
    : null;

/** Returns the dimension along which all sums are 1; -1 if there is none. */
const normalizedDim = (x: PlainNumbers): number =>
  x.shape.findIndex((n, d) => n > 1 && sums(x, d).every((v) => near(v, 1)));

const wrongAxis: Hint = ({ actual, expected }) => {
  if (!sameShape(actual.shape, expected.shape)) return null;
  const [mine, wanted] = [normalizedDim(actual), normalizedDim(expected)];
  if (wanted >= 0 && mine >= 0 && mine !== wanted)
    return `The sums along dimension ${mine} are 1, and those along dimension ${wanted} should be: the wrong axis was taken.`;
  for (let d = 0; d < actual.shape.length; d++) {
    const n = actual.shape[d];
    const inner = sizeOf(actual.shape.slice(d + 1));
    const flipped = actual.values.map((_, i) => {
      const k = Math.floor(i / inner) % n;
      return actual.values[i + (n - 1 - 2 * k) * inner];
    });
    if (n > 1 && alike(flipped, expected.values)) return `The order along dimension ${d} is reversed.`;
  }
  return null;
};

const ordered = (shape: readonly number[]): number[] => shape.toSorted((a, b) => a - b);

const otherAxis: Hint = ({ actual, expected }) =>
  actual.shape.length === expected.shape.length &&
  !sameShape(actual.shape, expected.shape) &&
  sameShape(ordered(actual.shape), ordered(expected.shape))
    ? "The sizes are right, in another order: permute the dimensions, or reduce over another axis."
    : actual.shape.length === expected.shape.length && !sameShape(actual.shape, expected.shape)
      ? "Is the wrong axis reduced, or one operand broadcast along another dimension?"
      : null;

const offset: Hint = ({ actual, expected }) => {
  if (!sameShape(actual.shape, expected.shape) || actual.values.length < 2) return null;
  const first = actual.values[0] - expected.values[0];
  return Number.isFinite(first) && actual.values.every((v, i) => near(v - expected.values[i], first))
    ? `Every element is off by ${numberText(first)}: a constant is missing or too much.`
    : null;
};

const notFinite: Hint = ({ actual }) => {
  const nan = actual.values.reduce((n, v) => n + (Number.isNaN(v) ? 1 : 0), 0);
  const inf = actual.values.reduce((n, v) => n + (abs(v) === Infinity ? 1 : 0), 0);
  if (nan + inf === 0) return null;
  return nan > 0
    ? `${nan} of ${actual.values.length} elements are NaN: look for 0/0, ∞ − ∞, or the logarithm or root of a negative number.`
    : `${inf} of ${actual.values.length} elements are infinite: an exponential overflows, or something is divided by 0. Subtract the largest element before exp.`;
};

const hints: readonly Hint[] = [
  notFinite,
  integers,
  reshaped,
  transpose,
  missingReduction,
  factor,
  rounded,
  wrongAxis,
  otherAxis,
  offset,
];

/** Returns the hints that fit, the likeliest first. */
export const hintsFor = (wrong: WrongNumbers): string[] => hints.flatMap((hint) => hint(wrong) ?? []);
