/** Tensors filled with a value. */
import { type DType, isComplex, type NumericArray, newArray, realDType } from "../dtype.ts";
import { requireRepresentable } from "../limits.ts";
import { type Shape, sizeOf } from "../shape.ts";
import { allocateFilled, allocateZeroed } from "../storage/storage.ts";
import { Tensor } from "../tensor.ts";
import { type CreateOptions, checkSizes, parseSizes, type SizesAndOptions, withOptions } from "./options.ts";

/** Returns `n` elements of one real value as the array of a complex dtype. */
function complexElements(dtype: DType, n: number, value: number): NumericArray {
  const out = newArray(dtype, n);
  for (let i = 0; i < out.length; i += 2) out[i] = value;
  return out;
}

/**
 * Creates a tensor of the given shape in which each element is `value`. The dtype is bool for a boolean, int64 for a BigInt, and float32 otherwise, unless `dtype` is given.
 * @throws ArgumentError when a size is negative or no integer, or when `dtype` is an integer type that does not have `value`.
 * @example full([2, 2], 7).toArray(); // [[7, 7], [7, 7]]
 */
export function full(shape: Shape, value: number | bigint | boolean, options: CreateOptions = {}): Tensor {
  checkSizes("full", shape);
  const dtype =
    options.dtype ?? (typeof value === "boolean" ? "bool" : typeof value === "bigint" ? "int64" : "float32");
  requireRepresentable("full", dtype, value);
  const n = sizeOf(shape);
  const own = shape.slice();
  if (dtype === "int64" && typeof value === "bigint")
    return withOptions(new BigInt64Array(n).fill(value) as unknown as NumericArray, dtype, own, options);
  if (isComplex(dtype)) return withOptions(complexElements(dtype, n, Number(value)), dtype, own, options);
  const storage = allocateFilled(dtype, n, dtype === "bool" ? Number(Boolean(value)) : Number(value));
  return new Tensor(storage, own, null, 0, null, dtype).requiresGrad_(options.requiresGrad ?? false);
}

/**
 * Creates a tensor of zeros, float32 by default. Sizes are given in an array or one by one, before the options.
 * @throws ArgumentError when a size is negative or no integer.
 * @example
 * zeros([2, 3]).shape; // [2, 3]
 * zeros(2, { dtype: "int32" }).toArray(); // [0, 0]
 */
export function zeros(shape: Shape, options?: CreateOptions): Tensor;
export function zeros(size: number, ...sizes: number[]): Tensor;
export function zeros(size: number, ...sizesAndOptions: [...sizes: number[], options: CreateOptions]): Tensor;
export function zeros(first: Shape | number, ...rest: SizesAndOptions<CreateOptions>): Tensor {
  const [shape, options] = parseSizes("zeros", first, rest);
  checkSizes("zeros", shape);
  const dtype = options.dtype ?? "float32";
  // zeros have the same words in every dtype
  const n = sizeOf(shape) * (isComplex(dtype) ? 2 : 1);
  return new Tensor(allocateZeroed(realDType(dtype), n), shape.slice(), null, 0, null, dtype).requiresGrad_(
    options.requiresGrad ?? false,
  );
}

/**
 * Creates a tensor of ones, float32 by default. Sizes are given in an array or one by one, before the options.
 * @throws ArgumentError when a size is negative or no integer.
 * @example
 * ones([2, 1]).toArray(); // [[1], [1]]
 * ones(2, { dtype: "bool" }).toArray(); // [true, true]
 */
export function ones(shape: Shape, options?: CreateOptions): Tensor;
export function ones(size: number, ...sizes: number[]): Tensor;
export function ones(size: number, ...sizesAndOptions: [...sizes: number[], options: CreateOptions]): Tensor;
export function ones(first: Shape | number, ...rest: SizesAndOptions<CreateOptions>): Tensor {
  const [shape, options] = parseSizes("ones", first, rest);
  checkSizes("ones", shape);
  return full(shape, 1, options);
}

/**
 * Creates a tensor of zeros with the shape and dtype of `like`, unless `dtype` is given. It requires no gradient, unless `requiresGrad` says so.
 * @example zerosLike(tensor([1.5, 2])).toArray(); // [0, 0]
 */
export const zerosLike = (like: Tensor, options: CreateOptions = {}): Tensor =>
  zeros(like.shape, { dtype: like.dtype, ...options });

/**
 * Creates a tensor of ones with the shape and dtype of `like`, unless `dtype` is given. It requires no gradient, unless `requiresGrad` says so.
 * @example onesLike(tensor([1.5, 2])).toArray(); // [1, 1]
 */
export const onesLike = (like: Tensor, options: CreateOptions = {}): Tensor =>
  ones(like.shape, { dtype: like.dtype, ...options });

/**
 * Creates a tensor with the shape and dtype of `like` in which each element is `value`, unless `dtype` is given.
 * @throws ArgumentError when the dtype is an integer type that does not have `value`.
 * @example fullLike(tensor([1.5, 2]), 3).toArray(); // [3, 3]
 */
export const fullLike = (like: Tensor, value: number, options: CreateOptions = {}): Tensor =>
  full(like.shape, value, { dtype: like.dtype, ...options });

/**
 * Creates an n × m matrix, n × n by default, with ones on the diagonal and zeros elsewhere, float32 by default.
 * @throws ArgumentError when a size is negative or no integer.
 * @example eye(2, 3).toArray(); // [[1, 0, 0], [0, 1, 0]]
 */
export function eye(n: number, options?: CreateOptions): Tensor;
export function eye(n: number, m: number | undefined, options?: CreateOptions): Tensor;
export function eye(n: number, second?: number | CreateOptions, third: CreateOptions = {}): Tensor {
  const m = typeof second === "number" ? second : n;
  const options = typeof second === "object" ? second : third;
  checkSizes("eye", [n, m]);
  const dtype = options.dtype ?? "float32";
  const out = newArray(dtype, n * m);
  const each = isComplex(dtype) ? 2 : 1;
  for (let i = 0; i < Math.min(n, m); i++) out[each * (i * m + i)] = 1;
  return withOptions(out, dtype, [n, m], options);
}
