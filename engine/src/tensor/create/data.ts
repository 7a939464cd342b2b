/** Tensors from data. */
import { describe } from "../arguments/refusals.ts";
import { castArray, type DType, dtypeOfArray, type NumericArray, newArray } from "../dtype.ts";
import { ArgumentError, ShapeError } from "../errors.ts";
import type { NestedArray } from "../nested.ts";
import type { Shape } from "../shape.ts";
import { contiguousArray } from "../strided.ts";
import type { Tensor } from "../tensor.ts";
import { type CreateOptions, withOptions } from "./options.ts";

/** Data of a tensor: a number or boolean, nested arrays of them, a typed array, or another tensor. */
export type TensorData = NestedArray | NumericArray | Int8Array | Int16Array | Uint16Array | Uint8ClampedArray | Tensor;

/** By its tag, as the tensor may be one of another copy of the package. */
const isTensor = (x: unknown): x is Tensor => Object.prototype.toString.call(x) === "[object Tensor]";

/**
 * Creates a tensor with a copy of the data, of the shape of the nested arrays. Numbers become float32, booleans bool; a Float64Array becomes float64, and
 * integer arrays int32; a tensor keeps its dtype. `dtype` overrides this: floats lose their fraction in int32, and all but 0 is true in bool.
 * @throws ShapeError when arrays at the same depth have different lengths.
 * @throws ArgumentError when the data has anything else than numbers and booleans in it.
 * @example
 * tensor([[1, 2, 3], [4, 5, 6]]).shape; // [2, 3]
 * tensor([1.7, 0], { dtype: "int32" }).toArray(); // [1, 0]
 */
export function tensor(data: TensorData, options: CreateOptions = {}): Tensor {
  if (isTensor(data)) {
    const dtype = options.dtype ?? data.dtype;
    return withOptions(castArray(contiguousArray(data), dtype), dtype, data.shape, options);
  }
  const arrayType = dtypeOfArray(data);
  if (arrayType !== undefined) {
    const from = data as NumericArray;
    const dtype = options.dtype ?? arrayType;
    return withOptions(castArray(from, dtype), dtype, [from.length], options);
  }
  const { shape, flat } = flatten(data as NestedArray);
  const dtype = options.dtype ?? (isAllBoolean(flat) ? "bool" : "float32");
  return withOptions(typed(flat, dtype), dtype, shape, options);
}

const isAllBoolean = (flat: readonly unknown[]): boolean =>
  flat.length > 0 && flat.every((v) => typeof v === "boolean");

function typed(flat: readonly (number | boolean)[], dtype: DType): NumericArray {
  const out = newArray(dtype, flat.length);
  for (let i = 0; i < flat.length; i++) out[i] = dtype === "bool" ? (flat[i] ? 1 : 0) : Number(flat[i]);
  return out;
}

/** Returns the elements of nested arrays in row-major order, with the shape that the first array at each depth has. */
function flatten(data: NestedArray): { readonly shape: Shape; readonly flat: readonly (number | boolean)[] } {
  const shape: number[] = [];
  for (let level: unknown = data; Array.isArray(level); level = level[0]) shape.push(level.length);
  const flat: (number | boolean)[] = [];
  const fill = (level: NestedArray, depth: number): void => {
    if (typeof level === "number" || typeof level === "boolean") {
      if (depth !== shape.length) throw unequal(shape, depth, []);
      flat.push(level);
    } else if (Array.isArray(level)) {
      if (depth >= shape.length || level.length !== shape[depth]) throw unequal(shape, depth, [level.length]);
      for (const item of level as readonly NestedArray[]) fill(item, depth + 1);
    } else
      throw new ArgumentError("tensor", `data must be numbers, booleans or arrays of them, but got ${describe(level)}`);
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
