/** Making tensors from data, by rule, or at random. */
import { ambient } from "../platform/ambient.ts";
import { type DType, dtypeOfArray, isFloating, type NumericArray, newArray } from "./dtype.ts";
import { ArgumentError, DTypeError, ShapeError } from "./errors.ts";
import type { NestedArray } from "./nested.ts";
import { type Distribution, defaultGenerator, type Generator, sampleFast } from "./random.ts";
import { type Shape, sizeOf } from "./shape.ts";
import { allocateUninitialized } from "./storage/storage.ts";
import { contiguousArray } from "./strided.ts";
import { fromArray, Tensor } from "./tensor.ts";

/** Options of every function that makes a tensor. */
export interface CreateOptions {
  /** Element type; by default float32, or what the data says. */
  readonly dtype?: DType;
  /** Whether gradients are wanted. */
  readonly requiresGrad?: boolean;
}

/** Options of the random ones. */
export interface RandomOptions extends CreateOptions {
  /** Where the numbers come from; the default generator if absent. */
  readonly generator?: Generator;
}

/** What `tensor` accepts. */
export type TensorData = NestedArray | NumericArray | Int8Array | Int16Array | Uint16Array | Uint8ClampedArray | Tensor;

const isTensor = (x: unknown): x is Tensor => Object.prototype.toString.call(x) === "[object Tensor]";

const finish = (array: NumericArray, dtype: DType, shape: Shape, options: CreateOptions): Tensor =>
  fromArray(array, dtype, shape).requiresGrad_(options.requiresGrad ?? false);

/** Elements that a tensor may have: addresses have 32 bits. */
const mostElements = 2 ** 30;

/** Refuses sizes that are no integers of at least 0, and those of more elements than fit in memory. */
export function checkSizes(op: string, shape: Shape): void {
  const wrong = shape.findIndex((s) => !Number.isInteger(s) || s < 0);
  if (wrong >= 0)
    throw new ArgumentError(
      op,
      `sizes must be integers of at least 0, but got ${shape[wrong]} in [${shape.join(", ")}]`,
    );
  const n = sizeOf(shape);
  if (n > mostElements)
    throw new ArgumentError(op, `[${shape.join(", ")}] are ${n} elements, which do not fit in memory; at most 2^30 do`);
}

/**
 * A tensor with a copy of the data: nested arrays, a typed array, a number or another tensor.
 * Numbers become float32 unless `dtype` says otherwise, booleans become bool, a typed array keeps its type.
 * @throws ShapeError when nested arrays have unequal lengths.
 * @example
 * tensor([[1, 2, 3], [4, 5, 6]]).shape; // [2, 3]
 */
export function tensor(data: TensorData, options: CreateOptions = {}): Tensor {
  if (isTensor(data)) {
    const dtype = options.dtype ?? data.dtype;
    return finish(cast(contiguousArray(data), dtype), dtype, data.shape, options);
  }
  const typed = dtypeOfArray(data);
  if (typed !== undefined) {
    const from = data as NumericArray;
    const dtype = options.dtype ?? typed;
    return finish(cast(from, dtype), dtype, [from.length], options);
  }
  const shape: number[] = [];
  for (let level: unknown = data; Array.isArray(level); level = level[0]) shape.push(level.length);
  const flat: (number | boolean)[] = [];
  const fill = (level: NestedArray, d: number): void => {
    if (typeof level === "number" || typeof level === "boolean") {
      if (d !== shape.length)
        throw new ShapeError(
          "tensor",
          `nested arrays must have equal lengths, ${shape[d]} at depth ${d} as in the first`,
          [[]],
        );
      flat.push(level);
    } else if (Array.isArray(level)) {
      if (d >= shape.length || level.length !== shape[d])
        throw new ShapeError(
          "tensor",
          `nested arrays must have equal lengths, ${shape[d] ?? "a number"} at depth ${d} as in the first`,
          [[level.length]],
        );
      for (const item of level as readonly NestedArray[]) fill(item, d + 1);
    } else
      throw new ArgumentError("tensor", `data must be numbers, booleans or arrays of them, but got ${describe(level)}`);
  };
  fill(data as NestedArray, 0);
  const dtype = options.dtype ?? (flat.length > 0 && flat.every((v) => typeof v === "boolean") ? "bool" : "float32");
  const out = newArray(dtype, flat.length);
  for (let i = 0; i < flat.length; i++) out[i] = dtype === "bool" ? (flat[i] ? 1 : 0) : Number(flat[i]);
  return finish(out, dtype, shape, options);
}

