/** Vectors of evenly spaced numbers. */
import { newArray } from "../dtype.ts";
import { ArgumentError } from "../errors.ts";
import type { Tensor } from "../tensor.ts";
import { type CreateOptions, checkSizes, requireNumbers, withOptions } from "./options.ts";

/**
 * Creates the vector `start`, `start + step`, … up to `end`, which is excluded; with one argument, 0, 1, … up to it. The dtype is int32 when all
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
  const dtype = options.dtype ?? ([low, high, step].every(Number.isInteger) ? "int32" : "float32");
  const n = Math.ceil((high - low) / step);
  checkSizes("arange", [n]);
  const out = newArray(dtype, n);
  for (let i = 0; i < out.length; i++) out[i] = low + i * step;
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
  const step = steps > 1 ? (end - start) / (steps - 1) : 0;
  // from both ends, so that the last number is exactly `end`
  for (let i = 0; i < steps; i++) out[i] = i < steps / 2 ? start + i * step : end - (steps - 1 - i) * step;
  return withOptions(out, dtype, [steps], options);
}
