/** Sizes and options of the functions that create tensors. */
import { describe } from "../arguments/refusals.ts";
import type { DType, NumericArray } from "../dtype.ts";
import { ArgumentError, DTypeError, showShape } from "../errors.ts";
import type { Generator } from "../random.ts";
import { type Shape, sizeOf } from "../shape.ts";
import { fromArray, type Tensor } from "../tensor.ts";

/** Options of every function that creates a tensor. */
export interface CreateOptions {
  /** Element type; by default float32, or the type of the data. */
  readonly dtype?: DType;
  /** Whether operations on the tensor are recorded, and `backward` computes its gradient. Only for float dtypes; `false` by default. */
  readonly requiresGrad?: boolean;
}

/** Options of the functions that create random tensors. */
export interface RandomOptions extends CreateOptions {
  /** The generator that draws the numbers; by default the one that `manualSeed` seeds. */
  readonly generator?: Generator;
}

/** The arguments after the first of a function that takes sizes one by one or in an array, and options last. */
export type SizesAndOptions<O> = readonly (number | O | undefined)[];

/** Most elements of a tensor: addresses have 32 bits. */
const mostElements = 2 ** 30;

/** @throws ArgumentError when a size is no integer of at least 0, or when there are more than 2^30 elements. */
export function checkSizes(op: string, shape: Shape): void {
  const wrong = shape.findIndex((s) => !Number.isInteger(s) || s < 0);
  if (wrong >= 0)
    throw new ArgumentError(op, `sizes must be integers of at least 0, but got ${shape[wrong]} in ${showShape(shape)}`);
  const n = sizeOf(shape);
  if (n > mostElements)
    throw new ArgumentError(op, `a tensor has at most 2^30 elements, but ${showShape(shape)} would have ${n}`);
}

/** Separates sizes, which are listed one by one or in an array, from the options after them. */
export function parseSizes<O extends CreateOptions>(
  op: string,
  first: Shape | number,
  rest: SizesAndOptions<O>,
): readonly [shape: Shape, options: O] {
  const last = rest[rest.length - 1];
  const options = (typeof last === "object" ? last : {}) as O;
  const sizes = typeof last === "object" || (last === undefined && rest.length > 0) ? rest.slice(0, -1) : rest;
  if (typeof first === "number") return [[first, ...(sizes as readonly number[])], options];
  if (sizes.length > 0)
    throw new ArgumentError(
      op,
      `sizes must be one array or all be numbers, but got ${describe(sizes[0])} after an array`,
    );
  return [first, options];
}

/** @throws DTypeError for bool. */
export function requireNumbers(op: string, dtype: DType | undefined): void {
  if (dtype === "bool") throw new DTypeError(op, "expected a dtype of numbers", [dtype]);
}

/** Returns a tensor with the elements of a typed array, which the caller must not use afterwards, and sets `requiresGrad`. */
export const withOptions = (array: NumericArray, dtype: DType, shape: Shape, options: CreateOptions): Tensor =>
  fromArray(array, dtype, shape).requiresGrad_(options.requiresGrad ?? false);