const describe = (x: unknown): string => (x === null ? "null" : typeof x === "string" ? `"${x}"` : typeof x);

/** A copy with another element type; to bool, what is not 0 is true. */
export function cast(from: NumericArray, dtype: DType): NumericArray {
  const out = newArray(dtype, from.length);
  if (dtype === "bool") for (let i = 0; i < from.length; i++) out[i] = from[i] !== 0 ? 1 : 0;
  else out.set(from);
  return out;
}

function notBool(op: string, dtype: DType | undefined): void {
  if (dtype === "bool") throw new DTypeError(op, "expected a dtype of numbers", [dtype]);
}

/** All elements `value`. @example full([2, 2], 7).toArray(); // [[7, 7], [7, 7]] */
export function full(shape: Shape, value: number | boolean, options: CreateOptions = {}): Tensor {
  checkSizes("full", shape);
  const dtype = options.dtype ?? (typeof value === "boolean" ? "bool" : "float32");
  if (dtype === "int32" && !Number.isFinite(Number(value)))
    throw new ArgumentError("full", `${value} is no int32; choose a float dtype`);
  return finish(newArray(dtype, sizeOf(shape)).fill(Number(value)), dtype, shape.slice(), options);
}

/** What follows the first argument of a function that takes its sizes one by one or in one array, and then its options. */
type SizesAndOptions<O> = readonly (number | O | undefined)[];

/** Separates sizes that may be listed one by one, or stand in one array, from the options behind them. */
function sizesOf<O extends CreateOptions>(
  op: string,
  first: Shape | number,
  rest: SizesAndOptions<O>,
): readonly [shape: Shape, options: O] {
  const last = rest[rest.length - 1];
  const options = (typeof last === "object" ? last : {}) as O;
  const sizes = typeof last === "object" || (last === undefined && rest.length > 0) ? rest.slice(0, -1) : rest;
  if (typeof first !== "number") {
    if (sizes.length > 0)
      throw new ArgumentError(
        op,
        `sizes must be one array or all be numbers, but got ${describe(sizes[0])} behind an array`,
      );
    return [first, options];
  }
  return [[first, ...(sizes as readonly number[])], options];
}

/** All elements 0. Sizes may be listed: `zeros(2, 3)`. @example zeros([2]).toArray(); // [0, 0] */
export function zeros(shape: Shape, options?: CreateOptions): Tensor;
export function zeros(size: number, ...sizes: number[]): Tensor;
export function zeros(size: number, ...sizesAndOptions: [...sizes: number[], options: CreateOptions]): Tensor;
export function zeros(first: Shape | number, ...rest: SizesAndOptions<CreateOptions>): Tensor {
  const [shape, options] = sizesOf("zeros", first, rest);
  checkSizes("zeros", shape);
  const dtype = options.dtype ?? "float32";
  return finish(newArray(dtype, sizeOf(shape)), dtype, shape.slice(), options);
}

/** All elements 1. Sizes may be listed: `ones(2, 3)`. @example ones([2]).toArray(); // [1, 1] */
export function ones(shape: Shape, options?: CreateOptions): Tensor;
export function ones(size: number, ...sizes: number[]): Tensor;
export function ones(size: number, ...sizesAndOptions: [...sizes: number[], options: CreateOptions]): Tensor;
export function ones(first: Shape | number, ...rest: SizesAndOptions<CreateOptions>): Tensor {
  const [shape, options] = sizesOf("ones", first, rest);
  checkSizes("ones", shape);
  return full(shape, 1, options);
}

