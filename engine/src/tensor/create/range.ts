/** Vectors of evenly spaced numbers. */
import { type DType, isInteger, newArray } from "../dtype.ts";
import { ArgumentError } from "../errors.ts";
import type { Tensor } from "../tensor.ts";
import { type CreateOptions, checkSizes, requireNumbers, withOptions } from "./options.ts";

/** Returns ends and steps as an integer dtype has them, or as they are. */
const castEnds = (dtype: DType, ends: readonly [number, number, number]): readonly number[] =>
  isInteger(dtype) ? ends.map(Math.trunc) : ends;

/** Returns the function of the i-th of evenly spaced numbers. It counts from the nearer end, so that the last number is exactly `end`. */
function spaced(dtype: DType, first: number, last: number, steps: number): (i: number) => number {
  const [start, end] = castEnds(dtype, [first, last, 0]);
  const step = steps > 1 ? (end - start) / (steps - 1) : 0;
  const half = Math.floor(steps / 2);
  return (i) => (i < half || steps === 1 ? start + i * step : end - (steps - 1 - i) * step);
}

/**
 * Creates the vector `start`, `start + step`, … up to `end`, which is excluded; with one argument, 0, 1, … up to it. The dtype is int64 when all
 * arguments are integers, and float32 otherwise, unless `dtype` is given.
 * @throws ArgumentError when the range is infinite, when `step` is 0, or when its sign does not lead from `start` to `end`.
 * @throws DTypeError when `dtype` is bool.
 * @example
 * arange(3).toArray(); // [0, 1, 2]
 * arange(0, 6, 2).toArray(); // [0, 2, 4]
 * arange(3, { dtype: "float64" }).toArray(); // [0, 1, 2]
 */
export function arange(end: number, options?: CreateOptions): Tensor;
export function arange(start: number, end: number, options?: CreateOptions): Tensor;
export function arange(start: number, end: number | undefined, step?: number, options?: CreateOptions): Tensor;
export function arange(
  first: number,
  second?: number | CreateOptions,
  third?: number | CreateOptions,
  fourth?: CreateOptions,
): Tensor {
  const [low, high] = typeof second === "number" ? [first, second] : [0, first];
  const step = typeof third === "number" ? third : 1;
  const options = [fourth, third, second].find((x) => typeof x === "object") ?? {};
  if (!Number.isFinite(high - low))
    throw new ArgumentError("arange", `the range must be finite, but got ${low} to ${high}`);
  requireNumbers("arange", options.dtype);
  if (step === 0 || !Number.isFinite(step))
    throw new ArgumentError("arange", `step must be a finite number other than 0, but got ${step}`);
  if ((high - low) / step < 0)
    throw new ArgumentError(
      "arange",
      `step must be ${high > low ? "positive" : "negative"} to get from ${low} to ${high}, but got ${step}`,
    );
  const dtype = options.dtype ?? ([low, high, step].every(Number.isInteger) ? "int64" : "float32");
  const [start, last, by] = castEnds(dtype, [low, high, step]);
  if (by === 0) throw new ArgumentError("arange", `step must not be 0 as ${dtype}, but got ${step}`);
  // PyTorch counts the numbers after the cast for int64 alone
  const n = dtype === "int64" ? Math.ceil((last - start) / by) : Math.ceil((high - low) / step);
  checkSizes("arange", [n]);
  const out = newArray(dtype, n);
  for (let i = 0; i < out.length; i++) out[i] = start + i * by;
  return withOptions(out, dtype, [out.length], options);
}

/**
 * Creates the vector of `steps` evenly spaced numbers from `start` to `end`, both included; for one step, `start`. float32 by default.
 * @throws ArgumentError when `steps` is negative or no integer.
 * @throws DTypeError when `dtype` is bool.
 * @example linspace(0, 1, 3).toArray(); // [0, 0.5, 1]
 */
export function linspace(start: number, end: number, steps: number, options: CreateOptions = {}): Tensor {
  if (!Number.isInteger(steps) || steps < 0)
    throw new ArgumentError("linspace", `steps must be an integer of at least 0, but got ${steps}`);
  checkSizes("linspace", [steps]);
  requireNumbers("linspace", options.dtype);
  const dtype = options.dtype ?? "float32";
  const out = newArray(dtype, steps);
  const at = spaced(dtype, start, end, steps);
  for (let i = 0; i < steps; i++) out[i] = at(i);
  return withOptions(out, dtype, [steps], options);
}

/**
 * Creates the vector of `steps` numbers base^e for evenly spaced e from `start` to `end`, both included; for one step, base^start. float32 by default.
 * @throws ArgumentError when `steps` is negative or no integer.
 * @throws DTypeError when `dtype` is bool.
 * @example logspace(0, 2, 3).toArray(); // [1, 10, 100]
 */
export function logspace(
  start: number,
  end: number,
  steps: number,
  base: number | LogspaceOptions = 10,
  options: CreateOptions = {},
): Tensor {
  const more: LogspaceOptions = typeof base === "number" ? { ...options, base } : base;
  if (!Number.isInteger(steps) || steps < 0)
    throw new ArgumentError("logspace", `steps must be an integer of at least 0, but got ${steps}`);
  checkSizes("logspace", [steps]);
  requireNumbers("logspace", more.dtype);
  const dtype = more.dtype ?? "float32";
  const out = newArray(dtype, steps);
  const at = spaced(dtype, start, end, steps);
  const factor = more.base ?? 10;
  for (let i = 0; i < steps; i++) out[i] = factor ** at(i);
  return withOptions(out, dtype, [steps], more);
}

/** Options of `logspace`. */
export interface LogspaceOptions extends CreateOptions {
  /** The base of the powers; 10 by default. */
  readonly base?: number;
}

/**
 * Creates the vector `start`, `start + step`, … up to `end`, which is included if it is a multiple of `step` away; with one argument, from 0 up to it. float32 by default.
 * @throws ArgumentError when the range is infinite, when `step` is 0, or when its sign does not lead from `start` to `end`.
 * @throws DTypeError when `dtype` is bool.
 * @example range(1, 4).toArray(); // [1, 2, 3, 4]
 */
export function range(end: number, options?: CreateOptions): Tensor;
export function range(start: number, end: number, options?: CreateOptions): Tensor;
export function range(start: number, end: number | undefined, step?: number, options?: CreateOptions): Tensor;
export function range(
  first: number,
  second?: number | CreateOptions,
  third?: number | CreateOptions,
  fourth?: CreateOptions,
): Tensor {
  const [low, high] = typeof second === "number" ? [first, second] : [0, first];
  const step = typeof third === "number" ? third : 1;
  const options = [fourth, third, second].find((x) => typeof x === "object") ?? {};
  if (!Number.isFinite(high - low) || !Number.isFinite(step) || step === 0 || (high - low) / step < 0)
    throw new ArgumentError("range", `steps of ${step} do not lead from ${low} to ${high}`);
  requireNumbers("range", options.dtype);
  const dtype = options.dtype ?? "float32";
  const [start, , by] = castEnds(dtype, [low, high, step]);
  const n = Math.floor((high - low) / step) + 1;
  checkSizes("range", [n]);
  const out = newArray(dtype, n);
  for (let i = 0; i < n; i++) out[i] = start + i * by;
  return withOptions(out, dtype, [n], options);
}
