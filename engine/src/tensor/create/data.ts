/** Tensors from data. */
import { describe } from "../arguments/refusals.ts";
import { type ComplexNumber, castElements, isComplexNumber } from "../complex.ts";
import { castArray, type DType, dtypeOfArray, isComplex, isInteger, type NumericArray, newArray } from "../dtype.ts";
import { ArgumentError, ShapeError } from "../errors.ts";
import { noteMade, tensorHooks } from "../hooks.ts";
import { requireRepresentable, toInt64 } from "../limits.ts";
import type { NestedArray } from "../nested.ts";
import { hasReads } from "../reads.ts";
import type { Shape } from "../shape.ts";
import { contiguousArray } from "../strided.ts";
import type { Tensor } from "../tensor.ts";
import { type CreateOptions, withOptions } from "./options.ts";

/** A Float16Array, for which TypeScript has a type from its edition ES2025 on. */
export interface Float16ArrayLike {
  readonly [Symbol.toStringTag]: "Float16Array";
  readonly length: number;
  readonly [index: number]: number;
}

/** Data of a tensor: a number, BigInt, boolean or complex number, nested arrays of them, a typed array, or another tensor. */
export type TensorData = NestedArray | NumericArray | Uint8ClampedArray | BigInt64Array | Float16ArrayLike | Tensor;

/** By its tag, as the tensor may be one of another copy of the package. */
const isTensor = (x: unknown): x is Tensor => Object.prototype.toString.call(x) === "[object Tensor]";

/**
 * Creates a tensor with a copy of the data, of the shape of the nested arrays. Numbers become float32, BigInts int64, booleans bool, complex numbers { re, im } complex64; a typed array
 * becomes a tensor of the dtype of its elements (Int16Array int16, BigInt64Array int64), and a tensor keeps its dtype. `dtype` overrides this: floats lose their fraction in
 * integers, and all but 0 is true in bool.
 * @throws ShapeError when arrays at the same depth have different lengths.
 * @throws ArgumentError when the data has anything else than numbers, BigInts, booleans and complex numbers in it, or one that the dtype does not have.
 * @example
 * tensor([[1, 2, 3], [4, 5, 6]]).shape; // [2, 3]
 * tensor([1.7, 0], { dtype: "int32" }).toArray(); // [1, 0]
 */
export function tensor(data: TensorData, options: CreateOptions = {}): Tensor {
  if (isTensor(data)) {
    const dtype = options.dtype ?? data.dtype;
    const copy = withOptions(castElements(contiguousArray(data), data.dtype, dtype), dtype, data.shape, options);
    return noteMade(copy, data, "copy", "tensor");
  }
  const arrayType = dtypeOfArray(data);
  if (arrayType !== undefined) {
    const from = data as NumericArray;
    const dtype = options.dtype ?? arrayType;
    return noted(withOptions(castArray(from, dtype), dtype, [from.length], options), from);
  }
  const { shape, flat } = flatten(data as NestedArray);
  const dtype = options.dtype ?? dtypeOf(flat);
  return noted(withOptions(typed(flat, dtype), dtype, shape, options), flat);
}

/** Returns a tensor, on which it is noted if its data was read from the tape. */
function noted(t: Tensor, data: ArrayLike<unknown>): Tensor {
  if (hasReads()) tensorHooks().noteMadeOfData(t, data);
  return t;
}

type Scalar = number | bigint | boolean | ComplexNumber;

/** Returns the dtype of plain data: complex64 if any number is complex, bool for booleans, int64 for BigInts, perhaps beside booleans, and float32 otherwise. */
function dtypeOf(flat: readonly Scalar[]): DType {
  if (flat.some(isComplexNumber)) return "complex64";
  if (flat.length === 0 || flat.some((v) => typeof v === "number")) return "float32";
  return flat.every((v) => typeof v === "boolean") ? "bool" : "int64";
}

function typed(flat: readonly Scalar[], dtype: DType): NumericArray {
  if (dtype === "int64" && flat.some((v) => typeof v === "bigint"))
    return BigInt64Array.from(real(flat), (v) => toInt64("tensor", v)) as unknown as NumericArray;
  if (isComplex(dtype)) return pairs(flat, dtype);
  for (const v of isInteger(dtype) ? real(flat) : []) requireRepresentable("tensor", dtype, v);
  const out = newArray(dtype, flat.length);
  const values = real(flat);
  for (let i = 0; i < values.length; i++) out[i] = dtype === "bool" ? (values[i] ? 1 : 0) : Number(values[i]);
  return out;
}

/** @throws ArgumentError for complex numbers. */
function real(flat: readonly Scalar[]): readonly Exclude<Scalar, ComplexNumber>[] {
  if (flat.some(isComplexNumber))
    throw new ArgumentError("tensor", 'complex numbers need the dtype "complex64" or "complex128"');
  return flat as readonly Exclude<Scalar, ComplexNumber>[];
}

/** Returns the elements of a complex dtype. */
function pairs(flat: readonly Scalar[], dtype: DType): NumericArray {
  const out = newArray(dtype, flat.length);
  flat.forEach((v, i) => {
    const { re, im } = isComplexNumber(v) ? v : { re: Number(v), im: 0 };
    out[2 * i] = re;
    out[2 * i + 1] = im;
  });
  return out;
}

/** Returns the elements of nested arrays in row-major order, with the shape that the first array at each depth has. */
function flatten(data: NestedArray): { readonly shape: Shape; readonly flat: readonly Scalar[] } {
  const shape: number[] = [];
  for (let level: unknown = data; Array.isArray(level); level = level[0]) shape.push(level.length);
  const flat: Scalar[] = [];
  const fill = (level: NestedArray, depth: number): void => {
    if (
      typeof level === "number" ||
      typeof level === "boolean" ||
      typeof level === "bigint" ||
      isComplexNumber(level)
    ) {
      if (depth !== shape.length) throw unequal(shape, depth, []);
      flat.push(level);
    } else if (Array.isArray(level)) {
      if (depth >= shape.length || level.length !== shape[depth]) throw unequal(shape, depth, [level.length]);
      for (const item of level as readonly NestedArray[]) fill(item, depth + 1);
    } else
      throw new ArgumentError(
        "tensor",
        `data must be numbers, BigInts, booleans, complex numbers { re, im } or arrays of them, but got ${describe(level)}`,
      );
  };
  fill(data, 0);
  return { shape, flat };
}

const unequal = (shape: Shape, depth: number, got: Shape): ShapeError =>
  new ShapeError(
    "tensor",
    `nested arrays must have equal lengths; the first at depth ${depth} ${depth < shape.length ? `has length ${shape[depth]}` : "is a number"}`,
    [got],
  );