/** Zeros of the shape and dtype of another. */
export const zerosLike = (like: Tensor, options: CreateOptions = {}): Tensor =>
  zeros(like.shape, { dtype: like.dtype, ...options });

/** Ones of the shape and dtype of another. */
export const onesLike = (like: Tensor, options: CreateOptions = {}): Tensor =>
  ones(like.shape, { dtype: like.dtype, ...options });

/** One value in the shape and dtype of another. */
export const fullLike = (like: Tensor, value: number, options: CreateOptions = {}): Tensor =>
  full(like.shape, value, { dtype: like.dtype, ...options });

/**
 * `start`, `start + step`, … below `end`; with one argument, 0 … `end` - 1.
 * int32 when all are integers, else float32.
 * @example arange(0, 6, 2).toArray(); // [0, 2, 4]
 */
export function arange(start: number, end?: number, step = 1, options: CreateOptions = {}): Tensor {
  const [lo, hi] = end === undefined ? [0, start] : [start, end];
  if (!Number.isFinite(hi - lo)) throw new ArgumentError("arange", `the range must be finite, but got ${lo} to ${hi}`);
  notBool("arange", options.dtype);
  if (step === 0 || !Number.isFinite(step))
    throw new ArgumentError("arange", `step must be a finite number other than 0, but got ${step}`);
  if ((hi - lo) / step < 0)
    throw new ArgumentError("arange", `the sign of step must lead from ${lo} to ${hi}, but got ${step}`);
  const dtype = options.dtype ?? ([lo, hi, step].every(Number.isInteger) ? "int32" : "float32");
  const n = Math.ceil((hi - lo) / step);
  if (Number.isNaN(n)) throw new ArgumentError("arange", `start and end must be numbers, but got ${lo} and ${hi}`);
  checkSizes("arange", [n]);
  const out = newArray(dtype, n);
  for (let i = 0; i < out.length; i++) out[i] = lo + i * step;
  return finish(out, dtype, [out.length], options);
}

/** `steps` values from `start` to `end`, both included. @example linspace(0, 1, 3).toArray(); // [0, 0.5, 1] */
export function linspace(start: number, end: number, steps: number, options: CreateOptions = {}): Tensor {
  if (!Number.isInteger(steps) || steps < 0)
    throw new ArgumentError("linspace", `steps must be an integer of at least 0, but got ${steps}`);
  checkSizes("linspace", [steps]);
  notBool("linspace", options.dtype);
  const dtype = options.dtype ?? "float32";
  const out = newArray(dtype, steps);
  const step = steps > 1 ? (end - start) / (steps - 1) : 0;
  // from both ends, so that the last value is `end` exactly
  for (let i = 0; i < steps; i++) out[i] = i < steps / 2 ? start + i * step : end - (steps - 1 - i) * step;
  return finish(out, dtype, [steps], options);
}

/** Ones on the diagonal of an `n` by `m` matrix (`m` = `n` by default). */
export function eye(n: number, m: number = n, options: CreateOptions = {}): Tensor {
  checkSizes("eye", [n, m]);
  const dtype = options.dtype ?? "float32";
  const out = newArray(dtype, n * m);
  for (let i = 0; i < Math.min(n, m); i++) out[i * m + i] = 1;
  return finish(out, dtype, [n, m], options);
}

/** Draws in another way where `draw` stands for one example of many; `again` draws as usual. */
export type RandomnessRule = (op: string, shape: Shape, again: (shape: Shape) => Tensor) => Tensor;

const drawing = ambient(() => ({ rule: null as RandomnessRule | null }));

