/** Random tensors. */
import { ambient } from "../../platform/ambient.ts";
import { castArray, type DType, encodeArray, encodingOf, isFloating, newArray } from "../dtype.ts";
import { ArgumentError, DTypeError } from "../errors.ts";
import { type Distribution, defaultGenerator, type Generator, sampleFast } from "../random.ts";
import { type Shape, sizeOf } from "../shape.ts";
import { allocateUninitialized } from "../storage/storage.ts";
import { fromArray, Tensor } from "../tensor.ts";
import {
  checkSizes,
  parseSizes,
  type RandomOptions,
  requireNumbers,
  type SizesAndOptions,
  withOptions,
} from "./options.ts";

/** Draws a random tensor inside `vmap`, whose randomness may differ between batch entries: `draw` returns a tensor of another shape. */
export type RandomnessRule = (op: string, shape: Shape, draw: (shape: Shape) => Tensor) => Tensor;

const current = ambient(() => ({ rule: null as RandomnessRule | null }));

/** Sets the rule by which random tensors are drawn; `null` outside of `vmap`. Returns the rule until then. */
export function setRandomnessRule(rule: RandomnessRule | null): RandomnessRule | null {
  const before = current.rule;
  current.rule = rule;
  return before;
}

/** Creates a tensor of random numbers, which `next` draws one by one. Inside `vmap` its rule of randomness holds. */
export function draw(
  op: string,
  shape: Shape,
  options: RandomOptions,
  dtype: DType,
  next: (g: Generator) => number,
  distribution?: Distribution,
): Tensor {
  checkSizes(op, shape);
  if (current.rule !== null)
    return current.rule(op, shape, (other) => draw(op, other, options, dtype, next, distribution));
  const generator = options.generator ?? defaultGenerator;
  const storage = allocateUninitialized(dtype, sizeOf(shape));
  if (distribution === undefined || !sampleFast(generator, distribution, storage)) {
    const elements = encodingOf(dtype) === null ? storage.array : newArray(dtype, storage.length);
    for (let i = 0; i < elements.length; i++) elements[i] = next(generator);
    if (elements !== storage.array) storage.array.set(encodeArray(elements, dtype));
  }
  return new Tensor(storage, shape.slice()).requiresGrad_(options.requiresGrad ?? false);
}

/** Returns the function that draws a uniform number of a dtype. A float32 below 1 has 24 bits; more could round up to 1. */
export const uniformIn = (dtype: DType): ((g: Generator) => number) =>
  dtype === "float32" ? (g) => Math.floor(g.uniform() * 16777216) / 16777216 : (g) => g.uniform();

function requireFloat(op: string, dtype: DType = "float32"): DType {
  if (!isFloating(dtype)) throw new DTypeError(op, "expected a float dtype; use randint for integers", [dtype]);
  return dtype;
}

/**
 * Creates a tensor of random numbers from the uniform distribution on [0, 1), float32 by default. Sizes are given in an array or one by one, before the
 * options.
 * @throws ArgumentError when a size is negative or no integer.
 * @throws DTypeError for a dtype that is not float.
 * @example rand(2, 3, { generator: new Generator(7) }).shape; // [2, 3]
 */
export function rand(shape: Shape, options?: RandomOptions): Tensor;
export function rand(size: number, ...sizes: number[]): Tensor;
export function rand(size: number, ...sizesAndOptions: [...sizes: number[], options: RandomOptions]): Tensor;
export function rand(first: Shape | number, ...rest: SizesAndOptions<RandomOptions>): Tensor {
  const [shape, options] = parseSizes("rand", first, rest);
  const dtype = requireFloat("rand", options.dtype);
  return draw("rand", shape, options, dtype, uniformIn(dtype), "uniform");
}

/**
 * Creates a tensor of random numbers from the normal distribution with mean 0 and variance 1, float32 by default. Sizes are given in an array or one by
 * one, before the options.
 * @throws ArgumentError when a size is negative or no integer.
 * @throws DTypeError for a dtype that is not float.
 * @example randn([2, 3], { generator: new Generator(7) }).shape; // [2, 3]
 */
export function randn(shape: Shape, options?: RandomOptions): Tensor;
export function randn(size: number, ...sizes: number[]): Tensor;
export function randn(size: number, ...sizesAndOptions: [...sizes: number[], options: RandomOptions]): Tensor;
export function randn(first: Shape | number, ...rest: SizesAndOptions<RandomOptions>): Tensor {
  const [shape, options] = parseSizes("randn", first, rest);
  return draw("randn", shape, options, requireFloat("randn", options.dtype), (g) => g.normal(), "normal");
}

/**
 * Creates a tensor of random integers from `low` to `high` - 1, all equally likely, int64 by default.
 * @throws ArgumentError when `low` and `high` are no integers, or `low` is not below `high`.
 * @example randint(0, 10, [2, 3], { generator: new Generator(7) }).dtype; // "int64"
 */
export function randint(low: number, high: number, shape: Shape, options: RandomOptions = {}): Tensor {
  if (!Number.isInteger(low) || !Number.isInteger(high) || high <= low)
    throw new ArgumentError("randint", `low and high must be integers with low < high, but got ${low} and ${high}`);
  return draw("randint", shape, options, options.dtype ?? "int64", (g) => g.integer(low, high), {
    low,
    high,
  });
}

/**
 * Creates a vector of the integers 0 … n - 1 in random order, int64 by default.
 * @throws ArgumentError when `n` is negative or no integer.
 * @throws DTypeError when `dtype` is bool.
 * @example randperm(5, { generator: new Generator(7) }).sum().item(); // 10
 */
export function randperm(n: number, options: RandomOptions = {}): Tensor {
  checkSizes("randperm", [n]);
  requireNumbers("randperm", options.dtype);
  const { generator = defaultGenerator, dtype = "int64" } = options;
  const permutations = (shape: Shape): Tensor => {
    const rows = Array.from({ length: sizeOf(shape.slice(0, -1)) }, () => [...generator.permutation(n)]);
    return fromArray(castArray(Int32Array.from(rows.flat()), dtype), dtype, shape);
  };
  if (current.rule !== null) return current.rule("randperm", [n], permutations);
  return withOptions(castArray(generator.permutation(n), dtype), dtype, [n], options);
}
