/** Tensors whose elements the program will set, with strides of its choice, and tensors from scalars. */
import { type NumericArray, newArray } from "../dtype.ts";
import { ArgumentError, showShape } from "../errors.ts";
import type { Shape } from "../shape.ts";
import { storageFromArray } from "../storage/storage.ts";
import { Tensor } from "../tensor.ts";
import { type TensorData, tensor } from "./data.ts";
import { full, zeros } from "./fill.ts";
import { type CreateOptions, checkSizes, parseSizes, type SizesAndOptions } from "./options.ts";

/**
 * Creates a tensor of the given shape, float32 by default. Its elements are 0, where PyTorch leaves them undefined. Sizes are given in an array or one by one, before the
 * options.
 * @throws ArgumentError when a size is negative or no integer.
 * @example empty(2, 3).shape; // [2, 3]
 */
export function empty(shape: Shape, options?: CreateOptions): Tensor;
export function empty(size: number, ...sizes: number[]): Tensor;
export function empty(size: number, ...sizesAndOptions: [...sizes: number[], options: CreateOptions]): Tensor;
export function empty(first: Shape | number, ...rest: SizesAndOptions<CreateOptions>): Tensor {
  const [shape, options] = parseSizes("empty", first, rest);
  checkSizes("empty", shape);
  return zeros(shape, options);
}

/** Returns a tensor of zeros with the given strides, in the smallest storage that holds them. */
function strided(
  op: string,
  size: Shape,
  stride: readonly number[],
  { dtype = "float32", requiresGrad = false }: CreateOptions,
): Tensor {
  checkSizes(op, size);
  if (stride.length !== size.length || stride.some((s) => !Number.isInteger(s) || s < 0))
    throw new ArgumentError(
      op,
      `strides must be integers of at least 0, one for each size, but got ${showShape(stride)}`,
    );
  const length = size.includes(0) ? 0 : size.reduce((last, n, d) => last + (n - 1) * stride[d], 1);
  checkSizes(op, [length]);
  const elements: NumericArray = newArray(dtype, length);
  return new Tensor(storageFromArray(elements, dtype), size.slice(), stride.slice()).requiresGrad_(requiresGrad);
}

/**
 * Creates a tensor with the given sizes and strides, float32 by default. Its elements are 0, where PyTorch leaves them undefined.
 * @throws ArgumentError when sizes or strides are negative or no integers, or of different number.
 * @example emptyStrided([2, 3], [1, 2]).strides; // [1, 2]
 */
export const emptyStrided = (size: Shape, stride: readonly number[], options: CreateOptions = {}): Tensor =>
  strided("emptyStrided", size, stride, options);

/**
 * Creates a tensor with the given sizes whose dimensions lie in memory in the order `physicalLayout`, outermost first. Its elements are 0, where PyTorch leaves them
 * undefined.
 * @throws ArgumentError when `physicalLayout` does not list each dimension once.
 * @example emptyPermuted([2, 3, 5], [2, 0, 1]).strides; // [3, 1, 6]
 */
export function emptyPermuted(size: Shape, physicalLayout: readonly number[], options: CreateOptions = {}): Tensor {
  if (physicalLayout.length !== size.length || !size.every((_, d) => physicalLayout.includes(d)))
    throw new ArgumentError(
      "emptyPermuted",
      `physicalLayout must list each of ${size.length} dimensions once, but got ${showShape(physicalLayout)}`,
    );
  const stride = new Array<number>(size.length).fill(1);
  let step = 1;
  for (const d of physicalLayout.toReversed()) {
    stride[d] = step;
    step *= Math.max(size[d], 1);
  }
  return strided("emptyPermuted", size, stride, options);
}

/**
 * Creates a 0-d tensor of a number, float32 by default.
 * @throws ArgumentError when `dtype` is an integer type that does not have the number.
 * @example scalarTensor(2.5).item(); // 2.5
 */
export const scalarTensor = (s: number | bigint | boolean, options: CreateOptions = {}): Tensor =>
  full([], s, { dtype: "float32", ...options });

/**
 * Returns a tensor with the data: the tensor itself if it is one and has the dtype, or a new one, as `tensor` creates it.
 * @throws ShapeError when arrays at the same depth have different lengths; ArgumentError when the data has anything else than numbers and booleans in it.
 * @example asTensor([1, 2]).shape; // [2]
 */
export function asTensor(data: TensorData, options: Pick<CreateOptions, "dtype"> = {}): Tensor {
  if (data instanceof Tensor && (options.dtype === undefined || options.dtype === data.dtype)) return data;
  return tensor(data, options);
}

/** Options of `asarray`. */
export interface AsArrayOptions extends CreateOptions {
  /** Whether to copy always (true) or never (false); by default only where the tensor itself cannot be returned. */
  readonly copy?: boolean | null;
}

/**
 * Returns a tensor with the data: the tensor itself if it is one, has the dtype and `copy` is not true, or a new one, as `tensor` creates it. A new one requires a gradient
 * only if `requiresGrad` says so.
 * @throws ArgumentError when `copy` is false and the data must be copied, as all data but tensors must; ShapeError when arrays at the same depth have different lengths.
 * @example
 * const x = tensor([1, 2]);
 * asarray(x) === x; // true
 * asarray(x, { copy: true }) === x; // false
 */
export function asarray(data: TensorData, { copy = null, requiresGrad, ...options }: AsArrayOptions = {}): Tensor {
  const same = data instanceof Tensor && (options.dtype === undefined || options.dtype === data.dtype);
  if (same && copy !== true) return requiresGrad === undefined ? data : data.requiresGrad_(requiresGrad);
  if (copy === false)
    throw new ArgumentError("asarray", "these data must be copied; leave copy out, or set it to true");
  return tensor(data, requiresGrad === undefined ? options : { ...options, requiresGrad });
}