/** Sets the rule; gives the one before. */
export function setRandomnessRule(rule: RandomnessRule | null): RandomnessRule | null {
  const before = drawing.rule;
  drawing.rule = rule;
  return before;
}

function draw(
  op: string,
  shape: Shape,
  options: RandomOptions,
  dtype: DType,
  next: (g: Generator) => number,
  distribution?: Distribution,
): Tensor {
  checkSizes(op, shape);
  if (drawing.rule !== null) return drawing.rule(op, shape, (all) => draw(op, all, options, dtype, next, distribution));
  const g = options.generator ?? defaultGenerator;
  const storage = allocateUninitialized(dtype, sizeOf(shape));
  if (distribution === undefined || !sampleFast(g, distribution, storage)) {
    const { array } = storage;
    for (let i = 0; i < array.length; i++) array[i] = next(g);
  }
  return new Tensor(storage, shape.slice()).requiresGrad_(options.requiresGrad ?? false);
}

function floatOnly(op: string, dtype: DType = "float32"): DType {
  if (!isFloating(dtype)) throw new DTypeError(op, "expected a float dtype; use randint for integers", [dtype]);
  return dtype;
}

/** Draws from the uniform distribution on [0, 1). Sizes may be listed: `rand(2, 3)`. @throws DTypeError for a dtype that is not float. */
export function rand(shape: Shape, options?: RandomOptions): Tensor;
export function rand(size: number, ...sizes: number[]): Tensor;
export function rand(size: number, ...sizesAndOptions: [...sizes: number[], options: RandomOptions]): Tensor;
export function rand(first: Shape | number, ...rest: SizesAndOptions<RandomOptions>): Tensor {
  const [shape, options] = sizesOf("rand", first, rest);
  const dtype = floatOnly("rand", options.dtype);
  // 24 bits are what a float32 below 1 can hold; more would round up to 1
  const next =
    dtype === "float32"
      ? (g: Generator): number => Math.floor(g.uniform() * 16777216) / 16777216
      : (g: Generator): number => g.uniform();
  return draw("rand", shape, options, dtype, next, "uniform");
}

/** Draws from the standard normal distribution. Sizes may be listed: `randn(2, 3)`. @throws DTypeError for a dtype that is not float. */
export function randn(shape: Shape, options?: RandomOptions): Tensor;
export function randn(size: number, ...sizes: number[]): Tensor;
export function randn(size: number, ...sizesAndOptions: [...sizes: number[], options: RandomOptions]): Tensor;
export function randn(first: Shape | number, ...rest: SizesAndOptions<RandomOptions>): Tensor {
  const [shape, options] = sizesOf("randn", first, rest);
  return draw("randn", shape, options, floatOnly("randn", options.dtype), (g) => g.normal(), "normal");
}

/** Integers, uniform in [low, high). int32 by default. */
export function randint(low: number, high: number, shape: Shape, options: RandomOptions = {}): Tensor {
  if (!Number.isInteger(low) || !Number.isInteger(high) || high <= low)
    throw new ArgumentError("randint", `low and high must be integers with low < high, but got ${low} and ${high}`);
  return draw("randint", shape, options, options.dtype ?? "int32", (g) => g.integer(low, high));
}

/** A random order of 0 … n - 1, as int32. */
export function randperm(n: number, options: RandomOptions = {}): Tensor {
  checkSizes("randperm", [n]);
  notBool("randperm", options.dtype);
  if (drawing.rule !== null)
    return drawing.rule("randperm", [n], ([...all]) => {
      const count = sizeOf(all.slice(0, -1));
      const rows = Array.from({ length: count }, () => [...(options.generator ?? defaultGenerator).permutation(n)]);
      return fromArray(cast(Int32Array.from(rows.flat()), options.dtype ?? "int32"), options.dtype ?? "int32", all);
    });
  const dtype = options.dtype ?? "int32";
  return finish(cast((options.generator ?? defaultGenerator).permutation(n), dtype), dtype, [n], options);
}
